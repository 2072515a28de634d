"""A few small jobs for a process of its own; each prints how many functions it had to compile.

`python -m tests.compiled.small_training fit|solve|step|combinations`
"""

from __future__ import annotations

import sys

import numpy as np

from neurona.compiled import kernel
from neurona.optimizers import Stepper


def step():
    """One optimizer on a vector: the quickest thing that compiles."""
    weights = np.ones(3)
    assert np.isfinite(Stepper("adam", weights, 0.1).step([1.0, -1.0, 0.0])).all()


def train(sizes, names, optimizer="adam", loss="squared_error"):
    from tests.engine.problems import make_network, make_problem

    network = make_network(sizes, names, np.float32)
    problem, _, _ = make_problem(network, loss, optimizer)
    before = problem.weights.copy()
    assert problem.train_epoch(np.arange(40), np.full(1, 0.01)).finite
    assert not np.array_equal(problem.weights, before)


def fit():
    """What a user does first."""
    from neurona import MLPRegressor

    X = np.random.RandomState(0).normal(size=(40, 3))
    model = MLPRegressor(
        hidden_layer_sizes=(5,), learning_rate_init=0.05, max_iter=200, tol=1e3, random_state=0
    )
    assert np.isfinite(model.fit(X, X[:, 0]).predict(X)).all()


def solve():
    """Second order: every loss's curvature, one of them through an estimator."""
    from neurona import MLPClassifier
    from neurona.numerics.losses import LOSSES
    from neurona.training.objective import NetworkObjective
    from tests.engine.problems import make_network, make_problem

    X = np.random.RandomState(0).normal(size=(40, 3))
    model = MLPClassifier(hidden_layer_sizes=(3,), solver="lm", tol=0.1, random_state=0)
    model.fit(X, np.digitize(X[:, 0], [-0.5, 0.5]))
    assert np.isfinite(model.predict_proba(X)).all()
    for loss in LOSSES:
        network = make_network((3, 4, 2), ["tanh", LOSSES.find(loss).link])
        problem, _, _ = make_problem(network, loss)
        found = NetworkObjective(problem).model(network.parameters(problem.weights))
        assert np.isfinite(found.gradient).all()


def combinations():
    """Every member once, and then nothing new: other depths, orders and pairs."""
    train((3, 4, 2), ["tanh", "softmax"], "adam", "squared_error")
    train((3, 4, 2), ["relu", "identity"], "sgd", "huber")
    print(kernel.compilations)
    train((5, 9, 8, 7, 6, 1), ["relu", "tanh", "tanh", "relu", "identity"], "adam", "huber")
    train((2, 3), ["softmax"], "momentum", "huber")
    train((40, 100, 3), ["softmax", "relu"], "sgd", "squared_error")


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    print(kernel.compilations)
