"""Gradient descent: along -g, as far as a line search says.

A. L. Cauchy (1847). The first step to try promises the decrease of the last one (J. Nocedal and S.
J. Wright, Numerical Optimization, 2006, equation 3.60). Converges slowly wherever the curvature
differs between directions; the step methods ("sgd", "momentum", "adam", ...) go without a search.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.numerics.line_search import LineSearch, StrongWolfe
from neurona.optimizers.solve.line import first_step, no_step, search_and_move
from neurona.optimizers.solver import SOLVERS, Advance, Objective, Solver, SolverState, Vector

SEARCH = StrongWolfe(decrease=1e-4, curvature=0.4)


@dataclass(kw_only=True)
class GradientDescentState(SolverState):
    """The length and slope of the last search; 0 before the first."""

    rate: float = 0.0
    slope: float = 0.0


@SOLVERS.register("gradient-descent")
@dataclass(frozen=True)
class GradientDescent(Solver):
    """Steepest descent with a strong Wolfe search."""

    search: LineSearch = SEARCH

    def start(self, problem: Objective, x: Vector) -> GradientDescentState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        return GradientDescentState(x.copy(), value, gradient, 0, 1)

    def advance(self, problem: Objective, state: GradientDescentState) -> Advance:
        """Search along -g."""
        direction = -state.gradient
        slope = -float(np.square(direction).sum())
        step = first_step(state.gradient, slope, state.rate, state.slope)
        _, advance = search_and_move(problem, state, direction, self.search, step)
        if advance is None:
            return no_step(state)
        state.rate, state.slope = advance.rate or 0.0, slope
        return advance
