"""A step method (sgd, adam, ...) as a solver: one step per gradient, at a constant rate.

No step is refused, so the value may rise on the way; whoever drives it keeps the best point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.optimizers.base import StepOptimizer
from neurona.optimizers.solver import Advance, Objective, Solver, SolverState, Vector
from neurona.optimizers.stepper import Stepper
from neurona.values import option


@dataclass(kw_only=True)
class SteppingState(SolverState):
    """What the optimizer keeps, by weight and besides."""

    kept: Vector
    memory: Vector


@dataclass(frozen=True)
class Stepping(Solver):
    """Any registered step method on any objective."""

    optimizer: StepOptimizer
    learning_rate: float = option(0.01, 0, closed="neither")

    def start(self, problem: Objective, x: Vector) -> SteppingState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        stepper = Stepper(self.optimizer, x.copy(), self.learning_rate)
        kept, memory = stepper.kept()
        return SteppingState(x.copy(), value, gradient, 0, 1, kept=kept, memory=memory)

    def advance(self, problem: Objective, state: SteppingState) -> Advance:
        """Step, and evaluate where that leads."""
        stepper = Stepper(self.optimizer, state.x.copy(), self.learning_rate)
        stepper.resume(state.kept, state.memory, state.iterations)
        x = stepper.step(state.gradient, state.value)
        state.kept, state.memory = stepper.kept()
        value, gradient = problem.value_and_gradient(x)
        advance = Advance(x - state.x, state.value - value, rate=self.learning_rate)
        finite = bool(np.isfinite(gradient).all())
        state.x, state.gradient = x, gradient
        state.value = value if finite else float("nan")
        state.iterations += 1
        state.evaluations += 1
        return advance
