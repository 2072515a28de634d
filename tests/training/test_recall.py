"""What ended once is not trained again, and comes to the same bits."""

from __future__ import annotations

import numpy as np
import pytest

from neurona import MLPRegressor, TableClassifier
from neurona.estimators.mlp.assigning import assignment_of
from neurona.training import recall
from neurona.training.callbacks import Callback

RANDOM = np.random.RandomState(4)
X = RANDOM.normal(size=(60, 3))
Y = np.tanh(X[:, 0]) - X[:, 1] ** 2


class Epochs(Callback):
    """Counts epochs, and ends training after some."""

    def __init__(self, most: int = 1000) -> None:
        self.count, self.most = 0, most

    def on_epoch(self, training, record):
        self.count += 1
        return "enough" if self.count >= self.most else None


def training_of(**words):
    given = {"hidden_layer_sizes": (4,), "max_iter": 25, "random_state": 0}
    return assignment_of(MLPRegressor(**{**given, **words}), X, Y).training()


@pytest.mark.parametrize("solver", ["adam", "bayesian-lm", "lbfgs"])
def test_one_like_it_is_not_trained_again(solver):
    words = {"solver": solver, "early_stopping": solver == "adam"}
    alone, first, again = (training_of(**words) for _ in range(3))
    reason = alone.run([])
    heard = Epochs()
    with recall.remembered() as past:
        assert recall.run(first, []) == reason and past.recalled == 0
        assert recall.run(again, [heard]) == reason and past.recalled == 1
    assert (again.weights == alone.weights).all() and again.ended
    assert again.history.column("loss") == alone.history.column("loss")
    assert heard.count == len(alone.history) and again.rule == alone.rule


@pytest.mark.parametrize(
    "change",
    [
        {"random_state": 1},
        {"max_iter": 26},
        {"alpha": 0.1},
        {"learning_rate_init": 0.01},
        {"hidden_layer_sizes": (5,)},
        {"solver": "adamw"},
        {"early_stopping": True},
        {"batch_size": 7},
        {"tol": 0.5},
        {"n_iter_no_change": 3},
        {"shuffle": False},
        {"activation": "tanh"},
        {"dropout": 0.5},
    ],
)
def test_another_one_is_trained(change):
    with recall.remembered() as past:
        recall.run(training_of(solver="adam"), [])
        recall.run(training_of(**{"solver": "adam", **change}), [])
    assert past.recalled == 0


def test_what_was_cut_short_is_trained_to_its_end():
    with recall.remembered() as past:
        assert recall.run(training_of(solver="adam"), [Epochs(3)]) == "enough"
        whole = training_of(solver="adam")
        recall.run(whole, [])
        assert past.recalled == 0 and whole.epochs_done == 25
        # and what is known whole may be cut by who hears it
        assert recall.run(training_of(solver="adam"), [Epochs(3)]) == "enough"
        assert past.recalled == 1


def test_a_default_that_others_join_is_trained_once():
    labels = np.where(Y > 0, "high", "low")

    def said(also):
        return TableClassifier(random_state=0, also=also).fit(X, labels).predict_proba(X)

    alone = said(["leaves(trees=5)"])
    with recall.remembered() as past:
        said([])
        known = len(past)
        together = said(["leaves(trees=5)"])
    assert past.recalled == known > 20
    assert (together == alone).all()
