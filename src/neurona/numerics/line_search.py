"""Line searches: how far to go along a direction.

The strong Wolfe conditions on phi(a) = f(x + a p) ask for enough decrease and a flat enough slope:

    phi(a) <= phi(0) + mu a phi'(0),        |phi'(a)| <= eta |phi'(0)|.

`StrongWolfe` is the search of J. J. Moré and D. J. Thuente (ACM TOMS 20, 1994): an interval that
holds such a point is shrunk by safeguarded cubic and quadratic steps. As long as no point has
enough decrease and a positive slope, the interval is kept for the auxiliary function psi(a) =
phi(a) - phi(0) - mu a phi'(0) (stage 1 of the paper's section 3), afterwards for phi itself.

A point where phi is not finite bounds the search: it steps back from it.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from neurona import elsewhere
from neurona.registry import Registry
from neurona.values import Value, option

LINE_SEARCHES = Registry("line search", elsewhere.LINE_SEARCHES)

EXTRAPOLATE_LEAST, EXTRAPOLATE_MOST = 1.1, 4.0
SHRINK = 0.66
STEP_BACK = 0.1


class Ended(StrEnum):
    """Why a line search ended."""

    WOLFE = "both Wolfe conditions hold"
    ROUNDING = "rounding errors leave no step inside the interval"
    INTERVAL = "the interval that holds a minimum is as narrow as it may get"
    LONGEST = "the longest step allowed is still going down"
    EDGE = "the function goes down to the edge of where it is finite"
    EVALUATIONS = "the evaluations allowed are used up"
    UPHILL = "the direction does not lead down"


class Point(NamedTuple):
    """A step along the line, phi there, and its slope."""

    step: float
    value: float
    slope: float


class Found(NamedTuple):
    """Where a search ended, how many evaluations it took, and why it ended."""

    point: Point
    evaluations: int
    ended: Ended


Line = Callable[[float], tuple[float, float]]


@dataclass(frozen=True)
class LineSearch(Value):
    """Base of the line searches."""

    @abstractmethod
    def search(self, line: Line, start: Point, step: float) -> Found:
        """Return where to go: the last point tried, or the lowest one if none will do.

        `line(a)` gives phi and phi' at a, `start` is the point at 0, `step` the first one to try.
        """


def wolfe(start: Point, point: Point, decrease: float, curvature: float) -> bool:
    """Return whether both strong Wolfe conditions hold."""
    enough = point.value <= start.value + decrease * point.step * start.slope
    return enough and abs(point.slope) <= curvature * abs(start.slope)


@LINE_SEARCHES.register("strong-wolfe")
@dataclass(frozen=True)
class StrongWolfe(LineSearch):
    """Moré and Thuente's search; `decrease` is mu, `curvature` eta.

    `interval` is the relative width below which an interval is not divided any more, `longest` the
    longest step.
    """

    decrease: float = option(1e-4, 0, 1, closed="neither")
    curvature: float = option(0.9, 0, 1, closed="neither")
    interval: float = option(1e-10, 0, 1)
    longest: float = option(1e10, 0, closed="neither")
    most_evaluations: int = option(20, 1)

    def search(self, line: Line, start: Point, step: float) -> Found:
        """Return a point where both conditions hold, or the best found and why not."""
        if not start.slope < 0:
            return Found(start, 0, Ended.UPHILL)
        return _Search(self, line, start).run(min(step, self.longest))


@LINE_SEARCHES.register("exact")
@dataclass(frozen=True)
class Exact(LineSearch):
    """The minimum along the line of a quadratic function, from the slopes at 0 and at one step."""

    def search(self, line: Line, start: Point, step: float) -> Found:
        """Return the point where the slope, taken as linear, is zero."""
        if not start.slope < 0:
            return Found(start, 0, Ended.UPHILL)
        probe = Point(step, *line(step))
        if not probe.slope > start.slope:
            return Found(probe, 1, Ended.LONGEST)
        best = step * start.slope / (start.slope - probe.slope)
        return Found(Point(best, *line(best)), 2, Ended.WOLFE)


class _Search:
    """One search: `low` is the best end of the interval, `high` the other one."""

    def __init__(self, rules: StrongWolfe, line: Line, start: Point) -> None:
        self.rules, self.line, self.start = rules, line, start
        self.low = self.high = self.lowest = start
        self.bracketed = False
        self.stage_one = True
        self.width, self.width_before = rules.longest, 2 * rules.longest
        self.ceiling = math.inf
        self.test_slope = rules.decrease * start.slope

    def run(self, step: float) -> Found:
        """Evaluate, judge, shrink; until a verdict."""
        least, most = 0.0, step + EXTRAPOLATE_MOST * step
        for evaluations in range(1, self.rules.most_evaluations + 1):
            point = Point(step, *self.line(step))
            if not (math.isfinite(point.value) and math.isfinite(point.slope)):
                self.ceiling = step
                step = self.low.step + STEP_BACK * (step - self.low.step)
                most = min(most, self.ceiling)
                continue
            if point.value < self.lowest.value:
                self.lowest = point
            ended = self._verdict(point, least, most)
            if ended is not None:
                return Found(point, evaluations, ended)
            step = self._narrow(point, least, most)
            least, most = self._limits(step)
            step = min(step, self.rules.longest)
            if self.bracketed and (
                step <= least or step >= most or most - least <= self.rules.interval * most
            ):
                step = self.low.step
            if step >= self.ceiling:
                step = 0.5 * (self.low.step + self.ceiling)
                if step <= self.low.step:
                    break
        edge = math.isfinite(self.ceiling) and self.lowest.step > 0
        return Found(self.lowest, evaluations, Ended.EDGE if edge else Ended.EVALUATIONS)

    def _verdict(self, point: Point, least: float, most: float) -> Ended | None:
        enough = point.value <= self.start.value + point.step * self.test_slope
        if self.stage_one and enough and point.slope >= 0:
            self.stage_one = False
        if enough and abs(point.slope) <= self.rules.curvature * -self.start.slope:
            return Ended.WOLFE
        if self.bracketed and most - least <= self.rules.interval * most:
            return Ended.INTERVAL
        if self.bracketed and (point.step <= least or point.step >= most):
            return Ended.ROUNDING
        if point.step == self.rules.longest and enough and point.slope <= self.test_slope:
            return Ended.LONGEST
        return None

    def _narrow(self, point: Point, least: float, most: float) -> float:
        """Put the point into the interval and return the next step."""
        enough = point.value <= self.start.value + point.step * self.test_slope
        low, high, trial = self.low, self.high, point
        if self.stage_one and point.value <= self.low.value and not enough:
            low, high, trial = (self._auxiliary(p) for p in (low, high, trial))
        step = next_step(low, high, trial, self.bracketed, least, most)
        # the updating algorithm of the paper's section 2
        if trial.value > low.value:
            self.high, self.bracketed = point, True
        else:
            if _turned(low, trial):
                self.high, self.bracketed = self.low, True
            self.low = point
        if self.bracketed:
            if abs(self.high.step - self.low.step) >= SHRINK * self.width_before:
                step = self.low.step + 0.5 * (self.high.step - self.low.step)
            self.width_before = self.width
            self.width = abs(self.high.step - self.low.step)
        if not math.isfinite(step):  # values near the largest number
            step = 0.5 * (low.step + trial.step)
        return step

    def _auxiliary(self, point: Point) -> Point:
        step, value, slope = point
        return Point(step, value - step * self.test_slope, slope - self.test_slope)

    def _limits(self, step: float) -> tuple[float, float]:
        if self.bracketed:
            ends = (self.low.step, self.high.step)
            return min(ends), max(ends)
        beyond = step - self.low.step
        return step + EXTRAPOLATE_LEAST * beyond, step + EXTRAPOLATE_MOST * beyond


def next_step(
    low: Point, high: Point, trial: Point, bracketed: bool, least: float, most: float
) -> float:
    """Return the step to try next: the four cases of the paper's section 4.

    `least` and `most` bound a step that leaves the interval (extrapolates).
    """
    if trial.value > low.value:  # 1: a minimum lies between
        cubic = _cubic(low, trial)
        quadratic = _quadratic(low, trial)
        closer = abs(cubic - low.step) < abs(quadratic - low.step)
        return cubic if closer else cubic + 0.5 * (quadratic - cubic)
    if _turned(low, trial):  # 2: the slope changed its sign
        cubic, secant = _cubic(trial, low), _secant(low, trial)
        farther = abs(cubic - trial.step) > abs(secant - trial.step)
        return cubic if farther else secant
    if abs(trial.slope) < abs(low.slope):  # 3: it flattens
        return _flattening(low, high, trial, bracketed, least, most)
    if bracketed:  # 4: it steepens
        return _cubic(trial, high)
    return most if trial.step > low.step else least


def _turned(low: Point, trial: Point) -> bool:
    return trial.slope * math.copysign(1.0, low.slope) < 0


def _flattening(
    low: Point, high: Point, trial: Point, bracketed: bool, least: float, most: float
) -> float:
    forward = trial.step > low.step
    fraction, root = _cubic_fraction(trial, low)
    if fraction < 0 and root != 0:
        cubic = trial.step + fraction * (low.step - trial.step)
    else:
        cubic = most if forward else least  # the cubic has no minimum beyond the trial
    secant = _secant(low, trial)
    cubic_is_closer = abs(cubic - trial.step) < abs(secant - trial.step)
    if not bracketed:
        return min(max(secant if cubic_is_closer else cubic, least), most)
    step = cubic if cubic_is_closer else secant
    limit = trial.step + SHRINK * (high.step - trial.step)
    return min(limit, step) if forward else max(limit, step)


def _cubic_fraction(a: Point, b: Point) -> tuple[float, float]:
    """Return where on the way from a to b the cubic through both has its minimum, and the root."""
    theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope
    scale = max(abs(theta), abs(a.slope), abs(b.slope))
    if scale == 0:
        return 0.5, 0.0
    inside = (theta / scale) ** 2 - (a.slope / scale) * (b.slope / scale)
    root = math.copysign(scale * math.sqrt(max(inside, 0.0)), b.step - a.step)
    below = (root - a.slope) + root + b.slope
    return ((root - a.slope) + theta) / below if below != 0 else 0.5, root


def _cubic(a: Point, b: Point) -> float:
    return a.step + _cubic_fraction(a, b)[0] * (b.step - a.step)


def _quadratic(a: Point, b: Point) -> float:
    """The minimum of the parabola with a's value and slope and b's value."""
    length = b.step - a.step
    return a.step + a.slope / ((a.value - b.value) / length + a.slope) / 2 * length


def _secant(a: Point, b: Point) -> float:
    """The zero of the line through both slopes."""
    return b.step + b.slope / (b.slope - a.slope) * (a.step - b.step)
