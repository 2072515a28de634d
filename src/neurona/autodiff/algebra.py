"""NumPy functions on nodes from linear algebra: products, systems, norms."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.autodiff.arranging import ravel, reshape, transpose
from neurona.autodiff.elementwise import plain
from neurona.autodiff.functions import axes_of, function, max_, sum_
from neurona.autodiff.node import apply
from neurona.autodiff.operation import OPERATIONS, shape_of


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
    return sum_(ravel(a) * ravel(b))


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
        axes_of(tuple(one) if hasattr(one, "__iter__") else one, len(shape))
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
def einsum(subscripts: str, *operands: Any) -> Any:
    """As np.einsum with subscripts in letters, without an ellipsis or an index twice in one."""
    given, arrow, result = subscripts.replace(" ", "").partition("->")
    parts = given.split(",")
    if not arrow:
        result = "".join(sorted(letter for letter in {*given} - {","} if given.count(letter) == 1))
    if "." in subscripts or any(len({*part}) < len(part) for part in parts):
        raise ValueError(
            "einsum on nodes takes no ellipsis, and no index twice in one operand: name all axes, "
            f"and use np.diagonal first. Got {subscripts!r}."
        )
    return apply(OPERATIONS["einsum"], operands, (f"{given}->{result}",))


@function
def solve(a: Any, b: Any) -> Any:
    """As np.linalg.solve, for one matrix a and a vector or matrix b."""
    if len(shape_of(a)) != 2 or len(shape_of(b)) not in (1, 2):
        raise ValueError(
            "solve on nodes takes one matrix, and a vector or matrix on the right. Got shapes "
            f"{shape_of(a)} and {shape_of(b)}."
        )
    if len(shape_of(b)) == 2:
        return apply(OPERATIONS["solve"], (a, b))
    return reshape(apply(OPERATIONS["solve"], (a, reshape(b, (-1, 1)))), (-1,))


@function
def inv(a: Any) -> Any:
    """As np.linalg.inv, of one matrix."""
    return solve(a, np.eye(shape_of(a)[0], dtype=plain(a).dtype))


@function
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """As np.linalg.norm, for the 1-, 2- and inf-norm of vectors and the root of all squares."""
    axes = axes_of(axis, len(shape_of(x)))
    if ord not in (None, "fro", 2, 1, np.inf) or (ord in (1, 2, np.inf) and len(axes) > 1):
        raise ValueError(
            f"norm on nodes knows ord=None, 1, 2 and inf of vectors, and 'fro'. Got {ord!r}."
        )
    if ord == 1:
        return sum_(np.abs(x), axes, keepdims=keepdims)
    if ord == np.inf:
        return max_(np.abs(x), axes, keepdims=keepdims)
    return np.sqrt(sum_(x * x, axes, keepdims=keepdims))
