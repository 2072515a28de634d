"""Shapes that show one difficulty each: a saddle, a plateau, many local minima."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.surfaces.base import SURFACES, Array, Surface, Window, as_points
from neurona.surfaces.quadratic import check_dimension
from neurona.values import option


@SURFACES.register("saddle")
@dataclass(frozen=True)
class Saddle(Surface):
    """A pass between two valleys: f(x, y) = x^2 / 2 - y^2 / 2 + y^4 / 4.

    At (0, 0) the slope is 0, but it is no minimum; those are at (0, 1) and (0, -1). From the ridge
    y = 0 gradient descent walks to the pass and stays there.
    """

    @property
    def start(self) -> Array:
        """A hair beside the ridge."""
        return np.array([1.5, 0.001])

    @property
    def window(self) -> Window:
        """The pass and both valleys."""
        return Window((-2.0, 2.0), (-1.6, 1.6))

    @property
    def minima(self) -> Array:
        """Both."""
        return np.array([[0.0, 1.0], [0.0, -1.0]])

    def value(self, points: Any) -> Array:
        """Return the height."""
        xy = as_points(points, 2)
        x, y = xy[..., 0], xy[..., 1]
        height: Array = x**2 / 2 - y**2 / 2 + y**4 / 4
        return height

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        xy = as_points(points, 2)
        x, y = xy[..., 0], xy[..., 1]
        return np.stack([x, y**3 - y], axis=-1)

    def hessian(self, point: Any) -> Array:
        """Return the Hessian."""
        y = as_points(point, 2)[1]
        return np.diag([1.0, 3 * y**2 - 1])


@SURFACES.register("plateau")
@dataclass(frozen=True)
class Plateau(Surface):
    """A hole in a plain: f(x) = 1 - exp(-|x|^2 / (2 width^2)).

    Far from the hole the slope is next to nothing, as it is for a network of saturated units.
    """

    width: float = option(1.0, 0, closed="neither")
    dimension: int = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_dimension(self, self.dimension, 1)

    @property
    def start(self) -> Array:
        """Three widths away from the middle, on the plain."""
        return np.full(self.dimension, 3.0 * self.width / math.sqrt(self.dimension))

    @property
    def window(self) -> Window:
        """The hole and some of the plain."""
        reach = 4.0 * self.width
        return Window((-reach, reach), (-reach, reach))

    @property
    def minima(self) -> Array:
        """0."""
        return np.zeros((1, self.dimension))

    def _depth(self, x: Array) -> Array:
        depth: Array = np.exp(-(x * x).sum(axis=-1) / (2 * self.width**2))
        return depth

    def value(self, points: Any) -> Array:
        """Return the height."""
        x = as_points(points, self.dimension)
        height: Array = -np.expm1(-(x * x).sum(axis=-1) / (2 * self.width**2))
        return height

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        x = as_points(points, self.dimension)
        slope: Array = x * self._depth(x)[..., None] / self.width**2
        return slope

    def hessian(self, point: Any) -> Array:
        """Return the Hessian."""
        x = as_points(point, self.dimension)
        square = self.width**2
        matrix: Array = (np.eye(self.dimension) - np.outer(x, x) / square) * self._depth(x) / square
        return matrix


@SURFACES.register("rastrigin")
@dataclass(frozen=True)
class Rastrigin(Surface):
    """A bowl full of dents (L. Rastrigin, 1974).

    f(x) = sum_i x_i^2 + depth (1 - cos(2 pi x_i)): a local minimum near every whole number, the
    lowest at 0.
    """

    depth: float = option(10.0, 0)
    dimension: int = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_dimension(self, self.dimension, 1)

    @property
    def start(self) -> Array:
        """Some dents away."""
        return np.resize([3.4, 2.6], self.dimension)

    @property
    def window(self) -> Window:
        """The usual one, a little narrower."""
        return Window((-4.5, 4.5), (-4.5, 4.5))

    @property
    def minima(self) -> Array:
        """The lowest, 0."""
        return np.zeros((1, self.dimension))

    def value(self, points: Any) -> Array:
        """Return the height."""
        x = as_points(points, self.dimension)
        height: Array = (x * x + self.depth * (1 - np.cos(2 * np.pi * x))).sum(axis=-1)
        return height

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        x = as_points(points, self.dimension)
        slope: Array = 2 * x + 2 * np.pi * self.depth * np.sin(2 * np.pi * x)
        return slope

    def hessian(self, point: Any) -> Array:
        """Return the Hessian, diagonal."""
        x = as_points(point, self.dimension)
        return np.diag(2 + 4 * np.pi**2 * self.depth * np.cos(2 * np.pi * x))
