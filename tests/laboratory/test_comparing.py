"""Branches and runs over each other."""

import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import comparing, keeping, seeds
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.spec import DataSpec, MethodSpec, NetSpec, State

SMALL = State(DataSpec(rows=40), NetSpec((3,), ("tanh",)), MethodSpec(batch=8))


def compared(course: Course, *branches: int, runs: tuple[str, ...] = ()) -> dict[str, Any]:
    trainer: Any = types.SimpleNamespace(course=course)
    return comparing.compare(trainer, c.Compare(branches, runs))


def test_a_fork_with_another_rate_is_equal_up_to_it() -> None:
    course = Course(SMALL)
    course.go_to(30)
    course.edit(c.TimeFork(0, 20))
    course.edit(c.MethodSet(rate=0.05))
    course.go_to(35)
    course.timeline[1].name = "faster"
    found = compared(course, 0, 1)
    first, second = found["lines"]
    assert [one["label"] for one in found["lines"]] == ["branch 0", "faster"]
    assert first["curve"][:20] == second["curve"][:20]
    assert first["curve"][20][1] != second["curve"][20][1]
    assert (first["epochs"], second["epochs"]) == (30, 35)
    assert (second["parent"], second["start"]) == (0, 20)
    assert found["settings"] == [{"name": "method.rate", "values": ["0.01", "0.05"]}]
    assert [len(one["edits"]) for one in found["lines"]] == [0, 1]
    held = [row[2] for row in second["curve"]]
    assert second["best_epoch"] == 1 + held.index(min(held))


def test_what_is_changed_before_a_fork_is_on_both_ways() -> None:
    course = Course(SMALL)
    course.go_to(4)
    course.edit(c.MethodSet(l2=0.1))
    course.go_to(8)
    course.edit(c.MethodSet(rate=0.1))
    course.edit(c.TimeFork(0, 6))
    course.go_to(9)
    found = compared(course, 0, 1)
    assert [len(one["edits"]) for one in found["lines"]] == [2, 1]
    assert found["settings"] == [{"name": "method.rate", "values": ["0.1", "0.01"]}]


def test_a_run_lies_beside_a_branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    course = Course(SMALL)
    course.go_to(5)
    trainer: Any = types.SimpleNamespace(course=course)
    kept = keeping.save_run(trainer, c.RunSave("kept"))
    course.edit(c.NetworkSet(hidden=(5,)))
    course.go_to(3)
    found = compared(course, 1, runs=(kept["run"],))
    assert [one["kind"] for one in found["lines"]] == ["branch", "run"]
    assert found["lines"][1]["epochs"] == 5
    assert found["lines"][1]["loss"] == pytest.approx(compared(course, 0)["lines"][0]["loss"])
    assert {"name": "net.hidden", "values": ["5", "3"]} in found["settings"]


def test_what_is_not_there_is_refused() -> None:
    course = Course(SMALL)
    for command in (c.Compare((7,)), c.Compare((), ("nothing",)), c.Compare((), ("../x",))):
        with pytest.raises(Refused):
            compared(course, *command.branches, runs=command.runs)
    with pytest.raises(Refused, match="At most"):
        compared(course, *range(5), runs=("a", "b", "c"))
    assert compared(course) == {"lines": [], "settings": []}


def test_another_seed_is_what_begins_with_it() -> None:
    course = Course(SMALL)
    course.go_to(6)
    course.edit(c.MethodSet(rate=0.05))
    trainer: Any = types.SimpleNamespace(course=course)
    found = seeds.seed(trainer, c.CompareSeed(0, 7, 6)).work()
    own = Course(replace(SMALL, net=replace(SMALL.net, seed=7), method=course.method))
    own.go_to(6)
    assert found["seed"] == 7
    assert [row[:3] for row in found["curve"]] == [
        [one.epoch, one.loss, one.val_loss] for one in own.training.history
    ]
    assert course.epoch == 6
