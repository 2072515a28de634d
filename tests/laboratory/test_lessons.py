"""Every lesson is unsolved when it is opened, and solved by its stored solution."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from neurona.cli.commands.lab import command
from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.lesson import HOME, Lesson, read_lesson, read_lessons
from neurona.laboratory.session.lessons import Teaching
from neurona.laboratory.session.predicates import PREDICATES
from neurona.laboratory.session.proof import do, faults, pupil
from neurona.laboratory.session.trainer import Trainer
from neurona.runs.failures import Failure

LESSONS = read_lessons()


def trainer_in(teaching: Teaching, name: str) -> Trainer:
    trainer = pupil(teaching)
    trainer.course.go_to(1)
    teaching.open(trainer, name)
    return trainer


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_open_and_then_solved(name: str) -> None:
    teaching = Teaching()
    assert list(faults(teaching, name)) == []
    shown = json.loads(json.dumps(teaching.shown().plain()))
    assert shown["title"] and len(shown["checks"]) == len(LESSONS[name].checks)
    assert all(one["met"] for one in shown["checks"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("count = 3", "count = 2"), "does not meet: Three epochs"),
        (("least = 3", "least = 0"), "solved before anything is done"),
        (('"epochs"', '"epoch"'), "no predicate 'epoch'"),
        (('do = "train.step", count', 'do = "train.steps", count'), "did you mean 'train.step'"),
    ],
)
def test_what_is_wrong_with_a_teachers_lesson_is_found(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    path = tmp_path / "01-mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert list(faults(Teaching(str(tmp_path)), "mine")) == []
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    assert any(said in one for one in faults(Teaching(str(tmp_path)), "mine"))


def test_the_command_checks_a_folder(tmp_path: Path) -> None:
    (tmp_path / "01-mine.toml").write_text(GOOD, encoding="utf-8")
    good = CliRunner().invoke(
        command, ["--lessons", str(tmp_path), "--check"], standalone_mode=False
    )
    assert "mine" in good.output and "solved by its solution" in good.output
    (tmp_path / "02-other.toml").write_text(GOOD.replace("count = 3", "count = 2"), "utf-8")
    with pytest.raises(Failure, match="1 of 2 lessons"):
        CliRunner().invoke(
            command, ["--lessons", str(tmp_path), "--check"], standalone_mode=False,
            catch_exceptions=False,
        )  # fmt: skip


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
    trainer = pupil(teaching)
    with pytest.raises(Refused, match="did you mean 'epochs'"):
        teaching.open(trainer, "mine")


def test_the_lesson_is_a_value() -> None:
    assert all(isinstance(one, Lesson) for one in LESSONS.values())
