"""Newton-CG: Newton's step by conjugate gradients, from products of the Hessian with vectors.

The conjugate gradients stop at |H p + g| <= min(1/2, sqrt|g|) |g|, which makes the convergence
superlinear (R. S. Dembo, S. C. Eisenstat and T. Steihaug, SIAM J. Numerical Analysis 19, 1982), at
the rim of the trust region, or at negative curvature (Steihaug 1983; see `numerics.trust_region`).
|g| inside the square root is measured against the first gradient, so that the rule does not depend
on the units of f.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neurona.numerics.trust_region import BallStep, steihaug
from neurona.optimizers.solve.ball import BallState, go
from neurona.optimizers.solver import SOLVERS, Advance, Need, Objective, Solver, Vector
from neurona.values import option


@dataclass(kw_only=True)
class NewtonCGState(BallState):
    """The length of the first gradient."""

    first_length: float


@SOLVERS.register("newton-cg")
@dataclass(frozen=True)
class NewtonCG(Solver):
    """Newton's method without a matrix; `most_products` per step and parameter."""

    needs = frozenset({Need.HESSIAN_PRODUCT})

    most_products: float = option(2.0, 0, closed="neither")

    def start(self, problem: Objective, x: Vector) -> NewtonCGState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        length = float(np.linalg.norm(gradient))
        return NewtonCGState(x.copy(), value, gradient, 0, 1, first_length=length)

    def advance(self, problem: Objective, state: NewtonCGState) -> Advance:
        """Shrink the region until the step in it lowers f."""
        length = float(np.linalg.norm(state.gradient))
        forcing = min(0.5, math.sqrt(length / (state.first_length or 1.0)))
        most = max(int(self.most_products * state.x.size), 1)

        def step(radius: float) -> BallStep:
            found, products = steihaug(
                lambda direction: problem.hessian_product(state.x, direction),
                state.gradient,
                radius if math.isfinite(radius) else 1e3 * max(1.0, float(np.linalg.norm(state.x))),
                forcing * length,
                most,
            )
            state.evaluations += products
            return found

        return go(problem, state, step)
