"""The smallest two-layer network for a Boolean function: exhaustive search over hidden units.

All threshold functions h of the inputs are known (`separable_functions`). A unit g over k hidden
units may be taken as rising in each of them, since the opposite of a threshold function is one,
too. That leaves, up to the order of the hidden units,

- for k = 2: h1 and h2, h1 or h2;
- for k = 3: all, at least one, at least two, h1 and (h2 or h3), h1 or (h2 and h3).

For three, every pair (h1, h2) is tried at once: where g already knows its output, the output must
be right; elsewhere h3 has to decide, and a threshold function with given ones and zeros is looked
up. What is not found then needs four; of up to four inputs this is the parity of four, and its
opposite, alone. They have four units that count.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.neuron.boolean import BooleanFunction, corners
from neurona.neuron.network import TwoLayerNetwork
from neurona.neuron.separable_functions import SeparableFunctions, separable_functions
from neurona.neuron.units import ThresholdUnit

Array = np.ndarray[Any, np.dtype[Any]]
AT_ONCE = 2000
"""Pairs whose third unit is looked up at once, the pairs of small weights first."""


class Output(NamedTuple):
    """An output unit over hidden units: positive weights and a threshold."""

    weights: tuple[int, ...]
    threshold: float

    def unit(self) -> ThresholdUnit:
        """Return it as a unit."""
        return ThresholdUnit(
            self.weights,
            self.threshold,
            names=tuple(f"h{k}" for k in range(1, len(self.weights) + 1)),
        )


OF_TWO = (Output((1, 1), 1.5), Output((1, 1), 0.5))
OF_THREE = (
    Output((1, 1, 1), 1.5),
    Output((1, 1, 1), 2.5),
    Output((1, 1, 1), 0.5),
    Output((2, 1, 1), 2.5),
    Output((2, 1, 1), 1.5),
)


def smallest_network(function: BooleanFunction) -> TwoLayerNetwork:
    """Return a network with as few hidden units as any of two layers for this function can have."""
    known = separable_functions(function.inputs)
    code = sum(bit << row for row, bit in enumerate(function.outputs))
    every = (1 << len(function.outputs)) - 1
    return _of_two(known, code) or _of_three(known, code, every) or counting(function)


def _of_two(known: SeparableFunctions, code: int) -> TwoLayerNetwork | None:
    best: tuple[int, Output, int, int] | None = None
    for output, joins in zip(OF_TWO, (np.bitwise_and, np.bitwise_or), strict=True):
        # units to be joined by "and" fire wherever the function does; those by "or" nowhere else
        fits = joins(known.codes, np.uint16(code)) == code
        places = np.flatnonzero(fits)
        codes = known.codes[places]
        first, second = np.nonzero(joins(codes[:, None], codes[None, :]) == code)
        if len(first):
            costs = known.costs[places]
            totals = costs[first] + costs[second]
            least = int(totals.argmin())
            pair = int(places[first[least]]), int(places[second[least]])
            if best is None or totals[least] < best[0]:
                best = int(totals[least]), output, *pair
    if best is None:
        return None
    _, output, one, two = best
    return TwoLayerNetwork((known.unit(one), known.unit(two)), output.unit())


def _of_three(known: SeparableFunctions, code: int, every: int) -> TwoLayerNetwork | None:
    on, off = np.uint16(code), np.uint16(code ^ every)
    first, second = known.codes[:, None], known.codes[None, :]
    for output in OF_THREE:
        shape = np.broadcast_shapes(first.shape, second.shape)
        ones, zeros, wrong = (np.zeros(shape, np.uint16) for _ in range(3))
        for a in (0, 1):
            for b in (0, 1):
                rows = (first if a else first ^ np.uint16(every)) & (
                    second if b else second ^ np.uint16(every)
                )
                total = a * output.weights[0] + b * output.weights[1]
                if total > output.threshold:
                    wrong |= rows & off
                elif total + output.weights[2] <= output.threshold:
                    wrong |= rows & on
                else:
                    ones |= rows & on
                    zeros |= rows & off
        pairs = np.argwhere(wrong == 0)
        order = np.argsort(known.costs[pairs].sum(axis=1), kind="stable")
        found = _third(known, pairs[order], ones, zeros)
        if found is not None:
            return TwoLayerNetwork(tuple(known.unit(place) for place in found), output.unit())
    return None


def _third(
    known: SeparableFunctions, pairs: Array, ones: Array, zeros: Array
) -> tuple[int, int, int] | None:
    """Return the first pair for which some third function has the ones and the zeros, with it."""
    tried: set[int] = set()
    for start in range(0, len(pairs), AT_ONCE):
        some = pairs[start : start + AT_ONCE]
        need, avoid = ones[some[:, 0], some[:, 1]], zeros[some[:, 0], some[:, 1]]
        keys = need.astype(np.int64) << 16 | avoid
        new, places = np.unique(keys, return_index=True)
        fresh = np.array(
            [place for key, place in zip(new, places, strict=True) if key not in tried]
        )
        tried.update(new.tolist())
        if not len(fresh):
            continue
        some, need, avoid = some[fresh], need[fresh, None], avoid[fresh, None]
        fits = ((known.codes & need) == need) & ((known.codes & avoid) == 0)
        rows = np.flatnonzero(fits.any(axis=1))
        if len(rows):
            thirds = fits[rows].argmax(axis=1)
            totals = known.costs[some[rows]].sum(axis=1) + known.costs[thirds]
            least = int(totals.argmin())
            one, two = some[rows[least]]
            return int(one), int(two), int(thirds[least])
    return None


def counting(function: BooleanFunction) -> TwoLayerNetwork:
    """Return a network whose hidden units count the ones: for functions of their number alone."""
    by_count: dict[int, int] = {}
    for row, bit in zip(corners(function.inputs), function.outputs, strict=True):
        if by_count.setdefault(sum(row), bit) != bit:
            raise AssertionError(f"no network was found for {function.outputs}")
    changes = [k for k in range(1, function.inputs + 1) if by_count[k] != by_count[k - 1]]
    hidden = tuple(ThresholdUnit((1,) * function.inputs, k - 0.5) for k in changes)
    weights = [by_count[k] - by_count[k - 1] for k in changes]
    names = tuple(f"h{k}" for k in range(1, len(changes) + 1))
    return TwoLayerNetwork(hidden, ThresholdUnit(tuple(weights), 0.5 - by_count[0], names=names))
