"""Folds and candidates on JAX: those of the compiled engine, trained in common calls."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from neurona.runs import Code, Run, Settings
from neurona.runs.cross_validation import _Stopping
from neurona.runs.searching.judge import Judge
from neurona.runs.side_by_side import side_by_side
from neurona.runs.training_data import gather
from tests.cli.tables import write_regression
from tests.runs.test_run import Heard

pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")
pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.usefixtures("compiled_quickly"),
]

STEPS = {"training.solver": "adam", "model.hidden": [4]}
ON_JAX = {"training.engine": "jax", "training.device": "cpu"}


@pytest.fixture
def members(monkeypatch):
    """How many members, on how many tables, each group of members that is made is for."""
    from neurona.jax_engine import engine

    made = []

    class Counted(engine.Members):
        def __init__(self, task, device, memory, count=1, tables=1, shared=False):
            made.append((count, tables))
            super().__init__(task, device, memory, count, tables, shared)

    monkeypatch.setattr(engine, "Members", Counted)
    return made


@pytest.fixture(autouse=True)
def source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(write_regression(tmp_path / "pump.csv", 100))


def train(source, out, listener=None, **others):
    said = {**STEPS, "training.epochs": 5, "data.folds": 3, "data.source": source, "run.out": out}
    with Run(Settings.of({**said, **others}), [listener or Heard()]) as run:
        return run.train()


def test_folds_with_starts_are_those_of_the_compiled_engine(source, members):
    found = [Heard(), Heard()]
    assert train(source, "compiled", found[0], **{"training.starts": 2}) is Code.OK
    assert train(source, "jax", found[1], **{"training.starts": 2}, **ON_JAX) is Code.OK
    scores = [
        [event["metrics"]["rmse"][0] for event in one.events if event["event"] == "fold"]
        for one in found
    ]
    assert len(scores[0]) == 3
    np.testing.assert_allclose(scores[1], scores[0], rtol=1e-5)
    # the run's own two starts, then two starts of three folds in one call
    assert members == [(2, 1), (6, 3)]


def test_a_run_that_is_asked_stops_all_folds(source, monkeypatch):
    epochs = []

    def on_epoch(self, training, record):
        epochs.append(record.epoch)
        if len(epochs) == 4:
            self._folds.ask()
        return usual(self, training, record)

    usual = _Stopping.on_epoch
    monkeypatch.setattr(_Stopping, "on_epoch", on_epoch)
    heard = Heard()
    assert train(source, "jax", heard, **{"training.epochs": 500}, **ON_JAX) is Code.INTERRUPTED
    assert heard.events[-1]["folds"]["done"] == 0 and max(epochs) <= 3
    assert Path("jax/model.neurona").exists()


def test_candidates_of_a_search_are_those_of_the_compiled_engine(source, members):
    losses = []
    for more in ({}, ON_JAX):
        judge = judge_of(source, **more)
        together = judge.engine_for(6)
        works = [
            partial(judge.losses, {"training.alpha": alpha}, [fold], 1, lambda: False)
            for fold in range(3)
            for alpha in (0.01, 1.0)
        ]
        with side_by_side(works, 2, together) as futures:
            losses.append([one.result()[0].loss for one in futures])
        assert (together is None) is (not more)
    assert len(set(losses[0])) == 6
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)
    # the first one is begun to see what a default would train
    assert members == [(1, 1), (6, 6)]


def judge_of(source, **more):
    said = {**STEPS, "training.steps": 60, "training.starts": 1, "data.source": source, **more}
    settings = Settings.of(said)
    return Judge(settings, gather(settings))
