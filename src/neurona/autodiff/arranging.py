"""NumPy functions on nodes that bring numbers to other places: shapes, picking, joining."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neurona.autodiff.elementwise import plain
from neurona.autodiff.functions import axes_of, axis_of, function, sum_
from neurona.autodiff.node import Node, apply
from neurona.autodiff.operation import OPERATIONS, shape_of


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
    order = tuple(range(ndim))[::-1] if axes is None else tuple(axis_of(k, ndim) for k in axes)
    return apply(OPERATIONS["transpose"], (a,), (order,))


@function
def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """As np.swapaxes."""
    ndim = len(shape_of(a))
    order = list(range(ndim))
    first, second = axis_of(axis1, ndim), axis_of(axis2, ndim)
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
    axes = axes_of(axis, len(shape_of(a)))
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
    return sum_(diagonal(a, offset))


@function
def sort(a: Any, axis: Any = -1) -> Any:
    """As np.sort: the order is taken as it is at this point."""
    if axis is None:
        a, axis = ravel(a), 0
    return take_along_axis(a, np.argsort(plain(a), axis=axis, kind="stable"), axis)


@function
def diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    """As np.diff."""
    axis = axis_of(axis, len(shape_of(a)))
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
    return apply(
        OPERATIONS["concatenate"], tuple(arrays), (axis_of(axis, len(shape_of(arrays[0]))),)
    )


@function
def stack(arrays: Sequence[Any], axis: int = 0) -> Any:
    """As np.stack."""
    parts = [part if isinstance(part, Node) else np.asarray(part) for part in arrays]
    axis = axis_of(axis, len(shape_of(parts[0])) + 1)
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
