"""BFGS: a dense approximation H of the inverse Hessian.

    p = -H g
    H <- (I - rho s y') H (I - rho y s') + rho s s',        s = dx,  y = dg,  rho = 1 / y's

C. G. Broyden, R. Fletcher, D. Goldfarb, D. F. Shanno (1970). A strong Wolfe search keeps y's
positive; before the first update H is scaled to y's / y'y (J. Nocedal and S. J. Wright, Numerical
Optimization, 2006, section 6.1). On a quadratic with an exact search it ends in n steps, with H the
inverse Hessian.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.numerics.line_search import LineSearch, StrongWolfe
from neurona.optimizers.solve.line import first_step, no_step, search_and_move
from neurona.optimizers.solver import (
    MEMORY_LIMIT,
    SOLVERS,
    Advance,
    Objective,
    Solver,
    SolverState,
    Vector,
)
from neurona.values import option

EPSILON = float(np.finfo(np.float64).eps)
SEARCH = StrongWolfe(decrease=1e-4, curvature=0.9)


@dataclass(kw_only=True)
class BFGSState(SolverState):
    """H, and the number of updates since it was the identity."""

    inverse: Vector
    updates: int = 0


@SOLVERS.register("bfgs")
@dataclass(frozen=True)
class BFGS(Solver):
    """BFGS with a strong Wolfe search: n^2 numbers kept, which may take `memory_limit` MiB on a
    network.
    """

    matrices = 4

    search: LineSearch = SEARCH
    memory_limit: float = option(MEMORY_LIMIT, 0, closed="neither")

    def start(self, problem: Objective, x: Vector) -> BFGSState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        return BFGSState(x.copy(), value, gradient, 0, 1, inverse=np.eye(x.size))

    def advance(self, problem: Objective, state: BFGSState) -> Advance:
        """Search along -H g; along -g with a fresh H if nothing lower lies there."""
        while True:
            before, direction = state.gradient, -(state.inverse @ state.gradient)
            fresh = state.updates == 0
            step = first_step(before, float(before @ direction), 0.0, 0.0) if fresh else 1.0
            _, advance = search_and_move(problem, state, direction, self.search, step)
            if advance is not None:
                _update(state, advance.step, state.gradient - before)
                return advance
            if fresh:
                return no_step(state)
            state.inverse, state.updates = np.eye(state.x.size), 0


def _update(state: BFGSState, step: Vector, change: Vector) -> None:
    product = float(step @ change)
    if not product > EPSILON * float(np.linalg.norm(step) * np.linalg.norm(change)):
        return  # the search ended without the second Wolfe condition
    if not change @ change > 0:
        return  # its square is too small for a number
    if state.updates == 0:
        state.inverse *= product / float(change @ change)
    pushed = state.inverse @ change
    factor = (1 + float(change @ pushed) / product) / product
    cross = np.outer(step, pushed) / product
    state.inverse = state.inverse + factor * np.outer(step, step) - (cross + cross.T)
    state.updates += 1
