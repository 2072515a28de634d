"""A problem along a line, and the move to the point that a line search found."""

from __future__ import annotations

import numpy as np

from neurona.numerics.line_search import Found, LineSearch, Point
from neurona.optimizers.solver import Advance, Objective, SolverState, Vector


class ProblemLine:
    """phi(a) = f(x + a p) with its slope; keeps the last point and the lowest one."""

    def __init__(self, problem: Objective, state: SolverState, direction: Vector) -> None:
        self._problem, self._origin, self._direction = problem, state.x, direction
        slope = float(state.gradient @ direction)
        self.start = Point(0.0, state.value, slope)
        self._last = self._lowest = (0.0, state.value, state.x, state.gradient)

    def __call__(self, step: float) -> tuple[float, float]:
        """Evaluate phi and phi' at a step."""
        x = self._origin + step * self._direction
        value, gradient = self._problem.value_and_gradient(x)
        if not np.isfinite(gradient).all():
            value = float("nan")
        self._last = (step, value, x, gradient)
        if value < self._lowest[1]:
            self._lowest = self._last
        return value, float(gradient @ self._direction)

    def at(self, step: float) -> tuple[Vector, Vector]:
        """Return x and the gradient at the last step, or at the lowest one."""
        kept = self._last if self._last[0] == step else self._lowest
        if kept[0] != step:
            raise ValueError("a line search must end at its last point or its lowest one")
        return kept[2], kept[3]


def search_and_move(
    problem: Objective, state: SolverState, direction: Vector, search: LineSearch, step: float
) -> tuple[Found, Advance | None]:
    """Search along a direction from the state's x and move there, if that lowers f.

    The caller judges `Found.ended`; None comes back in place of an advance if nothing lower was
    found, and the state stays as it is.
    """
    line = ProblemLine(problem, state, direction)
    found = search.search(line, line.start, step)
    state.evaluations += found.evaluations
    if not found.point.value < state.value:
        return found, None
    return found, move(state, line, direction, found.point)


def move(state: SolverState, line: ProblemLine, direction: Vector, point: Point) -> Advance:
    """Move the state to a point of the line."""
    decrease = state.value - point.value
    state.x, state.gradient = line.at(point.step)
    state.value = point.value
    state.iterations += 1
    return Advance(point.step * direction, decrease, rate=point.step)


def first_step(gradient: Vector, slope: float, rate: float, slope_before: float) -> float:
    """Return the step to try first: the last one, scaled to the same first-order decrease; before
    there is a last one, a step of length 1 along the gradient.
    """
    if rate > 0 and slope < 0:
        return rate * slope_before / slope
    return 1 / (float(np.linalg.norm(gradient)) or 1.0)


def no_step(state: SolverState) -> Advance:
    """Return what an iteration came to that found nothing lower."""
    return Advance(np.zeros_like(state.x), 0.0, stuck=True)
