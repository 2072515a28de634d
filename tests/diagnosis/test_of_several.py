"""What is said of models that are the mean of several networks, and of targets that never vary."""

import warnings

import numpy as np
import pytest

from neurona import MLPClassifier, MLPRegressor, TableClassifier, TableRegressor, diagnose
from neurona.diagnosis.case import case_of
from neurona.diagnosis.evidence import Evidence
from neurona.inference.learned_weights import LearnedWeights
from neurona.inference.members import Member


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def rows(count=200, seed=0):
    r = np.random.default_rng(seed)
    X = r.standard_normal((count, 3))
    return X, X[:, 0] - X[:, 1] + 0.1 * r.standard_normal(count)


@pytest.mark.parametrize("kind", ["quantity", "two", "three"])
def test_losses_are_those_of_what_the_model_says_not_of_the_network_that_it_shows(kind):
    X, y = rows()
    given = {"hidden_layer_sizes": (6,), "solver": "lbfgs", "alpha": 0.1, "random_state": 0}
    cuts = {"two": [0], "three": [-1, 1]}
    model = MLPRegressor(**given) if kind == "quantity" else MLPClassifier(**given)
    y = y if kind == "quantity" else np.digitize(y, cuts[kind])
    good = model.fit(X, y).learned()
    alone = Evidence(case_of(model, X, y)).on_seen
    idle = Member(good.network, 0 * good.weights, share=1e-6)
    model.adopt(LearnedWeights(good.network, idle.weights, [idle, Member(*good.predicting[0][:2])]))
    found = Evidence(case_of(model, X, y))
    assert found.averages and found.on_seen.explained > 0.85
    assert found.on_seen.loss == pytest.approx(alone.loss, rel=1e-3)
    assert found.losses(found.seen, found.last).explained < 0.1
    assert "collapsed" not in diagnose(model, X, y).names


def test_of_ways_that_were_judged_by_folds_it_is_not_said_that_no_row_was_held_out():
    X, y = rows(40)
    found = diagnose(TableRegressor(random_state=0, effort="normal", bins=0).fit(X, y), X, y)
    assert any("each row was held out once" in note for note in found.notes)
    assert not any("no rows held out" in note for note in found.notes)


def test_where_nothing_varies_nothing_is_looked_for():
    X, _ = rows(60)
    for model, y in (
        (MLPRegressor(max_iter=20, random_state=0), np.full(60, 3.5)),
        (MLPClassifier(max_iter=20, random_state=0), np.zeros(60, int)),
        (TableClassifier(solver="adam", steps=100, random_state=0), np.full(60, "yes", object)),
    ):
        found = diagnose(model, X, y)
        assert not found and not found.looked_for
        assert any("the same target" in note for note in found.notes)


def test_a_training_that_its_score_ended_goes_on_by_its_loss():
    r = np.random.default_rng(0)
    X = r.standard_normal((400, 4))
    y = (X[:, 0] + X[:, 1] > 0).astype(int)
    model = MLPClassifier(hidden_layer_sizes=(16,), early_stopping=True, random_state=0)
    found = diagnose(model.set_params(n_iter_no_change=2), X, y).find("stopped_early")
    assert found.remedy.parameters["monitor"] == "val_loss"
    trial = found.try_it()
    assert trial.improved and trial.after["log_loss"] < 0.5 * trial.before["log_loss"]


def test_where_the_evidence_sets_the_penalty_starts_are_averaged():
    r = np.random.default_rng(3)
    X = r.standard_normal((150, 5))
    y = np.sin(2 * X[:, 0]) + 0.5 * r.standard_normal(150)
    model = MLPRegressor(hidden_layer_sizes=(4,), solver="bayesian-lm", random_state=0)
    found = diagnose(model, X[:105], y[:105], X[105:], y[105:]).find("overfitting")
    assert found.remedy.parameters == {"n_starts": 8, "combine": "average"}
    assert "Average 8 starts" in found.advice and found.try_it().improved


def test_inputs_of_which_a_line_tells_all_are_given_a_line():
    r = np.random.default_rng(12)
    base = r.standard_normal((500, 3))
    last = base.sum(axis=1) + 1e-3 * r.standard_normal(500)
    X = np.column_stack([base, last])
    y = 1000 * (last - base.sum(axis=1)) + 0.1 * r.standard_normal(500)
    model = MLPRegressor(solver="sgd", learning_rate_init=0.01, max_iter=100, random_state=0)
    found = diagnose(model, X, y).find("dependent_inputs")
    assert found.remedy.parameters["hidden_layer_sizes"] == ()
    assert found.try_it().improved
