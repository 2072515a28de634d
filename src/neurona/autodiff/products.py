"""The table, third part: products of matrices, sums over named indices, and linear systems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.autodiff.operation import Operation, add, aligned, shape_of, sum_to, total


def as_kind(x: Any, like: Any) -> Any:
    """Return a cotangent in its argument's type."""
    return x if x.dtype == like.dtype else x.astype(like.dtype)


# products of matrices, with at least two axes each
def _pull_matmul(g: Any, k: int, out: Any, arguments: tuple[Any, ...], options: Any) -> Any:
    x, y = arguments
    product = (
        np.matmul(g, np.swapaxes(y, -1, -2)) if k == 0 else np.matmul(np.swapaxes(x, -1, -2), g)
    )
    return as_kind(sum_to(product, arguments[k].shape), arguments[k])


def _push_matmul(tangents: Sequence[Any], out: Any, arguments: Any, options: Any) -> Any:
    (x, y), (left, right), axes = arguments, tangents, len(out.shape)
    parts = []
    if left is not None:
        parts.append(np.matmul(aligned(left, axes), y))
    if right is not None:
        parts.append(np.matmul(x, aligned(right, axes)))
    return total(parts, out.shape)


add(Operation("matmul", np.matmul, _pull_matmul, _push_matmul))


# sums over named indices: the subscripts are explicit, no index twice in one operand
def _einsum(*parts: Any) -> Any:
    *operands, subscripts = parts
    return np.einsum(subscripts, *operands)


def _pull_einsum(g: Any, k: int, out: Any, arguments: tuple[Any, ...], options: Any) -> Any:
    given, result = options[0].split("->")
    indices = given.split(",")
    own = indices[k]
    others = [(one, x) for j, (one, x) in enumerate(zip(indices, arguments, strict=True)) if j != k]
    for index, size in zip(own, shape_of(arguments[k]), strict=True):
        # summed over in this operand alone: every element of it gets the same
        if index not in result and not any(index in one for one, _ in others):
            others.append((index, np.ones(size, g.dtype)))
    names = ",".join([result, *(one for one, _ in others)])
    product = np.einsum(f"{names}->{own}", g, *(x for _, x in others))
    return as_kind(product, arguments[k])


def _push_einsum(tangents: Sequence[Any], out: Any, arguments: Any, options: Any) -> Any:
    given, result = options[0].split("->")
    direction = next(letter for letter in LETTERS if letter not in options[0])
    parts = []
    for k, tangent in enumerate(tangents):
        if tangent is not None:
            indices = given.split(",")
            indices[k] = direction + indices[k]
            operands = [*arguments[:k], tangent, *arguments[k + 1 :]]
            parts.append(np.einsum(f"{','.join(indices)}->{direction}{result}", *operands))
    return total(parts, out.shape)


LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
add(Operation("einsum", _einsum, _pull_einsum, _push_einsum))


# linear systems of one matrix, with a matrix on the right
def _pull_solve(g: Any, k: int, out: Any, arguments: tuple[Any, ...], options: Any) -> Any:
    back = np.linalg.solve(np.transpose(arguments[0]), g)
    return as_kind(back if k == 1 else -np.matmul(back, np.transpose(out)), arguments[k])


def _push_solve(tangents: Sequence[Any], out: Any, arguments: Any, options: Any) -> Any:
    left, right = tangents
    change = right
    if left is not None:
        moved = np.matmul(left, out)
        change = -moved if right is None else right - moved
    # all directions' columns side by side: one factorization
    side = np.moveaxis(change, 0, 1)
    rows, count, columns = side.shape
    solved = np.linalg.solve(arguments[0], np.reshape(side, (rows, count * columns)))
    return np.moveaxis(np.reshape(solved, (rows, count, columns)), 1, 0)


add(Operation("solve", np.linalg.solve, _pull_solve, _push_solve))
