"""Every lesson is unsolved when it is opened, and solved by its stored solution."""

import json
from pathlib import Path
from typing import Any

import pytest

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.lesson import HOME, Lesson, read_lesson, read_lessons
from neurona.laboratory.protocol import command_of, read_command
from neurona.laboratory.session.answers import ANSWERS
from neurona.laboratory.session.closer import step_of
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.lessons import Teaching, note
from neurona.laboratory.session.predicates import PREDICATES
from neurona.laboratory.session.spec import DataSpec, State
from neurona.laboratory.session.starting import ANSWERING
from neurona.laboratory.session.trainer import Later, Trainer
from neurona.tracing.step import trace_step
from tests.laboratory.test_course import watcher_of

assert ANSWERING
LESSONS = read_lessons()


def trainer_in(teaching: Teaching, name: str) -> Trainer:
    trainer, _ = watcher_of(Course(State(DataSpec(rows=20))))
    trainer.teaching = teaching
    trainer.course.go_to(1)
    teaching.open(trainer, name)
    return trainer


def do(trainer: Trainer, command: c.Command) -> Any:
    """Do a command as the trainer's thread does."""
    if command.edits:
        value = trainer.edit(command)
    else:
        value = ANSWERS[type(command)](trainer, command)
        value = value.work() if isinstance(value, Later) else value
    note(trainer, command, value)
    while trainer.running and not trainer.course.ended:
        trainer._piece(0.0)
    return value


def work_out(trainer: Trainer) -> None:
    """Do the homework on backpropagation."""
    do(trainer, c.TraceStep(rows=(0,)))
    step = step_of(trainer, [0])
    found = trace_step(step, step.rate)
    delta = float(found.backward[0].errors[0, 0])
    weight = float(found.update[0].weights.new[1, 0])  # type: ignore[index]
    assert do(trainer, c.TraceAnswer(0, 0, "delta", delta))["right"]
    assert do(trainer, c.TraceAnswer(0, 0, "weight", weight, source=1))["right"]


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_open_and_then_solved(name: str) -> None:
    teaching = Teaching()
    trainer = trainer_in(teaching, name)
    lesson = LESSONS[name]
    assert not all(teaching.met), "solved before anything is done"
    shown = json.loads(json.dumps(teaching.shown().plain()))
    assert shown["title"] and len(shown["checks"]) == len(lesson.checks)
    if lesson.race is not None:
        assert lesson.race.methods
        race = command_of("surface.race", {k: v for k, v in shown["race"].items() if v is not None})
        do(trainer, race)
        assert not all(teaching.look(trainer)), "solved by the race that it begins with"
    for command in lesson.solution:
        if command["do"] == "homework":
            work_out(trainer)
        else:
            do(trainer, read_command(json.dumps({"id": 1, **command}))[1])
    checks = do(trainer, c.LessonCheck(answers=lesson.answers or {}))
    assert all(one["met"] for one in checks), checks


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_well_told(name: str) -> None:
    lesson = LESSONS[name]
    assert {check.is_ for check in lesson.checks} <= set(PREDICATES)
    assert len(lesson.questions) == sum(check.is_ == "answer" for check in lesson.checks)
    assert set(lesson.answers or {}) == {str(i) for i in range(len(lesson.questions))}
    texts = [lesson.title, lesson.task, *lesson.text, *lesson.hints]
    assert all("<" not in text.replace("<=", "") for text in texts)


def test_lessons_are_in_the_order_of_the_course() -> None:
    numbers = [path.name.partition("-")[0] for path in sorted(HOME.glob("*.toml"))]
    assert numbers == [f"{n:02}" for n in range(1, len(numbers) + 1)]
    assert len({one.title for one in LESSONS.values()}) == len(LESSONS)


GOOD = """
title = "Mine"
row = "Own"
text = ["One paragraph."]
task = "Train."
solution = [{ do = "train.step", count = 3 }]
[[checks]]
text = "Three epochs."
is = "epochs"
least = 3
most = 9
"""


def test_a_teachers_folder_adds_lessons(tmp_path: Path) -> None:
    (tmp_path / "01-mine.toml").write_text(GOOD, encoding="utf-8")
    teaching = Teaching(str(tmp_path))
    assert list(teaching.lessons)[-1] == "mine" and len(teaching.lessons) == len(LESSONS) + 1
    trainer = trainer_in(teaching, "mine")
    assert teaching.met == [False]
    do(trainer, c.TrainStep(count=3))
    assert teaching.look(trainer) == [True]
    with pytest.raises(Refused, match="mine"):
        teaching.open(trainer, "mein")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('title = "Mine"', ""), "title is missing"),
        (('task = "Train."', 'task = "Train."\ntak = 1'), "did you mean 'task'"),
        (("text = [", "text = ]"), "Invalid"),
        (('row = "Own"', 'row = "Own"\nscreen = "trainin"'), "did you mean 'training'"),
        (("title", "x" * 70_000), "larger than"),
    ],
)
def test_what_is_wrong_in_a_lesson_is_said(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    path = tmp_path / "01-mine.toml"
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(Refused, match=r"mine\.toml") as refused:
        read_lesson(path)
    assert said in str(refused.value)


def test_a_predicate_that_there_is_not_is_said(tmp_path: Path) -> None:
    path = tmp_path / "01-mine.toml"
    path.write_text(GOOD.replace('"epochs"', '"epoch"'), encoding="utf-8")
    teaching = Teaching(str(tmp_path))
    trainer, _ = watcher_of(Course(State(DataSpec(rows=20))))
    trainer.teaching = teaching
    with pytest.raises(Refused, match="did you mean 'epochs'"):
        teaching.open(trainer, "mine")


def test_the_lesson_is_a_value() -> None:
    assert all(isinstance(one, Lesson) for one in LESSONS.values())
