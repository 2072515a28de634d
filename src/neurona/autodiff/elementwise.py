"""The table, first part: operations on numbers. Each line is value, then products by argument.

A product is g times the derivative; g stands for a cotangent on the way back and for a tangent on
the way forward. Derivatives are written so that they neither overflow nor cancel where the
function itself does not, and use smooth operations only, so that they hold at any order.
At a kink (absolute at 0, equal maxima) the derivative is the mean of both sides.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from neurona.autodiff.node import Node, apply
from neurona.autodiff.operation import Operation, elementwise

logistic: Any
sech_squared: Any
LN2, LN10, ROOT_PI = math.log(2), math.log(10), math.sqrt(math.pi)


def plain(x: Any) -> Any:
    """Return a node's value: for masks, which are constant piece by piece."""
    return x.value if isinstance(x, Node) else x


def share(x: Any, y: Any, ordered: Any) -> Any:
    """Return 1 where `ordered(x, y)`, 1/2 where they are equal, else 0, as numbers of x's type."""
    x, y = plain(x), plain(y)
    kind = np.result_type(x, y, np.float32)
    return ordered(x, y).astype(kind) + np.asarray(0.5, kind) * (x == y)


def choose(mask: Any, g: Any) -> Any:
    """Return g where the mask holds, else 0, whatever is not finite elsewhere."""
    return np.where(mask, g, 0.0)  # type: ignore[call-overload]


# arithmetic
elementwise("add", operator.add, lambda g, out, x, y: g, lambda g, out, x, y: g)
elementwise("subtract", operator.sub, lambda g, out, x, y: g, lambda g, out, x, y: -g)
elementwise("multiply", operator.mul, lambda g, out, x, y: g * y, lambda g, out, x, y: g * x)
elementwise(
    "divide", operator.truediv, lambda g, out, x, y: g / y, lambda g, out, x, y: -g * (out / y)
)
elementwise("negative", operator.neg, lambda g, out, x: -g)
elementwise("positive", operator.pos, lambda g, out, x: g)
elementwise("reciprocal", np.reciprocal, lambda g, out, x: -g * (out * out))
elementwise("square", np.square, lambda g, out, x: g * (2.0 * x))
elementwise("sqrt", np.sqrt, lambda g, out, x: g * (0.5 / out))
elementwise("cbrt", np.cbrt, lambda g, out, x: g / (3.0 * (out * out)))
elementwise(
    "hypot", np.hypot, lambda g, out, x, y: g * (x / out), lambda g, out, x, y: g * (y / out)
)
elementwise(
    "remainder", np.remainder, lambda g, out, x, y: g,
    lambda g, out, x, y: -g * np.floor_divide(plain(x), plain(y)),
)  # fmt: skip


def _power_by_base(g: Any, out: Any, x: Any, y: Any) -> Any:
    if isinstance(y, int | float):
        if y == 2:
            return g * (2.0 * x)
        return g * (y * x ** (y - 1)) if y != 0 else g * 0.0
    # the power 0 is constant, at x = 0 too
    zero = plain(y) == 0
    if not np.any(zero):
        return g * (y * x ** (y - 1))
    return choose(~zero, g * (y * x ** np.where(zero, 1.0, y - 1)))  # type: ignore[call-overload]


def _power_by_exponent(g: Any, out: Any, x: Any, y: Any) -> Any:
    zero = plain(x) == 0
    return g * (out * np.log(np.where(zero, 1.0, x) if np.any(zero) else x))  # type: ignore[call-overload]


elementwise("power", operator.pow, _power_by_base, _power_by_exponent)

# powers of e, logarithms
elementwise("exp", np.exp, lambda g, out, x: g * out)
elementwise("exp2", np.exp2, lambda g, out, x: g * (out * LN2))
elementwise("expm1", np.expm1, lambda g, out, x: g * np.exp(x))
elementwise("log", np.log, lambda g, out, x: g / x)
elementwise("log2", np.log2, lambda g, out, x: g / (x * LN2))
elementwise("log10", np.log10, lambda g, out, x: g / (x * LN10))
elementwise("log1p", np.log1p, lambda g, out, x: g / (1.0 + x))
elementwise(
    "logaddexp", np.logaddexp,
    lambda g, out, x, y: g * logistic(x - y), lambda g, out, x, y: g * logistic(y - x),
)  # fmt: skip

# circular and hyperbolic
elementwise("sin", np.sin, lambda g, out, x: g * np.cos(x))
elementwise("cos", np.cos, lambda g, out, x: -g * np.sin(x))
elementwise("tan", np.tan, lambda g, out, x: g * (1.0 + out * out))
elementwise("arcsin", np.arcsin, lambda g, out, x: g / np.sqrt((1.0 - x) * (1.0 + x)))
elementwise("arccos", np.arccos, lambda g, out, x: -g / np.sqrt((1.0 - x) * (1.0 + x)))
elementwise("arctan", np.arctan, lambda g, out, x: g / (1.0 + x * x))
elementwise(
    "arctan2", np.arctan2,
    lambda g, out, y, x: g * (x / (x * x + y * y)), lambda g, out, y, x: -g * (y / (x * x + y * y)),
)  # fmt: skip
elementwise("sinh", np.sinh, lambda g, out, x: g * np.cosh(x))
elementwise("cosh", np.cosh, lambda g, out, x: g * np.sinh(x))
# 1 - tanh(x)^2 would cancel to 0 far out
elementwise("tanh", np.tanh, lambda g, out, x: g * sech_squared(x))
elementwise("arcsinh", np.arcsinh, lambda g, out, x: g / np.sqrt(1.0 + x * x))
elementwise("arccosh", np.arccosh, lambda g, out, x: g / np.sqrt((x - 1.0) * (x + 1.0)))
elementwise("arctanh", np.arctanh, lambda g, out, x: g / ((1.0 - x) * (1.0 + x)))


# the field's own
def _logistic(x: Any) -> Any:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-np.abs(x)))


def _each(function: Any) -> Any:
    """Apply a function of the module math to every element: NumPy has no error function."""
    ufunc = np.frompyfunc(function, 1, 1)

    def compute(x: Any) -> Any:
        numbers = np.asarray(x)
        kind = np.result_type(numbers, np.float32)
        return np.asarray(ufunc(numbers)).astype(kind)[()]

    return compute


def _sech_squared(x: Any) -> Any:
    small = np.exp(-2.0 * np.abs(x))
    one_plus = 1.0 + small
    return 4.0 * small / (one_plus * one_plus)


_SECH_SQUARED = elementwise(
    "sech_squared", _sech_squared, lambda g, out, x: g * (-2.0 * out * np.tanh(x))
)
_LOGISTIC = elementwise("logistic", _logistic, lambda g, out, x: g * (0.25 * sech_squared(0.5 * x)))
_SOFTPLUS = elementwise("softplus", _softplus, lambda g, out, x: g * logistic(x))
_ERF = elementwise("erf", _each(math.erf), lambda g, out, x: g * (np.exp(-x * x) * (2.0 / ROOT_PI)))
_ERFC = elementwise(
    "erfc", _each(math.erfc), lambda g, out, x: g * (np.exp(-x * x) * (-2.0 / ROOT_PI))
)


def _xlogy(x: Any, y: Any) -> Any:
    return x * np.log(np.where(np.asarray(x) == 0, 1.0, y))


_XLOGY = elementwise(
    "xlogy", _xlogy,
    lambda g, out, x, y: g * np.log(y), lambda g, out, x, y: g * (x / y),
)  # fmt: skip


def _function(operation: Operation) -> Any:
    def call(*arguments: Any) -> Any:
        return apply(operation, arguments)

    call.__name__ = call.__qualname__ = operation.name
    return call


logistic = _function(_LOGISTIC)
"""1 / (1 + exp(-x)), right to rounding on both sides."""
sech_squared = _function(_SECH_SQUARED)
"""1 / cosh(x)^2, the slope of tanh, without overflow."""
softplus = _function(_SOFTPLUS)
"""log(1 + exp x) without overflow."""
erf = _function(_ERF)
"""The error function (a loop in Python: about 0.1 us a number)."""
erfc = _function(_ERFC)
"""1 - erf(x), without cancellation for large x."""
xlogy = _function(_XLOGY)
"""x log y, 0 where x is 0."""

# with kinks
elementwise("absolute", np.abs, lambda g, out, x: g * np.sign(plain(x)))
elementwise(
    "maximum", np.maximum,
    lambda g, out, x, y: g * share(x, y, np.greater),
    lambda g, out, x, y: g * share(y, x, np.greater),
)  # fmt: skip
elementwise(
    "minimum", np.minimum,
    lambda g, out, x, y: g * share(x, y, np.less),
    lambda g, out, x, y: g * share(y, x, np.less),
)  # fmt: skip
elementwise(
    "where", np.where, None,
    lambda g, out, mask, x, y: choose(plain(mask), g),
    lambda g, out, mask, x, y: choose(~np.asarray(plain(mask), bool), g),
)  # fmt: skip
elementwise(
    "clip", np.clip,
    lambda g, out, x, low, high: choose((plain(x) >= plain(low)) & (plain(x) <= plain(high)), g),
    lambda g, out, x, low, high: choose(plain(x) < plain(low), g),
    lambda g, out, x, low, high: choose(plain(x) > plain(high), g),
)  # fmt: skip

# constant piece by piece
for _name in ("sign", "floor", "ceil", "rint", "trunc"):
    elementwise(_name, getattr(np, _name), None)
elementwise("heaviside", np.heaviside, None, None)
elementwise("floor_divide", np.floor_divide, None, None)
