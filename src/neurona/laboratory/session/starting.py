"""How an engine begins: what it is to train, and who does what."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from neurona.compiled.announcements import Announcement, announced_to
from neurona.laboratory.events import Event, Ready
from neurona.laboratory.session import (
    answers,
    closer,
    comparing,
    exporting,
    keeping,
    lessons,
    links,
    registries,
    seeds,
    surfacing,
)  # fmt: skip
from neurona.laboratory.session.course import Course, again
from neurona.laboratory.session.edits import Edit
from neurona.laboratory.session.findings import Findings
from neurona.laboratory.session.lessons import Teaching
from neurona.laboratory.session.links import course_of_link
from neurona.laboratory.session.mailbox import Mailbox
from neurona.laboratory.session.of_model import state_of_model
from neurona.laboratory.session.of_run import state_of_run
from neurona.laboratory.session.painter import Painter
from neurona.laboratory.session.shelf import shelf_of
from neurona.laboratory.session.spec import DataSpec, State
from neurona.laboratory.session.timeline import BUDGET
from neurona.laboratory.session.trainer import Trainer
from neurona.laboratory.session.world import World

ANSWERING = (answers, closer, comparing, exporting, keeping, lessons, links, seeds, surfacing)
"""Modules that bring what commands answer."""
PARTS = 9
"""What a first training on a machine has compiled, about."""


def trainer_of(
    plan: Mapping[str, Any],
    mailbox: Mailbox,
    tell: Callable[[Event], None],
    answer: Callable[[int, Any], None],
    send_frame: Callable[[bytes], None],
    control: Callable[[dict[str, Any]], None],
    compiling: Callable[[int, int, str], None],
) -> Trainer:
    """Return a trainer with all that it needs, its painter at work."""
    began = time.perf_counter()
    done = 0

    def announce(announcement: Announcement) -> None:
        nonlocal done
        done += 1
        compiling(done, max(PARTS, done), announcement.name)

    with announced_to(announce):
        course = first_course(plan)
    painter = Painter(send_frame, lambda world: _rows_of(trainer, world))
    chosen = registries.chosen_from()
    teaching = Teaching(plan.get("lessons"))
    findings = Findings()
    seconds = time.perf_counter() - began
    ready = Ready(round(seconds, 3), lessons=teaching.lines(), **chosen)
    trainer = Trainer(
        course,
        mailbox,
        painter,
        tell,
        answer,
        answers.ANSWERS,
        lambda _: _welcome(trainer, ready, findings),
    )
    trainer.teaching, trainer.heard = teaching, lessons.note
    trainer.watch = findings.see
    if plan.get("lesson"):
        teaching.open(trainer, plan["lesson"])
    keeping = Keeping(control)
    trainer.changed = lambda: keeping.tell(course_of(trainer))
    painter.start()
    trainer.changed()
    return trainer


def _welcome(trainer: Trainer, ready: Ready, findings: Findings) -> None:
    """Tell a page that has come what there is, what was found, and of the lesson that is open."""
    trainer.tell(ready)
    if trainer.teaching.lesson is not None:
        trainer.tell(trainer.teaching.shown())
    if findings.shown is not None:
        trainer.tell(findings.shown)


def course_of(trainer: Trainer) -> Course:
    """Return the trainer's course of the moment."""
    return trainer.course


class Keeping:
    """Tells the server what a new engine needs to be where this one is: all of it of a course that
    is new, else the last change, so that the thousandth costs what the first does.
    """

    def __init__(self, control: Callable[[dict[str, Any]], None]) -> None:
        self._control = control
        self._course: Course | None = None
        self._edits = 0

    def tell(self, course: Course) -> None:
        """Tell what has changed since."""
        edits = course.edits
        if course is self._course and len(edits) == self._edits + 1:
            self._control({"edit": edits[-1].plain(), "epoch": course.epoch})
        else:
            plain = [one.plain() for one in edits]
            first = course.first.document()
            self._control({"state": {"first": first, "edits": plain, "epoch": course.epoch}})
        self._course, self._edits = course, len(edits)


def _rows_of(trainer: Trainer, world: World) -> tuple[Any, Any, float]:
    """Return the rows that a world's training learns, its loss, and its penalty."""
    course = trainer.course
    training = course.training if course.world is world else world.begin(course.method)
    return training.problem.table, training.problem.loss, course.method.l2


def first_course(plan: Mapping[str, Any]) -> Course:
    """Return the course that a plan asks for: a state with edits, or a source with its columns."""
    budget = int(plan.get("budget") or BUDGET)
    shelf = shelf_of(plan)
    known = plan.get("state")
    if known:
        course = Course(State.of(known["first"]), budget, shelf)
        again(course, [Edit(**one) for one in known["edits"]])
        course.go_to(int(known.get("epoch", 0)))
        return course
    if plan.get("link"):
        return course_of_link(plan["link"], shelf, budget)
    if plan.get("run"):
        return Course(state_of_run(Path(plan["run"])), budget, shelf)
    state = State.of(plan.get("document") or {})
    if plan.get("model") and not plan.get("source"):
        path = Path(plan["model"])
        of_run = state_of_run(path.parent)
        return Course(
            replace(state_of_model(path, of_run.data), method=of_run.method), budget, shelf
        )
    source = plan.get("source")
    if source is not None:
        data = DataSpec(
            source=source,
            file=bool(plan.get("file")),
            targets=tuple(plan.get("targets") or ()),
            ignored=tuple(plan.get("ignored") or ()),
            task=plan.get("task") or "auto",
        )
        state = replace(state, data=data)
        if plan.get("model"):
            state = state_of_model(Path(plan["model"]), data)
    return Course(state, budget, shelf)
