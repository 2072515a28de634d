"""The time that the model line promises: in words, growing with the work, about right."""

from __future__ import annotations

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


# seconds of 60 epochs on one core of a server of 2026 (AVX-512); no clock is asked here
MEASURED = {"adam": 0.026, "lbfgs": 0.036, "scg": 0.049, "lm": 0.20, "bayesian-lm": 0.24}


@pytest.mark.parametrize("solver", MEASURED)
def test_it_is_of_the_size_that_was_measured(solver):
    held = training(rows=3000, hidden=30, solver=solver, max_iter=60)
    assert MEASURED[solver] / 4 < seconds_at_most(held, 1) < MEASURED[solver] * 4


def test_words():
    said = [in_words(x) for x in (0, 3, 60, 89, 91, 3599, 3601, 90_000, 1e7, 1e12)]
    assert said == ["1 s", "5 s", "60 s", "90 s", "2 min", "60 min", "1.5 h", "25 h", "116 days",
                    "11574074 days"]  # fmt: skip
