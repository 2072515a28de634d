"""NumPy functions on nodes, put together from operations of the table.

A function here has the name and the arguments of its NumPy original (those that make sense for a
derivative). `function` registers it: that is how `np.mean(node)` finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neurona.autodiff.elementwise import plain
from neurona.autodiff.node import Node, apply
from neurona.autodiff.operation import OPERATIONS, shape_of

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""NumPy functions by name."""


def function(compute: Callable[..., Any]) -> Callable[..., Any]:
    """Register a function under its name."""
    FUNCTIONS[compute.__name__.rstrip("_")] = compute
    return compute


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes as NumPy takes them: None is all, negative ones count from the end."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    return tuple(_axis(one, ndim) for one in given)


def _axis(axis: Any, ndim: int) -> int:
    if not -ndim <= axis < ndim:
        raise ValueError(f"axis {axis} is out of bounds for an array of {ndim} axes")
    return int(axis) % ndim


# reductions
def _reduction(name: str) -> Callable[..., Any]:
    def reduce(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        return apply(OPERATIONS[name], (a,), (_axes(axis, len(shape_of(a))), keepdims))

    FUNCTIONS[name] = FUNCTIONS[f"a{name}"] = reduce
    return reduce


_sum, _max, _min = _reduction("sum"), _reduction("max"), _reduction("min")


def _count(a: Any, axis: Any) -> int:
    shape = shape_of(a)
    return int(np.prod([shape[k] for k in _axes(axis, len(shape))], dtype=int))


@function
def mean(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """As np.mean."""
    return _sum(a, axis, keepdims=keepdims) / _count(a, axis)


@function
def average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    """As np.average; weights have a's shape, or that of the axis."""
    if weights is None:
        return mean(a, axis)
    if len(shape_of(weights)) != len(shape_of(a)):
        shape = [1] * len(shape_of(a))
        shape[_axis(axis, len(shape))] = -1
        weights = np.reshape(weights, shape)
    weights = np.broadcast_to(weights, shape_of(a))
    return _sum(a * weights, axis) / np.sum(weights, axis=axis)


@function
def var(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """As np.var."""
    difference = a - mean(a, axis, keepdims=True)
    return _sum(difference * difference, axis, keepdims=keepdims) / (_count(a, axis) - ddof)


@function
def std(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """As np.std."""
    return np.sqrt(var(a, axis, ddof=ddof, keepdims=keepdims))


@function
def prod(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """As np.prod: halves are multiplied, so that a factor 0 does no harm to the derivative."""
    shape = shape_of(a)
    axes = _axes(axis, len(shape))
    rest = tuple(k for k in range(len(shape)) if k not in axes)
    flat = np.reshape(np.transpose(a, (*axes, *rest)), (-1, *(shape[k] for k in rest)))
    while flat.shape[0] > 1:
        half = flat.shape[0] // 2
        pairs = flat[:half] * flat[half : 2 * half]
        flat = np.concatenate([pairs, flat[2 * half :]]) if flat.shape[0] % 2 else pairs
    if flat.shape[0] == 0:
        return np.prod(plain(a), axis=axes, keepdims=keepdims)
    kept = tuple(1 if k in axes else n for k, n in enumerate(shape))
    return np.reshape(flat[0], kept) if keepdims else flat[0]


@function
def cumsum(a: Any, axis: Any = None) -> Any:
    """As np.cumsum."""
    if axis is None:
        a, axis = np.ravel(a), 0
    return apply(OPERATIONS["cumsum"], (a,), (_axis(axis, len(shape_of(a))),))


# shapes
@function
def reshape(a: Any, shape: Any) -> Any:
    """As np.reshape, in C order."""
    shape = tuple(shape) if isinstance(shape, list | tuple) else (int(shape),)
    known = int(np.prod([n for n in shape if n != -1], dtype=int))
    size = int(np.prod(shape_of(a), dtype=int))
    full = tuple(size // max(known, 1) if n == -1 else int(n) for n in shape)
    return apply(OPERATIONS["reshape"], (a,), (full,))


@function
def ravel(a: Any) -> Any:
    """As np.ravel."""
    return reshape(a, (-1,))


@function
def transpose(a: Any, axes: Any = None) -> Any:
    """As np.transpose."""
    ndim = len(shape_of(a))
    order = tuple(range(ndim))[::-1] if axes is None else tuple(_axis(k, ndim) for k in axes)
    return apply(OPERATIONS["transpose"], (a,), (order,))


@function
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """As np.swapaxes."""
    ndim = len(shape_of(a))
    order = list(range(ndim))
    first, second = _axis(axis1, ndim), _axis(axis2, ndim)
    order[first], order[second] = second, first
    return transpose(a, order)


@function
def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """As np.moveaxis."""
    places = np.moveaxis(np.empty((1,) * len(shape_of(a))), source, destination).ndim
    numbered = np.empty(tuple(range(1, places + 1)), np.bool_)
    return transpose(a, [n - 1 for n in np.moveaxis(numbered, source, destination).shape])


@function
def squeeze(a: Any, axis: Any = None) -> Any:
    """As np.squeeze."""
    return reshape(a, np.squeeze(np.empty(shape_of(a), np.bool_), axis).shape)


@function
def expand_dims(a: Any, axis: Any) -> Any:
    """As np.expand_dims."""
    return reshape(a, np.expand_dims(np.empty(shape_of(a), np.bool_), axis).shape)


@function
def atleast_1d(a: Any) -> Any:
    """As np.atleast_1d, of one array."""
    return a if shape_of(a) else reshape(a, (1,))


@function
def atleast_2d(a: Any) -> Any:
    """As np.atleast_2d, of one array."""
    shape = shape_of(a)
    return a if len(shape) > 1 else reshape(a, (1,) * (2 - len(shape)) + shape)


@function
def broadcast_to(a: Any, shape: Any) -> Any:
    """As np.broadcast_to."""
    shape = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    return apply(OPERATIONS["broadcast_to"], (a,), (shape,))


# picking
def _picked(a: Any, arrange: Callable[[Any], Any]) -> Any:
    """Pick elements the way NumPy arranges their numbers."""
    numbers = np.arange(int(np.prod(shape_of(a), dtype=int))).reshape(shape_of(a))
    return ravel(a)[arrange(numbers)]


@function
def flip(a: Any, axis: Any = None) -> Any:
    """As np.flip."""
    axes = _axes(axis, len(shape_of(a)))
    return a[tuple(slice(None, None, -1 if k in axes else None) for k in range(len(shape_of(a))))]


@function
def take(a: Any, indices: Any, axis: Any = None) -> Any:
    """As np.take."""
    return _picked(a, lambda numbers: np.take(numbers, indices, axis))


@function
def take_along_axis(a: Any, indices: Any, axis: int) -> Any:
    """As np.take_along_axis."""
    return _picked(a, lambda numbers: np.take_along_axis(numbers, indices, axis))


@function
def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """As np.roll."""
    return _picked(a, lambda numbers: np.roll(numbers, shift, axis))


@function
def repeat(a: Any, repeats: Any, axis: Any = None) -> Any:
    """As np.repeat."""
    return _picked(a, lambda numbers: np.repeat(numbers, repeats, axis))


@function
def tile(a: Any, reps: Any) -> Any:
    """As np.tile."""
    return _picked(a, lambda numbers: np.tile(numbers, reps))


@function
def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """As np.diagonal."""
    return _picked(a, lambda numbers: np.diagonal(numbers, offset, axis1, axis2))


@function
def diag(a: Any, k: int = 0) -> Any:
    """As np.diag: a matrix from its diagonal, or the diagonal of a matrix."""
    if len(shape_of(a)) == 2:
        return diagonal(a, k)
    return np.diagflat(np.ones(shape_of(a)), k) * _spread(a, k)


def _spread(a: Any, k: int) -> Any:
    """The numbers of a diagonal in every row: those above 0 come from the columns' places."""
    n = shape_of(a)[0] + abs(k)
    places = np.clip(np.arange(n) - max(k, 0), 0, shape_of(a)[0] - 1)
    return a[places]


@function
def trace(a: Any, offset: int = 0) -> Any:
    """As np.trace of a matrix."""
    return _sum(diagonal(a, offset))


@function
def sort(a: Any, axis: Any = -1) -> Any:
    """As np.sort: the order is taken as it is at this point."""
    if axis is None:
        a, axis = ravel(a), 0
    return take_along_axis(a, np.argsort(plain(a), axis=axis, kind="stable"), axis)


@function
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """As np.diff."""
    axis = _axis(axis, len(shape_of(a)))
    for _ in range(n):
        front = (slice(None),) * axis
        a = a[(*front, slice(1, None))] - a[(*front, slice(None, -1))]
    return a


@function
def tril(a: Any, k: int = 0) -> Any:
    """As np.tril."""
    return np.where(np.tril(np.ones(shape_of(a)[-2:], bool), k), a, 0.0)


@function
def triu(a: Any, k: int = 0) -> Any:
    """As np.triu."""
    return np.where(np.triu(np.ones(shape_of(a)[-2:], bool), k), a, 0.0)


# joining
@function
def concatenate(arrays: Sequence[Any], axis: Any = 0) -> Any:
    """As np.concatenate."""
    if axis is None:
        arrays, axis = [ravel(part) for part in arrays], 0
    return apply(OPERATIONS["concatenate"], tuple(arrays), (_axis(axis, len(shape_of(arrays[0]))),))


@function
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """As np.stack."""
    parts = [part if isinstance(part, Node) else np.asarray(part) for part in arrays]
    axis = _axis(axis, len(shape_of(parts[0])) + 1)
    return concatenate([expand_dims(part, axis) for part in parts], axis)


@function
def vstack(arrays: Sequence[Any]) -> Any:
    """As np.vstack."""
    return concatenate([atleast_2d(part) for part in arrays], 0)


@function
def hstack(arrays: Sequence[Any]) -> Any:
    """As np.hstack."""
    parts = [atleast_1d(part) for part in arrays]
    return concatenate(parts, 0 if len(shape_of(parts[0])) == 1 else 1)


@function
def column_stack(arrays: Sequence[Any]) -> Any:
    """As np.column_stack."""
    return concatenate(
        [reshape(part, (-1, 1)) if len(shape_of(part)) < 2 else part for part in arrays], 1
    )


@function
def append(a: Any, values: Any, axis: Any = None) -> Any:
    """As np.append."""
    return concatenate([a, values], axis)


# products
@function
def matmul(a: Any, b: Any) -> Any:
    """As np.matmul: vectors become matrices of one row or column, and lose it again."""
    left, right = len(shape_of(a)), len(shape_of(b))
    if left == 0 or right == 0:
        raise ValueError("matmul needs arrays of at least one axis. Use * for numbers.")
    first = reshape(a, (1, -1)) if left == 1 else a
    second = reshape(b, (-1, 1)) if right == 1 else b
    product = apply(OPERATIONS["matmul"], (first, second))
    shape = shape_of(product)
    if left == 1 and right == 1:
        return reshape(product, ())
    if left == 1:
        return reshape(product, (*shape[:-2], shape[-1]))
    return reshape(product, shape[:-1]) if right == 1 else product


@function
def dot(a: Any, b: Any) -> Any:
    """As np.dot."""
    left, right = len(shape_of(a)), len(shape_of(b))
    if left == 0 or right == 0:
        return a * b
    return matmul(a, b) if right <= 2 else tensordot(a, b, ([left - 1], [right - 2]))


@function
def vdot(a: Any, b: Any) -> Any:
    """As np.vdot, of real arrays."""
    return _sum(ravel(a) * ravel(b))


@function
def inner(a: Any, b: Any) -> Any:
    """As np.inner."""
    left, right = len(shape_of(a)), len(shape_of(b))
    return a * b if left == 0 or right == 0 else tensordot(a, b, ([left - 1], [right - 1]))


@function
def outer(a: Any, b: Any) -> Any:
    """As np.outer."""
    return reshape(a, (-1, 1)) * reshape(b, (1, -1))


@function
def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """As np.tensordot."""
    left, right = shape_of(a), shape_of(b)
    if isinstance(axes, int):
        axes = (range(len(left) - axes, len(left)), range(axes))
    over_a, over_b = (
        _axes(tuple(one) if hasattr(one, "__iter__") else one, len(shape))
        for one, shape in zip(axes, (left, right), strict=True)
    )
    rest_a = [k for k in range(len(left)) if k not in over_a]
    rest_b = [k for k in range(len(right)) if k not in over_b]
    size = int(np.prod([left[k] for k in over_a], dtype=int))
    first = reshape(transpose(a, (*rest_a, *over_a)), (-1, size))
    second = reshape(transpose(b, (*over_b, *rest_b)), (size, -1))
    shape = (*(left[k] for k in rest_a), *(right[k] for k in rest_b))
    return reshape(matmul(first, second), shape)


@function
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """As np.linalg.norm, for the 1-, 2- and inf-norm of vectors and the root of all squares."""
    axes = _axes(axis, len(shape_of(x)))
    if ord not in (None, "fro", 2, 1, np.inf) or (ord in (1, 2, np.inf) and len(axes) > 1):
        raise ValueError(
            f"norm on nodes knows ord=None, 1, 2 and inf of vectors, and 'fro'. Got {ord!r}."
        )
    if ord == 1:
        return _sum(np.abs(x), axes, keepdims=keepdims)
    if ord == np.inf:
        return _max(np.abs(x), axes, keepdims=keepdims)
    return np.sqrt(_sum(x * x, axes, keepdims=keepdims))


# forms of what there is
@function
def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Any:
    """As np.clip."""
    low = a_min if min is None else min
    high = a_max if max is None else max
    low, high = (-np.inf if low is None else low), (np.inf if high is None else high)
    return apply(OPERATIONS["clip"], (a, low, high))


@function
def where(condition: Any, x: Any, y: Any) -> Any:
    """As np.where with three arguments."""
    return apply(OPERATIONS["where"], (condition, x, y))


@function
def copy(a: Any) -> Any:
    """A node is immutable, and its own copy."""
    return a


@function
def zeros_like(a: Any) -> Any:
    """As np.zeros_like: a plain array."""
    return np.zeros_like(plain(a))


@function
def ones_like(a: Any) -> Any:
    """As np.ones_like: a plain array."""
    return np.ones_like(plain(a))


@function
def full_like(a: Any, fill_value: Any) -> Any:
    """As np.full_like."""
    if isinstance(fill_value, Node):
        return broadcast_to(fill_value, shape_of(a))
    return np.full_like(plain(a), fill_value)


# sums of exponentials
def logsumexp(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """log sum exp x without overflow: the largest is taken out first (as a constant)."""
    axes = _axes(axis, len(shape_of(x)))
    top = np.max(plain(x), axis=axes, keepdims=True)
    top = np.where(np.isfinite(top), top, np.zeros_like(top))
    result = np.log(_sum(np.exp(x - top), axes, keepdims=keepdims))
    return result + (top if keepdims else np.squeeze(top, axes))


def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) / sum exp(x) along an axis, without overflow."""
    powers = np.exp(x - np.max(plain(x), axis=axis, keepdims=True))
    return powers / _sum(powers, axis, keepdims=True)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """The logarithm of softmax, without the logarithm of 0."""
    shifted = x - np.max(plain(x), axis=axis, keepdims=True)
    return shifted - np.log(_sum(np.exp(shifted), axis, keepdims=True))


def stop_gradient(x: Any) -> Any:
    """Return the value as a constant: no derivative goes through it."""
    return plain(x)
