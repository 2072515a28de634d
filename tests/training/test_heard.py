"""A wish to stop is heard inside of a solver's iteration, between two of its evaluations."""

import threading

import numpy as np
import pytest

from neurona import Callback, MLPRegressor, begin, finish
from neurona.errors import StopReason
from neurona.optimizers.solver import SOLVERS

pytestmark = pytest.mark.filterwarnings("ignore")

RANDOM = np.random.default_rng(2)
X = RANDOM.normal(size=(90, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]
WORDS = {"hidden_layer_sizes": (6,), "activation": "tanh", "random_state": 0, "max_iter": 50}


def evaluations_of(training):
    """Count a training's evaluations from now on."""
    counted, hear = [], training.solving.objective.listen

    def listen():
        hear()
        counted.append(1)

    training.solving.objective.listen = listen
    return counted


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_every_solver_hears_at_its_next_evaluation(solver):
    model = MLPRegressor(solver=solver, **WORDS, tol=0)
    training = begin(model, X, Y)
    kept = []

    class Hurry(Callback):
        def on_epoch(self, training, record):
            if record.epoch == 2:
                kept.append((evaluations_of(training), training.weights.copy()))
                training.hurry(0)

    assert training.run([Hurry()]) == StopReason.INTERRUPTED
    counted, weights = kept[0]
    assert len(training.history) == 2 and not counted
    finish(model, training)
    np.testing.assert_array_equal(training.weights, weights)
    assert np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_every_solver_hears_in_the_midst_of_an_iteration(solver):
    for left in range(4):
        model = MLPRegressor(solver=solver, **WORDS, tol=0)
        training = begin(model, X, Y)
        next(training.advance())  # the first iteration is over
        model = MLPRegressor(solver=solver, **WORDS, tol=0)
        training, evaluations = begin(model, X, Y), []
        hear = training.solving.objective.listen

        def listen(hear=hear, evaluations=evaluations, training=training, left=left):
            evaluations.append(1)
            if len(evaluations) > 8 + left:
                training.hurry(-1)
            hear()

        training.solving.objective.listen = listen
        training.run()
        if training.reason == StopReason.INTERRUPTED:
            assert len(evaluations) == 9 + left
        finish(model, training)
        assert np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize("solver", ["lm", "newton-cg", "lbfgs", "bayesian-lm"])
def test_starts_side_by_side_are_called_off_inside_of_an_iteration(solver):
    begun = threading.Event()

    class Interrupt(Callback):
        def on_epoch(self, training, record):
            if record.epoch == 3 and not begun.is_set():
                begun.set()
                training.hurry(0)

    model = MLPRegressor(solver=solver, n_starts=3, **WORDS, tol=0, callbacks=Interrupt())
    model.fit(X, Y)
    assert model.stop_reason_ == StopReason.INTERRUPTED
    assert np.isfinite(model.predict(X)).all()


def test_pieces_of_mini_batches_hear_too():
    training = begin(MLPRegressor(**WORDS, batch_size=5), X, Y)
    steps = training.advance(steps_at_once=1)
    next(steps)
    training.hurry(0)
    with pytest.raises(KeyboardInterrupt):
        training.hear()
    steps.close()
    training.hear()  # nobody is left to hear
