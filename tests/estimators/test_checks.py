"""scikit-learn's estimator checks: ours fail none that scikit-learn's own MLPs pass."""

from __future__ import annotations

import warnings

import pytest
import sklearn.neural_network
from sklearn.utils.estimator_checks import check_estimator

import neurona


# subclasses, since scikit-learn checks its own classes with other parameters than the given
class TheirRegressor(sklearn.neural_network.MLPRegressor):
    pass


class TheirClassifier(sklearn.neural_network.MLPClassifier):
    pass


OURS = [neurona.MLPRegressor, neurona.MLPClassifier]
SOLVERS = ["adam", "sgd", "lbfgs", "adamw", "rprop"]


def failures(cls: type, **parameters) -> set[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(cls(max_iter=100, **parameters), on_fail=None, on_skip=None)
    return {one["check_name"] for one in results if one["status"] == "failed"}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("cls", OURS)
def test_every_check_passes(cls, solver):
    assert failures(cls, solver=solver) == set()


@pytest.mark.parametrize(
    ("ours", "theirs", "only_ours"),
    [
        (neurona.MLPRegressor, TheirRegressor, set()),
        # this check runs because we have class_weight, and to put rows aside changes what it
        # compares
        (neurona.MLPClassifier, TheirClassifier, {"check_class_weight_classifiers"}),
    ],
)
def test_early_stopping_fails_no_more_than_scikit_learn(ours, theirs, only_ours):
    assert failures(ours, early_stopping=True) == failures(theirs, early_stopping=True) | only_ours
