"""race: several optimizers from one point down one surface, each step kept.

First-order methods take one full gradient and one rate per step; full-batch solvers take their own
iterations, with the surface as their objective, exactly as `minimize` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from neurona.errors import UnknownNameError
from neurona.nearest import unknown
from neurona.optimizers import OPTIMIZERS, StepOptimizer, Stepper
from neurona.optimizers.solver import SOLVERS, Solver
from neurona.surfaces.base import Array, Surface, as_points, find_surface
from neurona.surfaces.objectives import objective_of
from neurona.surfaces.rates import first_rate, rounded_down
from neurona.surfaces.table import text_table

Method = StepOptimizer | Solver
SHORTENED = 40
"""Times that a rate which was not given is halved, at most, until its way leads down."""


@dataclass(frozen=True, eq=False)
class Path:
    """The way of one optimizer.

    Attributes
    ----------
    label : str
        Its name, with the rate where one name runs at several.
    optimizer : StepOptimizer or Solver
    learning_rate : float or None
        None for a solver, which finds its own step.
    points : ndarray of shape (steps + 1, size)
        Where it was: the start, then after every step; nan after it left the finite numbers. A
        solver that is done stays where it is.
    values : ndarray of shape (steps + 1,)
        The surface's height there.
    gradients : ndarray of shape (steps + 1,)
        How many gradients it had taken until there: one a step, but where a method searches along a
        line, or asks for second derivatives. A Jacobian counts as one gradient, a Hessian's product
        with a vector as one, a Hessian as one for each column.
    """

    label: str
    optimizer: Method
    learning_rate: float | None
    points: Array = field(repr=False)
    values: Array = field(repr=False)
    gradients: np.ndarray[Any, np.dtype[np.int64]] = field(repr=False)

    @property
    def diverged(self) -> bool:
        """Whether it left the finite numbers, or ended higher than it began."""
        return not bool(np.isfinite(self.values[-1]) and self.values[-1] <= self.values[0])

    def steps_to(self, height: float) -> int | None:
        """Return after how many steps it first was at this height or lower; None if never."""
        low = np.flatnonzero(self.values <= height)
        return int(low[0]) if low.size else None


@dataclass(frozen=True, eq=False)
class Race:
    """What a race came to; `race["adam"]` is a path by its label, printing it gives a table."""

    surface: Surface
    start: Array
    paths: tuple[Path, ...]

    def __getitem__(self, label: str) -> Path:
        for path in self.paths:
            if path.label == label:
                return path
        known = ", ".join(repr(path.label) for path in self.paths)
        raise KeyError(f"No path is called {label!r}; there are {known}.")

    def __iter__(self) -> Any:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __str__(self) -> str:
        head = ("optimizer", "rate", "start", "lowest", "end", "outcome")
        rows = []
        for path in self.paths:
            finite = path.values[np.isfinite(path.values)]
            rate = "-" if path.learning_rate is None else f"{path.learning_rate:g}"
            numbers = [f"{n:.4g}" for n in (finite[0], finite.min(), path.values[-1])]
            rows.append((path.label, rate, *numbers, _outcome(path)))
        return text_table(head, rows)


def _outcome(path: Path) -> str:
    if not path.diverged:
        return "fell"
    left = np.flatnonzero(~np.isfinite(path.values))
    return f"left the numbers at step {left[0]}" if left.size else "rose"


def race(
    surface: str | Surface,
    optimizers: Any,
    start: Any = None,
    steps: int = 100,
    *,
    learning_rate: float | Sequence[float | None] | None = None,
) -> Race:
    """Let optimizers run down a surface, all from one point, and return every step.

    Parameters
    ----------
    surface : str or Surface
    optimizers : str, value, or sequence of them
        Any optimizer ("sgd", `SGD(momentum=0.5)`) or full-batch solver. One may stand there
        several times with different rates.
    start : array-like of shape (size,), default=None
        None is the surface's own.
    steps : int, default=100
    learning_rate : float or sequence of float or None, default=None
        One for all optimizers, or one for each. None is a rate with which that optimizer comes
        down: by the curvature at the start or the size of the window, and less where it would
        leave the numbers, or end higher than it began. Solvers find their own steps.

    Returns
    -------
    Race

    Examples
    --------
    >>> from neurona.surfaces import Quadratic, race
    >>> [path.learning_rate for path in race("rosenbrock", ["sgd", "adam", "lm"])]
    [0.0005, 0.02, None]

    Below 2 / 10 gradient descent comes down this bowl, above it does not:

    >>> print(race(Quadratic(10), ["sgd", "sgd"], steps=50, learning_rate=[0.19, 0.21]))
    optimizer       rate  start     lowest        end  outcome
    sgd, rate 0.19  0.19     13  0.0001328  0.0001328  fell
    sgd, rate 0.21  0.21     13      10.44   6.89e+04  rose
    """
    surface = find_surface(surface)
    methods = [find_method(one) for one in _as_list(optimizers)]
    rates = _rates(learning_rate, len(methods))
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"steps must be a whole number, 1 or more. Got {steps!r}.")
    begin = np.array(surface.start if start is None else start, np.float64)
    if as_points(begin, surface.size).ndim != 1 or not np.isfinite(begin).all():
        raise ValueError(
            f"start must be one point of {surface.size} finite numbers. Got {begin.tolist()}."
        )
    begin.setflags(write=False)
    walks = [
        _walk(surface, method, begin, steps, rate)
        for method, rate in zip(methods, rates, strict=True)
    ]
    labels = _labels(methods, [walk.rate for walk in walks])
    paths = [
        Path(label, method, *walk)
        for label, method, walk in zip(labels, methods, walks, strict=True)
    ]
    return Race(surface, begin, tuple(paths))


class _Walk(NamedTuple):
    """At what rate a method went, where it was, how high, and after how many gradients."""

    rate: float | None
    points: Array
    values: Array
    gradients: np.ndarray[Any, np.dtype[np.int64]]


def _walk(surface: Surface, method: Method, start: Array, steps: int, rate: float | None) -> _Walk:
    if isinstance(method, Solver):
        return _walked(surface, None, *_solve(surface, method, start, steps))
    if rate is not None:
        return _walked(surface, rate, _descend(surface, method, start, steps, rate))
    rate = first_rate(surface, method, start)
    for _ in range(SHORTENED):
        walk = _walked(surface, rate, _descend(surface, method, start, steps, rate))
        if np.isfinite(walk.values).all() and walk.values[-1] <= walk.values[0]:
            break
        rate = rounded_down(rate / 2)
    return walk


def _walked(surface: Surface, rate: float | None, points: Array, gradients: Any = None) -> _Walk:
    values = _heights(surface, points)
    taken = np.arange(len(points)) if gradients is None else gradients
    for array in (points, values, taken):
        array.setflags(write=False)
    return _Walk(rate, points, values, taken)


def find_method(method: Any) -> Method:
    """Return the optimizer or solver that a name stands for; values pass through."""
    named = isinstance(method, str)
    if named and method not in OPTIMIZERS and method not in SOLVERS:
        names, words = [*OPTIMIZERS, *SOLVERS], {**OPTIMIZERS.elsewhere, **SOLVERS.elsewhere}
        raise UnknownNameError(unknown("optimizer or solver", method, names, words))
    solves = method in SOLVERS if named else isinstance(method, Solver)
    found: Method = (SOLVERS if solves else OPTIMIZERS).find(method)
    return found


def _as_list(optimizers: Any) -> list[Any]:
    single = isinstance(optimizers, str | type) or not isinstance(optimizers, Iterable)
    found = [optimizers] if single else list(optimizers)
    if not found:
        raise ValueError("race needs at least one optimizer, such as 'sgd'.")
    return found


def _rates(given: Any, count: int) -> list[float | None]:
    several = given if isinstance(given, Sequence | np.ndarray) else [given]
    rates = [None if rate is None else float(rate) for rate in several]
    if len(rates) == 1:
        rates *= count
    if len(rates) != count:
        raise ValueError(
            f"learning_rate must be one number, or one for each of the {count} optimizers. Got "
            f"{len(rates)}."
        )
    return rates


def _labels(methods: list[Method], rates: list[float | None]) -> list[str]:
    """Return a name each: the registry's if it is clear, else with options, else with the rate."""
    names = [
        method.name if method == type(method)() else _with_options(method) for method in methods
    ]
    return [
        f"{name}, rate {rate:g}" if names.count(name) > 1 and rate is not None else name
        for name, rate in zip(names, rates, strict=True)
    ]


def _with_options(method: Method) -> str:
    for registry in (OPTIMIZERS, SOLVERS):
        for name in registry:
            if registry.find(name) == method:
                return name
    return repr(method)


def _descend(
    surface: Surface, optimizer: StepOptimizer, start: Array, steps: int, rate: float
) -> Array:
    points = np.full((steps + 1, start.size), np.nan)
    points[0] = start
    here = start.copy()
    stepper = Stepper(optimizer, here, rate)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(1, steps + 1):
            gradient = surface.gradient(here)
            value = float(surface.value(here)) if optimizer.uses_loss else np.nan
            stepper.step(gradient, value)
            if not np.isfinite(here).all():
                break
            points[k] = here
    return points


def _solve(surface: Surface, solver: Solver, start: Array, steps: int) -> tuple[Array, Any]:
    """Return the points, and the gradients taken until each."""
    objective = objective_of(surface)
    solver.check(objective)
    points = np.tile(start, (steps + 1, 1))
    gradients = np.zeros(steps + 1, np.int64)
    with np.errstate(all="ignore"):
        state = solver.start(objective, start)
        for k in range(1, steps + 1):
            stuck = solver.advance(objective, state).stuck
            gradients[k:] = objective.gradients
            if stuck:
                break
            points[k:] = state.x
    return points, gradients


def _heights(surface: Surface, points: Array) -> Array:
    values = np.full(len(points), np.nan)
    inside = np.isfinite(points).all(axis=1)
    with np.errstate(over="ignore", invalid="ignore"):
        values[inside] = surface.value(points[inside])
    return values
