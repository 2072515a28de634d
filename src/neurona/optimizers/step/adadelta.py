"""AdaDelta: the step's own size, not a learning rate, sets the scale.

    G <- rho G + (1 - rho) g^2
    d = -sqrt(D + epsilon) / sqrt(G + epsilon) g
    D <- rho D + (1 - rho) d^2,    w <- w + rate d

M. D. Zeiler, arXiv:1212.5701, Algorithm 1, where the rate is 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.optimizers.step.fading import faded, smallest
from neurona.values import option


@OPTIMIZERS.register("adadelta")
@dataclass(frozen=True)
class AdaDelta(StepOptimizer):
    """Adaptive step sizes in the units of the weights."""

    rho: float = option(0.95, 0, 1)
    epsilon: float = option(1e-6, 0, closed="neither")
    weight_decay: float = option(0.0, 0)

    def state_names(self) -> tuple[str, ...]:
        """Return the names of the two running means of squares."""
        return ("square", "step_square")

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given = view(weights, size), view(gradient, size), view(options, 3)
        all_state = view(state, 2 * size)
        square, step_square = all_state[:size], all_state[size:]
        rho, rest, epsilon = cast(given[0], w), cast(1.0 - given[0], w), cast(given[1], w)
        r, decay, zero = cast(rate, w), cast(given[2], w), cast(0.0, w)
        least = smallest(w)
        for i in range(size):
            slope = g[i] + decay * w[i]
            square[i] = faded(rho * square[i] + rest * slope * slope, least)
            top, bottom = step_square[i] + epsilon, square[i] + epsilon
            # an epsilon too small for the type is 0
            move = cast(math.sqrt(top / bottom), w) * slope if bottom > zero else zero
            step_square[i] = faded(rho * step_square[i] + rest * move * move, least)
            w[i] -= r * move
