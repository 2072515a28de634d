"""Initial weights: variances, orthonormality, and scikit-learn's own draws."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

from neurona.errors import UnknownNameError
from neurona.numerics.activations import Logistic, Relu, Tanh
from neurona.numerics.initializers import INITIALIZERS, find_initializer

SHAPES = [(300, 200), (200, 300)]


def draw(name, inputs, outputs, activation=None, seed=0):
    random = np.random.RandomState(seed)
    return find_initializer(name)(random, inputs, outputs, activation or Tanh())


@pytest.mark.parametrize(("inputs", "outputs"), SHAPES)
@pytest.mark.parametrize(
    ("scheme", "variance"),
    [
        ("glorot", lambda n, m: 2 / (n + m)),
        ("he", lambda n, m: 2 / n),
        ("lecun", lambda n, m: 1 / n),
    ],
)
def test_variance(scheme, variance, inputs, outputs):
    wanted = variance(inputs, outputs)
    for shape, kurtosis in (("uniform", 1.8), ("normal", 3.0)):
        weights, biases = draw(f"{scheme}_{shape}", inputs, outputs)
        assert weights.shape == (inputs, outputs)
        assert biases.tolist() == [0.0] * outputs
        # 60,000 numbers: six standard errors
        assert abs(weights.mean()) < 6 * math.sqrt(wanted / weights.size)
        assert weights.var() == pytest.approx(wanted, rel=0.035)
        assert (weights**4).mean() / weights.var() ** 2 == pytest.approx(kurtosis, rel=0.05)
    uniform, _ = draw(f"{scheme}_uniform", inputs, outputs)
    assert np.abs(uniform).max() <= math.sqrt(3 * wanted)


@pytest.mark.parametrize(("inputs", "outputs"), [(7, 4), (4, 7), (5, 5), (1, 3), (3, 1)])
def test_orthogonal(inputs, outputs):
    weights, biases = draw("orthogonal", inputs, outputs)
    assert weights.shape == (inputs, outputs)
    gram = weights.T @ weights if inputs >= outputs else weights @ weights.T
    np.testing.assert_allclose(gram, np.eye(min(inputs, outputs)), atol=1e-14)
    assert not biases.any()


def test_orthogonal_is_uniform():
    """Without the sign correction of QR the diagonal would have one sign."""
    corners = [draw("orthogonal", 3, 3, seed=seed)[0].diagonal() for seed in range(40)]
    assert (np.sign(corners).min(0) < 0).all()
    assert (np.sign(corners).max(0) > 0).all()


@pytest.mark.parametrize(("inputs", "outputs"), [(2, 9), (5, 3), (1, 4)])
def test_nguyen_widrow(inputs, outputs):
    weights, biases = draw("nguyen_widrow", inputs, outputs)
    length = 0.7 * outputs ** (1 / inputs)
    np.testing.assert_allclose(np.sqrt((weights**2).sum(0)), length, rtol=1e-12)
    assert np.abs(biases).max() <= length
    assert len(set(biases)) == outputs


@pytest.mark.parametrize("activation", [Relu(), Logistic()])
def test_scikit_learn_draws_the_same(activation):
    X, y = np.zeros((4, 5)), np.zeros(4)
    theirs = MLPRegressor(
        hidden_layer_sizes=(7, 3), activation=activation.name, random_state=12, max_iter=1
    )
    theirs.set_params(learning_rate_init=1e-300, alpha=0)  # leaves the weights as they were drawn
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        theirs.fit(X, y)
    random = np.random.RandomState(12)
    # scikit-learn draws the output layer by the hidden layers' activation too
    for k, (inputs, outputs) in enumerate([(5, 7), (7, 3), (3, 1)]):
        weights, biases = find_initializer("scikit_learn")(random, inputs, outputs, activation)
        np.testing.assert_array_equal(weights, theirs.coefs_[k])
        np.testing.assert_array_equal(biases, theirs.intercepts_[k])


@pytest.mark.parametrize("name", list(INITIALIZERS))
def test_the_seed_decides(name):
    for got, again, other in zip(
        draw(name, 6, 4), draw(name, 6, 4), draw(name, 6, 4, seed=1), strict=True
    ):
        np.testing.assert_array_equal(got, again)
        assert not got.any() or not np.array_equal(got, other)


def test_find():
    with pytest.raises(
        UnknownNameError,
        match=r"Unknown initializer 'xavier'; did you mean 'glorot_uniform'\? known are glorot_",
    ):
        find_initializer("xavier")
    assert find_initializer(draw) is draw
