"""The default that holds out rows itself is trained once: first, and as the run that it may be."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import neurona
from neurona.choosing.answer import DEFAULT
from neurona.cli.main import main
from neurona.estimators.tables.contest import candidates
from neurona.estimators.tables.contest.joining import Joining
from neurona.runs import Code, Settings
from neurona.runs.record import Record
from neurona.runs.searching import search as searching
from neurona.runs.searching.crew import Crew
from neurona.runs.searching.default_run import DefaultRun
from neurona.runs.searching.search import Search
from tests.cli.tables import write_regression
from tests.runs.searching.test_search import lines_of
from tests.runs.test_run import Heard


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    """A table that is large enough for a contest, and contests of a line and few epochs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(candidates, "FEW_EPOCHS", 0)
    monkeypatch.setattr(candidates, "LEAST_EPOCHS", 2)
    monkeypatch.setattr(candidates, "MOST_EPOCHS", 2)
    monkeypatch.setattr(candidates, "bayesian", lambda task, effort: [])
    return str(write_regression(tmp_path / "pump.csv", 150))


def searched(table, out, *listeners, trials=1):
    settings = Settings.of({"data.source": table, "run.out": out})
    return Search(settings, listeners, None, trials)


def answer(origin):
    """Return who takes the candidate of an origin, however good it is."""
    return lambda ended, tried=1, joins=False: next(
        (one for one in ended if one.origin == origin), None
    )


def told(folder, kind):
    lines = Path(folder, "events.jsonl").read_text(encoding="utf-8").splitlines()
    return [one for one in map(json.loads, lines) if one["event"] == kind]


def test_it_is_trained_once_and_judged_by_rows_that_it_did_not_see(table, monkeypatch):
    monkeypatch.setattr(searching, "taken", answer(DEFAULT))
    heard = Heard()
    search = searched(table, "one", heard)
    assert search.run() is Code.OK
    kinds = heard.kinds()
    assert kinds[0] == "search" and kinds[-1] == "done"
    assert kinds.count("start") == kinds.count("done") == 1
    assert kinds.index("start") < kinds.index("rung")
    assert main(["train", table, "--out", "two", "-q"]) == 0
    assert Path("one/history.csv").read_bytes() == Path("two/history.csv").read_bytes()
    rows = neurona.read_table(table)
    again = neurona.load("two/model.neurona").predict(rows)
    assert (search.found.model.predict(rows) == again).all()
    # the run itself says what its networks came to on rows that they did not see
    taken = search.found.candidates[0]
    assert taken["origin"] == DEFAULT
    whole = told("two", "done")[0]["validation"]["rmse"][0]
    assert taken["loss"] == pytest.approx(whole, rel=0.01)  # folds differ by a row


def test_a_search_that_is_taken_up_does_not_train_it_again(table, monkeypatch):
    monkeypatch.setattr(searching, "taken", answer(DEFAULT))
    heard = Heard(lambda event: event["event"] == "rung" and search.stop())
    search = searched(table, "cut", heard)
    assert search.run() is Code.INTERRUPTED
    assert "go on with" in search.left()
    before = Path("cut/model.neurona").stat().st_mtime_ns
    found = neurona.search(resume="cut")
    assert found.candidates[0]["origin"] == DEFAULT and found.tried == 4
    assert Path("cut/model.neurona").stat().st_mtime_ns == before
    assert len(told("cut", "start")) == len(told("cut", "done")) == len(told("cut", "search")) == 1
    folds = [
        one["fold"] for one in lines_of("cut") if one["event"] == "trained" and not one["number"]
    ]
    assert folds == [0, 1, 2, 3, 4]
    rows = neurona.read_table(table)
    assert np.isfinite(found.model.predict(rows)).all()


def test_what_joins_it_is_judged_beside_it_and_trained_with_it(table, monkeypatch):
    monkeypatch.setattr(searching, "taken", answer("leaves"))
    search = searched(table, "one", trials=3)
    assert search.run() is Code.OK
    record = Record.read("one")
    also = record.settings["training.also"]
    assert also[0] == "leaves()" and also == search.found.best["training.also"]
    assert len(told("one", "start")) == len(told("one", "done")) == 1
    model = neurona.load("one/model.neurona")
    assert "leaves()" in [one.name for one in model.candidates_]
    # judged as the run that was trained says of itself, but for the luck of what it draws
    losses = {one["origin"]: one["loss"] for one in reversed(search.found.candidates)}
    whole = told("one", "done")[0]["validation"]["rmse"][0]
    assert losses["leaves"] == pytest.approx(whole, rel=0.2)
    assert losses["leaves"] < losses["default"]
    assert not Path("one/search-unseen").exists()
    assert main(["train", "--config", "one/config.toml", "--out", "again", "-q"]) == 0
    rows = neurona.read_table(table)
    assert (neurona.load("again/model.neurona").predict(rows) == model.predict(rows)).all()


def test_a_way_that_could_not_be_trained_in_time_is_not_tried(table, monkeypatch):
    monkeypatch.setattr(Crew, "longest", lambda self, one: 0.0 if one.number else 100.0)
    monkeypatch.setattr(DefaultRun, "costliest", 50.0)
    settings = Settings.of({"data.source": table, "run.out": "one"})
    search = Search(settings, [], 101.0, None)
    assert search.run() is Code.OK
    assert [one["origin"] for one in search.found.candidates] == [DEFAULT]


def test_what_joins_is_reckoned_at_the_costliest_way_of_the_default(monkeypatch):
    monkeypatch.setattr("neurona.runs.searching.default_run.available_threads", lambda: 2)
    default = DefaultRun(None, [])
    assert default.costliest == 0
    default.model = SimpleNamespace(candidates_=[SimpleNamespace(seconds=s) for s in (1.0, 3.0)])
    assert default.costliest == 1.5


def test_of_a_search_that_is_taken_up_ways_are_not_trained_again(table, monkeypatch):
    trained = []
    said = Joining.said

    def counted(self, way, parts, *others):
        trained.extend((way, part) for part in parts)
        return said(self, way, parts, *others)

    monkeypatch.setattr(Joining, "said", counted)
    searched(table, "whole", trials=3).run()
    whole = trained[:]
    trained.clear()
    heard = Heard(lambda event: event["event"] == "rung" and event["tried"] > 2 and search.stop())
    search = searched(table, "cut", heard, trials=3)
    assert search.run() is Code.INTERRUPTED
    found = neurona.search(resume="cut")
    assert sorted(trained) == sorted(whole)
    assert [one["loss"] for one in found.candidates] == [
        one["loss"] for one in neurona.search(table, trials=3, out="other").candidates
    ]


def test_a_fold_does_not_say_itself_what_a_way_counts_on_it(table):
    judge, _ = searched(table, "one").look()
    joining = judge._joining
    truth = joining._entries.outputs
    random = np.random.RandomState(0)
    wrong, right = truth + random.randn(*truth.shape), truth + 0.01 * random.randn(*truth.shape)
    folds = range(5)
    mixed = joining.mixed([wrong, right], folds)
    assert np.abs(mixed - right).mean() < 0.1 * np.abs(wrong - right).mean()
    held = judge.folds[0].held
    lucky = wrong.copy()
    lucky[held] = truth[held]
    assert (joining.mixed([lucky, right], folds)[held] != truth[held]).all()


def test_what_is_longer_than_the_time_ends_with_it_and_is_the_answer(table):
    search = Search(Settings.of({"data.source": table, "run.out": "one"}), [], 1e-3)
    assert search.run() is Code.OK
    assert [one["origin"] for one in search.found.candidates] == [DEFAULT]
    assert not [one for one in lines_of("one") if one["event"] == "trained" and one["number"]]
