"""Plain functions as the objectives that solvers see."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona import autodiff
from neurona.numerics import differences
from neurona.numerics.linear_solvers import LeastSquaresModel
from neurona.optimizers.derivatives import Derivative, Function
from neurona.optimizers.solver import Need, Vector


class _Called:
    """A function of an array of some shape, seen as one of a vector; counts its calls."""

    def __init__(self, function: Function, shape: tuple[int, ...]) -> None:
        self._function, self._shape = function, shape
        self.calls = 0

    def __call__(self, x: Any) -> Any:
        self.calls += 1
        given = x.copy() if isinstance(x, np.ndarray) else x  # the function may write on it
        return self._function(given if len(self._shape) == 1 else given.reshape(self._shape))


class FunctionObjective:
    """A function that returns one number.

    `gradient` is a function of x, or True where the function returns (value, gradient); `hessian`
    a function of x. What is not given is taken from the graph, or by differences.
    """

    gives = frozenset({Need.HESSIAN, Need.HESSIAN_PRODUCT})

    def __init__(
        self,
        function: Function,
        start: Vector,
        gradient: Function | bool | None = None,
        hessian: Function | None = None,
    ) -> None:
        shape, self._size = start.shape, start.size
        self._sizes = differences.sizes_of(start.reshape(-1))
        called = _Called(function, shape)
        self._called, self._both = called, gradient is True
        first = _Called(gradient, shape) if callable(gradient) else None
        second = _Called(hessian, shape) if hessian is not None else None

        def given_pair(x: Vector) -> tuple[Any, Any]:
            return called(x) if first is None else (called(x), first(x))

        def pair_by_differences(x: Vector) -> tuple[Any, Any]:
            slopes = differences.gradient(lambda y: _number(called(y)), x, self._sizes)
            return called(x), slopes

        self._pair = Derivative(
            "gradient",
            given_pair if self._both or first is not None else None,
            autodiff.value_and_grad(called),
            pair_by_differences,
        )
        by_graph = _refuse if self._both else autodiff.hessian(called)
        self._second = Derivative("hessian", second, by_graph, self._hessian_by_differences)
        self._product = Derivative(
            "hessian",
            None if second is None else lambda x, p: _matrix(second(x), self._size) @ p,
            _refuse if self._both else autodiff.hessian_product(called),
            lambda x, p: differences.directional(self._slopes_at, x, p, self._sizes),
        )

    @property
    def calls(self) -> int:
        """How often the function was called."""
        return self._called.calls

    def sources(self) -> dict[str, str]:
        """Return where each derivative that was asked for came from."""
        return {way.what: str(way.source) for way in self._ways() if way.used}

    def notes(self) -> tuple[str, ...]:
        """Return sentences on derivatives that were not taken as they should be."""
        return tuple(dict.fromkeys(way.note for way in self._ways() if way.note))

    def _ways(self) -> tuple[Derivative, ...]:
        return self._pair, self._second, self._product

    def value(self, x: Vector) -> float:
        """Return f(x)."""
        got = self._called(x)
        return _number(got[0] if self._both else got)

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Return f(x) and its gradient."""
        value, gradient = self._pair(x)
        gradient = np.array(gradient, dtype=np.float64).reshape(-1)
        if gradient.size != self._size:
            raise ValueError(
                f"The gradient must have as many numbers as x0, {self._size}. Got {gradient.size}."
            )
        return _number(value), gradient

    def hessian(self, x: Vector) -> Vector:
        """Return the Hessian."""
        return _matrix(self._second(x), self._size)

    def hessian_product(self, x: Vector, direction: Vector) -> Vector:
        """Return the Hessian's product with a vector."""
        return np.asarray(self._product(x, direction), dtype=np.float64).reshape(-1)

    def model(self, x: Vector) -> Any:
        """Not for a function that is no sum of squares."""
        raise NotImplementedError(f"this function is not {Need.MODEL}")

    def bend(self, x: Vector, direction: Vector) -> Vector:
        """Not for a function that is no sum of squares."""
        raise NotImplementedError(f"this function is not {Need.MODEL}")

    def _hessian_by_differences(self, x: Vector) -> Vector:
        slopes = differences.jacobian(self._slopes_at, x, self._sizes)
        return 0.5 * (slopes + slopes.T)

    def _slopes_at(self, x: Vector) -> Vector:
        return self.value_and_gradient(x)[1]


class ResidualObjective(FunctionObjective):
    """Half the sum of the squares of a vector of residuals; keeps the last Jacobian."""

    gives = frozenset({Need.MODEL, Need.BEND, Need.HESSIAN, Need.HESSIAN_PRODUCT})

    def __init__(
        self, residuals: Function, start: Vector, jacobian: Function | None = None
    ) -> None:
        shape = start.shape
        self._residuals = _Called(residuals, shape)
        super().__init__(self._half_square, start.reshape(-1))
        called = self._residuals
        given = None if jacobian is None else _Called(jacobian, shape)
        self._slopes = Derivative(
            "jacobian",
            None if given is None else lambda x: (self.residuals(x), given(x)),
            autodiff.value_and_jacobian(called),
            lambda x: (self.residuals(x), differences.jacobian(self._fresh, x, self._sizes)),
        )
        self._last: tuple[bytes, LeastSquaresModel] | None = None
        self._known: tuple[bytes, Vector] | None = None

    def _half_square(self, x: Any) -> Any:
        return 0.5 * np.sum(self._residuals(x) ** 2)

    @property
    def calls(self) -> int:
        """How often the residuals were computed."""
        return self._residuals.calls

    def _ways(self) -> tuple[Derivative, ...]:
        return self._slopes, self._second, self._product

    def residuals(self, x: Vector) -> Vector:
        """Return the residuals as a vector; those of the last x are kept."""
        key = x.tobytes()
        if self._known is None or self._known[0] != key:
            self._known = key, self._fresh(x)
        return self._known[1]

    def _fresh(self, x: Vector) -> Vector:
        return _vector(self._residuals(x))

    def value(self, x: Vector) -> float:
        """Return |r|^2 / 2."""
        residuals = self.residuals(x)
        return 0.5 * float(residuals @ residuals)

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Return |r|^2 / 2 and J'r."""
        model = self.model(x)
        return model.value, model.gradient.copy()

    def model(self, x: Vector) -> LeastSquaresModel:
        """Return the model with J and r; entries of J that are not finite count as 0."""
        key = x.tobytes()
        if self._last is None or self._last[0] != key:
            values, slopes = self._slopes(x)
            residuals = _vector(values)
            matrix = np.asarray(slopes, dtype=np.float64).reshape(residuals.size, -1)
            if matrix.shape[1] != x.size:
                raise ValueError(
                    f"The Jacobian must have a row per residual and a column per parameter, "
                    f"{(residuals.size, x.size)}. Got an array of shape {np.shape(slopes)}."
                )
            matrix = np.where(np.isfinite(matrix), matrix, 0.0)
            self._last = key, LeastSquaresModel(matrix, residuals)
        return self._last[1]

    def bend(self, x: Vector, direction: Vector) -> Vector:
        """Return the second derivative of the residuals along a direction."""
        model = self.model(x)
        slope = model.jacobian @ direction
        return differences.bend(self._fresh, x, direction, model.residuals, slope)


def _refuse(*arguments: Any) -> Any:
    raise TypeError("a function that returns its own gradient")


def _number(value: Any) -> float:
    if np.size(value) != 1 or np.iscomplexobj(value):
        raise ValueError(
            f"The function to minimize must return one real number. Got {_kind(value)}; for a "
            "vector of residuals use neurona.least_squares."
        )
    return float(np.asarray(value, dtype=np.float64).reshape(()))


def _vector(values: Any) -> Vector:
    if np.iscomplexobj(values):
        raise ValueError("The residuals must be real numbers. Got complex ones.")
    return np.array(values, dtype=np.float64).reshape(-1)


def _matrix(values: Any, size: int) -> Vector:
    matrix = np.asarray(values, dtype=np.float64)
    if matrix.size != size * size:
        raise ValueError(f"The Hessian must be {size} x {size}. Got the shape {matrix.shape}.")
    return matrix.reshape(size, size)


def _kind(value: Any) -> str:
    return f"an array of shape {np.shape(value)}" if np.ndim(value) else f"{value!r}"
