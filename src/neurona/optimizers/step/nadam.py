"""Nadam: Adam with Nesterov's momentum.

    m <- beta1 m + (1 - beta1) g,    v <- beta2 v + (1 - beta2) g^2
    mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2)
    m^ = mu_(t+1) m / (1 - prod_(i<=t+1) mu_i) + (1 - mu_t) g / (1 - prod_(i<=t) mu_i)
    w <- w - rate m^ / (sqrt(v / (1 - beta2^t)) + epsilon)

T. Dozat, Incorporating Nesterov Momentum into Adam (2016), with the paper's warming schedule of mu
in the step and beta1 itself in m, as in Keras and PyTorch.
The running product of mu is the first number of the optimizer's memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.optimizers.step.fading import faded, smallest
from neurona.values import option


@OPTIMIZERS.register("nadam")
@dataclass(frozen=True)
class Nadam(StepOptimizer):
    """Nesterov-accelerated adaptive moments."""

    beta1: float = option(0.9, 0, 1)
    beta2: float = option(0.999, 0, 1)
    epsilon: float = option(1e-8, 0)
    momentum_decay: float = option(0.004, 0)
    weight_decay: float = option(0.0, 0)

    def state_names(self) -> tuple[str, ...]:
        """Return the names of the two moments."""
        return ("mean", "square")

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given, product = (
            view(weights, size),
            view(gradient, size),
            view(options, 5),
            view(memory, 1),
        )
        all_state = view(state, 2 * size)
        mean, square = all_state[:size], all_state[size:]
        mu = given[0] * (1.0 - 0.5 * 0.96 ** (step * given[3]))
        next_mu = given[0] * (1.0 - 0.5 * 0.96 ** ((step + 1) * given[3]))
        product[0] = mu if step == 1 else product[0] * mu
        of_mean = cast(rate * next_mu / (1.0 - product[0] * next_mu), w)
        of_slope = cast(rate * (1.0 - mu) / (1.0 - product[0]), w)
        beta1, beta2, zero = cast(given[0], w), cast(given[1], w), cast(0.0, w)
        rest1, rest2 = cast(1.0 - given[0], w), cast(1.0 - given[1], w)
        correction, epsilon = cast(1.0 / (1.0 - given[1] ** step), w), cast(given[2], w)
        decay, least = cast(given[4], w), smallest(w)
        for i in range(size):
            slope = g[i] + decay * w[i]
            mean[i] = faded(beta1 * mean[i] + rest1 * slope, least)
            square[i] = faded(beta2 * square[i] + rest2 * slope * slope, least)
            bottom = cast(math.sqrt(square[i] * correction), w) + epsilon
            w[i] -= (of_mean * mean[i] + of_slope * slope) / bottom if bottom > zero else zero
