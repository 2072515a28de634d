"""Newton's method: the minimum of the quadratic with f's exact Hessian H, inside a trust region.

    p = argmin g'p + p'Hp / 2,        |p| <= radius

H is taken apart into eigenvalues, so a Hessian that is not positive definite is no trouble: the
step uses directions of negative curvature (J. J. Moré and D. C. Sorensen, 1983; see
`numerics.trust_region`). The radius starts unbounded: the first step on a convex quadratic ends
there. For up to some hundred parameters; "newton-cg" needs no n x n matrix.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.numerics.trust_region import exact_step
from neurona.optimizers.solve.ball import BallState, go
from neurona.optimizers.solver import (
    MEMORY_LIMIT,
    SOLVERS,
    Advance,
    Need,
    Objective,
    Solver,
    Vector,
)
from neurona.values import option


@SOLVERS.register("newton")
@dataclass(frozen=True)
class Newton(Solver):
    """Newton's method with the exact Hessian and an exact trust-region step; a network's matrices
    may take `memory_limit` MiB.
    """

    needs = frozenset({Need.HESSIAN})

    memory_limit: float = option(MEMORY_LIMIT, 0, closed="neither")

    def start(self, problem: Objective, x: Vector) -> BallState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        return BallState(x.copy(), value, gradient, 0, 1)

    def advance(self, problem: Objective, state: BallState) -> Advance:
        """Shrink the region until the step in it lowers f."""
        hessian = problem.hessian(state.x)
        values, vectors = np.linalg.eigh(0.5 * (hessian + hessian.T))
        return go(
            problem, state, lambda radius: exact_step(values, vectors, state.gradient, radius)
        )
