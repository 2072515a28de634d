"""A solver of a user's own, in one file: gradient steps of the length of J. Barzilai and J. Borwein
(IMA Journal of Numerical Analysis 8, 1988), halved until the value falls.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.optimizers.solver import SOLVERS, Advance, Solver, SolverState
from neurona.values import option


@dataclass(kw_only=True)
class BarzilaiBorweinState(SolverState):
    """The length of the next step."""

    length: float


@SOLVERS.register("barzilai-borwein")
@dataclass(frozen=True)
class BarzilaiBorwein(Solver):
    """Steepest descent with the curvature of the last step."""

    keeps_dtype = True

    first: float = option(0.1, 0, closed="neither")

    def start(self, problem: Any, x: Any) -> BarzilaiBorweinState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        return BarzilaiBorweinState(x.copy(), value, gradient, 0, 1, length=self.first)

    def advance(self, problem: Any, state: Any) -> Advance:
        """Take one step down."""
        length = state.length
        while length > 1e-12:
            step = -length * state.gradient
            value, gradient = problem.value_and_gradient(state.x + step)
            state.evaluations += 1
            if value < state.value:
                change, decrease = gradient - state.gradient, state.value - value
                curvature = float(step @ change)
                state.length = float(step @ step) / curvature if curvature > 0 else 2 * length
                state.x, state.value, state.gradient = state.x + step, value, gradient
                state.iterations += 1
                return Advance(step, decrease, rate=length)
            length /= 2
        return Advance(np.zeros_like(state.x), 0.0, stuck=True)
