"""Nonlinear conjugate gradients: p = -g + beta p, with a strong Wolfe search along p.

| name | beta, with y = g - g_before | |
|---|---|---|
| cg | max(g'y / g_before'g_before, 0) | Polak and Ribière (1969), "+" by Powell (1984) |
| cg-fletcher-reeves | g'g / g_before'g_before | Fletcher and Reeves (1964) |
| cg-hestenes-stiefel | max(g'y / p'y, 0) | Hestenes and Stiefel (1952) |

J. Nocedal and S. J. Wright, Numerical Optimization (2006), section 5.2. All three are the linear
method on a quadratic with an exact search, and end there in n steps. The direction starts again
from -g where it no longer leads down, after a search that found nothing, and every n steps in
Fletcher and Reeves' method, which does not forget a bad direction by itself.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

from neurona.numerics.line_search import LineSearch, StrongWolfe
from neurona.optimizers.solve.line import first_step, no_step, search_and_move
from neurona.optimizers.solver import SOLVERS, Advance, Objective, Solver, SolverState, Vector

SEARCH = StrongWolfe(decrease=1e-4, curvature=0.1)


@dataclass(kw_only=True)
class ConjugateGradientState(SolverState):
    """The direction, the steps since it last was -g, and the last search's length and slope."""

    direction: Vector
    since_restart: int = 0
    rate: float = 0.0
    slope: float = 0.0


@dataclass(frozen=True)
class ConjugateGradient(Solver):
    """What the three have in common."""

    search: LineSearch = SEARCH
    forgets: ClassVar[bool] = True

    @abstractmethod
    def share(self, gradient: Vector, before: Vector, direction: Vector) -> float:
        """Return beta."""

    def start(self, problem: Objective, x: Vector) -> ConjugateGradientState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        return ConjugateGradientState(x.copy(), value, gradient, 0, 1, direction=-gradient)

    def advance(self, problem: Objective, state: ConjugateGradientState) -> Advance:
        """Search along the direction, then turn it."""
        before, slope = state.gradient, float(state.gradient @ state.direction)
        step = first_step(state.gradient, slope, state.rate, state.slope)
        _, advance = search_and_move(problem, state, state.direction, self.search, step)
        if advance is None:
            if state.since_restart == 0:
                return no_step(state)
            _restart(state)
            state.rate = 0.0
            return self.advance(problem, state)
        state.rate, state.slope = advance.rate or 0.0, slope
        state.since_restart += 1
        beta = self.share(state.gradient, before, state.direction)
        state.direction = beta * state.direction - state.gradient
        old = not self.forgets and state.since_restart >= state.x.size
        if old or not state.direction @ state.gradient < 0:
            _restart(state)
        return advance


def _ratio(above: Any, below: Any) -> float:
    """Return a quotient; 0, which begins anew, where what it is divided by is not above 0."""
    return float(above) / float(below) if below > 0 else 0.0


def _restart(state: ConjugateGradientState) -> None:
    state.direction, state.since_restart = -state.gradient, 0


@SOLVERS.register("cg")
@dataclass(frozen=True)
class PolakRibiere(ConjugateGradient):
    """Nonlinear conjugate gradients after Polak and Ribière."""

    def share(self, gradient: Vector, before: Vector, direction: Vector) -> float:
        """Return max(g'y / g_before'g_before, 0)."""
        return max(_ratio(gradient @ (gradient - before), before @ before), 0.0)


@SOLVERS.register("cg-fletcher-reeves")
@dataclass(frozen=True)
class FletcherReeves(ConjugateGradient):
    """Nonlinear conjugate gradients after Fletcher and Reeves."""

    forgets = False

    def share(self, gradient: Vector, before: Vector, direction: Vector) -> float:
        """Return g'g / g_before'g_before."""
        return _ratio(gradient @ gradient, before @ before)


@SOLVERS.register("cg-hestenes-stiefel")
@dataclass(frozen=True)
class HestenesStiefel(ConjugateGradient):
    """Nonlinear conjugate gradients after Hestenes and Stiefel."""

    def share(self, gradient: Vector, before: Vector, direction: Vector) -> float:
        """Return max(g'y / p'y, 0); p'y is positive after a Wolfe search."""
        change = gradient - before
        return max(_ratio(gradient @ change, direction @ change), 0.0)
