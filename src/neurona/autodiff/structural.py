"""The table, second part: operations that move, pick, add up and multiply whole arrays.

Options come normalized: axes are non-negative, shapes complete (`functions` sees to it).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.autodiff.elementwise import choose, plain
from neurona.autodiff.node import apply
from neurona.autodiff.operation import (
    OPERATIONS,
    Operation,
    add,
    aligned,
    linear,
    shape_of,
    sum_to,
)

Axes = tuple[int, ...]
Shape = tuple[int, ...]


def _kept(shape: Shape, axes: Axes) -> Shape:
    """A reduced array's shape with its reduced axes kept as 1."""
    return tuple(1 if k in axes else n for k, n in enumerate(shape))


def _behind(axes: Axes) -> Axes:
    """The same axes of a bundle."""
    return tuple(k + 1 for k in axes)


# shapes
linear(
    "reshape", np.reshape,
    lambda g, x, shape: np.reshape(g, x.shape),
    lambda t, x, shape: np.reshape(t, (t.shape[0], *shape)),
)  # fmt: skip
linear(
    "transpose", np.transpose,
    lambda g, x, axes: np.transpose(g, tuple(int(k) for k in np.argsort(axes))),
    lambda t, x, axes: np.transpose(t, (0, *_behind(axes))),
)  # fmt: skip
linear(
    "broadcast_to", np.broadcast_to,
    lambda g, x, shape: sum_to(g, x.shape),
    lambda t, x, shape: np.broadcast_to(aligned(t, len(shape)), (t.shape[0], *shape)),
)  # fmt: skip
linear(
    "astype", lambda x, kind: x.astype(kind),
    lambda g, x, kind: g.astype(x.dtype),
    lambda t, x, kind: t.astype(kind),
)  # fmt: skip

# sums
linear(
    "sum", lambda x, axes, keep: np.add.reduce(x, axis=axes, keepdims=keep),
    lambda g, x, axes, keep: np.broadcast_to(np.reshape(g, _kept(x.shape, axes)), x.shape),
    lambda t, x, axes, keep: np.sum(t, axis=_behind(axes), keepdims=keep),
)  # fmt: skip
linear(
    "cumsum", np.cumsum,
    lambda g, x, axis: np.flip(np.cumsum(np.flip(g, axis), axis), axis),
    lambda t, x, axis: np.cumsum(t, axis + 1),
)  # fmt: skip


# picking, and its transpose
def _is_basic(index: Any) -> bool:
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or (isinstance(part, int | np.integer | slice) and not isinstance(part, bool))
        for part in parts
    )


def _scatter(x: Any, index: Any, shape: Shape) -> Any:
    result = np.zeros(shape, x.dtype)
    if _is_basic(index):
        result[index] = x
    else:
        # an element picked twice gets both
        np.add.at(result, index, x)
    return result


def scatter(x: Any, index: Any, shape: Shape) -> Any:
    """Add the elements of x into zeros of `shape` at `index`: the transpose of x = y[index]."""
    return apply(_SCATTER, (x,), (index, shape))


def _each_direction(operation: str) -> Any:
    def bundle(t: Any, x: Any, *options: Any) -> Any:
        return np.stack([apply(OPERATIONS[operation], (t[k],), options) for k in range(len(t))])

    return bundle


def _pick_bundle(t: Any, x: Any, index: Any) -> Any:
    if _is_basic(index):
        return t[(slice(None), *(index if isinstance(index, tuple) else (index,)))]
    return _each_direction("getitem")(t, x, index)


linear(
    "getitem", lambda x, index: x[index],
    lambda g, x, index: scatter(g, index, x.shape),
    _pick_bundle,
)  # fmt: skip
_SCATTER = linear(
    "scatter", _scatter,
    lambda g, x, index, shape: g[index],
    _each_direction("scatter"),
)  # fmt: skip


# joining
def _concatenate(*parts: Any) -> Any:
    *arrays, axis = parts
    return np.concatenate(arrays, axis=axis)


def _pull_concatenate(g: Any, k: int, out: Any, arguments: tuple[Any, ...], options: Any) -> Any:
    axis = options[0]
    start = sum(shape_of(part)[axis] for part in arguments[:k])
    stop = start + shape_of(arguments[k])[axis]
    piece = g[(*(slice(None),) * axis, slice(start, stop))]
    kind = arguments[k].dtype
    return piece if piece.dtype == kind else piece.astype(kind)


def _push_concatenate(tangents: Sequence[Any], out: Any, arguments: Any, options: Any) -> Any:
    size = next(t.shape[0] for t in tangents if t is not None)
    pieces = [
        np.zeros((size, *shape_of(part)), out.dtype) if tangent is None else tangent
        for tangent, part in zip(tangents, arguments, strict=True)
    ]
    return np.concatenate(pieces, axis=options[0] + 1)


add(Operation("concatenate", _concatenate, _pull_concatenate, _push_concatenate))


# the largest and the smallest: equal ones share
def _extreme(name: str, compute: Any) -> None:
    def shares(out: Any, x: Any, axes: Axes) -> Any:
        mask = plain(x) == np.reshape(plain(out), _kept(x.shape, axes))
        return mask / np.add.reduce(mask, axis=axes, keepdims=True, dtype=x.dtype)

    def pull(g: Any, k: int, out: Any, arguments: tuple[Any, ...], options: Any) -> Any:
        x, axes = arguments[0], options[0]
        return np.reshape(g, _kept(x.shape, axes)) * shares(out, x, axes)

    def push(tangents: Sequence[Any], out: Any, arguments: tuple[Any, ...], options: Any) -> Any:
        x, (axes, keep) = arguments[0], options
        parts = shares(out, x, axes)
        return np.sum(choose(parts > 0, tangents[0] * parts), axis=_behind(axes), keepdims=keep)

    add(Operation(name, lambda x, axes, keep: compute(x, axis=axes, keepdims=keep), pull, push))


_extreme("max", np.max)
_extreme("min", np.min)
