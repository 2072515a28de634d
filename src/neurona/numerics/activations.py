"""Activations: the value of a unit from its sum z, and the slope that backpropagation needs.

| name | value | range |
|---|---|---|
| identity | z | all |
| step | 1 if z > 0, else 0 (slope 0) | {0, 1} |
| logistic | 1 / (1 + exp(-z)) | (0, 1) |
| bounded | low + (high - low) logistic(z) | (low, high) |
| tanh | tanh z | (-1, 1) |
| softmax | exp(z_j) / sum exp(z_k), over the layer | (0, 1), sums to 1 |
| exp | exp z (an output for counts) | (0, inf) |
| relu | max(z, 0) | [0, inf) |
| leaky_relu | z, or slope * z below 0 (Maas 2013) | all |
| elu | z, or alpha (exp z - 1) below 0 (Clevert 2016) | (-alpha, inf) |
| selu | scaled elu that keeps mean and variance (Klambauer 2017) | (-1.758, inf) |
| gelu | z Phi(z), Phi the normal distribution function (Hendrycks and Gimpel 2016) | (-0.17, inf) |
| silu | z logistic(z) (Elfwing 2018) | (-0.28, inf) |
| softplus | log(1 + exp z) | (0, inf) |
| mish | z tanh(softplus z) (Misra 2019) | (-0.31, inf) |

An element-wise activation is a formula (z, options) -> (value, slope): both come from z, so both
are right to a few units in the last place where the textbook forms a (1 - a) and 1 - a^2 cancel.
`apply` stores the value in `a` and leaves the slope in `z`'s place; `chain` multiplies the errors
by it. `expression` is the same value in the operations of the computation graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona import autodiff
from neurona.compiled.kernel import kernel, scalar_kernel
from neurona.compiled.scalars import cast, view
from neurona.errors import OperationError
from neurona.numerics.elementary import exp, exp_and_expm1, log1p
from neurona.numerics.normal import normal_tail
from neurona.registry import Registry
from neurona.values import Value, option

ACTIVATIONS = Registry("activation")
SELU_ALPHA, SELU_SCALE = 1.6732632423543772848, 1.0507009873554804934


@dataclass(frozen=True)
class Activation(Value):
    """Base of the activations: members, range, and what a loss needs to know of an output."""

    apply: ClassVar[Callable[..., None]]
    chain: ClassVar[Callable[..., None]]
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf
    reaches_bounds: ClassVar[bool] = False
    sums_to_one: ClassVar[bool] = False
    has_slope: ClassVar[bool] = True

    def range(self) -> tuple[float, float]:
        """Return the interval in which the values lie (open, unless `reaches_bounds`)."""
        return self.low, self.high

    def expression(self, z: Any) -> Any:
        """Return the value for sums z (rows x units) in the operations of `neurona.autodiff`.

        Raises `OperationError` for an activation that has none.
        """
        raise OperationError(
            f"The activation {self.name!r} has no expression in the operations of "
            "neurona.autodiff: give its class a method expression(self, z) that returns the value."
        )


def activation(name: str) -> Callable[[type], type]:
    """Class decorator: register an activation and build its members from its `formula`.

    A class with a static method `formula(z, options) -> (value, slope)` is element-wise; others
    bring `apply` and `chain` themselves. `options` is a tuple of the fields as numbers of z's type.
    """

    def add(cls: type) -> type:
        if "formula" in vars(cls):
            _make_elementwise(cls)
        return ACTIVATIONS.register(name)(cls)

    return add


def _make_elementwise(cls: Any) -> None:
    formula = scalar_kernel(cls.formula)

    def apply(z, a, rows, columns, stride, options):
        size = rows * stride
        z, a, given = view(z, size), view(a, size), view(options, 3)
        numbers = cast(given[0], z), cast(given[1], z), cast(given[2], z)
        for i in range(size):
            a[i], z[i] = formula(z[i], numbers)

    apply.__qualname__ = f"{cls.__qualname__}.apply"
    apply.formula = cls.formula  # type: ignore[attr-defined]
    cls.apply, cls.chain = staticmethod(apply), staticmethod(multiply_by_slope)


def multiply_by_slope(slope, errors, rows, columns, stride):
    """Backward part of every element-wise activation."""
    size = rows * stride
    slope, errors = view(slope, size), view(errors, size)
    for i in range(size):
        errors[i] *= slope[i]


@activation("identity")
@dataclass(frozen=True)
class Identity(Activation):
    """z itself: a linear layer."""

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        return z, cast(1.0, z)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph: a node of its own."""
        return +z


@activation("step")
@dataclass(frozen=True)
class Step(Activation):
    """1 if z > 0, else 0: the threshold unit. Its slope is 0: layers below do not learn."""

    low, high, reaches_bounds, has_slope = 0.0, 1.0, True, False

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        zero, one = cast(0.0, z), cast(1.0, z)
        value = one if z > zero else zero
        return z if z != z else value, zero

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return np.heaviside(z, 0.0)


@scalar_kernel
def sigmoid_parts(z):
    """Return logistic(z), logistic(-z) and exp(-|z|)."""
    one = cast(1.0, z)
    small = exp(-abs(z))
    large_part, small_part = one / (one + small), small / (one + small)
    if z >= cast(0.0, z):
        return large_part, small_part, small
    return small_part, large_part, small


@activation("logistic")
@dataclass(frozen=True)
class Logistic(Activation):
    """1 / (1 + exp(-z)), the sigmoid."""

    low, high = 0.0, 1.0

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        up, down, _ = sigmoid_parts(z)
        return up, up * down

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return autodiff.logistic(z)


@activation("bounded")
@dataclass(frozen=True)
class Bounded(Activation):
    """The logistic function scaled to (lower, upper): an output that cannot leave its bounds."""

    lower: float = option(0.0, closed="neither")
    upper: float = option(1.0, closed="neither")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.lower < self.upper:
            raise ValueError(
                "The 'lower' parameter of Bounded must be less than 'upper'. Got "
                f"{self.lower!r} and {self.upper!r}."
            )

    def range(self) -> tuple[float, float]:
        """Return the bounds."""
        return self.lower, self.upper

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        up, down, _ = sigmoid_parts(z)
        width = options[1] - options[0]
        return options[0] + width * up, width * (up * down)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return self.lower + (self.upper - self.lower) * autodiff.logistic(z)


@activation("tanh")
@dataclass(frozen=True)
class Tanh(Activation):
    """The hyperbolic tangent."""

    low, high = -1.0, 1.0

    @staticmethod
    def formula(z, options):
        """Return value and slope: with e = exp(-2|z|), (1 - e) / (1 + e) and 4 e / (1 + e)^2."""
        two = cast(2.0, z)
        e, e_minus_1 = exp_and_expm1(-two * abs(z))
        size = -e_minus_1 / (two + e_minus_1)
        one_plus = cast(1.0, z) + e
        return math.copysign(size, z), cast(4.0, z) * e / (one_plus * one_plus)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return np.tanh(z)


@activation("exp")
@dataclass(frozen=True)
class Exp(Activation):
    """exp z: the output of a Poisson regression (log link)."""

    low = 0.0

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        value = exp(z)
        return value, value

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return np.exp(z)


@activation("relu")
@dataclass(frozen=True)
class Relu(Activation):
    """max(z, 0), slope 0 at 0; nan stays nan."""

    low, reaches_bounds = 0.0, True

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        zero, one = cast(0.0, z), cast(1.0, z)
        return (zero if z <= zero else z), (zero if z <= zero else one)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return np.where(z <= 0, 0.0, z)


@activation("leaky_relu")
@dataclass(frozen=True)
class LeakyRelu(Activation):
    """z above 0, negative_slope * z below."""

    negative_slope: float = option(0.01, closed="neither")

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        slope = options[0] if z <= cast(0.0, z) else cast(1.0, z)
        return slope * z, slope

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return np.where(z <= 0, self.negative_slope * z, z)


@scalar_kernel
def elu_parts(z, alpha):
    """Return elu and its slope."""
    zero, one = cast(0.0, z), cast(1.0, z)
    e, e_minus_1 = exp_and_expm1(zero if z > zero else z)
    return (z if z > zero else alpha * e_minus_1), (one if z > zero else alpha * e)


def elu_expression(z: Any, alpha: float) -> Any:
    """Return elu; the exponential sees no positive number, so that it does not overflow."""
    return np.where(z > 0, z, alpha * np.expm1(np.where(z > 0, 0.0, z)))


@activation("elu")
@dataclass(frozen=True)
class Elu(Activation):
    """z above 0, alpha (exp z - 1) below."""

    alpha: float = option(1.0, low=0.0)

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        return elu_parts(z, options[0])

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return elu_expression(z, self.alpha)


@activation("selu")
@dataclass(frozen=True)
class Selu(Activation):
    """Scaled elu; with LeCun's initialization it keeps activations at mean 0, variance 1."""

    @staticmethod
    def formula(z, options):
        """Return value and slope; the two constants are the paper's fixed point."""
        factor = cast(SELU_SCALE, z)
        value, slope = elu_parts(z, cast(SELU_ALPHA, z))
        return factor * value, factor * slope

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return SELU_SCALE * elu_expression(z, SELU_ALPHA)


@activation("gelu")
@dataclass(frozen=True)
class Gelu(Activation):
    """z Phi(z), exact (not the tanh approximation)."""

    @staticmethod
    def formula(z, options):
        """Return value and slope Phi(z) + z phi(z); beyond 40 the bell is 0 in every type."""
        zero, forty = cast(0.0, z), cast(40.0, z)
        tail, density = normal_tail(abs(z))
        below = cast(1.0, z) - tail if z > zero else tail
        above_minus_40 = -forty if z < -forty else z
        near = forty if above_minus_40 > forty else above_minus_40
        return above_minus_40 * below, below + near * density

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return z * (0.5 * autodiff.erfc(z * -math.sqrt(0.5)))


@activation("silu")
@dataclass(frozen=True)
class Silu(Activation):
    """z logistic(z), also called swish."""

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        up, down, _ = sigmoid_parts(z)
        return z * up, up * (cast(1.0, z) + z * down)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return z * autodiff.logistic(z)


@activation("softplus")
@dataclass(frozen=True)
class Softplus(Activation):
    """log(1 + exp z)."""

    low = 0.0

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        up, _, small = sigmoid_parts(z)
        zero = cast(0.0, z)
        return (zero if z <= zero else z) + log1p(small), up

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return autodiff.softplus(z)


@activation("mish")
@dataclass(frozen=True)
class Mish(Activation):
    """z tanh(softplus z)."""

    @staticmethod
    def formula(z, options):
        """Return value and slope; tanh(softplus z) = E (E + 2) / (E (E + 2) + 2), E = exp z."""
        zero, one, two = cast(0.0, z), cast(1.0, z), cast(2.0, z)
        up, _, e = sigmoid_parts(z)
        twice = two * e * e
        if z > zero:
            bottom = one + two * e + twice
            t, gap, rest = (
                (one + two * e) / bottom,
                twice / bottom,
                (two + two * two * e + twice) / bottom,
            )
        else:
            top = e * (e + two)
            bottom = top + two
            t, gap, rest = top / bottom, two / bottom, (two * top + two) / bottom
        return z * t, t + z * up * (gap * rest)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return z * np.tanh(autodiff.softplus(z))


@activation("softmax")
@dataclass(frozen=True)
class Softmax(Activation):
    """exp(z_j) / sum_k exp(z_k) over the units of the layer."""

    low, high, sums_to_one = 0.0, 1.0, True

    @staticmethod
    def apply(z, a, rows, columns, stride, options):
        """Write softmax to a, and again to z: `chain` needs the values."""
        softmax_rows(view(z, rows * stride), view(a, rows * stride), rows, columns, stride)
        z, a = view(z, rows * stride), view(a, rows * stride)
        for i in range(rows * stride):
            z[i] = a[i]

    @staticmethod
    def chain(values, errors, rows, columns, stride):
        """Turn errors e into a * (e - sum_k a_k e_k)."""
        values, errors = view(values, rows * stride), view(errors, rows * stride)
        for i in range(rows):
            a, e = (
                values[i * stride : i * stride + stride],
                errors[i * stride : i * stride + stride],
            )
            mean = cast(0.0, a)
            for j in range(columns):
                mean += a[j] * e[j]
            for j in range(columns):
                e[j] = a[j] * (e[j] - mean)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return autodiff.softmax(z, axis=-1)


@kernel
def softmax_rows(z, a, rows, columns, stride):
    """Write softmax of every row of z to a; exp runs over the padded block, where it vectorises."""
    for i in range(rows):
        row, out = z[i * stride : i * stride + stride], a[i * stride : i * stride + stride]
        top = row[0]
        for j in range(1, columns):
            # a nan must win: it marks a divergence
            top = row[j] if row[j] > top or row[j] != row[j] else top
        for j in range(stride):
            out[j] = row[j] - top
    for i in range(a.size):
        a[i] = exp(a[i])
    for i in range(rows):
        out = a[i * stride : i * stride + stride]
        total = cast(0.0, a)
        for j in range(columns):
            total += out[j]
        scale = cast(1.0, a) / total
        for j in range(stride):
            out[j] *= scale
