"""Scaled conjugate gradient: no line search; a curvature measured along the direction instead.

    s = (g(x + sigma p) - g(x)) / sigma,      delta = p's + lambda |p|^2,      alpha = -p'g / delta

lambda >= 0 makes delta positive and keeps the step where the quadratic is trusted: it falls after a
good step, rises after a bad one. M. F. Møller, A scaled conjugate gradient algorithm for fast
supervised learning (Neural Networks 6, 1993), steps 1-9; the direction starts again from -g every n
steps and whenever it no longer leads down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neurona.optimizers.solve.line import no_step
from neurona.optimizers.solver import SOLVERS, Advance, Objective, Solver, SolverState, Vector
from neurona.values import option

LEAST_NORMAL = float(np.finfo(np.float64).tiny)
LEAST, LARGEST = 1e-15, 1e60


@dataclass(kw_only=True)
class SCGState(SolverState):
    """The direction, lambda, and the steps since it last was -g."""

    direction: Vector
    damping: float = 0.0
    since_restart: int = 0


@SOLVERS.register("scg")
@dataclass(frozen=True)
class SCG(Solver):
    """Møller's scaled conjugate gradient; `probe` is sigma |p|, `damping` the first lambda."""

    probe: float = option(5e-5, 0, 1, closed="neither")
    damping: float = option(5e-7, 0, closed="neither")

    def start(self, problem: Objective, x: Vector) -> SCGState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        return SCGState(x.copy(), value, gradient, 0, 1, direction=-gradient, damping=self.damping)

    def advance(self, problem: Objective, state: SCGState) -> Advance:
        """Measure the curvature along the direction, then try steps until one lowers f."""
        if not state.direction @ state.gradient < 0:
            _restart(state)
        slope = float(state.gradient @ state.direction)
        square = float(state.direction @ state.direction)
        if not (slope < 0 and slope * slope > 0 and LEAST_NORMAL <= square < math.inf):
            return no_step(state)
        curvature = self._curvature(problem, state, math.sqrt(square))
        while state.damping < LARGEST:
            if curvature + state.damping * square <= 0:
                state.damping = -2 * curvature / square
            delta = curvature + state.damping * square
            if not 0 < delta < math.inf:
                break
            rate = -slope / delta
            step = rate * state.direction
            x = state.x + step
            if not (x != state.x).any():
                break
            value, gradient = problem.value_and_gradient(x)
            state.evaluations += 1
            decrease = state.value - value
            gain = _gain(delta, decrease, slope)
            finite = math.isfinite(gain) and bool(np.isfinite(gradient).all())
            if finite and gain >= 0.75:
                state.damping = max(state.damping / 4, LEAST)
            elif finite and gain >= 0:
                state.damping += delta * (1 - gain) / square if gain < 0.25 else 0.0
            else:
                # (1 - gain) is at most 10: a jump over a cliff must not end all movement
                worse = min(1 - gain, 10.0) if finite else 10.0
                state.damping = max(state.damping + delta * worse / square, 4 * state.damping)
            if finite and decrease > 0:
                _turn(state, x, value, gradient)
                return Advance(step, decrease, state.damping, rate)
        if state.since_restart:
            _restart(state)
            state.damping = self.damping
            return self.advance(problem, state)
        return no_step(state)

    def _curvature(self, problem: Objective, state: SCGState, length: float) -> float:
        sigma = self.probe / length
        _, ahead = problem.value_and_gradient(state.x + sigma * state.direction)
        state.evaluations += 1
        curvature = float((ahead - state.gradient) @ state.direction) / sigma
        return curvature if math.isfinite(curvature) else 0.0


def _gain(delta: float, decrease: float, slope: float) -> float:
    """Return the decrease, as a share of slope^2 / 2 delta, which was promised."""
    promised = slope * slope
    if LEAST_NORMAL <= promised < math.inf:
        return 2 * delta * decrease / promised
    return 2 * (delta / slope) * (decrease / slope)


def _restart(state: SCGState) -> None:
    state.direction, state.since_restart = -state.gradient, 0


def _turn(state: SCGState, x: Vector, value: float, gradient: Vector) -> None:
    """Move, and make the next direction conjugate."""
    before, along = state.gradient, float(state.gradient @ state.direction)
    state.x, state.value, state.gradient = x, value, gradient
    state.iterations += 1
    state.since_restart += 1
    if state.since_restart >= x.size:
        _restart(state)
        return
    share = float(gradient @ gradient - gradient @ before) / -along
    state.direction = share * state.direction - gradient
