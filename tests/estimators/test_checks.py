"""scikit-learn's estimator checks: ours fail none that scikit-learn's own MLPs pass."""

from __future__ import annotations

import warnings

import pytest
import sklearn.neural_network
from sklearn.utils.estimator_checks import check_estimator

import neurona

CLASSES = ["MLPRegressor", "MLPClassifier"]
SOLVERS = ["adam", "sgd", "lbfgs", "adamw", "rprop"]

ONLY_OURS = {
    "MLPRegressor": set(),
    # runs because we have class_weight; to put a share of its rows aside changes what it compares
    "MLPClassifier": {"check_class_weight_classifiers"},
}


def failures(cls: type, **parameters) -> set[str]:
    # of a subclass: scikit-learn checks its own classes with other parameters than the given
    plain = type(cls.__name__, (cls,), {})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(plain(max_iter=100, **parameters), on_fail=None, on_skip=None)
    return {one["check_name"] for one in results if one["status"] == "failed"}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", CLASSES)
def test_every_check_passes(name, solver):
    assert failures(getattr(neurona, name), solver=solver) == set()


@pytest.mark.parametrize("name", CLASSES)
def test_early_stopping_fails_no_more_than_scikit_learn(name):
    ours = failures(getattr(neurona, name), early_stopping=True)
    theirs = failures(getattr(sklearn.neural_network, name), early_stopping=True)
    assert ours <= theirs | ONLY_OURS[name]
    assert ONLY_OURS[name] <= ours
