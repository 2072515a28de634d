"""Proof of a lesson: not solved when it is opened, and solved by its stored solution."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.lesson import Lesson
from neurona.laboratory.protocol import command_of, read_command
from neurona.laboratory.session.answers import ANSWERS
from neurona.laboratory.session.closer import step_of
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.lessons import Teaching, note
from neurona.laboratory.session.mailbox import Mailbox
from neurona.laboratory.session.painter import Painter
from neurona.laboratory.session.predicates import PREDICATES
from neurona.laboratory.session.spec import DataSpec, State
from neurona.laboratory.session.starting import ANSWERING
from neurona.laboratory.session.trainer import Later, Trainer
from neurona.tracing.step import trace_step

HOMEWORK = "homework"
"""The word of a solution that works a delta and a new weight out."""

assert ANSWERING  # brings what the commands of a solution do


def pupil(teaching: Teaching) -> Trainer:
    """Return a trainer without thread and page, for whom lessons can be opened."""
    course = Course(State(DataSpec(rows=20)))
    painter = Painter(lambda _: None, lambda world: (None, None, 0.0))
    trainer = Trainer(course, Mailbox(), painter, lambda _: None, lambda *_: None, {})
    trainer.teaching = teaching
    return trainer


def do(trainer: Trainer, command: c.Command) -> Any:
    """Do a command at once, and what it has begun to its end."""
    if command.edits:
        value = trainer.edit(command)
    else:
        value = ANSWERS[type(command)](trainer, command)
        value = value.work() if isinstance(value, Later) else value
    note(trainer, command, value)
    trainer.train_to_pause()
    return value


def work_out(trainer: Trainer) -> None:
    """Work out the delta of the first unit, and one new weight of it, for row 0."""
    do(trainer, c.TraceStep(rows=(0,)))
    step = step_of(trainer, [0])
    found = trace_step(step, step.rate)
    weights = found.update[0].weights.new
    if weights is None:
        raise Refused("This method shows no new weights to work out.", "solution")
    do(trainer, c.TraceAnswer(0, 0, "delta", float(found.backward[0].errors[0, 0])))
    do(trainer, c.TraceAnswer(0, 0, "weight", float(weights[1, 0]), source=1))


def faults(teaching: Teaching, name: str) -> Iterator[str]:
    """Yield what is wrong with a lesson, in sentences."""
    lesson = teaching.lessons[name]
    unknown = sorted({one.is_ for one in lesson.checks} - set(PREDICATES))
    if unknown:
        yield f"there is no predicate {unknown[0]!r}; known are {', '.join(sorted(PREDICATES))}."
        return
    try:
        yield from _faults(teaching, lesson)
    except Refused as refused:
        yield str(refused)


def _faults(teaching: Teaching, lesson: Lesson) -> Iterator[str]:
    trainer = pupil(teaching)
    teaching.open(trainer, lesson.id)
    if all(teaching.met):
        yield "it is solved before anything is done."
    race = teaching.shown().race
    if race is not None and race["methods"]:
        given = {name: value for name, value in race.items() if value is not None}
        do(trainer, command_of("surface.race", given))
        if all(teaching.look(trainer)):
            yield "it is solved by the race that it begins with."
    for command in lesson.solution:
        if command.get("do") == HOMEWORK:
            work_out(trainer)
        else:
            do(trainer, read_command(json.dumps({"id": 1, **command}))[1])
    for one in do(trainer, c.LessonCheck(answers=lesson.answers or {})):
        if not one["met"]:
            yield f"the solution does not meet: {one['text']}"
