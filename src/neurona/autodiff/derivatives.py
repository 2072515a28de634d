"""Derivatives of functions written in NumPy: gradients, Jacobians, Hessians, and their products.

All return functions with the arguments of the original. They nest: the derivative of a derivative
is one more call. What they cost, in evaluations of the graph of f (building it costs about 2 us an
operation on top of NumPy's own work):

| function | passes | memory |
|---|---|---|
| grad, value_and_grad, vector_jacobian_product | 1 forth, 1 back | every intermediate value |
| jacobian, f to more numbers than it takes | 1 forth with all directions at once | n values each |
| jacobian, f to fewer numbers than it takes | 1 back for every output | every intermediate value |
| hessian | 1 forth, 1 back, 1 forth with all directions at once | n values each |
| hessian_product, jacobian_vector_product | 1 forth, (1 back,) 1 forth | twice the values |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neurona.autodiff.node import Node, as_floats
from neurona.autodiff.sweeps import between, directions_at_once, pull_back, push_forward
from neurona.errors import OperationError

Function = Callable[..., Any]


class _Trace:
    """A function's graph at a point, from a variable of its own to its result."""

    def __init__(
        self, function: Function, argnum: int, arguments: Sequence[Any], options: dict[str, Any]
    ) -> None:
        if not -len(arguments) <= argnum < len(arguments):
            raise ValueError(
                f"argnum is {argnum}, but {_name(function)} was called with {len(arguments)} "
                "positional arguments."
            )
        point = arguments[argnum]
        # a new node for a given one: only paths through it count, however calls are nested
        self.nested = isinstance(point, Node)
        given = point.value if isinstance(point, Node) else as_floats(point)
        self.start = Node(given) if not self.nested else point + 0.0
        full = list(arguments)
        full[argnum] = self.start
        result = function(*full, **options)
        if result is None:
            raise OperationError(
                f"{_name(function)} returned None; end it with `return` and its result."
            )
        if isinstance(result, list | tuple):
            result = np.stack(result)  # type: ignore[arg-type]
        made = np.asarray(result.value if isinstance(result, Node) else result)
        if made.dtype.kind not in "biuf":
            raise OperationError(
                f"{_name(function)} returned {made.dtype} values: only real numbers have slopes; "
                "end it with a real result, for example np.abs of a complex one."
            )
        self.result = result
        self.active: list[Node] = []
        if isinstance(result, Node):
            self.active, outside = between(self.start, [result])
            self.nested = self.nested or outside

    @property
    def depends(self) -> bool:
        """Whether the result depends on the variable."""
        return bool(self.active) or self.result is self.start

    def gradient(self, cotangent: Any, differentiable: bool | None = None) -> Any:
        """Return the vector-Jacobian product; zeros where nothing depends on the variable."""
        if not self.depends:
            return np.zeros(self.start.shape, self.start.dtype)
        keep = self.nested if differentiable is None else differentiable
        serial = self.start.serial
        got = pull_back(self.active, {serial}, self.result, cotangent, keep).get(serial)
        if got is None:
            return np.zeros(self.start.shape, self.start.dtype)
        return got if isinstance(got, Node) else _owned(got)


def _owned(array: Any) -> Any:
    """A result is the caller's: no view, nothing shared; a single number is a scalar."""
    copy = np.array(array)
    return copy if copy.shape else copy[()]


def _name(function: Function) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _scalar(trace: _Trace, function: Function, purpose: str) -> Any:
    """Return the cotangent 1 of a scalar result; refuse other shapes."""
    shape = np.shape(trace.result.value if isinstance(trace.result, Node) else trace.result)
    if shape != ():
        raise OperationError(
            f"{purpose} needs a function that returns one number, but {_name(function)} returned "
            f"an array of shape {shape}. Sum it up, or use jacobian."
        )
    return np.ones((), trace.start.dtype)


def grad(function: Function, argnum: int = 0) -> Function:
    """Return the gradient of a function that returns one number.

    `grad(f)(x)` has the shape of x. The gradient may be differentiated again.

    >>> grad(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([ 3., 12.])
    >>> round(float(grad(grad(np.sin))(np.pi / 2)), 12)
    -1.0
    """

    def gradient(*arguments: Any, **options: Any) -> Any:
        trace = _Trace(function, argnum, arguments, options)
        return trace.gradient(_scalar(trace, function, "grad"))

    return gradient


def value_and_grad(function: Function, argnum: int = 0) -> Function:
    """Return a function that gives value and gradient, at the cost of the gradient.

    >>> value_and_grad(lambda x: x @ x)(np.array([1.0, 2.0]))
    (5.0, array([2., 4.]))
    """

    def both(*arguments: Any, **options: Any) -> tuple[Any, Any]:
        trace = _Trace(function, argnum, arguments, options)
        gradient = trace.gradient(_scalar(trace, function, "value_and_grad"))
        value = trace.result
        if not trace.nested:
            value = float(value.value if isinstance(value, Node) else value)
        return value, gradient

    return both


def vector_jacobian_product(function: Function, argnum: int = 0) -> Function:
    """Return a function that gives the value, and a function from a cotangent u to u'J.

    >>> value, pull = vector_jacobian_product(np.exp)(np.array([0.0, 1.0]))
    >>> pull(np.array([2.0, 0.0]))
    array([2., 0.])
    """

    def both(*arguments: Any, **options: Any) -> tuple[Any, Function]:
        trace = _Trace(function, argnum, arguments, options)
        value = _plain(trace.result, trace.nested)

        def pull(cotangent: Any) -> Any:
            keep = trace.nested or isinstance(cotangent, Node)
            given = cotangent if isinstance(cotangent, Node) else np.asarray(cotangent)
            if given.shape != np.shape(_plain(trace.result, False)):
                raise ValueError(
                    f"The cotangent must have the shape of the result, "
                    f"{np.shape(_plain(trace.result, False))}. Got {given.shape}."
                )
            return trace.gradient(given, keep)

        return value, pull

    return both


def jacobian_vector_product(function: Function, argnum: int = 0) -> Function:
    """Return a function (x..., tangent) -> (value, J tangent), in forward mode.

    >>> jacobian_vector_product(lambda x: x**2)(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    (array([1., 4.]), array([2., 4.]))
    """

    def both(*arguments: Any, **options: Any) -> tuple[Any, Any]:
        *point, tangent = arguments
        trace = _Trace(function, argnum, point, options)
        keep = trace.nested or isinstance(tangent, Node)
        given = tangent if isinstance(tangent, Node) else np.asarray(tangent, trace.start.dtype)
        if given.shape != trace.start.shape:
            raise ValueError(
                f"The tangent must have the shape of its argument, {trace.start.shape}. "
                f"Got {given.shape}."
            )
        value = _plain(trace.result, keep)
        got = _forward(trace, trace.result, np.reshape(given, (1, *given.shape)), keep)[0]
        return value, got if isinstance(got, Node) else _owned(got)

    return both


def _forward(trace: _Trace, result: Any, tangents: Any, differentiable: bool) -> Any:
    """Carry a bundle of tangents to a result of the trace."""
    active = trace.active
    if result is not trace.result:
        active = between(trace.start, [result])[0] if isinstance(result, Node) else []
    bundle = None
    if isinstance(result, Node):
        bundle = push_forward(active, trace.start, tangents, result, differentiable)
    if bundle is None:
        shape = np.shape(_plain(result, False))
        return np.zeros((tangents.shape[0], *shape), trace.start.dtype)
    return bundle


def _all_directions(trace: _Trace, result: Any, differentiable: bool) -> Any:
    """Return the Jacobian of a result: its shape, then the variable's; in bundles that fit."""
    start, size = trace.start, trace.start.size
    active = between(start, [result])[0] if isinstance(result, Node) else []
    take = directions_at_once(active, start, size)
    bundles = []
    for first in range(0, size, take):
        directions = np.zeros((min(take, size - first), size), start.dtype)
        directions[np.arange(len(directions)), np.arange(first, first + len(directions))] = 1
        tangents = directions.reshape(len(directions), *start.shape)
        bundles.append(_forward(trace, result, tangents, differentiable))
    if not bundles:
        return np.zeros((*np.shape(_plain(result, False)), *start.shape), start.dtype)
    whole = bundles[0] if len(bundles) == 1 else np.concatenate(bundles)
    rest = whole.shape[1:]
    turned = np.transpose(whole, (*range(1, len(rest) + 1), 0))
    turned = np.reshape(turned, (*rest, *start.shape))
    return turned if isinstance(turned, Node) else _owned(turned)


def jacobian(function: Function, argnum: int = 0) -> Function:
    """Return the Jacobian: the shape of f's result, then that of its argument.

    Forward mode with all directions in one pass where the result has at least as many numbers as
    the argument (residuals of a model with few parameters), else one pass back per output.

    >>> jacobian(lambda x: np.stack([x[0] * x[1], x[0] + x[1]]))(np.array([2.0, 3.0]))
    array([[3., 2.],
           [1., 1.]])
    """

    def matrix(*arguments: Any, **options: Any) -> Any:
        trace = _Trace(function, argnum, arguments, options)
        return _jacobian_of(trace)

    return matrix


def value_and_jacobian(function: Function, argnum: int = 0) -> Function:
    """Return a function that gives value and Jacobian, at the cost of the Jacobian."""

    def both(*arguments: Any, **options: Any) -> tuple[Any, Any]:
        trace = _Trace(function, argnum, arguments, options)
        return _plain(trace.result, trace.nested), _jacobian_of(trace)

    return both


def _jacobian_of(trace: _Trace) -> Any:
    shape = np.shape(_plain(trace.result, False))
    size = int(np.prod(shape, dtype=int))
    if not trace.depends or size >= trace.start.size or size == 0:
        return _all_directions(trace, trace.result, trace.nested)
    rows = []
    for k in range(size):
        cotangent = np.zeros(size, trace.result.dtype)
        cotangent[k] = 1
        rows.append(trace.gradient(cotangent.reshape(shape)))
    return np.reshape(np.stack(rows), (*shape, *trace.start.shape))


def hessian(function: Function, argnum: int = 0) -> Function:
    """Return the Hessian of a function that returns one number: x's shape twice.

    Forward mode over the gradient's graph, with all directions in one pass.

    >>> hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    return jacobian(grad(function, argnum), argnum)


def value_gradient_and_hessian(function: Function, argnum: int = 0) -> Function:
    """Return a function that gives all three from one graph."""

    def all_three(*arguments: Any, **options: Any) -> tuple[Any, Any, Any]:
        trace = _Trace(function, argnum, arguments, options)
        one = _scalar(trace, function, "value_gradient_and_hessian")
        gradient = trace.gradient(one, differentiable=True)
        second = _all_directions(trace, gradient, trace.nested)
        return _plain(trace.result, trace.nested), _plain(gradient, trace.nested), second

    return all_three


def hessian_product(function: Function, argnum: int = 0) -> Function:
    """Return a function (x..., v) -> H v, at the cost of a few gradients, whatever x's size.

    >>> hessian_product(lambda x: np.sum(x**3))(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    both = jacobian_vector_product(grad(function, argnum), argnum)

    def product(*arguments: Any, **options: Any) -> Any:
        return both(*arguments, **options)[1]

    return product


def _plain(result: Any, keep: bool) -> Any:
    return result if keep or not isinstance(result, Node) else result.value
