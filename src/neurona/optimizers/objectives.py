"""Plain functions as the objectives that solvers see."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona import autodiff
from neurona.numerics import differences
from neurona.numerics.linear_solvers import LeastSquaresModel
from neurona.optimizers.derivatives import Derivative, Function, MissingResultError
from neurona.optimizers.solver import Need, Vector


class _Called:
    """A function of an array of some shape, seen as one of a vector; counts its calls."""

    def __init__(self, function: Function, shape: tuple[int, ...]) -> None:
        self._function, self._shape = function, shape
        self.calls = 0

    def __call__(self, x: Any) -> Any:
        self.calls += 1
        given = x.copy() if isinstance(x, np.ndarray) else x  # the function may write on it
        got = self._function(given if len(self._shape) == 1 else given.reshape(self._shape))
        if got is None:
            name = getattr(self._function, "__name__", type(self._function).__name__)
            raise MissingResultError(f"{name} returned None; end it with `return` and its result.")
        return got


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
        self._shape = shape
        self._sizes = differences.sizes_of(start.reshape(-1))
        called = _Called(function, shape)
        self._called, self._both = called, gradient is True
        first = _Called(gradient, shape) if callable(gradient) else None
        second = _Called(hessian, shape) if hessian is not None else None

        def given_pair(x: Vector) -> tuple[Any, Any]:
            if first is not None:
                return called(x), first(x)
            got = called(x)
            if not isinstance(got, tuple | list) or len(got) != 2:
                raise ValueError(
                    "With gradient=True the function must return (value, gradient). Got "
                    f"{_kind(got)}."
                )
            return got[0], got[1]

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
            None if second is None else lambda x, p: self._square(second(x)) @ p,
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
        return _number(value), _shaped("gradient", gradient, self._shape).copy()

    def hessian(self, x: Vector) -> Vector:
        """Return the Hessian."""
        return self._square(self._second(x))

    def _square(self, values: Any) -> Vector:
        """Return a Hessian as a matrix: it may have x0's shape twice."""
        if np.shape(values) == (*self._shape, *self._shape):
            values = np.reshape(values, (self._size, self._size))
        return _matrix(values, self._size)

    def hessian_product(self, x: Vector, direction: Vector) -> Vector:
        """Return the Hessian's product with a vector."""
        return np.asarray(self._product(x, direction), dtype=np.float64).reshape(-1)

    def fault(self, x: Vector, value: float, gradient: Vector) -> str:
        """Return what is not finite at x: the value, or a component of the gradient; else ""."""
        if not np.isfinite(value):
            return f"the function is {value:g}"
        if np.isfinite(gradient).all():
            return ""
        k = int(np.argmax(~np.isfinite(gradient)))
        return f"component {k} of the gradient is {gradient[k]:g}"

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
        shape = self._given_shape = start.shape
        self._count: int | None = None
        self._fault = ""
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
        return self._counted(_vector(self._residuals(x)))

    def value(self, x: Vector) -> float:
        """Return |r|^2 / 2."""
        residuals = self.residuals(x)
        return 0.5 * float(residuals @ residuals)

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Return |r|^2 / 2 and J'r."""
        model = self.model(x)
        return model.value, model.gradient.copy()

    def model(self, x: Vector) -> LeastSquaresModel:
        """Return the model with J and r; entries of J that are not finite count as 0, so that a
        search may pass such a point; `fault` names them.
        """
        key = x.tobytes()
        if self._last is None or self._last[0] != key:
            values, slopes = self._slopes(x)
            residuals = self._counted(_vector(values))
            matrix = self._jacobian(slopes, residuals.size)
            self._fault = _first_fault(matrix)
            if self._fault:
                matrix = np.where(np.isfinite(matrix), matrix, 0.0)
            self._last = key, LeastSquaresModel(matrix, residuals)
        return self._last[1]

    def fault(self, x: Vector, value: float, gradient: Vector) -> str:
        """Return which residual or derivative at x is not finite, "" if all are."""
        residuals = self.residuals(x)
        if not np.isfinite(residuals).all():
            k = int(np.argmax(~np.isfinite(residuals)))
            return f"residual {k} is {residuals[k]:g}"
        self.model(x)
        return self._fault

    def _jacobian(self, slopes: Any, count: int) -> Vector:
        """Return the derivatives as a matrix of `count` rows; their shape must say so."""
        array, size = _floats("Jacobian", slopes), self._size
        # the residuals may have any shape, and so may x0
        last = array.shape[-len(self._given_shape) :] == self._given_shape
        shaped = array.shape == (count, size) or (
            array.ndim > 1 and array.size == count * size and (last or array.shape[-1] == size)
        )
        flat = array.ndim <= 1 and array.size == count * size and 1 in (count, size)
        if not (shaped or flat):
            raise ValueError(
                f"The Jacobian must have a row per residual and a column per parameter, "
                f"{(count, size)}. Got an array of shape {array.shape}"
                + ("; transpose it." if array.shape == (size, count) else ".")
            )
        return array.reshape(count, size)

    def _counted(self, residuals: Vector) -> Vector:
        """Return residuals, of which there are always as many."""
        if self._count is None:
            self._count = residuals.size
        if not residuals.size:
            raise ValueError("There are no residuals: the function returned an empty array.")
        if residuals.size != self._count:
            raise ValueError(
                f"There must be as many residuals at every point. Got {residuals.size} after "
                f"{self._count}."
            )
        return residuals

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
    return float(_floats("function's value", value).reshape(()))


def _vector(values: Any) -> Vector:
    if np.iscomplexobj(values):
        raise ValueError("The residuals must be real numbers. Got complex ones.")
    try:
        return np.array(values, dtype=np.float64).reshape(-1)
    except (TypeError, ValueError):
        raise ValueError(
            f"The residuals must be an array of real numbers. Got {values!r}."
        ) from None


def _first_fault(matrix: Vector) -> str:
    finite = np.isfinite(matrix)
    if finite.all():
        return ""
    row, column = (int(k) for k in np.argwhere(~finite)[0])
    return f"the derivative of residual {row} by parameter {column} is {matrix[row, column]:g}"


def _matrix(values: Any, size: int) -> Vector:
    matrix = _floats("Hessian", values)
    if matrix.shape != (size, size) and not matrix.size == size == 1:
        raise ValueError(f"The Hessian must be {size} x {size}. Got the shape {matrix.shape}.")
    return matrix.reshape(size, size)


def _floats(what: str, values: Any) -> Vector:
    """Return a derivative that a user's function gave as an array."""
    try:
        if np.iscomplexobj(values):
            raise TypeError
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The {what} must be real numbers. Got {values!r}.") from None


def _shaped(what: str, values: Any, shape: tuple[int, ...]) -> Vector:
    """Return numbers as a vector; their shape must be x0's, but for axes of length 1."""
    array = _floats(what, values)
    wanted = tuple(n for n in shape if n != 1)
    got = tuple(n for n in array.shape if n != 1)
    if got != wanted and array.shape != (int(np.prod(shape)),):
        size = int(np.prod(shape))
        if array.size != size:
            raise ValueError(
                f"The {what} must have as many numbers as x0, {size}. Got {array.size}."
            )
        raise ValueError(f"The {what} must have the shape of x0, {shape}. Got {array.shape}.")
    return array.reshape(-1)


def _kind(value: Any) -> str:
    return f"an array of shape {np.shape(value)}" if np.ndim(value) else f"{value!r}"
