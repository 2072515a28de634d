"""Features: what the scale of a linear model's features does to its error surface.

f(w) = mean of (w_1 x_1 + w_2 x_2 - y)^2 / 2 over eight rows whose features are uncorrelated, x_1 of
standard deviation 1 and x_2 of `spread`. Its Hessian is diag(1, spread^2), so the condition number
is the square of the ratio of the spreads; features of one scale make a round bowl.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from neurona.surfaces.base import SURFACES, Array, SumOfSquares, Window
from neurona.surfaces.linear import LinearModel
from neurona.values import option


@SURFACES.register("features")
@dataclass(frozen=True)
class Features(SumOfSquares):
    """The error of a linear model whose second feature is `spread` times as wide as the first.

    >>> np.linalg.cond(Features(spread=10.0).hessian([0.0, 0.0])).round(6)
    np.float64(100.0)
    """

    spread: float = option(10.0, 1)

    @cached_property
    def model(self) -> LinearModel:
        """The error surface of the rows; both features tell the same of the target."""
        angle = np.arange(8) * np.pi / 4
        even = np.sqrt(2.0) * np.column_stack([np.cos(angle), np.sin(angle)])
        return LinearModel(even * [1.0, self.spread], even.sum(axis=1), intercept=False)

    @property
    def start(self) -> Array:
        """Both weights 0."""
        return np.zeros(2)

    @property
    def window(self) -> Window:
        """The same for every spread, so that it is the bowl that changes."""
        return Window((-1.0, 3.0), (-1.5, 2.5))

    @property
    def minima(self) -> Array:
        """The weights that the target was made with."""
        return np.array([[1.0, 1.0 / self.spread]])

    def value(self, points: Any) -> Array:
        """Return the error."""
        return self.model.value(points)

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        return self.model.gradient(points)

    def hessian(self, point: Any) -> Array:
        """Return the Hessian, the same everywhere."""
        return self.model.hessian(point)

    def residuals(self, point: Any) -> Array:
        """Return the errors of the rows, divided by the root of their number."""
        return self.model.residuals(point)

    def jacobian(self, point: Any) -> Array:
        """Return their derivatives, the same everywhere."""
        return self.model.jacobian(point)
