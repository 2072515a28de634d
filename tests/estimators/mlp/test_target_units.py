"""A prior expects targets of size 1 around 0: others are learned just as well."""

import warnings

import numpy as np
import pytest

from neurona import MLPRegressor, TableRegressor
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.training.units import Units

RANDOM = np.random.default_rng(0)
X = RANDOM.uniform(-1, 1, (80, 3))
USUAL = np.sin(2 * X[:, 0]) + X[:, 1] + 0.2 * RANDOM.normal(size=80)
UNITS = [
    (3e5, 5e4), (1e3, 1.0), (1e4, 1.0), (-1e6, 1.0), (1e8, 1e3), (0.0, 1e3), (0.0, 1e-3),
    (0.0, 1e100), (0.0, 1e-100), (5.0, 1e-6),
]  # fmt: skip


def fitted(y, hidden=(4,), **words):
    words = {"activation": "tanh", "solver": "bayesian-lm", "max_iter": 300, **words}
    return MLPRegressor(hidden_layer_sizes=hidden, random_state=0, **words).fit(X, y)


@pytest.mark.parametrize("hidden", [(4,), (), (3, 2)])
@pytest.mark.parametrize(("offset", "scale"), UNITS)
def test_units_of_the_targets_change_nothing(hidden, offset, scale):
    usual, other = fitted(1e3 * USUAL, hidden), fitted(offset + scale * USUAL, hidden)
    assert other.score(X, offset + scale * USUAL) > 0.9
    one, two = usual.predict_uncertainty(X), other.predict_uncertainty(X)
    # an offset costs as many digits as it is large beside the spread
    close = {"rtol": 1e-4 * max(1.0, abs(offset) / scale * 1e-5), "atol": 1e-3}
    np.testing.assert_allclose((two.mean - offset) / scale, one.mean / 1e3, **close)
    np.testing.assert_allclose(two.std / scale, one.std / 1e3, **close)
    np.testing.assert_allclose(other.relevance_, usual.relevance_, atol=1e-3)
    shift = len(X) * np.log(scale / 1e3)
    assert other.log_evidence_ + shift == pytest.approx(usual.log_evidence_, abs=0.01)
    assert other.loss_ == pytest.approx(
        np.mean((other.predict(X) - offset - scale * USUAL) ** 2) / 2
    )


def test_several_outputs_keep_their_units():
    Y = np.column_stack([1e5 + 1e3 * USUAL, 2e3 * USUAL**2 - 1e4])
    model = fitted(Y)
    assert model.score(X, Y) > 0.85
    lower, upper = model.predict_interval(X)
    assert np.mean((lower < Y) & (upper > Y)) > 0.85


def test_constant_targets_far_from_zero_are_said_back():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = fitted(np.full(len(X), 1e6))
    np.testing.assert_allclose(model.predict(X), 1e6, rtol=1e-6)


def test_going_on_begins_where_the_last_fit_ended():
    y = 1e4 + 10 * USUAL
    model = fitted(y, warm_start=True)
    score = model.score(X, y)
    assert model.fit(X, y).score(X, y) > score - 0.02
    table = TableRegressor(solver="bayesian-lm", random_state=0).fit(X, y)
    assert table.score(X, y) > 0.9


def test_weights_of_rows_count_in_the_units():
    weights = np.where(np.arange(len(X)) % 2, 1.0, 0.0)
    y = np.where(weights > 0, 1e5 + USUAL, -1e9)
    model = MLPRegressor(
        hidden_layer_sizes=(4,), activation="tanh", solver="bayesian-lm", random_state=0
    ).fit(X, y, weights)
    assert model.score(X, y, weights) > 0.9


def test_units_go_there_and_back():
    network = Network((3, 4, 2), [ACTIVATIONS.find("tanh"), ACTIVATIONS.find("identity")], "f8")
    units = Units(network, 250.0, np.array([3.0, -7.0]))
    x = RANDOM.normal(size=network.n_parameters)
    np.testing.assert_allclose(units.inside(units.outside(x)), x)
    matrices, biases = network.views(units.begun(network.from_parameters(x)))
    plain, ones = network.views(network.from_parameters(x))
    np.testing.assert_allclose(matrices[-1], 250 * plain[-1])
    np.testing.assert_allclose(biases[-1], 250 * ones[-1] + [3, -7])
    np.testing.assert_array_equal(matrices[0], plain[0])
