"""NumPy functions on nodes, put together from operations of the table.

A function here has the name and the arguments of its NumPy original (those that make sense for a
derivative). `function` registers it: that is how `np.mean(node)` finds it.
"""

from __future__ import annotations

from collections.abc import Callable
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


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """Axes as NumPy takes them: None is all, negative ones count from the end."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    return tuple(axis_of(one, ndim) for one in given)


def axis_of(axis: Any, ndim: int) -> int:
    """One axis, counted from the front."""
    if not -ndim <= axis < ndim:
        raise ValueError(f"axis {axis} is out of bounds for an array of {ndim} axes")
    return int(axis) % ndim


# reductions
def _reduction(name: str) -> Callable[..., Any]:
    def reduce(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        return apply(OPERATIONS[name], (a,), (axes_of(axis, len(shape_of(a))), keepdims))

    FUNCTIONS[name] = FUNCTIONS[f"a{name}"] = reduce
    return reduce


sum_, max_, min_ = _reduction("sum"), _reduction("max"), _reduction("min")


def _count(a: Any, axis: Any) -> int:
    shape = shape_of(a)
    return int(np.prod([shape[k] for k in axes_of(axis, len(shape))], dtype=int))


@function
def mean(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """As np.mean."""
    return sum_(a, axis, keepdims=keepdims) / _count(a, axis)


@function
def average(a: Any, axis: Any = None, weights: Any = None) -> Any:
    """As np.average; weights have a's shape, or that of the axis."""
    if weights is None:
        return mean(a, axis)
    if len(shape_of(weights)) != len(shape_of(a)):
        shape = [1] * len(shape_of(a))
        shape[axis_of(axis, len(shape))] = -1
        weights = np.reshape(weights, shape)
    weights = np.broadcast_to(weights, shape_of(a))
    return sum_(a * weights, axis) / np.sum(weights, axis=axis)


@function
def var(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """As np.var."""
    difference = a - mean(a, axis, keepdims=True)
    return sum_(difference * difference, axis, keepdims=keepdims) / (_count(a, axis) - ddof)


@function
def std(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """As np.std."""
    return np.sqrt(var(a, axis, ddof=ddof, keepdims=keepdims))


@function
def prod(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """As np.prod: halves are multiplied, so that a factor 0 does no harm to the derivative."""
    shape = shape_of(a)
    axes = axes_of(axis, len(shape))
    rest = tuple(k for k in range(len(shape)) if k not in axes)
    flat = np.reshape(np.transpose(a, (*axes, *rest)), (-1, *(shape[k] for k in rest)))
    while flat.shape[0] > 1:
        half = flat.shape[0] // 2
        pairs = flat[:half] * flat[half : 2 * half]
        flat = np.concatenate([pairs, flat[2 * half :]]) if flat.shape[0] % 2 else pairs
    if flat.shape[0] == 0:
        flat = np.prod(plain(flat), axis=0, keepdims=True)
    kept = tuple(1 if k in axes else n for k, n in enumerate(shape))
    return np.reshape(flat[0], kept) if keepdims else flat[0]


@function
def cumsum(a: Any, axis: Any = None) -> Any:
    """As np.cumsum."""
    if axis is None:
        a, axis = np.ravel(a), 0
    return apply(OPERATIONS["cumsum"], (a,), (axis_of(axis, len(shape_of(a))),))


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
        return np.broadcast_to(fill_value, shape_of(a))
    return np.full_like(plain(a), fill_value)


# sums of exponentials
def logsumexp(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    """log sum exp x without overflow: the largest is taken out first (as a constant)."""
    axes = axes_of(axis, len(shape_of(x)))
    top = np.max(plain(x), axis=axes, keepdims=True)
    top = np.where(np.isfinite(top), top, np.zeros_like(top))
    result = np.log(sum_(np.exp(x - top), axes, keepdims=keepdims))
    return result + (top if keepdims else np.squeeze(top, axes))


def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) / sum exp(x) along an axis, without overflow."""
    powers = np.exp(x - np.max(plain(x), axis=axis, keepdims=True))
    return powers / sum_(powers, axis, keepdims=True)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """The logarithm of softmax, without the logarithm of 0."""
    shifted = x - np.max(plain(x), axis=axis, keepdims=True)
    return shifted - np.log(sum_(np.exp(shifted), axis, keepdims=True))


def stop_gradient(x: Any) -> Any:
    """Return the value as a constant: no derivative goes through it."""
    return plain(x)
