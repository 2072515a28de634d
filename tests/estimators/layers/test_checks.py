"""scikit-learn's estimator checks for Perceptron and Adaline: none fails that its own passes."""

from __future__ import annotations

import warnings

import pytest
import sklearn.linear_model
from sklearn.utils.estimator_checks import check_estimator

import neurona

REPEATED_ROWS = {
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
}
"""Learning row by row, a row twice is not a row of weight two: so with scikit-learn's, too."""


# subclasses, since scikit-learn checks its own classes with other parameters than the given
class TheirPerceptron(sklearn.linear_model.Perceptron):
    pass


class TheirGradientDescent(sklearn.linear_model.SGDClassifier):
    pass


def failures(model) -> set[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(model, on_fail=None, on_skip=None)
    return {one["check_name"] for one in results if one["status"] == "failed"}


@pytest.mark.parametrize("words", [{}, {"penalty": "elasticnet"}], ids=str)
def test_perceptron(words):
    assert failures(neurona.Perceptron(**words)) == REPEATED_ROWS
    assert failures(TheirPerceptron(**words)) == REPEATED_ROWS


def test_averaged():
    words = {"loss": "perceptron", "learning_rate": "constant", "eta0": 1, "penalty": None}
    theirs = failures(TheirGradientDescent(average=True, **words))
    assert failures(neurona.Perceptron(variant="averaged")) <= theirs


def test_pocket_lacks_partial_fit_alone():
    assert failures(neurona.Perceptron(variant="pocket")) == REPEATED_ROWS | {
        "check_fit_score_takes_y",
        "check_n_features_in_after_fitting",
        "check_estimators_partial_fit_n_features",
    }


def test_adaline():
    assert failures(neurona.Adaline()) == REPEATED_ROWS
