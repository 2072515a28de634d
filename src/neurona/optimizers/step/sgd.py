"""Stochastic gradient descent, with momentum and Nesterov's momentum.

    v <- momentum v - rate g,    w <- w + v                          (Polyak 1964) v <- momentum v -
    rate g,    w <- w + momentum v - rate g        (Nesterov 1983, as in Sutskever et al. 2013)

With `rate_in_velocity=False` the velocity collects plain gradients and the rate is applied to it
later, as in PyTorch: v <- momentum v + g, w <- w - rate v. Both are the same while the rate is
constant. `weight_decay` adds weight_decay * w to the gradient.
"""

from __future__ import annotations

from dataclasses import dataclass

from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.optimizers.step.fading import faded, smallest
from neurona.values import option


@OPTIMIZERS.register("sgd")
@dataclass(frozen=True)
class SGD(StepOptimizer):
    """Gradient descent; `momentum` 0 is the plain form, `nesterov` looks ahead."""

    momentum: float = option(0.0, 0, 1, "both")
    nesterov: bool = False
    rate_in_velocity: bool = True
    weight_decay: float = option(0.0, 0)

    def state_names(self) -> tuple[str, ...]:
        """Return the velocity's name, if there is momentum."""
        return ("velocity",) if self.momentum > 0 else ()

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        w, g, given = view(weights, size), view(gradient, size), view(options, 4)
        momentum, decay, r = cast(given[0], w), cast(given[3], w), cast(rate, w)
        if given[0] == 0:
            for i in range(size):
                w[i] -= r * (g[i] + decay * w[i])
            return
        velocity = view(state, size)
        # the velocity is v = momentum v - inner g, and the weights move by outer v (+ the
        # look-ahead)
        inner, outer = (r, cast(1.0, w)) if given[2] != 0 else (cast(1.0, w), r)
        ahead, least = given[1] != 0, smallest(w)
        for i in range(size):
            slope = g[i] + decay * w[i]
            v = faded(momentum * velocity[i] - inner * slope, least)
            velocity[i] = v
            w[i] += outer * (momentum * v - inner * slope if ahead else v)


OPTIMIZERS.alias("momentum", SGD(momentum=0.9))
OPTIMIZERS.alias("nesterov", SGD(momentum=0.9, nesterov=True))
