"""Losses of the difference between prediction and target."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona import autodiff
from neurona.compiled.scalars import cast
from neurona.numerics.elementary import exp_and_expm1, log1p
from neurona.numerics.losses.base import Loss, loss
from neurona.numerics.losses.bounds import nearly_zero
from neurona.values import option


@loss("squared_error")
@dataclass(frozen=True)
class SquaredError(Loss):
    """Half the squared difference."""

    link = "identity"
    baseline, is_likelihood, has_noise = "mean", True, True

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope."""
        d = p - t
        return cast(0.5, p) * d * d, d

    @staticmethod
    def value_curvature(t, p, options):
        """Return the second derivative."""
        return cast(1.0, p)

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        difference = p - t
        return 0.5 * difference * difference


@loss("absolute_error")
@dataclass(frozen=True)
class AbsoluteError(Loss):
    """The absolute difference: estimates the median; slope 0 at 0."""

    link = "identity"
    baseline = "median"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope."""
        d, zero, one = p - t, cast(0.0, p), cast(1.0, p)
        return abs(d), (one if d > zero else -one) if d != zero else zero

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight, bounded where the difference vanishes."""
        return cast(1.0, p) / max(abs(p - t), nearly_zero(p))

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        return np.abs(p - t)


@loss("huber")
@dataclass(frozen=True)
class Huber(Loss):
    """Squared within `delta`, linear beyond: outliers pull less."""

    delta: float = option(1.0, low=0.0, closed="neither")
    link: ClassVar[str] = "identity"
    baseline: ClassVar[str | None] = "median"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope."""
        d, delta, half = p - t, options[0], cast(0.5, p)
        size = abs(d)
        if size <= delta:
            return half * d * d, d
        return delta * (size - half * delta), math.copysign(delta, d)

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight."""
        size, delta = abs(p - t), options[0]
        return cast(1.0, p) if size <= delta else delta / size

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        difference, delta = p - t, self.delta
        size = np.abs(difference)
        beyond = delta * (size - 0.5 * delta)
        return np.where(size <= delta, 0.5 * difference * difference, beyond)


@loss("log_cosh")
@dataclass(frozen=True)
class LogCosh(Loss):
    """log cosh of the difference: squared near 0, absolute far away, smooth everywhere."""

    link = "identity"
    baseline = "median"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope, tanh(d)."""
        d, two = p - t, cast(2.0, p)
        e, e_minus_1 = exp_and_expm1(-two * abs(d))
        slope = math.copysign(-e_minus_1 / (two + e_minus_1), d)
        # log cosh d = -log(1 - tanh(d)^2) / 2, without cancellation for small d
        square, half = slope * slope, cast(0.5, p)
        near = abs(d) < half
        logarithm = log1p(square / (cast(1.0, p) - square) if near else e)
        return half * logarithm if near else abs(d) + logarithm - cast(math.log(2), p), slope

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight tanh(d) / d."""
        size, two = abs(p - t), cast(2.0, p)
        _, e_minus_1 = exp_and_expm1(-two * size)
        small = nearly_zero(p)
        return -e_minus_1 / (two + e_minus_1) / size if size > small else cast(1.0, p)

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties: near 0 from tanh, far away from logaddexp, neither cancels."""
        difference = p - t
        near = np.abs(autodiff.stop_gradient(difference)) < 0.5
        close = np.tanh(np.where(near, difference, 0.0))
        far = np.logaddexp(difference, -difference) - math.log(2)
        return np.where(near, -0.5 * np.log1p(-close * close), far)


@loss("quantile")
@dataclass(frozen=True)
class Quantile(Loss):
    """The pinball loss: estimates the quantile `quantile` of the target."""

    quantile: float = option(0.5, low=0.0, high=1.0, closed="neither")
    link: ClassVar[str] = "identity"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope; slope 0 at 0."""
        d, zero = t - p, cast(0.0, p)
        slope = -options[0] if d > zero else cast(1.0, p) - options[0]
        return -slope * d, slope if d != zero else d

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight, bounded where the difference vanishes."""
        above = options[0] if t > p else cast(1.0, p) - options[0]
        return above / max(abs(p - t), nearly_zero(p))

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties; slope 0 at 0."""
        difference = t - p
        difference = np.where(difference == 0, 0.0, difference)
        above, below = self.quantile * difference, (self.quantile - 1.0) * difference
        return np.where(difference > 0, above, below)
