"""RMSProp: divide the gradient by a running root mean square of itself.

    s <- rho s + (1 - rho) g^2,    w <- w - rate g / (sqrt(s) + epsilon)

T. Tieleman and G. Hinton, Lecture 6.5 of Neural Networks for Machine Learning (2012). `centered`
subtracts the square of the running mean of g under the root, and `momentum` runs on the scaled
gradient (A. Graves, arXiv:1308.0850, eq. 38-41); Graves has epsilon under the root:
`epsilon_inside=True`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.optimizers.step.fading import faded, smallest
from neurona.values import option


@OPTIMIZERS.register("rmsprop")
@dataclass(frozen=True)
class RMSProp(StepOptimizer):
    """Root mean square propagation: plain, centered, with momentum."""

    rho: float = option(0.9, 0, 1)
    momentum: float = option(0.0, 0, 1)
    centered: bool = False
    epsilon: float = option(1e-8, 0)
    epsilon_inside: bool = False
    weight_decay: float = option(0.0, 0)

    def state_names(self) -> tuple[str, ...]:
        """Return the names of what is kept: always three, so that their places do not depend on
        options.
        """
        return ("square", "mean", "velocity")

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given = view(weights, size), view(gradient, size), view(options, 6)
        all_state = view(state, 3 * size)
        square, mean, velocity = all_state[:size], all_state[size : 2 * size], all_state[2 * size :]
        zero, r, decay = cast(0.0, w), cast(rate, w), cast(given[5], w)
        rho, rest, momentum = cast(given[0], w), cast(1.0 - given[0], w), cast(given[1], w)
        inside, outside = cast(given[3] * given[4], w), cast(given[3] * (1.0 - given[4]), w)
        centered, moving, least = given[2] != 0, given[1] != 0, smallest(w)
        for i in range(size):
            slope = g[i] + decay * w[i]
            square[i] = faded(rho * square[i] + rest * slope * slope, least)
            below = square[i]
            if centered:
                mean[i] = faded(rho * mean[i] + rest * slope, least)
                below -= mean[i] * mean[i]
                below = zero if below < zero else below
            bottom = cast(math.sqrt(below + inside), w) + outside
            move = r * (slope / bottom if bottom > zero else zero)
            if moving:
                velocity[i] = faded(momentum * velocity[i] + move, least)
                move = velocity[i]
            w[i] -= move
