"""What an autoencoder of integers answers: the row given back, and the anomaly score.

A column given back, y, and a feature's part of the score, g, are straight lines of what the network
says, q, and of the feature itself, v, each with a factor of 31 bits and a shift:

    y = q m 2^-s + c
    g = q a 2^-t - v b 2^-u - z,   score = sum of g^2

The usual error of a column, the number of columns and the limit are in the factors. A g is cut off
at 2^14, and so is the score.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.data.encoders import Boolean, Category
from neurona.export.integers.cells import Features
from neurona.export.integers.helpers import ABSENT_TEXT, HALF
from neurona.export.integers.rounding import rounded
from neurona.export.integers.width import ABSENT, TooWideError
from neurona.export.source import Exportable
from neurona.network import Vector

DIGITS = 16
"""Digits after the point of g and of the score."""
MOST = 2**30
"""What g and the score are cut off at."""
MANY = 4_000
"""Squares of so many features lose more digits."""
ROOM = 60
"""Bits of the constant of a line."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Factors of 31 bits, with their right shifts."""

    factors: Vector
    shifts: Vector

    @classmethod
    def of(cls, values: Any) -> Lines:
        """Return numbers as factors and shifts; TooWideError if there is one that is too large."""
        values = np.asarray(values, np.float64)
        sizes = np.where(values == 0, 1.0, np.abs(values))
        shifts = np.minimum(30 - np.floor(np.log2(sizes)), 61).astype(np.int64)
        if int(shifts.min(initial=0)) < 0:
            raise TooWideError("A column varies too little for integers; export float32.")
        limit = 2.0**31 - 1
        factors = np.clip(np.round(values * 2.0**shifts), -limit, limit).astype(np.int64)
        return cls(factors, shifts)

    def times(self, values: Vector) -> Vector:
        """Return rows of integers by the factors."""
        return rounded(values * self.factors, self.shifts)


@dataclass(frozen=True)
class Column:
    """A column given back: its outputs, and the digits after its point; `kind` is number, boolean
    or category; `mark` is the output that tells that it is missing, -1 if none does.
    """

    kind: str
    first: int
    last: int
    bits: int
    mark: int = -1


@dataclass(frozen=True, eq=False)
class RowBack:
    """All columns; `back`, `own` and `zero` are the lines of the score, `plain` and `center` those
    of what is given back, by column; `half` is what a mark is above.
    """

    columns: tuple[Column, ...]
    plain: Lines
    center: tuple[int, ...]
    half: Vector
    back: Lines
    own: Lines
    zero: Vector

    keeps_features = True

    @property
    def coarse(self) -> int:
        """Digits that each square loses, so that their sum fits."""
        return 8 if len(self.zero) < MANY else DIGITS

    @property
    def bits(self) -> tuple[int, ...]:
        """Digits after the point of each answer, the score's last."""
        return (*(one.bits for one in self.columns), DIGITS)

    def evaluate(self, each: list[Vector], features: Vector) -> Vector:
        """Return the answers to what the networks say, rows x (columns and score)."""
        q: Vector = np.sum(each, axis=0)
        found = [self._column(k, one, q) for k, one in enumerate(self.columns)]
        gaps = np.clip(self.back.times(q) - self.own.times(features) - self.zero, -MOST, MOST)
        score = ((gaps * gaps) >> self.coarse).sum(axis=1) >> (DIGITS - self.coarse)
        return np.column_stack([*found, np.minimum(score, MOST)])

    def _column(self, k: int, one: Column, q: Vector) -> Vector:
        if one.kind == "category":
            best: Vector = q[:, one.first : one.last].argmax(axis=1)
            return best
        value = q[:, one.first]
        if one.kind == "boolean":
            found = (value > self.half[one.first]).astype(np.int64)
        else:
            factor, shift = self.plain.factors[k], self.plain.shifts[k]
            found = rounded(value * factor, shift) + self.center[k]
        missing = one.mark >= 0 and q[:, one.mark] > self.half[one.mark]
        return np.asarray(np.where(missing, ABSENT, found))

    def tables(self, printer: Any) -> list[str]:
        """Return the tables of the score's lines."""
        zero = np.column_stack([self.zero >> HALF, self.zero & ((1 << HALF) - 1)])
        return [
            *printer.table("int32_t", "gap_back", self.back.factors),
            *printer.table("int8_t", "gap_back_shifts", self.back.shifts),
            *printer.table("int32_t", "gap_own", self.own.factors),
            *printer.table("int8_t", "gap_own_shifts", self.own.shifts),
            *printer.table("int32_t", "gap_zero", zero),
        ]

    def table_bytes(self) -> int:
        """Return the bytes of these tables."""
        return len(self.zero) * (4 + 1 + 4 + 1 + 8)

    def lines(self, printer: Any) -> list[str]:
        """Return the statements that make `y` of `q` and the features `f`."""
        lines = [line for k, one in enumerate(self.columns)
                 for line in self._given_back(printer, k, one)]  # fmt: skip
        last = len(self.columns)
        high, low = (printer.read(4, f"gap_zero[{place}]") for place in ("2U * i", "(2U * i) + 1U"))
        return [
            *lines,
            "    uint64_t total = 0U;",
            f"    for (uint32_t i = 0U; i < {len(self.zero)}U; i++) {{",
            f"        const int64_t back = {self._times(printer, 'q', 'back')};",
            f"        const int64_t own = {self._times(printer, 'f', 'own')};",
            f"        const int64_t zero = ((int64_t){high} * {1 << HALF}) + (int64_t){low};",
            "        const int64_t gap = (back - own) - zero;",
            f"        const int64_t above = (gap < -{MOST}) ? -{MOST} : gap;",
            f"        const int64_t cut = (above > {MOST}) ? {MOST} : above;",
            "        const int64_t square = cut * cut;",
            f"        total += (uint64_t)square >> {self.coarse}U;",
            "    }",
            f"    const uint64_t score = total >> {DIGITS - self.coarse}U;",
            f"    y[{last}] = (score > {MOST}U) ? {MOST} : (int32_t)score;",
        ]

    def _times(self, printer: Any, array: str, name: str) -> str:
        factor = printer.read(4, f"gap_{name}[i]")
        shift = printer.read(1, f"gap_{name}_shifts[i]")
        return f"{printer.far()}((int64_t){array}[i] * {factor}, (uint32_t){shift})"

    def _given_back(self, printer: Any, k: int, one: Column) -> list[str]:
        value = f"q[{one.first}]"
        if one.kind == "category":
            place = f"q[{one.first} + y[{k}]]" if one.first else f"q[y[{k}]]"
            return [
                f"    y[{k}] = 0;",
                f"    for (int32_t i = 1; i < {one.last - one.first}; i++) {{",
                f"        y[{k}] = (q[{one.first} + i] > {place}) ? i : y[{k}];",
                "    }",
            ]
        if one.kind == "boolean":
            lines = [f"    y[{k}] = ({value} > {self.half[one.first]}) ? (int32_t)1 : (int32_t)0;"]
        else:
            factor, shift = int(self.plain.factors[k]), int(self.plain.shifts[k])
            product = f"{printer.far()}((int64_t){value} * ({factor}), {shift}U)"
            middle = f" + ({self.center[k]})" if self.center[k] else ""
            lines = [
                f"    const int64_t back{k} = {product}{middle};",
                f"    y[{k}] = (int32_t)back{k};",
            ]
        if one.mark >= 0:
            missing = f"q[{one.mark}] > {self.half[one.mark]}"
            lines.append(f"    y[{k}] = ({missing}) ? {ABSENT_TEXT} : y[{k}];")
        return lines


def groups_of(model: Exportable) -> list[tuple[int, int]]:
    """Return which outputs are compared with each other: those of a category."""
    return [
        (first, last)
        for encoder, (first, last) in zip(model.encoders, _spans(model), strict=True)
        if isinstance(encoder, Category)
    ] if model.encoders else []  # fmt: skip


def _spans(model: Exportable) -> list[tuple[int, int]]:
    assert model.reconstruction is not None
    starts = [*model.reconstruction.reference.starts.tolist(), len(model.features)]
    return list(itertools.pairwise(starts))


def row_back(model: Exportable, features: Features, bits: Vector, sizes: Vector) -> RowBack:
    """Return what an autoencoder answers, whose outputs have so many digits after the point, and
    are at most of these sizes.
    """
    assert model.reconstruction is not None
    reference, spans = model.reconstruction.reference, _spans(model)
    columns, plain, centers = [], [], []
    encoders: Any = model.encoders or [None] * len(spans)
    for encoder, (first, last) in zip(encoders, spans, strict=True):
        if isinstance(encoder, Category | Boolean):
            kind = "category" if isinstance(encoder, Category) else "boolean"
            own, factor, center = 0, 0.0, 0
        else:
            kind = "number"
            middle, scale = (encoder.center, encoder.scale) if encoder else (0.0, 1.0)
            largest = max(abs(middle) + abs(scale) * float(sizes[first]), 1e-300)
            own = math.floor(math.log2(2.0**29 / largest))
            if not -100 <= own <= 100:
                raise TooWideError("A column has a range that integers cannot hold.")
            factor, center = scale * 2.0 ** (own - int(bits[first])), round(middle * 2.0**own)
        marked = kind != "category" and encoder is not None and encoder.indicator
        columns.append(Column(kind, first, last, own, last - 1 if marked else -1))
        plain.append(factor)
        centers.append(center)
    weights = np.sqrt(1.0 / (reference.usual * len(spans) * reference.limit))
    each = np.repeat(weights, [last - first for first, last in spans]) * 2.0**DIGITS
    zero = each * features.offset
    if float(np.abs(zero).max(initial=0)) >= 2.0**ROOM:
        raise TooWideError("A column varies too little for integers; export float32.")
    return RowBack(
        tuple(columns),
        Lines.of(plain),
        tuple(centers),
        np.round(0.5 * 2.0**bits).astype(np.int64),
        Lines.of(each * 2.0**-bits),
        Lines.of(each * features.factor),
        np.round(zero).astype(np.int64),
    )
