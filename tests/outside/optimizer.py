"""An optimizer of a user's own, in one file: Yogi (M. Zaheer et al., NeurIPS 2018)."""

import math
from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers import StepOptimizer
from neurona.optimizers.base import OPTIMIZERS
from neurona.values import option


@OPTIMIZERS.register("yogi")
@dataclass(frozen=True)
class Yogi(StepOptimizer):
    """Adam whose mean of squares moves by a bounded amount."""

    beta1: float = option(0.9, 0, 1)
    beta2: float = option(0.999, 0, 1)
    epsilon: float = option(1e-3, 0)

    def state_names(self):
        """Return the names of the two moments."""
        return ("mean", "square")

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given = view(weights, size), view(gradient, size), view(options, 3)
        both = view(state, 2 * size)
        mean, square = both[:size], both[size:]
        beta1, rest1, rest2 = cast(given[0], w), cast(1.0 - given[0], w), cast(1.0 - given[1], w)
        of_mean = cast(1.0 / (1.0 - given[0] ** step), w)
        of_square = cast(1.0 / (1.0 - given[1] ** step), w)
        r, epsilon = cast(rate, w), cast(given[2], w)
        for i in range(size):
            now = g[i] * g[i]
            mean[i] = beta1 * mean[i] + rest1 * g[i]
            square[i] -= rest2 * now if square[i] > now else -rest2 * now
            w[i] -= r * of_mean * mean[i] / (cast(math.sqrt(square[i] * of_square), w) + epsilon)
