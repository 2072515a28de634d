"""Activations made of one exponential: the sigmoids, and exp itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import autodiff
from neurona.compiled.kernel import inlined
from neurona.compiled.scalars import cast
from neurona.numerics.activations.base import Activation, activation
from neurona.numerics.elementary import exp, exp_and_expm1
from neurona.values import option


@inlined
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
