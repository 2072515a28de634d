"""The loss of counts and rates: half the Poisson deviance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import autodiff
from neurona.compiled.kernel import inlined
from neurona.compiled.scalars import cast
from neurona.numerics.elementary import exp, log
from neurona.numerics.losses.base import Loss, loss
from neurona.numerics.losses.bounds import TINY, held, tiny


@inlined
def t_log_t(t):
    """Return t log t - t, with 0 at 0: makes the least Poisson loss 0."""
    return t * log(t if t > tiny(t) else tiny(t)) - t


@loss("poisson")
@dataclass(frozen=True)
class Poisson(Loss):
    """Half the Poisson deviance, for counts and rates; the linked output is exp."""

    link = "exp"
    output_low, target_low = 0.0, 0.0

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope from the rate p."""
        safe = tiny(p) if p < tiny(p) else p
        return p - t * log(safe) + t_log_t(t), cast(1.0, p) - t / safe

    @staticmethod
    def sum_formula(t, z, options):
        """Return penalty and slope from z, the logarithm of the rate."""
        rate = exp(z)
        return rate - t * z + t_log_t(t), rate - t

    @staticmethod
    def value_curvature(t, p, options):
        """Return the second derivative by the rate."""
        safe = tiny(p) if p < tiny(p) else p
        return t / safe / safe

    @staticmethod
    def sum_curvature(t, z, options):
        """Return the second derivative by the logarithm of the rate."""
        return exp(z)

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        safe = held(p, TINY, math.inf)
        return p - t * np.log(safe) + (autodiff.xlogy(t, t) - t)

    def sum_expression(self, t: Any, z: Any) -> Any:
        """Return the penalties from the sums z."""
        return np.exp(z) - t * z + (autodiff.xlogy(t, t) - t)
