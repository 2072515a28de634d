"""Prune: trials of real Optuna end trainings that come to nothing; others' trials may, too."""

from __future__ import annotations

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(120, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning"),
]


def model(callbacks, **words):
    usual = {"hidden_layer_sizes": (8,), "max_iter": 30, "random_state": 0}
    return neurona.MLPRegressor(**{**usual, "callbacks": callbacks, **words})


def study(optuna, trials=12):
    """Return a study of learning rates, the bad ones of which are pruned."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    models = {}

    def objective(trial):
        rate = trial.suggest_float("rate", 1e-5, 1e-1, log=True)
        prune = neurona.Prune(trial, "val_loss")
        one = models[trial.number] = model(prune, learning_rate_init=rate)
        return one.fit(X[:90], Y[:90], X_val=X[90:], y_val=Y[90:]).history_[-1].val_loss

    found = optuna.create_study(
        sampler=optuna.samplers.RandomSampler(seed=0),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=3, n_warmup_steps=3),
    )
    found.optimize(objective, trials)
    return found, models


def test_optuna_prunes():
    optuna = pytest.importorskip("optuna", reason="optuna is not installed")
    found, models = study(optuna)
    states = [one.state.name for one in found.trials]
    assert set(states) == {"COMPLETE", "PRUNED"}
    for trial in found.trials:
        fitted = models[trial.number]
        values = dict(enumerate(fitted.history_.column("val_loss"), 1))
        assert trial.intermediate_values == values
        if trial.state.name == "PRUNED":
            assert fitted.n_iter_ < 30
            fitted.predict(X)  # what was learned is kept
    # the same trials again
    again, _ = study(optuna)
    assert [one.value for one in again.trials] == [one.value for one in found.trials]


class Trial:
    def __init__(self, after):
        self.after, self.seen = after, []

    def report(self, value, step):
        self.seen.append((step, value))

    def should_prune(self):
        return len(self.seen) >= self.after


def test_a_trial_without_an_exception_of_its_own_ends_the_training():
    trial = Trial(2)
    fitted = model(neurona.Prune(trial, "loss", every=3)).fit(X, Y)
    assert fitted.stop_reason_ == "the trial was pruned after epoch 6"
    losses = fitted.history_.column("loss")
    assert trial.seen == [(3, losses[2]), (6, losses[5])]


def test_the_score_is_reported():
    trial = Trial(4)
    fitted = model(neurona.Prune(trial, "score"), early_stopping=True).fit(X, Y)
    assert [value for _, value in trial.seen] == fitted.history_.column("score")


def test_it_follows_one_training_with_validation_rows():
    with pytest.raises(ValueError, match="needs validation rows"):
        model(neurona.Prune(Trial(1))).fit(X, Y)
    with pytest.raises(IncompatibleError, match="Prune follows one training"):
        model(neurona.Prune(Trial(1), "loss"), n_starts=2).fit(X, Y)


@pytest.mark.parametrize(
    ("words", "error"),
    [({"trial": 3}, TypeError), ({"trial": Trial(1), "monitor": "r2"}, ValueError),
     ({"trial": Trial(1), "every": 0}, ValueError)],
)  # fmt: skip
def test_what_is_no_trial_is_refused(words, error):
    with pytest.raises(error, match="of Prune must"):
        neurona.Prune(**words)
