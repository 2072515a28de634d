"""The training loop: when it stops, and what it says."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from neurona import MLPRegressor
from neurona.errors import DivergenceWarning, StopReason
from neurona.numerics.schedules import StepDecay
from neurona.training.history import EpochRecord
from neurona.training.plan import StoppingRule
from tests.estimators.tables import samples as tables


def interrupt(training, record):
    raise KeyboardInterrupt


REASONS: dict[StopReason, dict[str, Any]] = {
    StopReason.MAX_EPOCHS: {"max_iter": 2},
    StopReason.LOSS_FLAT: {"tol": 10.0, "n_iter_no_change": 2},
    StopReason.MONITOR_FLAT: {"early_stopping": True, "tol": 10.0, "n_iter_no_change": 2},
    StopReason.RATE_TOO_SMALL: {
        "solver": "sgd",
        "learning_rate": "adaptive",
        "tol": 10.0,
        "n_iter_no_change": 1,
    },
    StopReason.CONVERGED: {"solver": "lbfgs", "hidden_layer_sizes": ()},
    StopReason.NO_PROGRESS: {"solver": "lm", "tol": 0.0, "max_iter": 5000},
    StopReason.MAX_EVALUATIONS: {"solver": "lbfgs", "max_fun": 3},
    StopReason.DIVERGED: {"solver": "sgd", "schedule": StepDecay(every=2, factor=1e300)},
    StopReason.INTERRUPTED: {"callbacks": interrupt},
}


def test_every_reason_is_tested():
    # the others: below, in test_callbacks.py, optimizers/test_minimize.py, test_perceptron.py,
    # optimizers/test_bayesian_lm.py, and estimators/tables/test_clock.py
    elsewhere = {
        StopReason.ONE_EPOCH,
        StopReason.FAILED,
        StopReason.STEP_TOO_SMALL,
        StopReason.STEEP,
        StopReason.TINY,
        StopReason.NO_MISTAKES,
        StopReason.EVIDENCE_FLAT,
        StopReason.TIME,
    }
    assert {*REASONS} | elsewhere == set(StopReason)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_is_given(reason):
    model = MLPRegressor(**{"hidden_layer_sizes": (5,), "random_state": 0, **REASONS[reason]})
    assert model.fit(*tables.regression()).stop_reason_ == reason


def test_partial_fit_does_one_epoch():
    model = MLPRegressor(hidden_layer_sizes=(5,), random_state=0)
    for epochs in (1, 2, 3):
        model.partial_fit(*tables.regression())
        assert (model.stop_reason_, model.n_iter_) == (StopReason.ONE_EPOCH, 1)
        assert len(model.history_) == epochs


def record(**results):
    return EpochRecord(
        **{**dict.fromkeys(EpochRecord._fields), "gradient_norm": 0.0, "seconds": 0.0, **results}
    )


@pytest.mark.parametrize(
    ("monitor", "results", "better", "flat"),
    [
        ("loss", [3.0, 2.0, 1.95, 1.9, 5.0], [1, 1, 1, 1, 0], [0, 0, 1, 2, 3]),
        ("val_loss", [1.0, 0.9, 0.8], [1, 1, 1], [0, 0, 0]),
        ("score", [0.5, 0.6, 0.6, 0.4], [1, 1, 0, 0], [0, 0, 1, 2]),
        ("loss", [np.nan, 1.0, np.nan], [0, 1, 0], [1, 0, 1]),
    ],
)
def test_the_stopping_rule_counts_flat_epochs(monitor, results, better, flat):
    rule = StoppingRule(monitor, tol=0.1 - 1e-12, patience=2)
    for result, expected_better, expected_flat in zip(results, better, flat, strict=True):
        assert rule.update(record(**{monitor: result})) == bool(expected_better)
        assert rule.flat_epochs == expected_flat
    assert rule.is_flat == (flat[-1] > 2)


@pytest.mark.parametrize(
    "words",
    [
        {"learning_rate_init": 1e6},
        {"learning_rate_init": 1e6, "early_stopping": True},
        {"schedule": StepDecay(every=3, factor=1e200)},
        {"schedule": StepDecay(every=3, factor=1e200), "early_stopping": True},
        {"schedule": StepDecay(every=3, factor=1e200), "restore_best": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_divergence_keeps_the_last_finite_weights(dtype, words):
    X, y = tables.regression()
    model = MLPRegressor(
        hidden_layer_sizes=(5,), solver="sgd", batch_size=10, random_state=0, momentum=0, **words
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model.fit(X.astype(dtype), y)
        except ValueError as error:
            assert "In epoch 1" in str(error)
            assert len(model.history_) == 1
        else:
            assert [w.category for w in caught] == [DivergenceWarning]
            assert len(model.history_) > 1
    assert model.stop_reason_ == StopReason.DIVERGED
    assert all(np.isfinite(w).all() for w in model.coefs_ + model.intercepts_)
    assert np.isnan(model.history_[-1].loss)
