"""What a lesson may ask for: a fixed list, each a function of the training and of what was done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.data.task import Task
from neurona.laboratory.fields import Refused
from neurona.nearest import unknown

if TYPE_CHECKING:
    from neurona.laboratory.session.course import Course
    from neurona.surfaces.race import Path, Race


@dataclass
class Done:
    """What a person did in a lesson besides training: races, views, homework, written answers."""

    course: Course
    race: Race | None = None
    views: set[str] = field(default_factory=set)
    right: int = 0
    answers: dict[str, str] = field(default_factory=dict)


Predicate = Callable[..., bool]
PREDICATES: dict[str, Predicate] = {}


def predicate(function: Predicate) -> Predicate:
    """Decorator: a lesson may ask for this by the function's name."""
    PREDICATES[function.__name__] = function
    return function


def holds(name: str, done: Done, given: dict[str, Any]) -> bool:
    """Return whether a check is met; Refused if there is no such predicate."""
    if name not in PREDICATES:
        raise Refused(unknown("predicate", name, PREDICATES))
    try:
        return bool(PREDICATES[name](done, **given))
    except TypeError as error:
        raise Refused(f"The check {name!r} is not given what it needs: {error}.") from None


@predicate
def score(done: Done, least: float) -> bool:
    """The score of the last epoch on the rows held out (on all, if none are) is so high."""
    course = done.course
    if not len(course.training.history):
        return False
    record = course.training.history[-1]
    return (record.score if record.score is not None else _own_score(course)) >= least


def _own_score(course: Course) -> float:
    """Return accuracy (of several labels, all of them right) or R^2 on all rows."""
    outputs, _ = course.training.problem.evaluate(
        course.training.problem.table, len(course.training.problem.table.targets)
    )
    targets = course.training.problem.table.targets
    if course.world.material.task is Task.MULTILABEL:
        return float(((outputs > 0.5) == (targets > 0.5)).all(axis=1).mean())
    if course.world.material.classes:
        return float((_classes(outputs) == _classes(targets)).mean())
    spread = ((targets - targets.mean(axis=0)) ** 2).sum()
    return float(1 - ((targets - outputs) ** 2).sum() / spread)


def _classes(values: Any) -> Any:
    return values.argmax(axis=1) if values.shape[1] > 1 else values[:, 0] > 0.5


@predicate
def loss(done: Done, most: float, part: str = "train") -> bool:
    """The loss of the last epoch is so low."""
    history = done.course.training.history
    if not len(history):
        return False
    value = history[-1].loss if part == "train" else history[-1].val_loss
    return bool(value is not None and value <= most)


@predicate
def epochs(done: Done, most: int, least: int = 1) -> bool:
    """So many epochs were done on this line of time."""
    return least <= done.course.epoch <= most


@predicate
def units(done: Done, most: int, least: int = 0) -> bool:
    """The hidden layers have so many units together."""
    return least <= sum(done.course.world.net.hidden) <= most


@predicate
def diverged(done: Done) -> bool:
    """Training left the finite numbers, or its loss rose above that of the start."""
    training = done.course.training
    losses = training.history.column("loss")
    return training.diverged or (len(losses) > 5 and not losses[-1] <= losses[0])


@predicate
def fell(done: Done, to: float) -> bool:
    """The loss is at most this share of that of the first epoch."""
    losses = done.course.training.history.column("loss")
    return len(losses) > 1 and losses[-1] <= to * losses[0]


@predicate
def truth_table(done: Done, equals: list[int]) -> bool:
    """The answers to the rows, in their order, are these classes."""
    course = done.course
    matrix = course.world.rows(np.arange(len(course.world.material.values)))
    matrices, biases = course.training.network.views(course.training.weights)
    if len(matrices) == 1:  # one unit: exact where the sum is 0
        said = (matrix @ matrices[0] + biases[0])[:, 0] > 0
    else:
        from neurona.laboratory.session.views.answering import Answering

        answering = Answering(course.training.network)
        answering.set(course.training.weights)
        said = _classes(answering.outputs(matrix))
    return [int(one) for one in said] == list(equals)


@predicate
def answer(done: Done, question: int, equals: Any, within: float = 0.0) -> bool:
    """The answer to a question, counted from 0, is this word, one of these, or near this number."""
    said = done.answers.get(str(int(question)), "").strip().casefold()
    if isinstance(equals, int | float) and not isinstance(equals, bool):
        try:
            return abs(float(said.replace(",", ".")) - equals) <= within + 1e-12
        except ValueError:
            return False
    known = equals if isinstance(equals, list | tuple) else [equals]
    return said in {str(one).casefold() for one in known}


@predicate
def setting(
    done: Done, name: str, equals: Any = None, least: float | None = None, most: float | None = None
) -> bool:
    """A setting of data, network or method ("method.batch") has a value, or lies between two."""
    section, _, key = name.partition(".")
    part = getattr(done.course.state, section, None)
    known = [f.name for f in dataclasses.fields(part)] if part is not None else []
    if key not in known:
        raise Refused(unknown("setting", name, known))
    value = getattr(part, key)
    if equals is not None:
        words = equals if isinstance(equals, list | tuple) else [equals]
        return value in words or value == tuple(words)
    return (least is None or value >= least) and (most is None or value <= most)


def _name(path: Path) -> str:
    """Return the name of a racer, without its rate."""
    return path.label.partition(",")[0]


@predicate
def steps_to(done: Done, height: float, most: int, method: str = "", least: int = 0) -> bool:
    """In the last race a method (any, if none is named) was at this height in so many steps."""
    if done.race is None:
        return False
    counts = [path.steps_to(height) for path in done.race if not method or _name(path) == method]
    return any(count is not None and least <= count <= most for count in counts)


@predicate
def beats(done: Done, method: str, other: str, height: float, times: float = 1.0) -> bool:
    """In the last race one method was at a height so many times sooner than another, or alone."""
    if done.race is None:
        return False
    counts: dict[str, float] = {}
    for path in done.race:
        found = path.steps_to(height)
        here = len(path.values) if found is None else float(found)
        counts[_name(path)] = min(here, counts.get(_name(path), np.inf))
    if method not in counts or other not in counts:
        return False
    return counts[method] * times <= counts[other]


@predicate
def oscillates(done: Done, method: str = "", least: float = 0.5) -> bool:
    """In the last race a method that came down turned back, along one coordinate, at this share of
    its steps.
    """
    return done.race is not None and any(
        not path.diverged and _turns(path.points) >= least
        for path in done.race
        if not method or _name(path) == method
    )


def _turns(points: Any) -> float:
    steps = np.diff(points, axis=0)
    moving = np.abs(steps).max(axis=1) > 1e-9
    steps = steps[moving]
    if len(steps) < 3:
        return 0.0
    return float((steps[1:] * steps[:-1] < 0).mean(axis=0).max())


@predicate
def race_fell(done: Done, height: float) -> bool:
    """In the last race every method ended at this height or lower."""
    return done.race is not None and all(path.values[-1] <= height for path in done.race)


@predicate
def race_rose(done: Done) -> bool:
    """In the last race a method left the numbers, or ended higher than it began."""
    return done.race is not None and any(path.diverged for path in done.race)


@predicate
def race_rate(done: Done, least: float, most: float, fell: bool = True) -> bool:
    """In the last race a method ran at a rate between two, and came down, or did not."""
    return done.race is not None and any(
        path.learning_rate is not None
        and least <= path.learning_rate <= most
        and path.diverged is not fell
        for path in done.race
    )


@predicate
def looked_at(done: Done, view: str) -> bool:
    """A view was opened, or a unit, a trace, a slice was asked for."""
    return view in done.views


@predicate
def worked_out(done: Done, least: int) -> bool:
    """So many numbers of backpropagation were worked out right."""
    return done.right >= least


@predicate
def edited(done: Done, do: str, least: int = 1) -> bool:
    """A change of this kind was made so often."""
    made = [one for one in done.course.edits if one.command["do"] == do]
    return len(made) >= least


@predicate
def forked(done: Done, least: int = 1) -> bool:
    """The line of time has so many branches that left another."""
    left = [one for one in done.course.timeline.branches.values() if one.parent is not None]
    return len(left) >= least
