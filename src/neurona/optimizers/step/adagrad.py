"""AdaGrad: a rate per weight that shrinks with the squares of its past gradients.

    G <- G + g^2,    w <- w - rate g / (sqrt(G) + epsilon)

J. Duchi, E. Hazan, Y. Singer, JMLR 12 (2011), H_t = delta I + diag(G)^(1/2). `initial_accumulator`
is G before the first step (0 in the paper, 0.1 in some libraries); `epsilon_inside` puts epsilon
under the root.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.values import option


@OPTIMIZERS.register("adagrad")
@dataclass(frozen=True)
class AdaGrad(StepOptimizer):
    """Adaptive gradient."""

    epsilon: float = option(1e-8, 0)
    initial_accumulator: float = option(0.0, 0)
    epsilon_inside: bool = False
    weight_decay: float = option(0.0, 0)

    def state_names(self) -> tuple[str, ...]:
        """Return the accumulator's name."""
        return ("accumulator",)

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given, accumulator = (
            view(weights, size),
            view(gradient, size),
            view(options, 4),
            view(state, size),
        )
        zero, r, decay = cast(0.0, w), cast(rate, w), cast(given[3], w)
        inside, outside = cast(given[0] * given[2], w), cast(given[0] * (1.0 - given[2]), w)
        if step == 1:
            accumulator[:] = cast(given[1], w)
        for i in range(size):
            slope = g[i] + decay * w[i]
            accumulator[i] += slope * slope
            bottom = cast(math.sqrt(accumulator[i] + inside), w) + outside
            w[i] -= r * (slope / bottom if bottom > zero else zero)
