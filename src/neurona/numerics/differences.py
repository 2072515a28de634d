"""Derivatives by differences, for functions that nothing is known of.

Central differences have an error of h^2 |f'''| / 6 + eps |f| / h, least near h = eps^(1/3) times
the scale of x (P. E. Gill, W. Murray and M. H. Wright, Practical Optimization, 1981, section 8.6).
The step is a number that x + h and x - h represent exactly. Where one side is not finite, the other
side alone serves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]

EPSILON = float(np.finfo(np.float64).eps)
THIRD = EPSILON ** (1 / 3)
BEND_STEP = 0.1


def sizes_of(x: Vector) -> Vector:
    """Return the sizes that x's components seem to have: theirs, 1 for a component that is 0."""
    return np.where(x != 0, np.abs(x), 1.0)


def jacobian(
    function: Callable[[Vector], Vector], x: Vector, sizes: Vector | None = None
) -> Vector:
    """Return the derivatives of a vector function, one column per component of x; 2 n evaluations.

    `sizes` are the least sizes that the components are taken to have; by default x's own.

    >>> jacobian(lambda x: np.array([x[0] * x[1], x[1]]), np.array([2.0, 3.0])).round(9)
    array([[3., 2.],
           [0., 1.]])
    """
    steps = THIRD * np.maximum(np.abs(x), sizes_of(x) if sizes is None else sizes)
    columns, here = [], None
    for k, step in enumerate((x + steps) - x):
        ahead, behind = x.copy(), x.copy()
        ahead[k] += step
        behind[k] -= step
        high, low = np.asarray(function(ahead)), np.asarray(function(behind))
        width = 2 * step
        if not (np.isfinite(high).all() and np.isfinite(low).all()):
            here = np.asarray(function(x)) if here is None else here
            one_sided = np.isfinite(high).all()
            high, low = (high, here) if one_sided else (here, low)
            width = step
        columns.append((high - low) / width)
    return np.stack(columns, axis=-1)


def gradient(function: Callable[[Vector], float], x: Vector, sizes: Vector | None = None) -> Vector:
    """Return the gradient of a scalar function; 2 n evaluations.

    >>> gradient(lambda x: x[0] ** 2 * x[1], np.array([2.0, 3.0])).round(8)
    array([12.,  4.])
    """
    row: Vector = jacobian(lambda point: np.array([function(point)]), x, sizes)[0]
    return row


def directional(
    function: Callable[[Vector], Vector],
    x: Vector,
    direction: Vector,
    sizes: Vector | None = None,
) -> Vector:
    """Return the derivative of a vector function along a direction; 2 evaluations."""
    spans = np.maximum(np.abs(x), sizes_of(x) if sizes is None else sizes)
    longest = float((np.abs(direction) / spans).max(initial=0.0))
    if longest == 0:
        return np.zeros_like(np.asarray(function(x)))
    step = THIRD / longest
    ahead, behind = function(x + step * direction), function(x - step * direction)
    slope: Vector = (ahead - behind) / (2 * step)
    return slope


def bend(
    function: Callable[[Vector], Vector], x: Vector, direction: Vector, value: Vector, slope: Vector
) -> Vector:
    """Return the second derivative of a vector function along a direction; 1 evaluation.

    `value` is the function at x, `slope` its first derivative along the direction. The step is a
    tenth of the direction, as in Transtrum and Sethna (2012): the bend is wanted over that length.
    What rounding alone could make of it is returned as 0.
    """
    h = BEND_STEP
    ahead = function(x + h * direction)
    second = 2 / h * ((ahead - value) / h - slope)
    noise = 8 * EPSILON / h**2 * (np.abs(ahead) + np.abs(value))
    return np.where(np.abs(second) <= noise, 0.0, second)
