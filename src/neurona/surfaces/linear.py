"""The error surface of a linear model: a quadratic whose shape is that of the features.

f(w, b) = mean over the rows of (x'w + b - y)^2 / 2. Its Hessian is the mean of (x, 1)(x, 1)', so
features of unlike scale make a long narrow bowl, and the lowest point solves the normal equations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.surfaces.base import Array, SumOfSquares, Window, as_points


@dataclass(frozen=True, eq=False)
class LinearModel(SumOfSquares):
    """The error of a linear model on a table, by its weights and, last, its intercept.

    Parameters
    ----------
    X : array-like of shape (rows, features)
    y : array-like of shape (rows,)
    intercept : bool, default=True
        False leaves the intercept out.

    Examples
    --------
    >>> surface = LinearModel([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> surface.minima.round(12)
    array([[2., 1.]])
    """

    X: Any
    y: Any
    intercept: bool = True

    def __post_init__(self) -> None:
        X, y = np.array(self.X, np.float64), np.array(self.y, np.float64)
        if X.ndim != 2 or y.shape != X.shape[:1] or not X.size:
            raise ValueError(
                "X must be a table (rows, features) and y one number for each of its rows. Got "
                f"shapes {X.shape} and {y.shape}."
            )
        if not (np.isfinite(X).all() and np.isfinite(y).all()):
            raise ValueError("X and y must be finite numbers: leave out rows with nan or inf.")
        if self.intercept:
            X = np.column_stack([X, np.ones(len(X))])
        for name, array in (("X", X), ("y", y)):
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def start(self) -> Array:
        """All weights 0."""
        return np.zeros(self.X.shape[1])

    @property
    def window(self) -> Window:
        """The first two weights, from the start to beyond the minimum."""
        reach = 2.0 * np.maximum(np.abs(self.minima[0][:2]), 0.5)
        x, *y = [(-float(far), float(far)) for far in reach]
        return Window(x, y[0] if y else x)

    @property
    def minima(self) -> Array:
        """The shortest solution of the normal equations."""
        solution = np.linalg.lstsq(self.X, self.y, rcond=None)[0]
        return np.atleast_2d(solution)

    def value(self, points: Any) -> Array:
        """Return the error."""
        residuals = as_points(points, self.X.shape[1]) @ self.X.T - self.y
        error: Array = (residuals * residuals).mean(axis=-1) / 2
        return error

    def gradient(self, points: Any) -> Array:
        """Return the gradients."""
        residuals = as_points(points, self.X.shape[1]) @ self.X.T - self.y
        slope: Array = residuals @ self.X / len(self.y)
        return slope

    def hessian(self, point: Any) -> Array:
        """Return the Hessian, the same everywhere."""
        matrix: Array = self.X.T @ self.X / len(self.y)
        return matrix

    def residuals(self, point: Any) -> Array:
        """Return the errors of the rows, divided by the root of their number."""
        errors: Array = (self.X @ as_points(point, self.X.shape[1]) - self.y) / self.y.size**0.5
        return errors

    def jacobian(self, point: Any) -> Array:
        """Return their derivatives, the same everywhere."""
        matrix: Array = self.X / np.sqrt(len(self.y))
        return matrix
