"""check_gradient: it finds that the gradient is right, and would find if it were not."""

from __future__ import annotations

import numpy as np
import pytest

import neurona
from neurona.numerics.losses import LOSSES
from neurona.training.problem import Problem

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(12, 3))


@pytest.mark.parametrize("loss", list(LOSSES))
def test_every_loss_has_the_gradient_that_training_uses(loss):
    y = RANDOM.uniform(0.1, 0.9, size=(12, 2))
    y /= y.sum(axis=1, keepdims=True)
    model = neurona.MLPRegressor(
        hidden_layer_sizes=(4, 3), activation="silu", loss=loss, alpha=0.3, alpha_l1=0.1,
        output_activation=LOSSES.find(loss).link, random_state=0,
    )  # fmt: skip
    report = neurona.check_gradient(model, X, y, sample_weight=RANDOM.uniform(0.5, 2, 12))
    assert report.passed
    assert report.worst < 1e-7
    assert len(report.weights) == report.parameters == 39


def test_classifiers_and_float32_and_left_out_parts():
    y = RANDOM.integers(0, 3, 12)
    model = neurona.MLPClassifier((4,), "tanh", random_state=0, dropout=0.2, clip_norm=0.01)
    model.partial_fit(X.astype(np.float32), y, classes=[0, 1, 2])
    report = neurona.check_gradient(model, X, y)
    assert report.worst < 1e-8
    assert report.note == "Left out: dropout and clipping."
    assert report.note in str(report)


def test_a_wrong_gradient_is_found_and_the_weight_named(monkeypatch):
    right = Problem.value_and_gradient

    def wrong(problem, order):
        value, gradient = right(problem, order)
        problem.network.views(gradient)[0][1][2, 0] *= 1.001
        return value, gradient

    monkeypatch.setattr(Problem, "value_and_gradient", wrong)
    model = neurona.MLPRegressor(hidden_layer_sizes=(4,), activation="tanh", random_state=0)
    report = neurona.check_gradient(model, X, X[:, 0])
    assert not report.passed
    assert report.weights[0].name == "output, 3 -> 1"
    assert report.worst == pytest.approx(0.001, rel=0.01)
    assert report.weights[1].error < 1e-8
    assert "DIFFERS" in str(report)


def test_of_a_large_network_a_sample_is_looked_at():
    model = neurona.MLPRegressor(hidden_layer_sizes=(40, 30), activation="tanh", random_state=0)
    report = neurona.check_gradient(model, X, X[:, 0], most=25)
    assert len(report.weights) == 25
    assert report.parameters == 3 * 40 + 40 + 40 * 30 + 30 + 30 + 1
    assert "25 of 1,421 weights" in str(report)
    assert report.passed
