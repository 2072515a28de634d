"""How strongly Levenberg-Marquardt damps its steps, and in which lengths it measures them.

The gain ratio compares what a step gained with what the model promised. After H. B. Nielsen,
Damping parameter in Marquardt's method (IMM-REP-1999-05): a good step divides the damping by up to
`most_relief`, smoothly in the gain; each failure in a row multiplies it by a factor that doubles.

The lengths are those of J. J. Moré, The Levenberg-Marquardt algorithm: implementation and theory
(1978): the largest squared column norm of J seen so far, per parameter. Steps then do not depend on
the units of the parameters.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]

LEAST, LARGEST = 1e-300, 1e60


class Damping(NamedTuple):
    """The damping, and the factor by which the next failure multiplies it."""

    value: float
    growth: float = 2.0

    def relaxed(self, gain: float, most_relief: float = 3.0) -> Damping:
        """Return the damping after a step that gained `gain` of what the model promised.

        >>> Damping(3.0).relaxed(1.0)
        Damping(value=1.0, growth=2.0)
        >>> Damping(3.0, 8.0).relaxed(0.5)
        Damping(value=3.0, growth=2.0)
        """
        # from a gain of 2 on the cube is below all bounds
        factor = max(1 / most_relief, 1 - (2 * min(gain, 2.0) - 1) ** 3)
        value = self.value * min(factor, 2.0)
        return Damping(value if value > LEAST else 0.0)

    def tightened(self, least: float) -> Damping:
        """Return the damping after a step that failed; it grows from `least` if it was zero.

        >>> Damping(1.0).tightened(1e-3).tightened(1e-3)
        Damping(value=8.0, growth=8.0)
        >>> Damping(0.0).tightened(1e-3)
        Damping(value=0.001, growth=2.0)
        """
        if self.value == 0:
            return Damping(least)
        return Damping(min(self.value * self.growth, LARGEST), self.growth * 2)

    def can_grow(self) -> bool:
        """Return whether a larger damping could still change the step."""
        return self.value < LARGEST


def gain_ratio(decrease: float, promised: float) -> float:
    """Return decrease / promised; -inf where either is of no use."""
    if not (np.isfinite(decrease) and promised > 0):
        return -np.inf
    return decrease / promised


def longest_columns(lengths: Vector, diagonal: Vector) -> Vector:
    """Return the largest diagonal of B seen so far."""
    return np.maximum(lengths, diagonal)


def used_lengths(lengths: Vector, floor: float = 0.0) -> Vector:
    """Return the lengths to damp by: at least a share `floor` of their mean, and 1 for a parameter
    that has had no effect yet.

    >>> used_lengths(np.array([0.1, 5.0, 0.9]), floor=0.5)
    array([1., 5., 1.])
    """
    least = np.maximum(lengths, floor * lengths.mean())
    return np.where(least > 0, least, 1.0)
