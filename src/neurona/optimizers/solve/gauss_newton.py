"""Gauss-Newton: the step that minimizes the linearized residuals, with a strong Wolfe search.

    B p = -g,        B = J'J,  g = J'r

C. F. Gauss (1809); J. Nocedal and S. J. Wright, Numerical Optimization (2006), section 10.3. Where
B lacks full rank and the model has no shortest step, B is damped by just enough to have a Cholesky
factor. Levenberg-Marquardt ("lm") is the safer choice far from a solution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.numerics.damping import used_lengths
from neurona.numerics.line_search import LineSearch, StrongWolfe
from neurona.optimizers.solve.line import no_step, search_and_move
from neurona.optimizers.solver import (
    MEMORY_LIMIT,
    SOLVERS,
    Advance,
    Need,
    Objective,
    QuadraticModel,
    Solver,
    SolverState,
    Vector,
)
from neurona.values import option

SEARCH = StrongWolfe(decrease=1e-4, curvature=0.9)


@SOLVERS.register("gauss-newton")
@dataclass(frozen=True)
class GaussNewton(Solver):
    """Gauss-Newton with a line search; a network's matrices may take `memory_limit` MiB."""

    needs = frozenset({Need.MODEL})

    search: LineSearch = SEARCH
    memory_limit: float = option(MEMORY_LIMIT, 0, closed="neither")

    def start(self, problem: Objective, x: Vector) -> SolverState:
        """Return the state at x."""
        model = problem.model(x)
        return SolverState(x.copy(), model.value, model.gradient, 0, 1)

    def advance(self, problem: Objective, state: SolverState) -> Advance:
        """Search along the Gauss-Newton step; along -g if nothing lower lies there."""
        direction = _step(problem.model(state.x))
        for way in (direction, -state.gradient):
            length = float(np.linalg.norm(way))
            step = 1.0 if way is direction else 1 / (length or 1.0)
            _, advance = search_and_move(problem, state, way, self.search, step)
            if advance is not None:
                return advance
        return no_step(state)


def _step(model: QuadraticModel) -> Vector:
    """Return the undamped step, or the least damped one that there is."""
    lengths = used_lengths(model.diagonal())
    for damping in (0.0, *10.0 ** np.arange(-14, 1)):
        step = model.step(damping * lengths)
        if step is not None and np.isfinite(step).all():
            return step
    return -model.gradient
