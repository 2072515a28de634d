"""Adamax: Adam with the infinity norm.

    m <- beta1 m + (1 - beta1) g,    u <- max(beta2 u, |g|),    w <- w - rate / (1 - beta1^t) m / (u
    + epsilon)

D. P. Kingma and J. Ba, arXiv:1412.6980, Algorithm 2, which has no epsilon (the default 0; a weight
that never had a gradient stays where it is).
"""

from __future__ import annotations

from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.optimizers.step.fading import faded, smallest
from neurona.values import option


@OPTIMIZERS.register("adamax")
@dataclass(frozen=True)
class Adamax(StepOptimizer):
    """Adam with the largest gradient in place of the root mean square."""

    beta1: float = option(0.9, 0, 1)
    beta2: float = option(0.999, 0, 1)
    epsilon: float = option(0.0, 0)
    weight_decay: float = option(0.0, 0)

    def state_names(self) -> tuple[str, ...]:
        """Return the names of the mean and the decaying maximum."""
        return ("mean", "largest")

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given = view(weights, size), view(gradient, size), view(options, 4)
        all_state = view(state, 2 * size)
        mean, largest = all_state[:size], all_state[size:]
        beta1, beta2, rest1 = cast(given[0], w), cast(given[1], w), cast(1.0 - given[0], w)
        factor, epsilon = cast(rate / (1.0 - given[0] ** step), w), cast(given[2], w)
        decay, zero, least = cast(given[3], w), cast(0.0, w), smallest(w)
        for i in range(size):
            slope = g[i] + decay * w[i]
            mean[i] = faded(beta1 * mean[i] + rest1 * slope, least)
            before, now = faded(beta2 * largest[i], least), abs(slope)
            largest[i] = before if before > now else now
            bottom = largest[i] + epsilon
            w[i] -= factor * (mean[i] / bottom if bottom > zero else zero)
