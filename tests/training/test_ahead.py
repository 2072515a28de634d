"""Epochs done several in a call: the training that it would have been one by one."""

from __future__ import annotations

import threading
import time
import warnings

import numpy as np
import pytest

from neurona import Callback, MLPClassifier, MLPRegressor
from neurona.errors import StopReason
from neurona.estimators.mlp.assigning import assignment_of
from neurona.numerics.noise import Gaussian
from neurona.numerics.schedules import ReduceOnPlateau
from neurona.training import problem as problems
from tests.engine.problems import GivenOrders, make_network, make_problem

RANDOM = np.random.RandomState(1)
X = RANDOM.normal(size=(90, 3))
Y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + 0.2 * RANDOM.normal(size=90)


def made(cls=MLPRegressor, y=Y, rows=X, **words):
    given = {"hidden_layer_sizes": (4,), "max_iter": 150, "batch_size": 20, "n_threads": 1}
    given |= {"random_state": 3, "learning_rate_init": 0.01}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return assignment_of(cls(**{**given, **words}), rows, y).training()


def counted(training):
    """How many epochs each call of the session did."""
    counts, session = [], training.problem.session
    real = session.train_epochs

    def train_epochs(orders, *given):
        counts.append(orders.epochs)
        return real(orders, *given)

    session.train_epochs = train_epochs
    return counts


def one_by_one(training):
    for _ in training.advance():
        pass
    return training


def assert_same(ours, theirs):
    assert (ours.reason, ours.diverged) == (theirs.reason, theirs.diverged)
    for name in ("epoch", "loss", "val_loss", "score", "learning_rate", "gradient_norm"):
        np.testing.assert_array_equal(ours.history.column(name), theirs.history.column(name))
    assert np.all(np.diff(ours.history.column("seconds")) >= 0)
    one, other = (training.problem.optimizer_state() for training in (ours, theirs))
    pairs = [
        (ours.weights, theirs.weights),
        (ours.order, theirs.order),
        (one.state, other.state),
        (one.memory, other.memory),
        (ours.random.uniform(size=3), theirs.random.uniform(size=3)),
    ]
    if theirs.best_weights is not None:
        pairs.append((ours.best_weights, theirs.best_weights))
    for a, b in pairs:
        np.testing.assert_array_equal(a, b)
    assert one.steps == other.steps
    assert ours.samples_seen == theirs.samples_seen and ours.rule == theirs.rule


CASES = {
    "to the end": {"n_iter_no_change": 1000},
    "until it is flat": {"tol": 1e-3, "n_iter_no_change": 4, "max_iter": 2000},
    "validation": {"early_stopping": True, "n_iter_no_change": 7, "max_iter": 2000},
    "classes": {"cls": MLPClassifier, "y": Y > 0, "early_stopping": True, "monitor": "score"},
    "the rate falls at the end of patience": {
        "solver": "sgd", "learning_rate": "adaptive", "tol": 1e-3, "max_iter": 2000,
    },
    "the rate falls in the midst": {
        "schedule": ReduceOnPlateau(patience=0), "tol": 0.0, "n_iter_no_change": 500,
        "learning_rate_init": 0.1,
    },
    "the rate falls while the best is not yet taken over": {
        "schedule": ReduceOnPlateau(patience=4), "early_stopping": True, "n_iter_no_change": 25,
        "learning_rate_init": 0.05, "hidden_layer_sizes": (20,), "random_state": 1,
    },
    "the rate always falls": {"schedule": "cosine"},
    "the rate falls by what was seen": {"solver": "sgd", "learning_rate": "invscaling"},
    "in order": {"shuffle": False, "float32": True},
    "dropout and penalties": {"dropout": 0.2, "alpha": 0.1, "clip_norm": 0.5},
    "out of the numbers": {"solver": "sgd", "learning_rate_init": 1.0},
    "running away": {"solver": "sgd", "learning_rate_init": 0.3, "activation": "identity"},
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_training_that_nobody_watches_is_the_one_that_is_watched(case):
    words = dict(CASES[case])
    rows = X.astype(np.float32) if words.pop("float32", False) else X
    with np.errstate(all="ignore"):
        ours, theirs = made(rows=rows, **words), made(rows=rows, **words)
        counts = counted(ours)
        ours.run()
        assert_same(ours, one_by_one(theirs))
    assert max(counts) > 3


class After:
    """A stopping rule's look at each epoch; something happens at one of them."""

    def __init__(self, training, epoch, happens):
        self.real, training.rule.update = training.rule.update, self
        self.epoch, self.happens = epoch, happens

    def __call__(self, record):
        if record.epoch == self.epoch:
            self.happens()
        return self.real(record)


def interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize("epoch", [1, 10, 45])
@pytest.mark.parametrize("how", ["called off", "stopped", "interrupted", "no time left"])
def test_what_ends_it_in_the_midst_takes_back_what_was_done_beyond(how, epoch):
    found = []
    for watched in (False, True):
        training = made(n_iter_no_change=1000, early_stopping=True)
        training.called_off = threading.Event()
        happens = {
            "called off": training.called_off.set,
            "stopped": lambda training=training: training.stop("enough"),
            "interrupted": interrupt,
            "no time left": lambda training=training: setattr(training, "ends_at", 0.0),
        }[how]
        After(training, epoch, happens)
        training.run([Callback()] if watched else [])
        del training.rule.update
        found.append(training)
    ours, theirs = found
    assert len(ours.history) == epoch and ours.reason != StopReason.MAX_EPOCHS
    assert_same(ours, theirs)


def test_ctrl_c_while_epochs_are_done_leaves_those_before():
    ours, theirs = made(n_iter_no_change=1000), made(n_iter_no_change=1000)
    session = ours.problem.session
    real, calls = session.train_epochs, []

    def train_epochs(orders, *given):
        calls.append(orders.epochs)
        done = real(orders, *given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return done

    session.train_epochs = train_epochs
    assert ours.run() == StopReason.INTERRUPTED
    for record in theirs.advance():
        if record and record.epoch == calls[0]:
            break
    np.testing.assert_array_equal(ours.weights, theirs.weights)
    np.testing.assert_array_equal(ours.order, theirs.order)
    assert len(ours.history) == calls[0]


def test_the_last_moment_is_that_of_the_end():
    training = made(n_iter_no_change=1000)
    begun = time.perf_counter()
    training.run()
    seconds = training.history.column("seconds")
    assert 0 < seconds[0] < seconds[-1] <= time.perf_counter() - begun


def test_some_are_done_one_by_one():
    network = make_network((3, 400, 1), ("tanh", "identity"))
    for care in ({}, {"n_threads": 2}, {"noise": Gaussian(0.1)}):
        problem, *_ = make_problem(network, "squared_error", "adam", 90, 8, **care)
        assert (problem.epochs_at_once(np.arange(90)) > 1) == (not care)
    problem, *_ = make_problem(network, "squared_error", "adam", 90, 8)
    problem.steps_at_once = 3  # somebody wants to look between the steps
    assert problem.epochs_at_once(np.arange(90)) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_session_does_several_epochs_as_one_after_the_other(dtype):
    network = make_network((3, 5, 2), ("tanh", "identity"), dtype)
    ours, theirs = (
        make_problem(network, "squared_error", "adam", 50, 8)[0].session for _ in range(2)
    )
    orders = np.array([np.random.RandomState(k).permutation(50) for k in range(3)])
    rates, totals = np.linspace(0.1, 0.01, 21), np.zeros((3, 4))
    table = make_problem(network, rows=33)[0].table
    assert ours.train_epochs(GivenOrders(orders), rates, 5, totals) == 3
    scored = ours.evaluate_epochs(table, 33)
    for k, order in enumerate(orders):
        own = np.zeros(4)
        assert theirs.train(order, rates[7 * k :], 5 + 7 * k, own) == 7
        np.testing.assert_array_equal(totals[k], own)
        np.testing.assert_array_equal(ours.weights_after(k), theirs.weights)
        outputs, loss = theirs.evaluate(table, 33)
        np.testing.assert_array_equal(scored[0][k], outputs)
        assert scored[1][k] == loss
    np.testing.assert_array_equal(ours.weights, theirs.weights)


def test_a_session_refuses_what_its_kernel_cannot_read():
    network = make_network((3, 400, 1), ("tanh", "identity"))
    session = make_problem(network, "squared_error", "adam", 50, 8)[0].session
    orders, rates, totals = np.zeros((2, 50), np.int64), np.zeros(14), np.zeros((2, 4))
    for wrong in (
        (GivenOrders(orders), rates[:13], 0, totals),
        (GivenOrders(orders), rates, 0, totals[:1]),
        (GivenOrders(orders.astype(np.int32)), rates, 0, totals),
    ):
        with pytest.raises(TypeError):
            session.train_epochs(*wrong)
    before = session.weights.copy()
    orders[1, 3] = 50
    with pytest.raises(IndexError, match="rows 0 to 49"):
        session.train_epochs(GivenOrders(orders), rates + 1, 0, totals)
    np.testing.assert_array_equal(session.weights, before)
    several = make_problem(network, "squared_error", "adam", 50, 8, n_threads=2)[0].session
    with pytest.raises(ValueError, match="one thread"):
        several.train_epochs(GivenOrders(orders), rates, 0, totals)


def test_large_epochs_are_calls_of_their_own(monkeypatch):
    monkeypatch.setattr(problems, "AHEAD_SECONDS", 1e-9)
    assert made().problem.epochs_at_once(np.arange(90)) == 1
    monkeypatch.setattr(problems, "AHEAD_SECONDS", 1.0)
    assert made().problem.epochs_at_once(np.arange(90)) == problems.AHEAD_EPOCHS
    size = made().problem.network.size
    monkeypatch.setattr(problems, "AHEAD_NUMBERS", 3 * size)
    assert made().problem.epochs_at_once(np.arange(90)) == 3
