"""Bayesian networks of many rows that are trained on all of them only where they count in the end."""

import numpy as np
import pytest

from neurona import Callback, TableRegressor
from neurona.estimators.tables.contest import contest

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
    ("shares", "trained"), [([0.5, 0.2], True), ([0.5, 0.05], False), ([0.2, 0.5], False)]
)
def test_which_are_trained_on_all_rows(shares, trained, monkeypatch):
    """They must be promising beside what goes first, and count something beside all others."""
    said, hears = iter(shares), Hears()
    monkeypatch.setattr(contest, "bayesian_share", lambda weights: next(said))
    model = TableRegressor(random_state=0, n_threads=1, callbacks=hears).fit(X, Y)
    on_all = [k for k, name in enumerate(hears.trained) if name == "bayesian-lm on all rows"]
    assert bool(on_all) is trained
    assert np.isfinite(model.predict(X)).all()
    followers = [k for k, name in enumerate(hears.trained) if name.startswith("relu")]
    assert not trained or min(on_all) > max(followers)
