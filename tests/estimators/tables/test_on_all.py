"""Bayesian networks of many rows, trained on all of them only where they count in the end."""

import numpy as np
import pytest

from neurona import Callback, TableRegressor
from neurona.estimators.tables.contest import contest, on_all
from neurona.estimators.tables.contest.candidates import Candidate

RANDOM = np.random.RandomState(0)
X = RANDOM.uniform(-1, 1, (130, 1))
Y = np.sin(3 * X[:, 0]) + 0.3 * RANDOM.randn(130)


class Hears(Callback):
    """Keeps which candidates were trained, in order."""

    def __init__(self):
        self.trained = []

    def on_epoch(self, training, record):
        self.trained.append(training.about["candidate"])


@pytest.mark.parametrize(
    ("shares", "trained"), [([0.5, 0.35], True), ([0.5, 0.25], False), ([0.2, 0.5], False)]
)
def test_which_are_trained_on_all_rows(shares, trained, monkeypatch):
    """They must be promising beside what goes first, and count something beside all others."""
    said, hears = iter(shares), Hears()
    for module in (contest, on_all):
        monkeypatch.setattr(module, "bayesian_share", lambda weights: next(said))
    model = TableRegressor(random_state=0, n_threads=1, callbacks=hears).fit(X, Y)
    whole = [k for k, name in enumerate(hears.trained) if name == "bayesian-lm on all rows"]
    assert bool(whole) is trained
    assert np.isfinite(model.predict(X)).all()
    followers = [k for k, name in enumerate(hears.trained) if name.startswith("relu")]
    assert not trained or min(whole) > max(followers)


@pytest.mark.parametrize(
    ("share", "folds", "few", "enough"),
    [
        (0.31, 5, False, True),
        (0.29, 5, False, False),
        (0.11, 1, False, True),
        (0.09, 1, False, False),
        (0.11, 5, True, True),
        (0.09, 5, True, False),
    ],
)
def test_a_tenth_is_enough_where_a_fold_is_too_little_to_predict_by(share, folds, few, enough):
    candidates = [Candidate("linear", 1.0, {}), Candidate("bayesian-lm 4", 1.0, {}, folds=folds)]
    weights = {"linear": 1 - share, "bayesian-lm 4": share}
    assert on_all.count_enough(weights, candidates, few) is enough
