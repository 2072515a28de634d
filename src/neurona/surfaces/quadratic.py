"""Quadratic: the bowl, long and narrow as its condition number says.

f(x) = 1/2 sum_i lambda_i u_i^2, with u = Q' x the coordinates along the axes of the bowl. The
curvatures lambda go from `curvature` to `condition * curvature` in equal ratios. Near a minimum
every smooth function looks like this, so what gradient descent does here it does anywhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from neurona.surfaces.base import SURFACES, Array, Surface, Window, as_points
from neurona.values import option


@SURFACES.register("quadratic")
@dataclass(frozen=True)
class Quadratic(Surface):
    """A bowl around 0.

    `angle`, in degrees, turns it in the plane of each coordinate and the next, one after the other.

    >>> Quadratic(condition=9, angle=45).hessian([0, 0]).round(6).tolist()
    [[5.0, -4.0], [-4.0, 5.0]]
    """

    condition: float = option(10.0, 1)
    dimension: int = 2
    angle: float = option(0.0)
    curvature: float = option(1.0, 0, closed="neither")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_dimension(self, self.dimension, 1)

    @cached_property
    def curvatures(self) -> Array:
        """The eigenvalues of the Hessian, smallest first."""
        if self.dimension == 1:
            return np.array([self.curvature])
        return self.curvature * np.geomspace(1, self.condition, self.dimension)

    @cached_property
    def axes(self) -> Array:
        """The eigenvectors of the Hessian, as columns."""
        turned = np.eye(self.dimension)
        c, s = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        for k in range(self.dimension - 1):
            plane = np.eye(self.dimension)
            plane[k : k + 2, k : k + 2] = [[c, -s], [s, c]]
            turned = plane @ turned
        return turned

    @property
    def start(self) -> Array:
        """Far out along the flattest axis, less so along the others."""
        along = 4.0 * self.condition ** (-np.arange(self.dimension) / max(self.dimension - 1, 1))
        start: Array = self.axes @ np.maximum(along, 1.0)
        return start

    @property
    def window(self) -> Window:
        """From -5 to 5."""
        return Window((-5.0, 5.0), (-5.0, 5.0))

    @property
    def minima(self) -> Array:
        """0."""
        return np.zeros((1, self.dimension))

    def value(self, points: Any) -> Array:
        """Return the height."""
        along = as_points(points, self.dimension) @ self.axes
        height: Array = (along * along) @ self.curvatures / 2
        return height

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        axes = self.axes
        slope: Array = (as_points(points, self.dimension) @ axes * self.curvatures) @ axes.T
        return slope

    def hessian(self, point: Any) -> Array:
        """Return the Hessian, the same everywhere."""
        axes = self.axes
        matrix: Array = axes * self.curvatures @ axes.T
        return matrix


def check_dimension(surface: Surface, dimension: object, least: int) -> None:
    """Raise `ValueError` if a dimension is no whole number from `least` up."""
    whole = isinstance(dimension, int | np.integer) and not isinstance(dimension, bool)
    if not whole or dimension < least:  # type: ignore[operator]
        raise ValueError(
            f"The 'dimension' parameter of {type(surface).__name__} must be an int in the range "
            f"[{least}, inf). Got {dimension!r} instead."
        )
