"""Starts that take turns in one thread: what happens in one of them, and what callbacks may do."""

from __future__ import annotations

import os
import signal
import warnings

import numpy as np
import pytest

from neurona import Callback, MLPRegressor
from neurona.errors import StopReason
from tests.signals import heard

pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")
pytestmark = pytest.mark.usefixtures("compiled_quickly")

RANDOM = np.random.RandomState(5)
X = RANDOM.uniform(-1, 1, (60, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]


def fitted(starts=4, **words):
    given = {"hidden_layer_sizes": (4,), "max_iter": 20, "learning_rate_init": 0.01, "tol": 0.0}
    given |= {"n_iter_no_change": 1000, "engine": "jax", "device": "cpu", "batch_size": 20}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MLPRegressor(random_state=2, n_starts=starts, **(given | words)).fit(X, Y)


def results(model):
    return [(one.epochs, one.result, one.loss) for one in model.starts_]


@pytest.mark.parametrize("words", [{}, {"early_stopping": True, "n_iter_no_change": 3}])
def test_who_watches_changes_no_bit(words):
    epochs = []
    watched = fitted(callbacks=lambda training, record: epochs.append(training.start), **words)
    unwatched = fitted(**words)
    assert results(watched) == results(unwatched)
    np.testing.assert_array_equal(watched.predict(X), unwatched.predict(X))
    assert sorted(set(epochs)) == [0, 1, 2, 3]
    assert len(epochs) == sum(one.epochs for one in watched.starts_)


def test_a_callback_may_ask_and_train_while_the_others_wait():
    """Nobody else has a turn inside of a callback, so it may hold whatever it likes."""
    inside, found = [], []

    class Looks(Callback):
        def on_start(self, training):
            self.on_epoch(training, None)

        def on_epoch(self, training, record):
            inside.append(training.start)
            table = training.problem.table
            _, loss = training.problem.evaluate(table, len(table.targets))
            if record is None or record.epoch == 3:
                found.append(fitted(starts=2, max_iter=2).best_loss_)
            assert inside.pop() == training.start and not inside and np.isfinite(loss)

    assert results(fitted(callbacks=Looks())) == results(fitted())
    assert len(found) == 5 and len(set(found)) == 1


def test_an_error_in_one_ends_all():
    epochs = []

    def fails(training, record):
        epochs.append(record.epoch)
        if training.start == 2 and record.epoch == 3:
            raise ArithmeticError("mine")

    with pytest.raises(ArithmeticError, match="mine"):
        fitted(callbacks=fails)
    assert max(epochs) <= 4


def raised(training, record):
    if training.start == 1 and record.epoch == 3:
        raise KeyboardInterrupt


def sent(training, record):
    if training.start == 1 and record.epoch == 3:
        os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("interrupt", [raised, sent])
def test_ctrl_c_calls_all_off_and_keeps_the_best(interrupt):
    # a signal is heard by the main thread, some epochs later
    with heard():
        model = fitted(callbacks=interrupt, max_iter=20_000)
    assert model.stop_reason_ == StopReason.INTERRUPTED
    assert all(3 <= one.epochs < 20_000 for one in model.starts_)
    assert np.isfinite(model.predict(X)).all()


def test_a_callback_that_has_seen_enough_ends_all():
    model = fitted(callbacks=lambda training, record: "enough" if record.epoch == 5 else None)
    assert model.stop_reason_ == "enough" and max(one.epochs for one in model.starts_) <= 6


def test_one_whose_loss_leaves_the_numbers_leaves_the_others_alone():
    words = {"solver": "sgd", "learning_rate_init": 1.05, "activation": "relu", "starts": 6}
    words |= {"n_iter_no_change": 30, "max_iter": 60, "momentum": 0.9}
    with np.errstate(all="ignore"):
        ours, theirs = fitted(**words), fitted(**words, engine="compiled", device="auto")
    found = [[(one.epochs, one.reason) for one in model.starts_] for model in (ours, theirs)]
    assert found[0] == found[1] and len(set(found[0])) > 1
