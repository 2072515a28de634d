"""Full-batch solvers on the command line: trained, listed, recorded, and taken up again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import neurona
from neurona.cli.main import main
from neurona.optimizers import SOLVERS
from tests.cli.tables import write_classes, write_regression


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(write_regression(tmp_path / "pump.csv"))


def train(*words: str) -> int:
    return main(["train", *words, "-q"])


def history(run):
    return list(csv.DictReader(Path(run, "history.csv").read_text().splitlines()))


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_every_solver_trains(table, solver):
    assert train(table, "--solver", solver, "--hidden", "3", "--epochs", "5", "--out", "run") == 0
    losses = [float(one["loss"]) for one in history("run")]
    assert losses[-1] < losses[0]
    assert neurona.load("run/model.neurona").network_.solver == solver


def test_a_classification(tmp_path):
    path = str(write_classes(tmp_path / "classes.csv"))
    assert train(path, "--solver", "lm", "--hidden", "3", "--epochs", "5", "--out", "run") == 0


def test_the_damping_is_recorded(table):
    assert train(table, "--solver", "lm", "--hidden", "3", "--epochs", "5", "--out", "run") == 0
    assert all(float(one["damping"]) > 0 and not one["learning_rate"] for one in history("run"))


@pytest.mark.parametrize("solver", ["lm", "scg", "bfgs", "newton-cg"])
def test_resumed_is_straight_to_the_byte(table, solver):
    words = [table, "--solver", solver, "--hidden", "4", "--checkpoint-every", "2"]
    assert train(*words, "--epochs", "9", "--out", "straight") == 0
    assert train(*words, "--epochs", "4", "--out", "cut") == 0
    assert train("--resume", "cut", "--epochs", "9") == 0
    assert Path("cut/history.csv").read_bytes() == Path("straight/history.csv").read_bytes()
    ours, theirs = (neurona.load(Path(run, "model.neurona")) for run in ("cut", "straight"))
    for a, b in zip(ours.network_.coefs_, theirs.network_.coefs_, strict=True):
        assert a.tobytes() == b.tobytes()


def test_a_misspelt_solver_is_named(table, capsys):
    assert train(table, "--solver", "newton-cgg") == 2
    assert "did you mean 'newton-cg'?" in capsys.readouterr().err
    assert train(table, "--solver", "zzz") == 2
    said = capsys.readouterr().err
    assert all(name in said for name in SOLVERS)
