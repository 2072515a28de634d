"""Bayesian networks on all rows: of many those that count and have one fold's network only."""

import numpy as np
import pytest

from neurona import Callback, TableRegressor
from neurona.estimators.tables.contest import candidates, contest, on_all
from neurona.estimators.tables.contest.candidates import SECOND, Candidate, Effort

RANDOM = np.random.RandomState(0)
X = RANDOM.uniform(-1, 1, (130, 1))
Y = np.sin(3 * X[:, 0]) + 0.3 * RANDOM.randn(130)
ALL_ROWS = ", all rows"


class Begun(Callback):
    """Keeps how many rows each training had, by what is trained, and interrupts one if asked."""

    def __init__(self, interrupted=None):
        self.rows = {}
        self._interrupted = interrupted

    def on_epoch(self, training, record):
        name = training.about["candidate"]
        self.rows[name] = training.rows
        return "enough" if name == self._interrupted else None


@pytest.fixture
def once(monkeypatch):
    """Bayesian networks as of a table whose folds there is no time for, and never alone."""
    usual = candidates.bayesian
    monkeypatch.setattr(
        candidates, "bayesian", lambda *given: [one._replace(folds=1) for one in usual(*given)]
    )
    monkeypatch.setattr(contest, "ALONE", 2.0)


def fitted(callback):
    return TableRegressor(random_state=0, n_threads=1, callbacks=callback).fit(X, Y)


def counted(model):
    return {one.name: one.weight for one in model.candidates_ if one.name.startswith("bayesian")}


def test_one_that_was_tried_in_one_fold_predicts_by_networks_on_all_rows(once):
    begun = Begun()
    model = fitted(begun)
    weights = counted(model)
    on_all_rows = {name.removesuffix(ALL_ROWS) for name in begun.rows if ALL_ROWS in name}
    assert on_all_rows - {"linear"} == {name for name, weight in weights.items() if weight > 0}
    assert max(weights.values()) >= on_all.SOME
    for name in on_all_rows - {"linear"}:
        assert begun.rows[name + ALL_ROWS] == 130 and begun.rows[f"{name}, fold 1"] == 104
        hidden = tuple(map(int, name.split()[1].split("-")))
        own = [one for one in model.network_.learned().members if one.network.sizes[1:-1] == hidden]
        assert [one.share for one in own] == pytest.approx([weights[name] / 2] * 2)
        assert not np.array_equal(own[0].weights, own[1].weights)


def test_one_that_counts_too_little_does_not_predict(once, monkeypatch):
    monkeypatch.setattr(on_all, "SOME", 2.0)
    begun = Begun()
    assert set(counted(fitted(begun)).values()) == {0.0}
    assert not any(name.startswith("bayesian") and ALL_ROWS in name for name in begun.rows)


def test_networks_that_were_interrupted_do_not_predict(once):
    (name, *_) = (name for name, weight in counted(fitted(None)).items() if weight > 0)
    model = fitted(Begun(interrupted=name + ALL_ROWS))
    assert counted(model)[name] == 0
    assert np.isfinite(model.predict(X)).all()


def test_those_of_folds_predict_where_there_are_some(monkeypatch):
    monkeypatch.setattr(contest, "ALONE", 2.0)
    begun = Begun()
    weights = counted(fitted(begun))
    assert max(weights.values()) >= on_all.SOME
    assert not any(name.startswith("bayesian") and ALL_ROWS in name for name in begun.rows)


@pytest.mark.parametrize(
    ("share", "folds", "are_many", "is_tried_once"),
    [
        (0.11, 1, False, True),
        (0.09, 1, False, False),
        (0.11, 5, False, False),
        (0.31, 1, True, True),
        (0.29, 1, True, False),
    ],
)
def test_what_counts_enough_where_a_fold_is_too_little(share, folds, are_many, is_tried_once):
    known = [Candidate("linear", 1.0, {}), Candidate("bayesian-lm 4", 1.0, {}, folds=folds)]
    weights = {"linear": 1 - share, "bayesian-lm 4": share}
    assert on_all.tried_once(weights, known, are_many) == ([1] if is_tried_once else [])


@pytest.mark.parametrize(
    ("seconds", "weight", "found"),
    [
        (0.9, 0.5, (2, 2)),
        (1.1, 0.5, (2, 1)),
        (1.1, 0.6, (2, 2)),
        (1.9, 0.5, (2, 1)),
        (2.1, 0.5, (1, 1)),
        (1.9, 0.4, (1, 1)),
        (9.0, 0.5, (1, 1)),
    ],
)
def test_there_are_as_many_on_all_rows_as_its_weight_is_worth(seconds, weight, found):
    work = seconds * SECOND  # of a fold; all rows are five quarters of it
    assert on_all.whole_in_time(work, weight, Effort(steps=10.0, curvature=5.0)) == found


@pytest.mark.parametrize(
    ("line", "network", "bayesian", "asked"),
    [(0.8, 0.09, 0.11, True), (0.8, 0.11, 0.09, False), (0.4, 0.6, 0.0, True)],
)
def test_few_rows_ask_where_bayesian_networks_count_or_rows_bend(line, network, bayesian, asked):
    weights = {"linear": line, "silu 128-128": network, "bayesian-lm 4": bayesian}
    assert on_all.are_asked(weights) is asked
