"""Networks whose sums are whole numbers of 64 bits, for 32-bit code where weights are large and
cancel.

A weight takes as many bits as one of floating point, but none of them for an exponent: a unit's
weights share theirs (`shifts`). Sums of products are then exact, where an output's weights may add
up to a hundred spreads of its target. Features are cut off at `bound`, so no sum leaves 63 bits.

tanh(z) = (1 - e) / (1 + e) with e = 2^-t, t = 2 log2(e) |z|: the whole part of t shifts, the rest
goes through a polynomial, and the quotient is Newton's for 1 / (1 + e), whose error is squared
three times. It is off by at most 2^-27.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from neurona.export.code.costs import Costs
from neurona.export.code.special import Special
from neurona.export.source import Layer, Layers
from neurona.network import Vector

VALUE = 29
"""Digits after the point of a unit's value."""
ARGUMENT = 28
"""Digits after the point of what tanh is taken of."""
HALF = 31
"""Bits of the lower half of a sum."""
ROOM = 2.0**62
FARTHEST = 2_880_000_000
"""Beyond |z| = 10.7, tanh is 1 in 30 bits; e would be shifted out of its 32 bits."""
TWO_LOG2_E = 3_098_164_009
"""2 log2(e) 2^30."""
POWERS = (2147483645, 1488521945, 515877823, 119165869, 20572593, 2739202, 234782)
"""2^-f = sum of (-1)^k c_k f^k for f from 0 to 1, times 2^31, to 1.4e-9 (interpolation at
Chebyshev's points).
"""
START, SLOPE = 1_768_516_094, 4_042_322_160
"""24 / 17 and 16 / 17 times 2^32: the straight line from which Newton starts."""
HIDDEN = ("tanh", "logistic")


class WholeLayer(NamedTuple):
    """A layer: weights with biases behind (units x (inputs + 1)), the digits of its inputs, and the
    right shift of each unit's sum; of the last layer what a sum's unit is, by output.
    """

    weights: Vector
    digits: int
    shifts: Vector
    units: Vector
    activation: str


@dataclass(frozen=True, eq=False)
class Whole(Special):
    """A statement: what is in the array `source` goes through a network whose sums are whole
    numbers, and the sums of its last layer go into `target`.
    """

    source: str
    target: str
    tag: str
    layers: tuple[WholeLayer, ...]

    def run(self, values: list[Vector]) -> list[Vector]:
        """Return the sums of the last layer, of features in 32 bits, bit by bit as the code."""
        return _run(self, values)

    def costs(self) -> Costs:
        """Return its bytes and operations; shifts are not counted."""
        sizes = [layer.weights.shape for layer in self.layers]
        weights = sum(units * inputs for units, inputs in sizes)
        inside = sum(units for units, _ in sizes[:-1])
        inputs, outputs = sizes[0][1] - 1, sizes[-1][0]
        return Costs(
            4 * weights + inside + 4 * outputs + 4 * len(POWERS),
            4 * sum(self.arrays().values()),
            sums=weights + 12 * inside + 2 * outputs,
            products=inputs + weights + 15 * inside + 3 * outputs,
            quotients=outputs,
            choices=3 * inside,
        )

    def arrays(self) -> dict[str, int]:
        """Return the work arrays of whole numbers by name, with their lengths."""
        sizes = [layer.weights.shape[1] for layer in self.layers]
        return {name: max(some) for name, some in (("p", sizes[::2]), ("q", sizes[1::2])) if some}


def whole_of(network: Layers, bound: float, source: str, target: str, tag: str) -> Whole | None:
    """Return a network in whole numbers, whose features are within +-bound; None if it cannot be.

    Its hidden layers must be tanh or logistic.
    """
    if any(layer.activation.name not in HIDDEN for layer in network.layers[:-1]):
        return None
    digits, limit = 30 - math.floor(math.log2(bound)), bound
    made = []
    for k, layer in enumerate(network.layers):
        found = _layer(layer, digits, limit, k == len(network.layers) - 1)
        if found is None:
            return None
        made.append(found)
        digits, limit = VALUE, 1.0
    return Whole(source, target, tag, tuple(made))


def in_units(networks: tuple[Layers, ...], scale: Vector, center: Vector) -> tuple[Layers, ...]:
    """Return networks whose sums are in the units of the targets: no product rounds them after."""

    def scaled(network: Layers) -> Layers:
        *first, last = network.layers
        both = last.weights * scale, last.biases * scale + center
        return replace(network, layers=(*first, Layer(*both, last.activation)))

    return tuple(map(scaled, networks))


def _layer(layer: Layer, digits: int, limit: float, last: bool) -> WholeLayer | None:
    both = np.column_stack([layer.weights.T, layer.biases])
    sizes = np.append(np.full(len(layer.weights), limit), 1.0)
    own = np.array([_digits(one, sizes, digits) for one in both])
    logistic = not last and layer.activation.name == "logistic"
    # the logistic function is tanh of half the sum
    shifts = own + digits - ARGUMENT + logistic
    if not last and not ((shifts >= 0) & (shifts < 60)).all():
        return None
    if (np.abs(own) > 100).any():
        return None
    weights = np.round(both * 2.0 ** own[:, None]).astype(np.int64)
    units = 2.0 ** (HALF - own - digits)
    return WholeLayer(weights, digits, shifts, units, layer.activation.name)


def _digits(weights: Vector, sizes: Vector, digits: int) -> int:
    """Return how many digits after the point a unit's weights have: within 31 bits, and the sum
    within its room.
    """
    largest, total = float(np.abs(weights).max()), float((np.abs(weights) * sizes).sum())
    if not largest:
        return 0
    found = math.floor(math.log2(min((2.0**31 - 1) / largest, ROOM / 2.0**digits / total)))
    # a rounded weight is up to half a unit larger
    while (np.round(np.abs(weights) * 2.0**found) * sizes).sum() * 2.0**digits >= ROOM or (
        np.round(largest * 2.0**found) >= 2.0**31
    ):
        found -= 1
    return found


def _run(found: Whole, features: list[Vector]) -> list[Vector]:
    factor = np.float32(2.0 ** found.layers[0].digits)
    values = [np.trunc(one * factor).astype(np.int64) for one in features]
    for layer in found.layers[:-1]:
        sums = _sums(layer, values)
        values = [tanh(s, int(n)) for s, n in zip(sums, layer.shifts, strict=True)]
        if layer.activation == "logistic":
            values = [((1 << VALUE) + one) >> 1 for one in values]
    last = found.layers[-1]
    answers = []
    for s, unit in zip(_sums(last, values), last.units, strict=True):
        high = np.sign(s) * (np.abs(s) >> HALF)
        low = s - (high << HALF)
        sum_ = high.astype(np.float32) + low.astype(np.float32) * np.float32(2.0**-HALF)
        answers.append(sum_ * np.float32(unit))
    return answers


def _sums(layer: WholeLayer, values: list[Vector]) -> list[Vector]:
    one = np.full(len(values[0]), 1 << layer.digits, np.int64)
    inputs = np.array([*values, one])
    return list(layer.weights @ inputs)


def tanh(s: Vector, shift: int) -> Vector:
    """Return tanh of s 2^-(shift + 28) in units of 2^-29."""
    high = np.uint64(32)
    z = np.minimum(np.abs(s).astype(np.uint64) >> np.uint64(shift), np.uint64(FARTHEST))
    t = z * np.uint64(TWO_LOG2_E)
    f = (t >> np.uint64(26)) & np.uint64(0xFFFFFFFF)
    e = np.full(len(s), POWERS[-1], np.uint64)
    for power in POWERS[-2::-1]:
        e = np.uint64(power) - ((e * f) >> high)
    e = e >> (t >> np.uint64(58))
    whole, mask = np.uint64(1 << 31), np.uint64(0xFFFFFFFF)
    d = whole + e
    r = (np.uint64(START) - ((d * np.uint64(SLOPE)) >> high)) & mask
    for _ in range(3):
        gap = (np.uint64(0) - ((d * r) >> high)) & mask
        r = ((r * gap) >> np.uint64(31)) & mask
    found = (((whole - e) * r) >> np.uint64(34)).astype(np.int64)
    signed: Vector = np.where(s < 0, -found, found)
    return signed
