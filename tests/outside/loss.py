"""A loss of a user's own, in one file: Cauchy's, log(1 + (d / scale)^2 / 2)."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona.compiled.scalars import cast
from neurona.numerics.elementary import exp, log1p
from neurona.numerics.losses import Loss, loss
from neurona.values import option


@loss("cauchy")
@dataclass(frozen=True)
class Cauchy(Loss):
    """Squared near 0, hardly growing far away: outliers are all but forgotten."""

    scale: float = option(1.0, low=0.0, closed="neither")
    link: ClassVar[str] = "identity"
    baseline: ClassVar[str | None] = "median"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope."""
        d, half = (p - t) / options[0], cast(0.5, p)
        square = half * d * d
        return log1p(square), d / (cast(1.0, p) + square) / options[0]

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight under which a squared error has the same slope."""
        d, half, one = (p - t) / options[0], cast(0.5, p), cast(1.0, p)
        return one / (one + half * d * d) / (options[0] * options[0])

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        d = (p - t) / self.scale
        return np.log1p(0.5 * d * d)


@loss("waiting")
@dataclass(frozen=True)
class Waiting(Loss):
    """The likelihood of waiting times, exponentially distributed: all above 0, and their mean."""

    link = "exp"
    output_low, target_low = 0.0, 0.0
    is_likelihood = True

    @staticmethod
    def sum_formula(t, z, options):
        """Return penalty and slope from z, the logarithm of the mean."""
        ratio = t * exp(-z)
        return ratio + z, cast(1.0, z) - ratio

    @staticmethod
    def sum_curvature(t, z, options):
        """Return the second derivative."""
        return t * exp(-z)
