"""Levenberg-Marquardt: Gauss-Newton steps, damped until the model keeps its promise.

    (B + lambda D) p = -g,        B = J'J,  g = J'r

K. Levenberg (1944), D. W. Marquardt (1963). D holds the largest squared column norms of J so far
(J. J. Moré, 1978), so that steps do not depend on the units of the parameters; lambda follows the
gain ratio (H. B. Nielsen, 1999; see `numerics.damping`). The model promises

    m(0) - m(p) = p'(lambda D p - g) / 2,

both terms positive. With lambda = 0 the first step is Gauss-Newton's.

Where the problem gives the second derivative r'' of its residuals along p, the step follows the
valley's bend by geodesic acceleration (M. K. Transtrum and J. P. Sethna, arXiv:1201.5885):

    x + p + a / 2,        (B + lambda D) a = -J'r'',

and is refused where |a| / |p|, in lengths of D, exceeds `bend`: there the model is not trusted
however low the value is, which keeps parameters from running off to infinity. On NIST's problems
this takes a third of the iterations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.numerics.damping import Damping, gain_ratio, longest_columns, used_lengths
from neurona.optimizers.solve.line import no_step
from neurona.optimizers.solver import (
    MEMORY_LIMIT,
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

    `damping` is the first lambda; `least_damping` is where it grows from if it was zero; `relief`
    the most by which a good step divides it; `scaled=False` measures steps in plain lengths
    (D = I); `bend=0` goes without acceleration. `floor` raises small entries of D to this share of
    their mean: where all parameters have the same units, as in a network, those of little effect
    then cannot run away (0.3 is a good choice there, see docs/decisions/012). `memory_limit` is how
    many MiB a network's matrices may take.
    """

    needs = frozenset({Need.MODEL})
    asks_gradients = False

    damping: float = option(1e-3, 0)
    least_damping: float = option(1e-8, 0, closed="neither")
    relief: float = option(3.0, 1, closed="neither")
    scaled: bool = True
    bend: float = option(0.75, 0)
    floor: float = option(0.0, 0)
    memory_limit: float = option(MEMORY_LIMIT, 0, closed="neither")

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
        lengths = used_lengths(state.lengths, self.floor)
        damping = Damping(state.damping, state.growth)
        while True:
            weights = damping.value * lengths
            step = model.step(weights)
            if step is not None and np.isfinite(step).all():
                promised = 0.5 * float(step @ (weights * step - state.gradient))
                if not ((state.x + step != state.x).any() and promised > 0):
                    return no_step(state)
                step = self._bent(problem, model, state, step, weights)
            if step is not None:
                x = state.x + step
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
        state.damping, state.growth = damping.relaxed(gain, self.relief)
        decrease = state.value - value
        after = problem.model(x)
        state.x, state.value, state.gradient = x, value, after.gradient
        if self.scaled:
            state.lengths = longest_columns(state.lengths, after.diagonal())
        state.iterations += 1
        return Advance(step, decrease, used)

    def _bent(
        self, problem: Objective, model: Any, state: LMState, step: Vector, weights: Vector
    ) -> Vector | None:
        """Return the step with its acceleration, None where the problem bends too much."""
        if self.bend == 0 or Need.BEND not in problem.gives:
            return step
        bend = problem.bend(state.x, step)
        state.evaluations += 1
        if not np.isfinite(bend).all():
            return None
        half = 0.5 * model.correction(bend, weights)
        units = np.sqrt(used_lengths(state.lengths, self.floor))
        short = 2 * np.linalg.norm(units * half) <= self.bend * np.linalg.norm(units * step)
        return step + half if short else None
