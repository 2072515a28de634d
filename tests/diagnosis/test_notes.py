"""What training says of itself while it goes on: each thing once, and nothing of a healthy one."""

import numpy as np
import pytest

import neurona
from neurona import MLPRegressor, begin
from neurona.diagnosis import Notes
from neurona.diagnosis.curves import fallen, longest_flat, strides
from neurona.training.history import EpochRecord, History
from neurona.training.plan import Plan


class Following:
    """A training of which only the curves are known."""

    start, solving, learning_rate, about = 0, None, 0.1, {}

    def __init__(self, losses, val=None, trivial=0.5, keeps=False):
        self.plan = Plan(200, 0.1, restore_best=keeps)
        self.history = History()
        self.losses, self.val = losses, val
        self.problem = None
        self.said = []
        notes = Notes(lambda text, name: self.said.append((name, text)))
        notes.on_start(self)
        notes._trivial[0] = trivial
        for k, loss in enumerate(losses):
            record = EpochRecord(k + 1, loss, None if val is None else val[k], None, 0.1, 1.0, 0.0)
            self.history.append(record)
            notes.on_epoch(self, record)
        self.names = [name for name, _ in self.said]


FALLING = 0.5 * np.exp(-np.arange(200) / 30) + 0.01


def test_a_healthy_training_is_not_spoken_of():
    assert Following(FALLING).said == []
    assert Following(FALLING, FALLING + 0.02).said == []


def test_each_thing_is_said_once_with_its_numbers():
    rising = FALLING + 0.02 + np.maximum(0, np.arange(200) - 40) * 1e-3
    found = Following(FALLING, rising)
    assert found.names == ["overfitting"]
    text = found.said[0][1]
    assert "validation loss rises since epoch" in text and "0." in text


def test_what_rises_after_the_weights_that_are_kept_costs_nothing():
    rising = FALLING + np.maximum(0, np.arange(200) - 40) * 3e-3
    assert Following(FALLING, rising + 0.02, keeps=True).said == []
    assert Following(FALLING, rising + 0.22, keeps=True).names == ["overfitting"]


def test_a_training_that_the_evidence_ends_keeps_its_best_weights():
    r = np.random.default_rng(1)
    X = r.standard_normal((60, 4))
    y, said = X[:, 0] + 0.3 * r.standard_normal(60), []
    notes = Notes(lambda text, name: said.append(name))
    model = MLPRegressor(hidden_layer_sizes=(8,), solver="bayesian-lm", random_state=0)
    model.set_params(callbacks=[notes]).fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    held = model.history_.column("val_loss")
    assert held[-1] > 1.15 * min(held)  # it rose
    assert said == [] and neurona.diagnose(model, X[:40], y[:40], X[40:], y[40:]).names == []


@pytest.mark.parametrize(
    "losses, name",
    [
        (np.full(80, 0.9) - np.arange(80) * 1e-5, "rate_too_small"),
        (np.concatenate([np.linspace(3, 0.51, 10), np.full(80, 0.5)]), "collapsed"),
        (0.2 + 0.1 * (-1.0) ** np.arange(80), "oscillation"),
        (0.3 * 1.2 ** np.arange(60), "rate_too_large"),
    ],
)
def test_what_the_losses_tell(losses, name):
    assert Following(losses).names == [name]


def test_a_curve_with_what_is_no_number_is_left_alone():
    assert Following(np.where(np.arange(80) > 30, np.nan, FALLING[:80])).said == []


def test_on_a_real_training_and_begun_anew():
    X = np.random.default_rng(0).standard_normal((200, 2))
    said = []
    notes = Notes(lambda text, name: said.append(name))
    model = MLPRegressor(solver="sgd", learning_rate_init=1e-7, random_state=0, tol=0)
    for _ in range(2):
        begin(model, X, X[:, 0] + X[:, 1]).run([notes])
    assert said == ["rate_too_small"] * 2


def test_curves():
    assert longest_flat(np.array([1, 0.5, 0.5, 0.5, 0.2])) == (1, 2)
    assert longest_flat(np.array([1.0, 0.9, 0.8])) == (0, 0)
    found = strides(np.array([1.0, 2.0, 1.0, 2.0, 1.0]))
    assert (found.stride, found.up, found.turns, found.level) == (1.0, 0.5, 1.0, 1.0)
    share, worth, epochs = fallen(np.array([9.0, 9, 9, 4, 2, 2]), 10.0)
    assert (share, worth, epochs) == (0.5, 0.2, 3)
    assert fallen(np.array([1.0, 2.0, 3.0]), 1.0)[:2] == (0.0, 0.0)
