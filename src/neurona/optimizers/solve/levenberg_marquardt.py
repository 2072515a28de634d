"""Levenberg-Marquardt: Gauss-Newton steps, damped until the model keeps its promise.

    (B + lambda D) p = -g,        B = J'J,  g = J'r

K. Levenberg (1944), D. W. Marquardt (1963). D holds the largest squared column norms of J so far
(J. J. Moré, 1978), so that steps do not depend on the units of the parameters; lambda follows the
gain ratio (H. B. Nielsen, 1999; see `numerics.damping`). The model promises

    m(0) - m(p) = p'(lambda D p - g) / 2,

both terms positive. With lambda = 0 the first step is Gauss-Newton's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.numerics.damping import Damping, gain_ratio, longest_columns, used_lengths
from neurona.optimizers.solve.line import no_step
from neurona.optimizers.solver import (
    SOLVERS,
    Advance,
    Need,
    Objective,
    Solver,
    SolverState,
    Vector,
)
from neurona.values import option

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(kw_only=True)
class LMState(SolverState):
    """The damping, the factor of its next growth, and D."""

    damping: float = 0.0
    growth: float = 2.0
    lengths: Vector


@SOLVERS.register("lm")
@dataclass(frozen=True)
class LevenbergMarquardt(Solver):
    """Levenberg-Marquardt with gain-ratio damping in scaled lengths.

    `damping` is the first lambda; `least_damping` is where it grows from if it was zero;
    `scaled=False` measures steps in plain lengths (D = I).
    """

    needs = frozenset({Need.MODEL})

    damping: float = option(1e-3, 0)
    least_damping: float = option(1e-8, 0, closed="neither")
    scaled: bool = True

    def start(self, problem: Objective, x: Vector) -> LMState:
        """Return the state at x."""
        model = problem.model(x)
        lengths = model.diagonal() if self.scaled else np.ones(x.size)
        return LMState(
            x.copy(), model.value, model.gradient, 0, 1, damping=self.damping, lengths=lengths
        )

    def advance(self, problem: Objective, state: LMState) -> Advance:
        """Raise the damping until a step lowers f; the model at the new x gives the gradient."""
        model = problem.model(state.x)
        lengths = used_lengths(state.lengths)
        damping = Damping(state.damping, state.growth)
        while True:
            weights = damping.value * lengths
            step = model.step(weights)
            if step is not None and np.isfinite(step).all():
                x = state.x + step
                promised = 0.5 * float(step @ (weights * step - state.gradient))
                if not (x != state.x).any() or not promised > 0:
                    return no_step(state)
                value = problem.value(x)
                state.evaluations += 1
                gain = gain_ratio(state.value - value, promised)
                if gain > 0:
                    break
                if promised <= EPSILON * abs(state.value):
                    return no_step(state)
            if not damping.can_grow():
                return no_step(state)
            damping = damping.tightened(self.least_damping)
        used = damping.value
        state.damping, state.growth = damping.relaxed(gain)
        decrease = state.value - value
        after = problem.model(x)
        state.x, state.value, state.gradient = x, value, after.gradient
        if self.scaled:
            state.lengths = longest_columns(state.lengths, after.diagonal())
        state.iterations += 1
        return Advance(step, decrease, used)
