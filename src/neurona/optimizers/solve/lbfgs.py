"""L-BFGS: the inverse Hessian from the last m steps, never formed.

    p = -H g,        H from H0 = (s'y / y'y) I by m BFGS updates with s = dx, y = dg,

multiplied by the two-loop recursion (J. Nocedal, Mathematics of Computation 35, 1980; D. C. Liu and
J. Nocedal, Mathematical Programming 45, 1989). Search, first step, the rule that skips an update
(s'y too small), and the fresh start after a failed search are those of L-BFGS-B without bounds (C.
Zhu, R. H. Byrd, P. Lu and J. Nocedal, ACM TOMS 23, 1997), which SciPy and scikit-learn run: the
steps are the same to rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.numerics.line_search import Ended, LineSearch, Point, StrongWolfe
from neurona.optimizers.solve.line import ProblemLine, move, no_step
from neurona.optimizers.solver import SOLVERS, Advance, Objective, Solver, SolverState, Vector
from neurona.values import option

EPSILON = float(np.finfo(np.float64).eps)
SEARCH = StrongWolfe(decrease=1e-3, curvature=0.9, interval=0.1)


@dataclass(kw_only=True)
class LBFGSState(SolverState):
    """The last m steps and changes of the gradient in a ring; `pairs` counts since a fresh start.

    `products` holds s'y of each, `scale` is s'y / y'y of the last one.
    """

    steps: Vector
    changes: Vector
    products: Vector
    pairs: int = 0
    scale: float = 1.0


@SOLVERS.register("lbfgs")
@dataclass(frozen=True)
class LBFGS(Solver):
    """Limited-memory BFGS with a strong Wolfe search; `memory` is m.

    It takes numbers as they come, as scikit-learn's does.
    """

    keeps_dtype = True

    memory: int = option(10, 1)
    search: LineSearch = SEARCH

    def start(self, problem: Objective, x: Vector) -> LBFGSState:
        """Return the state at x."""
        value, gradient = problem.value_and_gradient(x)
        size = (self.memory, x.size)
        return LBFGSState(
            x.copy(), value, gradient, 0, 1,
            steps=np.zeros(size), changes=np.zeros(size), products=np.zeros(self.memory),
        )  # fmt: skip

    def advance(self, problem: Objective, state: LBFGSState) -> Advance:
        """Go along -H g; with a fresh start from -g if the search fails."""
        while True:
            direction = _direction(state)
            line = ProblemLine(problem, state, direction)
            step = 1.0 if state.iterations else 1 / (float(np.linalg.norm(direction)) or 1.0)
            found = self.search.search(line, line.start, step)
            state.evaluations += found.evaluations
            failed = found.ended in (Ended.UPHILL, Ended.EVALUATIONS)
            if not failed and _better(state, line, found.point):
                break
            if state.pairs == 0:
                return no_step(state)
            state.pairs, state.scale = 0, 1.0
        gradient, slope = state.gradient, line.start.slope
        done = move(state, line, direction, found.point)
        rate = found.point.step
        product = (found.point.slope - slope) * rate
        change = state.gradient - gradient
        # a change whose square is too small for a number tells of no scale
        if product > -EPSILON * slope * rate and change @ change > 0:
            _remember(state, done.step, change, product)
        return done


def _better(state: LBFGSState, line: ProblemLine, point: Point) -> bool:
    """Return whether a point is lower, or as low and flatter: at rounding that is progress."""
    if point.value < state.value:
        return True
    flatter = np.abs(line.at(point.step)[1]).max() < np.abs(state.gradient).max()
    return point.value == state.value and bool(flatter)


def _direction(state: LBFGSState) -> Vector:
    """Return -H g by the two-loop recursion."""
    memory = state.products.size
    kept = [k % memory for k in range(max(state.pairs - memory, 0), state.pairs)]
    direction = -state.gradient
    shares = np.empty(memory)
    for k in reversed(kept):
        shares[k] = state.steps[k] @ direction / state.products[k]
        direction -= shares[k] * state.changes[k]
    direction *= state.scale
    for k in kept:
        share = shares[k] - state.changes[k] @ direction / state.products[k]
        direction += share * state.steps[k]
    return direction


def _remember(state: LBFGSState, step: Vector, change: Vector, product: float) -> None:
    place = state.pairs % state.products.size
    state.steps[place], state.changes[place], state.products[place] = step, change, product
    square = float(change @ change)
    if square > 0:
        state.scale = product / square
    state.pairs += 1
