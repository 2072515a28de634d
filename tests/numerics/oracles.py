"""What activations and losses are, written in mpmath, and how to call one of ours on some numbers.

Slopes are `mpmath.diff` of the values, so only the textbook formulas stand here.
"""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np

from neurona.compiled import members

SELU = "1.6732632423543772848", "1.0507009873554804934"
"""alpha and scale of the paper's appendix A.1."""


def logistic(z):
    return 1 / (1 + mpmath.exp(-z))


def softplus(z):
    return mpmath.log1p(mpmath.exp(z))


def elu(z, alpha=1):
    return z if z > 0 else alpha * mpmath.expm1(z)


VALUES: dict[str, Any] = {
    "identity": lambda z: z,
    "step": lambda z: mpmath.mpf(z > 0),
    "logistic": logistic,
    "bounded": lambda z, lower=0, upper=1: lower + (upper - lower) * logistic(z),
    "tanh": mpmath.tanh,
    "exp": mpmath.exp,
    "relu": lambda z: z if z > 0 else 0 * z,
    "leaky_relu": lambda z, slope=0.01: z if z > 0 else slope * z,
    "elu": elu,
    "selu": lambda z: mpmath.mpf(SELU[1]) * elu(z, mpmath.mpf(SELU[0])),
    "gelu": lambda z: z * mpmath.erfc(-z / mpmath.sqrt(2)) / 2,
    "silu": lambda z: z * logistic(z),
    "softplus": softplus,
    "mish": lambda z: z * mpmath.tanh(softplus(z)),
}


def slope_at(function, z):
    """The derivative at z; at a kink, the one from below."""
    return mpmath.diff(function, z, direction=1 if z > 0 else -1)


def softmax(z):
    parts = [mpmath.exp(number - max(z)) for number in z]
    return [part / mpmath.fsum(parts) for part in parts]


def xlogy(x, y):
    return x * mpmath.log(y) if x else mpmath.mpf(0)


def log_loss(t, p):
    return -xlogy(t, p) - xlogy(1 - t, 1 - p)


PENALTIES: dict[str, Any] = {
    "squared_error": lambda t, p: (p - t) ** 2 / 2,
    "absolute_error": lambda t, p: abs(p - t),
    "huber": lambda t, p, delta=1: (
        (p - t) ** 2 / 2 if abs(p - t) <= delta else delta * (abs(p - t) - delta / 2)
    ),
    "log_cosh": lambda t, p: mpmath.log(mpmath.cosh(p - t)),
    "quantile": lambda t, p, q=0.5: q * (t - p) if t > p else (1 - q) * (p - t),
    "poisson": lambda t, p: p - xlogy(t, p) + xlogy(t, t) - t,
    "binary_cross_entropy": lambda t, p, s=0: log_loss(t * (1 - s) + s / 2, p),
    "categorical_cross_entropy": lambda t, p, s=0, classes=3: -xlogy(t * (1 - s) + s / classes, p),
}


def apply(activation, z):
    """Values and slopes of an element-wise activation for a vector z, in z's dtype."""
    left, values = z.copy(), np.empty_like(z)
    where = members.address(activation.apply, members.APPLY, z.dtype)
    members.call(where, members.APPLY, left, values, 1, z.size, z.size, activation.options())
    return values, left


def assert_ulps(got, expected, ulps, absolute=0.0):
    """Every number is within `ulps` units in the last place of the expected one (or `absolute`)."""
    expected = np.array([float(number) for number in expected])
    with np.errstate(all="ignore"):  # inf and subnormal numbers are expected here
        expected = expected.astype(got.dtype)
        far = np.abs(got.astype(float) - expected.astype(float))
        right = (far <= ulps * np.spacing(np.abs(expected)) + absolute) | (got == expected)
    assert right.all(), f"{got[~right]} are not {expected[~right]}"
