"""Surfaces as solvers see them."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.numerics import differences
from neurona.numerics.linear_solvers import LeastSquaresModel
from neurona.optimizers.solver import Need
from neurona.surfaces.base import Array, SumOfSquares, Surface


class SurfaceObjective:
    """A surface: value, gradient and Hessian.

    Attributes
    ----------
    gradients : int
        Gradients taken so far. A Jacobian counts as one, a Hessian's product with a vector as one,
        a Hessian as one for each of its columns.
    """

    gives = frozenset({Need.HESSIAN, Need.HESSIAN_PRODUCT})

    def __init__(self, surface: Surface) -> None:
        self.surface = surface
        self.gradients = 0

    def value(self, x: Array) -> float:
        """Return f(x)."""
        return float(self.surface.value(x))

    def value_and_gradient(self, x: Array) -> tuple[float, Array]:
        """Return f(x) and its gradient."""
        self.gradients += 1
        return self.value(x), self.surface.gradient(x)

    def hessian(self, x: Array) -> Array:
        """Return the Hessian."""
        self.gradients += x.size
        return self.surface.hessian(x)

    def hessian_product(self, x: Array, direction: Array) -> Array:
        """Return the Hessian times a vector."""
        self.gradients += 1
        product: Array = self.surface.hessian(x) @ direction
        return product

    def model(self, x: Array) -> Any:
        """Not for a surface that is no sum of squares."""
        raise NotImplementedError(f"this surface is not {Need.MODEL}")

    def bend(self, x: Array, direction: Array) -> Array:
        """Not for a surface that is no sum of squares."""
        raise NotImplementedError(f"this surface is not {Need.MODEL}")


class SquaresObjective(SurfaceObjective):
    """A surface that is a sum of squares: its Gauss-Newton model too, the last one kept."""

    gives = frozenset({Need.MODEL, Need.BEND, Need.HESSIAN, Need.HESSIAN_PRODUCT})

    def __init__(self, surface: SumOfSquares) -> None:
        super().__init__(surface)
        self.squares = surface
        self._last: tuple[bytes, LeastSquaresModel] | None = None

    def value(self, x: Array) -> float:
        """Return |r|^2 / 2."""
        residuals = self.squares.residuals(x)
        return 0.5 * float(residuals @ residuals)

    def value_and_gradient(self, x: Array) -> tuple[float, Array]:
        """Return |r|^2 / 2 and J'r."""
        model = self.model(x)
        return model.value, model.gradient.copy()

    def model(self, x: Array) -> LeastSquaresModel:
        """Return the model of the residuals at x."""
        key = np.asarray(x).tobytes()
        if self._last is None or self._last[0] != key:
            self.gradients += 1
            self._last = key, LeastSquaresModel(self.squares.jacobian(x), self.squares.residuals(x))
        return self._last[1]

    def bend(self, x: Array, direction: Array) -> Array:
        """Return the second derivative of the residuals along a direction."""
        model = self.model(x)
        slope = model.jacobian @ direction
        return differences.bend(self.squares.residuals, x, direction, model.residuals, slope)


def objective_of(surface: Surface) -> SurfaceObjective:
    """Return a surface as solvers see it, with all that it gives."""
    return (
        SquaresObjective(surface)
        if isinstance(surface, SumOfSquares)
        else SurfaceObjective(surface)
    )
