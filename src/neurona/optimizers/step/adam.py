"""Adam, AMSGrad and AdamW: momentum and a root mean square, both corrected for their start at zero.

    m <- beta1 m + (1 - beta1) g,          m^ = m / (1 - beta1^t)
    v <- beta2 v + (1 - beta2) g^2,        v^ = v / (1 - beta2^t)
    w <- w - rate m^ / (sqrt(v^) + epsilon)

D. P. Kingma and J. Ba, arXiv:1412.6980, Algorithm 1. `epsilon_hat=True` is the order at the end of
their section 2, rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon), which scikit-learn
and TensorFlow use. `amsgrad` divides by the largest v so far (S. Reddi, S. Kale, S. Kumar, ICLR
2018), with Adam's corrections.

Adam's `weight_decay` adds weight_decay * w to the gradient (coupled). AdamW's is taken off the
weights apart from the gradient (I. Loshchilov and F. Hutter, ICLR 2019): w <- w - rate weight_decay
w. There, rate is alpha times the schedule, as in the libraries; the paper's lambda is alpha *
weight_decay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from neurona.compiled.kernel import kernel
from neurona.compiled.scalars import cast, view
from neurona.optimizers.base import OPTIMIZERS, StepOptimizer
from neurona.optimizers.step.fading import faded, smallest
from neurona.values import option


@kernel
def adam_update(weights, gradient, memory, size, given, rate, step, coupled, decoupled):
    """Move the weights; `coupled` and `decoupled` are the two kinds of weight decay."""
    w, g, state, options = (
        view(weights, size),
        view(gradient, size),
        view(memory, 3 * size),
        view(given, 6),
    )
    mean, square = state[:size], state[size : 2 * size]
    beta1, beta2 = cast(options[0], w), cast(options[1], w)
    rest1, rest2 = cast(1.0 - options[0], w), cast(1.0 - options[1], w)
    root = math.sqrt(1.0 - options[1] ** step)
    factor = cast(rate * root / (1.0 - options[0] ** step), w)
    epsilon = cast(options[2] if options[4] != 0 else options[2] * root, w)
    decay, keep = cast(coupled, w), cast(1.0 - rate * decoupled, w)
    zero, least = cast(0.0, w), smallest(w)
    if options[3] == 0:
        for i in range(size):
            slope = g[i] + decay * w[i]
            mean[i] = faded(beta1 * mean[i] + rest1 * slope, least)
            square[i] = faded(beta2 * square[i] + rest2 * slope * slope, least)
            bottom = cast(math.sqrt(square[i]), w) + epsilon
            w[i] = keep * w[i] - factor * (mean[i] / bottom if bottom > zero else zero)
    else:
        largest = state[2 * size : 3 * size]
        for i in range(size):
            slope = g[i] + decay * w[i]
            mean[i] = faded(beta1 * mean[i] + rest1 * slope, least)
            square[i] = faded(beta2 * square[i] + rest2 * slope * slope, least)
            largest[i] = square[i] if square[i] > largest[i] else largest[i]
            bottom = cast(math.sqrt(largest[i]), w) + epsilon
            w[i] = keep * w[i] - factor * (mean[i] / bottom if bottom > zero else zero)


@dataclass(frozen=True)
class _AdamFamily(StepOptimizer):
    beta1: float = option(0.9, 0, 1)
    beta2: float = option(0.999, 0, 1)
    epsilon: float = option(1e-8, 0)
    amsgrad: bool = False
    epsilon_hat: bool = False

    def state_names(self) -> tuple[str, ...]:
        """Return the names of the two moments, and of AMSGrad's maximum."""
        return ("mean", "square", "largest") if self.amsgrad else ("mean", "square")


@OPTIMIZERS.register("adam")
@dataclass(frozen=True)
class Adam(_AdamFamily):
    """Adaptive moments; weight decay, if any, is coupled (added to the gradient)."""

    weight_decay: float = option(0.0, 0)

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        decay = view(options, 6)[5]
        adam_update(weights, gradient, state, size, options, rate, step, decay, 0.0)


@OPTIMIZERS.register("adamw")
@dataclass(frozen=True)
class AdamW(_AdamFamily):
    """Adam with decoupled weight decay."""

    weight_decay: float = option(0.01, 0)

    @staticmethod
    def update(weights, gradient, state, memory, size, options, rate, step, loss):
        """Move the weights."""
        decay = view(options, 6)[5]
        adam_update(weights, gradient, state, size, options, rate, step, 0.0, decay)


OPTIMIZERS.alias("amsgrad", Adam(amsgrad=True))
