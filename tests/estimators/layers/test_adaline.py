"""Adaline: the delta rule, beside least squares and logistic regression on the same data."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.preprocessing import scale

from neurona import Adaline, CollapsedWarning, DivergenceWarning, Perceptron
from neurona.errors import StopReason
from tests.estimators.tables import samples as tables

DELTA_RULE = {"loss": "squared_error", "learning_rate": "constant", "penalty": None}


@pytest.mark.parametrize("words", [{}, {"fit_intercept": False}, {"early_stopping": True}], ids=str)
@pytest.mark.parametrize("load", [load_iris, load_breast_cancer, load_digits])
def test_the_rule_is_scikit_learns_gradient_descent_on_the_squared_error(load, words):
    X, y = load(return_X_y=True)
    X = scale(X)
    ours = Adaline(eta0=1e-3, **words).fit(X, y)
    theirs = SGDClassifier(eta0=1e-3, random_state=0, **DELTA_RULE, **words).fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=0, atol=1e-12)
    assert ours.n_iter_ == theirs.n_iter_


def test_a_step_is_rate_times_error_times_input():
    model = Adaline(eta0=0.1, shuffle=False).partial_fit(
        [[1.0, 2.0], [3.0, -1.0]], [0, 1], classes=[0, 1]
    )
    # from zero the error of the first row is -1
    w, b = -0.1 * np.array([1.0, 2.0]), -0.1
    error = 1 - (3 * w[0] - w[1] + b)
    np.testing.assert_allclose(model.coef_[0], w + 0.1 * error * np.array([3.0, -1.0]))
    np.testing.assert_allclose(model.intercept_, b + 0.1 * error)


def test_a_small_rate_comes_to_the_least_squares_solution():
    X, y = tables.two_classes(200)
    signs = np.where(y == "yes", 1, -1)
    exact = LinearRegression().fit(X, signs)
    model = Adaline(eta0=1e-4, tol=None, max_iter=3000).fit(X, y)
    np.testing.assert_allclose(model.coef_[0], exact.coef_, atol=2e-3)
    np.testing.assert_allclose(model.intercept_, exact.intercept_, atol=2e-3)
    error = np.mean((exact.predict(X) - signs) ** 2) / 2
    assert model.loss_curve_[-1] == pytest.approx(error, rel=1e-3)


def test_it_classifies_about_as_logistic_regression_does():
    X, y = load_breast_cancer(return_X_y=True)
    X = scale(X)
    ours, theirs = Adaline().fit(X, y), LogisticRegression().fit(X, y)
    assert ours.score(X, y) > theirs.score(X, y) - 0.03
    assert np.mean(ours.predict(X) == theirs.predict(X)) > 0.95


def test_it_settles_where_the_perceptron_does_not():
    corners, xor = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    model = Adaline(eta0=0.01, tol=None, max_iter=3000).fit(corners, xor)
    # the best plane for XOR is no plane at all
    np.testing.assert_allclose(model.coef_, 0, atol=0.02)
    with pytest.warns(match="Maximum number of iteration"):
        restless = Perceptron(tol=0.0, n_iter_no_change=999, max_iter=999).fit(corners, xor)
    assert restless.mistakes_.counts[-1] > 0


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_the_automatic_rate_suits_rows_of_any_size(size):
    X, y = tables.two_classes()
    model = Adaline(fit_intercept=False).fit(size * X, y)
    assert model.score(size * X, y) > 0.6
    assert model.eta_[0] == pytest.approx(1 / (size**2 * (X**2).sum(axis=1).max()))


def test_the_automatic_rate_never_rises_between_chunks():
    X, y = tables.two_classes()
    model = Adaline().partial_fit(X, y, classes=["no", "yes"])
    first = model.eta_.copy()
    assert model.partial_fit(0.1 * X, y).eta_ == first
    assert model.partial_fit(10 * X, y).eta_ < first


def test_a_rate_that_is_too_large_is_said_with_the_right_rate():
    X, y = tables.two_classes()
    said = r"learning rate 3 is too large.*below ([\d.e-]+) no.*best weights seen were kept"
    with pytest.warns(DivergenceWarning, match=said):
        model = Adaline(eta0=3.0).fit(X, y)
    assert model.stop_reason_ == StopReason.DIVERGED
    bound = 2 / ((X**2).sum(axis=1).max() + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Adaline(eta0=0.99 * bound, tol=None, max_iter=300).fit(X, y)


def test_a_rate_that_is_too_large_to_learn_anything_is_a_warning():
    X, y = tables.two_classes()
    with pytest.warns(CollapsedWarning, match=r"more than the 0.5 of weights of 0"):
        Adaline(eta0=0.3).fit(X, y)


def half_squares(model, X, y):
    targets = np.where(y[:, None] == model.classes_, 1, -1)
    targets = targets[:, 1:] if len(model.classes_) == 2 else targets
    sums = model.decision_function(X).reshape(len(X), -1)
    return 0.5 * ((sums - targets) ** 2).mean(axis=0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("words", [{}, {"early_stopping": True}, {"fit_intercept": False}], ids=str)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("rate", [0.1, 0.3, 1.0, 3.0, 1e3, 1e10, 1e300])
def test_whatever_the_rate_the_model_is_no_worse_than_nothing(rate, dtype, words):
    for X, y in (tables.two_classes(), tables.three_classes()):
        X = X.astype(dtype)
        for scale_of_rows in (1, 100):
            model = Adaline(eta0=rate, random_state=0, **words).fit(scale_of_rows * X, y)
            assert np.isfinite(model.decision_function(scale_of_rows * X)).all()
            if "early_stopping" not in words:
                assert (half_squares(model, scale_of_rows * X, y) <= 1.0 + 1e-6).all()
                model.partial_fit(scale_of_rows * X, y)
            assert np.isfinite(model.decision_function(scale_of_rows * X)).all()


def test_partial_fit_that_runs_away_keeps_what_was_known():
    X, y = tables.two_classes()
    model = Adaline(eta0=0.001, random_state=0).fit(X, y)
    before = model.coef_.copy(), model.score(X, y)
    with pytest.warns(DivergenceWarning, match="best weights seen"):
        model.partial_fit(1e9 * X, y)
    np.testing.assert_array_equal(model.coef_, before[0])
    assert model.score(X, y) == before[1]


def test_mistakes_are_counted_but_not_kept():
    X, y = tables.two_classes()
    model = Adaline().fit(X, y)
    assert len(model.mistakes_) == 0
    assert 0 < model.mistakes_.counts[-1, 0] < model.mistakes_.counts[0, 0]


def test_several_labels():
    X, y = tables.three_labels()
    model = Adaline().fit(X, y)
    assert np.mean(model.predict(X) == y) > 0.9


def test_eta0_is_a_number_or_auto():
    with pytest.raises(ValueError, match="'eta0' parameter of Adaline must be"):
        Adaline(eta0="fast").fit([[0.0], [1.0]], [0, 1])
