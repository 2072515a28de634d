"""The open lesson: its state is set up, what is done in it is noted, its checks are looked at."""

from __future__ import annotations

import dataclasses
from typing import Any

from neurona.laboratory import commands as c
from neurona.laboratory.events import CheckShown, LessonLine, LessonShown
from neurona.laboratory.fields import Refused
from neurona.laboratory.lesson import Lesson, read_lessons
from neurona.laboratory.session import outcomes  # noqa: F401 - registers its predicates
from neurona.laboratory.session.answers import answers
from neurona.laboratory.session.predicates import Done, holds
from neurona.laboratory.session.spec import State
from neurona.laboratory.session.trainer import Trainer
from neurona.nearest import unknown


class Teaching:
    """The lessons there are, and the one that is open."""

    def __init__(self, folder: str | None = None) -> None:
        self.lessons = read_lessons(folder)
        self.lesson: Lesson | None = None
        self.done: Done | None = None
        self.met: list[bool] = []

    def lines(self) -> list[LessonLine]:
        """Return the list of lessons."""
        return [LessonLine(one.id, one.title, one.row) for one in self.lessons.values()]

    def open(self, trainer: Trainer, name: str) -> None:
        """Set a lesson's state up."""
        if name not in self.lessons:
            raise Refused(unknown("lesson", name, self.lessons), "lesson")
        lesson = self.lessons[name]
        trainer.running, trainer.past = False, None
        trainer.restart(State.of(lesson.state or {}))
        if lesson.epochs:
            trainer.course.go_to(int(lesson.epochs))
        self.lesson = lesson
        self.done = Done(trainer.course)
        self.met = []
        self.look(trainer)

    def look(self, trainer: Trainer) -> list[bool]:
        """Look at the checks; the page is told if one has changed."""
        if self.lesson is None or self.done is None:
            return []
        self.done.course = trainer.course
        met = [holds(one.is_, self.done, one.given) for one in self.lesson.checks]
        if met != self.met:
            self.met = met
            trainer.tell(self.shown())
        return met

    def shown(self) -> LessonShown:
        """Return the open lesson as it is shown."""
        lesson = self.lesson
        if lesson is None:
            raise Refused("No lesson is open.", "id")
        race = lesson.race
        return LessonShown(
            id=lesson.id,
            title=lesson.title,
            row=lesson.row,
            text=list(lesson.text),
            task=lesson.task,
            hints=list(lesson.hints),
            questions=list(lesson.questions),
            checks=[
                CheckShown(one.text, met) for one, met in zip(lesson.checks, self.met, strict=True)
            ],
            screen=lesson.screen,
            race=None if race is None else dataclasses.asdict(race),
        )


def teaching_of(trainer: Trainer) -> Teaching:
    """Return the lessons of a trainer."""
    teaching = trainer.teaching
    if not isinstance(teaching, Teaching):
        raise Refused("There are no lessons here.")
    return teaching


@answers(c.LessonOpen)
def open_lesson(trainer: Trainer, command: c.LessonOpen) -> None:
    """Open a lesson."""
    teaching_of(trainer).open(trainer, command.lesson)


@answers(c.LessonCheck)
def check_lesson(trainer: Trainer, command: c.LessonCheck) -> list[dict[str, Any]]:
    """Return the checks of the open lesson, and whether each is met."""
    teaching = teaching_of(trainer)
    if teaching.lesson is None or teaching.done is None:
        raise Refused("No lesson is open.", "id")
    if command.answers is not None:
        teaching.done.answers = dict(command.answers)
    met = teaching.look(trainer)
    return [
        {"text": one.text, "met": yes} for one, yes in zip(teaching.lesson.checks, met, strict=True)
    ]


def note(trainer: Trainer, command: c.Command, value: Any) -> None:
    """Note what a command was, for the checks of the open lesson."""
    teaching = trainer.teaching
    if not isinstance(teaching, Teaching) or teaching.done is None:
        return
    done = teaching.done
    if isinstance(command, c.Look):
        done.views |= set(command.views)
    elif isinstance(command, c.NeuronZoom | c.TraceStep | c.SurfaceSlice | c.RaceNet):
        done.views.add(command.do)
    elif isinstance(command, c.TraceAnswer) and value["right"]:
        done.right += 1
