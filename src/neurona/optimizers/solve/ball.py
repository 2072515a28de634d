"""The trust-region iteration that Newton's method and Newton-CG share."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neurona.numerics.damping import gain_ratio
from neurona.numerics.trust_region import BallStep, next_radius
from neurona.optimizers.solve.line import no_step
from neurona.optimizers.solver import Advance, Objective, SolverState

EPSILON = float(np.finfo(np.float64).eps)
LEAST_GAIN = 1e-4


@dataclass(kw_only=True)
class BallState(SolverState):
    """The radius of the region in which the quadratic is trusted; 0 stands for no bound."""

    radius: float = 0.0


def go(problem: Objective, state: BallState, step_within: Callable[[float], BallStep]) -> Advance:
    """Shrink the region until the step in it gains enough, move there, set the next radius."""
    while True:
        used = state.radius or math.inf
        found = step_within(used)
        x = state.x + found.step
        if not (np.isfinite(found.step).all() and (x != state.x).any()):
            return no_step(state)
        value, gradient = problem.value_and_gradient(x)
        state.evaluations += 1
        gain = gain_ratio(state.value - value, found.promised)
        if not np.isfinite(gradient).all():
            gain = -np.inf
        length = float(np.linalg.norm(found.step))
        radius = next_radius(used, gain, length, found.on_rim)
        state.radius = radius if math.isfinite(radius) else 0.0
        if gain > LEAST_GAIN:
            break
        # a region that does not shrink, or to nothing, would be tried for ever
        if found.promised <= EPSILON * abs(state.value) or not 0 < radius < used:
            return no_step(state)
    decrease = state.value - value
    state.x, state.value, state.gradient = x, value, gradient
    state.iterations += 1
    return Advance(found.step, decrease, damping=used if math.isfinite(used) else None)
