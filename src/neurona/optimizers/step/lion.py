"""Lion: the sign of a momentum.

    c = beta1 m + (1 - beta1) g,    w <- w - rate (sign c + weight_decay w),    m <- beta2 m + (1 -
    beta2) g

X. Chen et al., Symbolic Discovery of Optimization Algorithms, arXiv:2302.06675, Algorithm 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.optimizers.step.fading import faded, smallest
from neurona.values import option


@OPTIMIZERS.register("lion")
@dataclass(frozen=True)
class Lion(StepOptimizer):
    """Evolved sign momentum; weight decay is decoupled."""

    beta1: float = option(0.9, 0, 1)
    beta2: float = option(0.99, 0, 1)
    weight_decay: float = option(0.0, 0)

    def state_names(self) -> tuple[str, ...]:
        """Return the momentum's name."""
        return ("mean",)

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given, mean = (
            view(weights, size),
            view(gradient, size),
            view(options, 3),
            view(state, size),
        )
        beta1, rest1 = cast(given[0], w), cast(1.0 - given[0], w)
        beta2, rest2 = cast(given[1], w), cast(1.0 - given[1], w)
        r, keep, zero = cast(rate, w), cast(1.0 - rate * given[2], w), cast(0.0, w)
        least = smallest(w)
        for i in range(size):
            c = beta1 * mean[i] + rest1 * g[i]
            move = r if c > zero else (-r if c < zero else zero)
            w[i] = keep * w[i] - move
            mean[i] = faded(beta2 * mean[i] + rest2 * g[i], least)
