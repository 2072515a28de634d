"""Error bars in integers, of models that know how far they were off on rows held out.

A deviation is the root mean square of these errors, or that of the networks among themselves where
it is larger; an interval is as wide as a share of the errors. The square root comes bit by bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.errors import IncompatibleError
from neurona.export.code.error_bars import units_of
from neurona.export.integers.rounding import rounded
from neurona.export.source import Exportable
from neurona.network import Vector

SHARE, COARSE = 30, 14
"""Digits after the point of how much a network counts in a mean, and in a variance."""
ROOT = """\
static int32_t {name}_root(const uint64_t square)
{{
    /* the whole part of a square root, bit by bit */
    uint64_t rest = square;
    uint64_t found = 0U;
    uint64_t bit = 1U;
    bit <<= 62U;
    for (uint32_t k = 0U; k < 32U; k++) {{
        const uint64_t more = found + bit;
        const uint64_t half = found >> 1U;
        found = (rest >= more) ? (half + bit) : half;
        rest = (rest >= more) ? (rest - more) : rest;
        bit >>= 2U;
    }}
    return (int32_t)found;
}}
"""


@dataclass(frozen=True, eq=False)
class Bars:
    """Error bars: the shares of the networks, and by target the digits after the point, the
    deviation of the errors and half the interval (None: not said); `std` tells whether deviations
    are said.
    """

    shares: Vector
    digits: Vector
    spread: Vector
    half: Vector | None
    std: bool

    keeps_features = False

    @property
    def bits(self) -> tuple[int, ...]:
        """Digits after the point of each answer."""
        times = 1 + self.std + 2 * (self.half is not None)
        return tuple(self.digits.tolist()) * times

    @property
    def rooted(self) -> bool:
        """Whether deviations differ from row to row."""
        return self.std and len(self.shares) > 1

    def evaluate(self, each: list[Vector], features: Vector) -> Vector:
        """Return the answers to what the networks say: means, deviations, ends of intervals."""
        mean = each[0]
        if len(each) > 1:
            total = sum(one * share for one, share in zip(each, self.shares, strict=True))
            mean = rounded(np.asarray(total), SHARE)
        found = [mean]
        if self.std:
            found.append(self._deviations(each, mean))
        if self.half is not None:
            found += [mean - self.half, mean + self.half]
        return np.hstack(found)

    def _deviations(self, each: list[Vector], mean: Vector) -> Vector:
        variance = np.broadcast_to(self.spread**2, mean.shape)
        if self.rooted:
            coarse = self.coarse()
            apart = sum(
                (((one - mean) * (one - mean)) >> COARSE) * share
                for one, share in zip(each, coarse, strict=True)
            )
            variance = np.maximum(variance, np.asarray(apart))
        return whole_root(variance)

    def coarse(self) -> Vector:
        """Return the shares in a variance."""
        return np.asarray((self.shares + (1 << (SHARE - COARSE - 1))) >> (SHARE - COARSE))

    def tables(self, printer: Any) -> list[str]:
        """Return the tables that the statements read."""
        lines = printer.table("int32_t", "spread", self.spread) if self.std else []
        if self.half is not None:
            lines += printer.table("int32_t", "half", self.half)
        if len(self.shares) > 1:
            lines += printer.table("int32_t", "shares", self.shares)
        return [
            *lines,
            *(printer.table("int32_t", "parts_of", self.coarse()) if self.rooted else []),
        ]

    def table_bytes(self) -> int:
        """Return the bytes of these tables."""
        targets, several = len(self.digits), len(self.shares) > 1
        rows = self.std * targets + (self.half is not None) * targets
        return 4 * (rows + (several + self.rooted) * len(self.shares))

    def lines(self, printer: Any) -> list[str]:
        """Return the statements that make `y` of the networks' answers `each`."""
        targets, several = len(self.digits), len(self.shares) > 1
        last = targets
        lines = [f"    for (uint32_t i = 0U; i < {targets}U; i++) {{"]
        lines += self._mean(printer) if several else ["        y[i] = each[i];"]
        if self.std:
            lines += self._spreads(printer)
            last += targets
        if self.half is not None:
            half = printer.read(4, "half[i]")
            lines += [
                f"        y[i + {last}U] = y[i] - {half};",
                f"        y[i + {last + targets}U] = y[i] + {half};",
            ]
        return [*lines, "    }"]

    def _mean(self, printer: Any) -> list[str]:
        share = printer.read(4, "shares[m]")
        own = f"each[(m * {len(self.digits)}U) + i]"
        return [
            "        int64_t total = 0;",
            f"        for (uint32_t m = 0U; m < {len(self.shares)}U; m++) {{",
            f"            total += (int64_t){own} * {share};",
            "        }",
            f"        const int64_t mean = {printer.far()}(total, {SHARE}U);",
            "        y[i] = (int32_t)mean;",
        ]

    def _spreads(self, printer: Any) -> list[str]:
        spread, place = printer.read(4, "spread[i]"), f"y[i + {len(self.digits)}U]"
        if not self.rooted:
            return [f"        {place} = {spread};"]
        own = f"each[(m * {len(self.digits)}U) + i]"
        part = printer.read(4, "parts_of[m]")
        return [
            f"        const int64_t known = {spread};",
            "        const int64_t least = known * known;",
            "        uint64_t apart = 0U;",
            f"        for (uint32_t m = 0U; m < {len(self.shares)}U; m++) {{",
            f"            const int64_t gap = (int64_t){own} - mean;",
            "            const int64_t square = gap * gap;",
            f"            apart += ((uint64_t)square >> {COARSE}U) * (uint64_t){part};",
            "        }",
            "        const uint64_t fixed = (uint64_t)least;",
            f"        {place} = {printer.name}_root((apart > fixed) ? apart : fixed);",
        ]


def whole_root(squares: Vector) -> Vector:
    """Return the whole part of square roots of integers."""
    found = np.sqrt(squares.astype(np.float64)).astype(np.int64)
    # a root in floating point may be one off
    found = np.where(found * found > squares, found - 1, found)
    return np.asarray(np.where((found + 1) * (found + 1) <= squares, found + 1, found))


def check_bars(model: Exportable) -> None:
    """Raise IncompatibleError unless error bars can be said in integers."""
    if model.errors is None:
        raise IncompatibleError(
            "Error bars of weights' uncertainty (bayesian-lm) range wider than integers hold: say "
            "--no-std and leave --interval out, or export float32."
        )


def margin_of(model: Exportable, coverage: float | None) -> Vector:
    """Return half the interval of each target in its units, 0 if there is none."""
    assert model.errors is not None
    targets = (len(model.answers.names),)
    if coverage is None:
        return np.zeros(targets)
    return np.broadcast_to(model.errors.half_width(coverage), targets) * units_of(model)


def spread_of(model: Exportable) -> Vector:
    """Return the deviation of the errors of each target, in its units."""
    assert model.errors is not None
    units = units_of(model)
    return np.asarray(np.broadcast_to(model.errors.spread, units.shape) * units)


def bars_of(
    model: Exportable, shares: Vector, digits: Vector, std: bool, coverage: float | None
) -> Bars:
    """Return error bars of answers that have so many digits after the point."""
    unit = 2.0**digits
    half = None
    if coverage is not None:
        half = np.round(margin_of(model, coverage) * unit).astype(np.int64)
    parts = np.round(shares * 2.0**SHARE).astype(np.int64)
    spread = np.round(spread_of(model) * unit).astype(np.int64)
    return Bars(parts, digits, spread, half, std)
