"""Callbacks: what they see, in which order, and how they stop a training."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from neurona import Callback, MLPRegressor
from neurona.errors import StopReason
from tests.estimators.tables import samples as tables

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SOLVERS = ["adam", "lbfgs"]


def model_with(callbacks, **parameters):
    return MLPRegressor(
        hidden_layer_sizes=(5,),
        callbacks=callbacks,
        **{"max_iter": 4, "random_state": 0, **parameters},
    )


class Recorder(Callback):
    def __init__(self, stop_after=None):
        self.events, self.stop_after = [], stop_after

    def on_start(self, training):
        self.events.append("start")

    def on_epoch(self, training, record):
        assert training.history[-1] is record
        self.events.append(record.epoch)
        return "enough" if record.epoch == self.stop_after else None

    def on_end(self, training, reason):
        self.events.append(reason)


@pytest.mark.parametrize("solver", SOLVERS)
def test_three_hooks_in_order(solver):
    first, second = Recorder(), Recorder()
    model_with([first, second], solver=solver).fit(*tables.regression())
    assert first.events == ["start", 1, 2, 3, 4, StopReason.MAX_EPOCHS]
    assert second.events == first.events


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_reason_stops_and_is_kept(solver):
    recorder = Recorder(stop_after=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = model_with(recorder, solver=solver).fit(*tables.regression())
    assert recorder.events == ["start", 1, 2, "enough"]
    assert (model.stop_reason_, model.n_iter_, len(model.history_)) == ("enough", 2, 2)


def test_a_function_is_called_after_every_epoch():
    losses = []
    model = model_with(lambda training, record: losses.append(record.loss))
    assert model.fit(*tables.regression()).loss_curve_ == losses


@pytest.mark.parametrize("solver", SOLVERS)
def test_weights_are_seen_live(solver):
    seen = []
    model = model_with(
        lambda training, record: seen.append(training.network.views(training.weights)[0][0].copy()),
        solver=solver,
    ).fit(*tables.regression())
    np.testing.assert_array_equal(seen[-1], model.coefs_[0])
    assert not np.array_equal(seen[0], seen[-1])


@pytest.mark.parametrize("solver", SOLVERS)
def test_one_that_raises_ends_training_and_leaves_a_usable_model(solver):
    X, y = tables.regression()
    recorder, failing = Recorder(), {"on": True}

    def fail(training, record):
        if failing["on"] and record.epoch == 2:
            raise RuntimeError("the disk is full")

    model = model_with([recorder, fail], solver=solver)
    with pytest.raises(RuntimeError, match="the disk is full"):
        model.fit(X, y)
    assert recorder.events == ["start", 1, 2, StopReason.FAILED]
    assert (model.stop_reason_, model.n_iter_, len(model.history_)) == (StopReason.FAILED, 2, 2)
    two = model_with(None, solver=solver, max_iter=2).fit(X, y)
    np.testing.assert_array_equal(model.predict(X), two.predict(X))
    failing["on"] = False
    again, fresh = model.fit(X, y), model_with(None, solver=solver).fit(X, y)
    np.testing.assert_array_equal(again.predict(X), fresh.predict(X))


@pytest.mark.parametrize("given", [3, [Recorder], ["print"]])
def test_anything_else_is_refused(given):
    with pytest.raises((TypeError, ValueError), match="callbacks"):
        model_with(given).fit(*tables.regression())


@pytest.mark.parametrize("result", [np.ones(3), 0.93, True, 0], ids=repr)
def test_a_callbacks_result_is_a_sentence_or_nothing(result):
    model = MLPRegressor(max_iter=3, callbacks=lambda training, record: result)
    with pytest.raises(TypeError, match="returns None, or a sentence to stop for"):
        model.fit(np.eye(4), np.arange(4.0))
