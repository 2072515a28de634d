"""The validation scores are scikit-learn's R^2 and accuracy."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, r2_score

from neurona.estimators.scores import accuracy, r2

RANDOM = np.random.default_rng(0)
WEIGHTS = [None, RANDOM.uniform(size=30)]


@pytest.mark.parametrize("weights", WEIGHTS, ids=["alike", "weighted"])
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("constant", [False, True])
def test_r2(outputs, weights, constant):
    targets = RANDOM.normal(size=(30, outputs))
    targets[:, 0] = 2.0 if constant else targets[:, 0]
    for guess in (targets + RANDOM.normal(size=targets.shape), targets.copy()):
        assert r2(targets, weights, guess) == pytest.approx(
            r2_score(targets, guess, sample_weight=weights)
        )


@pytest.mark.parametrize("weights", WEIGHTS, ids=["alike", "weighted"])
def test_accuracy(weights):
    outputs = RANDOM.uniform(size=(30, 3))
    labels = RANDOM.integers(0, 2, (30, 3)).astype(float)
    labels[:20] = outputs[:20] > 0.5
    assert accuracy(labels, weights, False, outputs) == pytest.approx(
        accuracy_score(labels, outputs > 0.5, sample_weight=weights)
    )
    classes = RANDOM.integers(0, 3, 30)
    assert accuracy(np.eye(3)[classes], weights, True, outputs) == pytest.approx(
        accuracy_score(classes, outputs.argmax(axis=1), sample_weight=weights)
    )


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_outputs_that_are_not_finite_have_no_score(wrong):
    outputs = np.array([[0.5], [wrong]])
    assert np.isnan(r2(np.ones((2, 1)), None, outputs))
    assert np.isnan(accuracy(np.ones((2, 1)), None, False, outputs))
