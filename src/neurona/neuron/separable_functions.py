"""All Boolean functions of up to four inputs that one threshold unit can be, with small weights.

A function is a number here: bit r is the output for row r of the truth table. For up to four inputs
weights of at most 3 in size are enough (S. Muroga, Threshold Logic and its Applications, 1971), so
all units with such integer weights are tried, the smallest first: 14 functions of two inputs, 104
of three, 1,882 of four.
"""

from __future__ import annotations

import functools
import itertools
from typing import Any, NamedTuple

import numpy as np

from neurona.neuron.boolean import corners
from neurona.neuron.units import ThresholdUnit

Array = np.ndarray[Any, np.dtype[Any]]
LARGEST_WEIGHT = 3
MOST_INPUTS = 4


class SeparableFunctions(NamedTuple):
    """The functions as numbers, with the units of least sum of sizes, sorted by that sum.

    `codes` (uint16), `weights` (functions x inputs), `thresholds`, and `costs`, the sums of sizes.
    """

    codes: Array
    weights: Array
    thresholds: Array
    costs: Array

    def unit(self, place: int) -> ThresholdUnit:
        """Return the unit at a place of the list."""
        weights = tuple(int(weight) for weight in self.weights[place])
        return ThresholdUnit(weights, float(self.thresholds[place]))

    def find(self, code: int) -> int | None:
        """Return the place of a function, or None if no unit is it."""
        places = np.flatnonzero(self.codes == code)
        return int(places[0]) if len(places) else None


@functools.cache
def separable_functions(inputs: int) -> SeparableFunctions:
    """Return all functions of 1 to 4 inputs that one unit can be."""
    if not 1 <= inputs <= MOST_INPUTS:
        raise ValueError(f"The functions of 1 to {MOST_INPUTS} inputs are known. Got {inputs}.")
    sizes = sorted(range(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1), key=lambda w: (abs(w), w < 0))
    weights = np.array(list(itertools.product(sizes, repeat=inputs)))
    costs = np.abs(weights).sum(axis=1)
    # the smallest first; among equals the smallest largest weight, then positive weights
    order = np.lexsort((-weights.sum(axis=1), np.abs(weights).max(axis=1), costs))
    weights, costs = weights[order], costs[order]
    sums = weights @ np.array(corners(inputs)).T
    bits = 1 << np.arange(2**inputs)
    found: dict[int, tuple[int, int, float]] = {}
    for least in range(int(sums.min()), int(sums.max()) + 2):
        fires = sums >= least
        codes = fires @ bits
        for code, first in zip(*np.unique(codes, return_index=True), strict=True):
            kept = found.get(int(code))
            if kept is None or first < kept[1]:
                threshold = _threshold(sums[first], fires[first])
                found[int(code)] = (int(costs[first]), int(first), threshold)
    places = sorted(found, key=lambda code: found[code][:2])
    rows = [found[code][1] for code in places]
    return SeparableFunctions(
        codes=np.array(places, np.uint16),
        weights=weights[rows],
        thresholds=np.array([found[code][2] for code in places]),
        costs=costs[rows],
    )


def _threshold(sums: Array, fires: Array) -> float:
    """Return the middle between the largest sum that is off and the smallest that is on."""
    off = sums[~fires].max() if not fires.all() else sums.min() - 1
    on = sums[fires].min() if fires.any() else sums.max() + 1
    return float(off + on) / 2
