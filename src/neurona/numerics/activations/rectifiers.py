"""Activations that let the positive through and hold the negative back: relu and its relatives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import autodiff
from neurona.compiled.kernel import inlined
from neurona.compiled.scalars import cast
from neurona.numerics.activations.base import Activation, activation
from neurona.numerics.activations.exponential import sigmoid_parts
from neurona.numerics.elementary import exp_and_expm1, log1p
from neurona.numerics.normal import normal_tail
from neurona.values import option

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848, 1.0507009873554804934


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


@inlined
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
