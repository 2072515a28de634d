"""Test functions of optimisation: Rosenbrock's valley, Beale's and Himmelblau's functions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.surfaces.base import SURFACES, Array, SumOfSquares, Window, as_points
from neurona.surfaces.quadratic import check_dimension
from neurona.values import option

ROOT_2 = math.sqrt(2)


@SURFACES.register("rosenbrock")
@dataclass(frozen=True)
class Rosenbrock(SumOfSquares):
    """A curved valley: easy to reach, slow to follow (H. Rosenbrock, Computer Journal 3, 1960).

    f(x) = sum_i steepness (x_{i+1} - x_i^2)^2 + (1 - x_i)^2, lowest at (1, ..., 1).
    """

    steepness: float = option(100.0, 0, closed="neither")
    dimension: int = 2

    def __post_init__(self) -> None:
        super().__post_init__()
        check_dimension(self, self.dimension, 2)

    @property
    def start(self) -> Array:
        """(-1.2, 1), the paper's; with more coordinates these two in turn."""
        return np.resize([-1.2, 1.0], self.dimension)

    @property
    def window(self) -> Window:
        """The valley."""
        return Window((-2.0, 2.0), (-1.0, 3.0))

    @property
    def minima(self) -> Array:
        """All ones."""
        return np.ones((1, self.dimension))

    def value(self, points: Any) -> Array:
        """Return the height."""
        x = as_points(points, self.dimension)
        here, after = x[..., :-1], x[..., 1:]
        height: Array = (self.steepness * (after - here**2) ** 2 + (1 - here) ** 2).sum(axis=-1)
        return height

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        x = as_points(points, self.dimension)
        here, rise = x[..., :-1], x[..., 1:] - x[..., :-1] ** 2
        slope = np.zeros_like(x)
        slope[..., :-1] = -4 * self.steepness * here * rise - 2 * (1 - here)
        slope[..., 1:] += 2 * self.steepness * rise
        return slope

    def hessian(self, point: Any) -> Array:
        """Return the Hessian, tridiagonal."""
        x = as_points(point, self.dimension)
        here, after = x[:-1], x[1:]
        middle = np.zeros(self.dimension)
        middle[:-1] = self.steepness * (12 * here**2 - 4 * after) + 2
        middle[1:] += 2 * self.steepness
        beside = -4 * self.steepness * here
        return np.diag(middle) + np.diag(beside, 1) + np.diag(beside, -1)

    def residuals(self, point: Any) -> Array:
        """Return the square roots of the terms, times sqrt 2: first all rises, then all 1 - x."""
        x = as_points(point, self.dimension)
        rises = math.sqrt(2 * self.steepness) * (x[1:] - x[:-1] ** 2)
        return np.concatenate([rises, ROOT_2 * (1 - x[:-1])])

    def jacobian(self, point: Any) -> Array:
        """Return their derivatives."""
        x = as_points(point, self.dimension)
        flat = np.eye(self.dimension)
        rises = math.sqrt(2 * self.steepness) * (flat[1:] - 2 * x[:-1, None] * flat[:-1])
        return np.concatenate([rises, -ROOT_2 * flat[:-1]])


@SURFACES.register("beale")
@dataclass(frozen=True)
class Beale(SumOfSquares):
    """Flat in the middle, steep at the corners (E. Beale, 1958).

    f(x, y) = (1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2, lowest at (3, 0.5).
    """

    @property
    def start(self) -> Array:
        """On the flat side."""
        return np.array([-1.0, 1.5])

    @property
    def window(self) -> Window:
        """The usual one."""
        return Window((-4.5, 4.5), (-4.5, 4.5))

    @property
    def minima(self) -> Array:
        """(3, 0.5)."""
        return np.array([[3.0, 0.5]])

    def _residuals(self, points: Any) -> tuple[Array, Array, Array, Array]:
        xy = as_points(points, 2)
        x, y = xy[..., 0, None], xy[..., 1, None]
        power = np.array([1, 2, 3])
        raised = y**power
        slopes = x * power * y ** (power - 1)
        return np.array([1.5, 2.25, 2.625]) - x + x * raised, raised - 1, slopes, x

    def value(self, points: Any) -> Array:
        """Return the height."""
        residuals, *_ = self._residuals(points)
        height: Array = (residuals**2).sum(axis=-1)
        return height

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        residuals, by_x, by_y, _ = self._residuals(points)
        parts = [(2 * residuals * by).sum(axis=-1) for by in (by_x, by_y)]
        return np.stack(parts, axis=-1)

    def hessian(self, point: Any) -> Array:
        """Return the Hessian."""
        residuals, by_x, by_y, x = self._residuals(point)
        y = as_points(point, 2)[1]
        mixed = np.array([1, 2 * y, 3 * y**2])
        bent = x * np.array([0, 2, 6 * y])
        across = 2 * (by_x * by_y + residuals * mixed).sum()
        return np.array(
            [
                [2 * (by_x**2).sum(), across],
                [across, 2 * (by_y**2 + residuals * bent).sum()],
            ]
        )

    def residuals(self, point: Any) -> Array:
        """Return the three terms, times sqrt 2."""
        return ROOT_2 * self._residuals(point)[0]

    def jacobian(self, point: Any) -> Array:
        """Return their derivatives."""
        _, by_x, by_y, _ = self._residuals(point)
        return ROOT_2 * np.column_stack([by_x, by_y])


@SURFACES.register("himmelblau")
@dataclass(frozen=True)
class Himmelblau(SumOfSquares):
    """Four equal minima: where the way ends depends on where it begins (D. Himmelblau, 1972).

    f(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2.
    """

    @property
    def start(self) -> Array:
        """Beside the hill in the middle."""
        return np.array([-0.5, -1.0])

    @property
    def window(self) -> Window:
        """All four minima."""
        return Window((-5.0, 5.0), (-5.0, 5.0))

    @property
    def minima(self) -> Array:
        """(3, 2) and three that are roots of higher equations."""
        return np.array(
            [
                [3.0, 2.0],
                [-2.8051180869527449, 3.1313125182505730],
                [-3.7793102533777469, -3.2831859912861694],
                [3.5844283403304918, -1.8481265269644036],
            ]
        )

    def value(self, points: Any) -> Array:
        """Return the height."""
        xy = as_points(points, 2)
        x, y = xy[..., 0], xy[..., 1]
        height: Array = (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
        return height

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        xy = as_points(points, 2)
        x, y = xy[..., 0], xy[..., 1]
        first, second = x**2 + y - 11, x + y**2 - 7
        return np.stack([4 * x * first + 2 * second, 2 * first + 4 * y * second], axis=-1)

    def hessian(self, point: Any) -> Array:
        """Return the Hessian."""
        x, y = as_points(point, 2)
        across = 4 * (x + y)
        return np.array([[12 * x**2 + 4 * y - 42, across], [across, 12 * y**2 + 4 * x - 26]])

    def residuals(self, point: Any) -> Array:
        """Return the two terms, times sqrt 2."""
        x, y = as_points(point, 2)
        return ROOT_2 * np.array([x**2 + y - 11, x + y**2 - 7])

    def jacobian(self, point: Any) -> Array:
        """Return their derivatives."""
        x, y = as_points(point, 2)
        return ROOT_2 * np.array([[2 * x, 1], [1, 2 * y]])
