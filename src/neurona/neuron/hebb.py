"""Hebb's rule: what fires together is wired together. What it stores in one pass, and what not.

    w_ij = sum over pairs (x, y) of y_i x_j,        all numbers 1 or -1

D. Hebb, The Organization of Behavior, 1949. Recalling y_p from x_p, unit i gets the sum

    n y_i + sum over the other pairs q of y_q,i (x_q . x_p)
    signal  crosstalk

so a pair is recalled exactly when its crosstalk nowhere outweighs the signal. Orthogonal inputs
have none. With the inputs as targets this is the memory of J. Hopfield, Neural networks and
physical systems with emergent collective computational abilities, 1982 (w_ii = 0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurona.neuron.boolean import boolean_function
from neurona.neuron.units import BiasUnit

Array = np.ndarray[Any, np.dtype[Any]]


class Capacity(NamedTuple):
    """How many patterns a memory of n inputs holds.

    At most `orthogonal` without any crosstalk, n. Of random patterns about `exact` = n / (2 ln n)
    with hardly one recalled wrong (R. McEliece et al., 1987), and about `nearly` = 0.138 n with 1.6
    percent of the numbers wrong, beyond which all is lost (D. Amit et al., 1985).
    """

    orthogonal: int
    exact: float
    nearly: float


@dataclass(frozen=True)
class Storage:
    """What a memory makes of the pairs that were stored.

    `signal` is the same for all pairs. `margins[p]` is the least sum of pair p on the side on which
    it should be, signal less crosstalk: the pair is recalled exactly if it is above 0.
    `overlaps[p, q]` are the scalar products of the inputs.
    """

    signal: int
    margins: Array
    overlaps: Array

    @property
    def stored(self) -> Array:
        """Which pairs are recalled exactly."""
        return np.asarray(self.margins > 0)

    def __str__(self) -> str:
        count, right = len(self.margins), int(self.stored.sum())
        if right == count:
            worst = int(self.margins.argmin())
            return (
                f"All {count} pairs are recalled exactly; the least sum on its side is "
                f"{self.margins[worst]} of {self.signal}, of pair {worst}."
            )
        lost = int(np.flatnonzero(~self.stored)[0])
        others = np.abs(self.overlaps[lost]).astype(int)
        others[lost] = -1
        rival = int(others.argmax())
        return (
            f"{right} of {count} pairs are recalled exactly. Pair {lost} is lost in the crosstalk: "
            f"its input overlaps with that of pair {rival} by {self.overlaps[lost, rival]} of "
            f"{self.overlaps[lost, lost]}. Orthogonal inputs would not disturb each other."
        )


class HebbianMemory:
    """Pairs of patterns in the weights of one layer, by Hebb's rule.

    Parameters
    ----------
    inputs : array-like of shape (n_pairs, n_inputs)
        1 and -1.
    targets : array-like of shape (n_pairs, n_outputs), default=None
        1 and -1; None stores each input with itself, and `settle` completes it from a part.

    Attributes
    ----------
    weights : ndarray of shape (n_outputs, n_inputs)

    Examples
    --------
    >>> from neurona.neuron import HebbianMemory
    >>> memory = HebbianMemory([[1, 1, 1, 1], [1, -1, 1, -1]], [[1, -1], [-1, -1]])
    >>> memory.recall([[1, 1, 1, 1], [1, -1, 1, -1]])
    array([[ 1, -1],
           [-1, -1]])
    >>> print(memory.storage())
    All 2 pairs are recalled exactly; the least sum on its side is 4 of 4, of pair 0.
    >>> print(HebbianMemory([[1, 1, 1], [1, 1, -1], [1, -1, 1]]).storage())
    0 of 3 pairs are recalled exactly. Pair 0 is lost in the crosstalk: its input overlaps with
    that of pair 1 by 1 of 3. Orthogonal inputs would not disturb each other.
    """

    def __init__(self, inputs: Any, targets: Any = None) -> None:
        self.inputs = _signs("inputs", inputs)
        self.auto = targets is None
        self.targets = self.inputs if targets is None else _signs("targets", targets)
        if len(self.inputs) != len(self.targets):
            raise ValueError(
                f"Each of the {len(self.inputs)} inputs needs a target. Got {len(self.targets)}."
            )
        self.weights = self.targets.T @ self.inputs
        if self.auto:
            np.fill_diagonal(self.weights, 0)

    @property
    def capacity(self) -> Capacity:
        """How many patterns a memory of this size holds."""
        size = self.inputs.shape[1]
        exact = size / (2 * math.log(size)) if size > 1 else 1.0
        return Capacity(size, exact, 0.138 * size)

    def sums(self, inputs: Any) -> Array:
        """Return the units' sums (n_patterns, n_outputs)."""
        rows = _signs("inputs", inputs)
        if rows.shape[1] != self.inputs.shape[1]:
            raise ValueError(f"The memory has {self.inputs.shape[1]} inputs. Got {rows.shape[1]}.")
        found: Array = rows @ self.weights.T
        return found

    def recall(self, inputs: Any) -> Array:
        """Return 1 where a unit's sum is above 0, else -1; a memory of inputs keeps what has 0."""
        sums = self.sums(inputs)
        if self.auto:
            return np.where(sums == 0, _signs("inputs", inputs), np.sign(sums)).astype(np.int64)
        return np.where(sums > 0, 1, -1)

    def settle(self, inputs: Any, sweeps: int = 100) -> Array:
        """Return where patterns come to rest when one unit after another is recalled again.

        Only for a memory of inputs. Each change lowers the energy -x W x / 2, so they do come to
        rest, in a stored pattern or in one that nobody stored (a mixture).
        """
        if not self.auto:
            raise ValueError("Only a memory that stores inputs with themselves can settle.")
        states = _signs("inputs", inputs).copy()
        for _ in range(sweeps):
            before = states.copy()
            for unit, weights in enumerate(self.weights):
                sums = states @ weights
                states[:, unit] = np.where(sums == 0, states[:, unit], np.sign(sums))
            if np.array_equal(states, before):
                break
        return states

    def storage(self) -> Storage:
        """Return what is recalled of each stored pair, and how the inputs overlap."""
        margins = (self.targets * (self.inputs @ self.weights.T)).min(axis=1)
        return Storage(int(self.inputs.shape[1] - self.auto), margins, self.inputs @ self.inputs.T)


def hebb_unit(given: Any, inputs: int | None = None) -> BiasUnit:
    """Return the unit that Hebb's rule makes of a truth table in one pass, with -1 for 0.

    Its weights are the function's Chow parameters (C. Chow, 1961). For two inputs they are right
    for every separable function, for more not for all: the Perceptron's rule, which learns from
    mistakes alone, is needed there.

    Examples
    --------
    >>> from neurona.neuron.hebb import hebb_unit
    >>> hebb_unit("AND").truth_table(levels=(-1, 1)).outputs
    (0, 0, 0, 1)
    """
    function = boolean_function(given, inputs)
    rows = 2 * np.array(function.rows) - 1
    signs = 2 * np.array(function.outputs) - 1
    weights = signs @ rows
    return BiasUnit(tuple(int(weight) for weight in weights), int(signs.sum()))


def _signs(what: str, given: Any) -> Array:
    rows = np.asarray(given)
    if rows.ndim != 2 or not rows.size or not np.isin(rows, (-1, 1)).all():
        raise ValueError(
            f"The {what} must be rows of 1 and -1 (2 * bits - 1 of zeros and ones). Got the shape "
            f"{rows.shape} and the values {np.unique(rows)[:4]}."
        )
    return rows.astype(np.int64)
