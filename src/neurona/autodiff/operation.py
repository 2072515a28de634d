"""What an operation is: how to compute it, and how derivatives go through it, both ways.

Every operation is one entry of the table `OPERATIONS`. Its derivative is written once, as a
vector-Jacobian product: given a cotangent g of the output, what reaches argument k. Products are
written in the same operations (NumPy functions, which work on arrays and on nodes alike), so a
gradient can be differentiated again.

Forward mode needs no table of its own. The Jacobian of an elementwise operation is diagonal, so
its product with a tangent is the same formula; an operation that is linear in an argument is
applied to the tangent itself. Tangents travel in bundles: the first axis counts the directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Product = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Operation:
    """One entry of the table.

    `compute(*values, *options)` gives the value. `pull(g, k, out, arguments, options)` is the
    vector-Jacobian product for argument k. `push(tangents, out, arguments, options)` is the
    Jacobian-vector product for a bundle of tangents per argument, None where there is none.
    `constant` operations (sign, floor) have slope 0 wherever they have one, and end every path.
    """

    name: str
    compute: Callable[..., Any]
    pull: Callable[..., Any]
    push: Callable[..., Any]
    constant: bool = False


OPERATIONS: dict[str, Operation] = {}
"""The table: name to operation."""


def add(operation: Operation) -> Operation:
    """Put an operation into the table."""
    if operation.name in OPERATIONS:
        raise ValueError(f"the operation {operation.name!r} is in the table already")
    OPERATIONS[operation.name] = operation
    return operation


def shape_of(argument: Any) -> tuple[int, ...]:
    """Return the shape of a node, an array or a number."""
    shape: tuple[int, ...] = argument.shape if hasattr(argument, "shape") else np.shape(argument)
    return shape


def like(cotangent: Any, argument: Any) -> Any:
    """Bring a cotangent to its argument's shape (sum out what broadcasting copied) and type."""
    if cotangent.shape != argument.shape:
        cotangent = sum_to(cotangent, argument.shape)
    if cotangent.dtype != argument.dtype:
        cotangent = cotangent.astype(argument.dtype)
    return cotangent


def sum_to(x: Any, shape: tuple[int, ...]) -> Any:
    """Sum an array or node over the axes along which `shape` was broadcast: broadcast's transpose.

    >>> sum_to(np.ones((3, 2)), (1, 2))
    array([[3., 3.]])
    """
    extra = len(x.shape) - len(shape)
    axes = tuple(
        k for k, n in enumerate(x.shape) if k < extra or (shape[k - extra] == 1 and n != 1)
    )
    x = np.sum(x, axis=axes, keepdims=True) if axes else x
    return np.reshape(x, shape) if x.shape != shape else x


def aligned(tangents: Any, ndim: int) -> Any:
    """Give a bundle axes of length 1 after its first, so that it broadcasts with `ndim` axes."""
    missing = ndim + 1 - len(tangents.shape)
    if missing <= 0:
        return tangents
    return np.reshape(tangents, (tangents.shape[0], *(1,) * missing, *tangents.shape[1:]))


def total(parts: Sequence[Any], shape: tuple[int, ...]) -> Any:
    """Add the bundles that reach an output from its arguments, and broadcast them to its shape."""
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    wanted = (result.shape[0], *shape)
    return result if result.shape == wanted else np.broadcast_to(result, wanted)


def elementwise(name: str, compute: Callable[..., Any], *products: Product | None) -> Operation:
    """Add an operation on numbers, applied to every element of broadcast arrays.

    `products[k](g, out, *arguments)` is g times the derivative by argument k; None: it has none.
    """

    def pull(g: Any, k: int, out: Any, arguments: tuple[Any, ...], options: Any) -> Any:
        product = products[k]
        return None if product is None else like(product(g, out, *arguments), arguments[k])

    def push(tangents: Sequence[Any], out: Any, arguments: Any, options: Any) -> Any:
        parts = [
            product(aligned(tangent, len(out.shape)), out, *arguments)
            for tangent, product in zip(tangents, products, strict=True)
            if tangent is not None and product is not None
        ]
        return total(parts, out.shape) if parts else None

    constant = all(product is None for product in products)
    return add(Operation(name, compute, pull, push, constant))


def linear(
    name: str, compute: Callable[..., Any], transpose: Product, bundle: Callable[..., Any]
) -> Operation:
    """Add an operation that is linear in its only argument.

    `transpose(g, x, *options)` is the product with a cotangent, `bundle(tangents, x, *options)`
    the operation on a bundle of tangents, with one more axis in front.
    """

    def pull(g: Any, k: int, out: Any, arguments: tuple[Any, ...], options: Any) -> Any:
        return transpose(g, arguments[0], *options)

    def push(tangents: Sequence[Any], out: Any, arguments: Any, options: Any) -> Any:
        return bundle(tangents[0], arguments[0], *options)

    return add(Operation(name, compute, pull, push))
