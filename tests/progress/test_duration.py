"""The time that the model line promises: in words, growing with the work, about right."""

from __future__ import annotations

import time

import numpy as np
import pytest

from neurona import MLPRegressor
from neurona.estimators.begin import begin
from neurona.progress.duration import seconds_at_most
from neurona.progress.numbers import in_words


def training(rows=200, hidden=10, **words):
    X = np.random.RandomState(0).normal(size=(rows, 3))
    model = MLPRegressor(hidden_layer_sizes=hidden, random_state=0, **words)
    return begin(model, X, X[:, 0])


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "scg", "lm", "bayesian-lm"])
def test_more_work_takes_longer(solver):
    usual = seconds_at_most(training(solver=solver), 1)
    assert 0 < usual < seconds_at_most(training(rows=4000, solver=solver), 1)
    assert usual < seconds_at_most(training(hidden=100, solver=solver), 1)
    assert usual < seconds_at_most(training(solver=solver, max_iter=2000), 1)
    assert usual < seconds_at_most(training(solver=solver), 1000)


@pytest.mark.parametrize("solver", ["adam", "scg", "lm"])
def test_it_is_of_the_right_size(solver):
    held = training(rows=3000, hidden=30, solver=solver, max_iter=60, tol=0.0, n_iter_no_change=99)
    expected = seconds_at_most(held, 1)
    begun = time.perf_counter()
    held.run()
    took = (time.perf_counter() - begun) * 60 / max(1, held.epochs_done)
    # a machine may be slow, and busy; what is excluded is another order of magnitude or two
    assert took / 30 < expected < took * 100


def test_words():
    said = [in_words(x) for x in (0, 3, 60, 89, 91, 3599, 3601, 90_000, 1e7, 1e12)]
    assert said == ["1 s", "5 s", "60 s", "90 s", "2 min", "60 min", "1.5 h", "25 h", "116 days",
                    "11574074 days"]  # fmt: skip
