"""Predictions against plain NumPy, and row by row the same bits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from neurona.compiled.kernel import PLAIN
from neurona.engine.predict import Predictor
from neurona.numerics.activations import ACTIVATIONS
from tests import naive
from tests.engine.problems import make_network, make_problem, random_weights

DTYPES = [np.float32, np.float64]
NAMES = [*sorted(set(ACTIVATIONS) - {"softmax"}), "softmax"]
DEEP = (6, *range(3, 3 + len(NAMES)))


def inputs(dtype, rows=300):
    return np.random.RandomState(0).normal(size=(rows, 6)).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_is_what_numpy_computes(name, dtype):
    names = ["tanh", name, name]
    network = make_network((6, 8, 11, 3), names, dtype)
    weights = random_weights(network)
    X = inputs(dtype)
    double = [[view.astype(float) for view in views] for views in network.views(weights)]
    got = Predictor(network, weights).predict(X)
    assert got.dtype == dtype
    expected = naive.forward(names, double[0], double[1], X.astype(float))
    if name == "step":  # rounding may move a sum across 0
        assert (got != expected).mean() < 0.01
    else:
        eps = np.finfo(dtype).eps  # a sum near 0 is right to the units of its terms
        np.testing.assert_allclose(got, expected, rtol=100 * eps, atol=10 * eps)


@pytest.mark.skipif(PLAIN, reason="NumPy's matrix product has no fixed order of sums")
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_row_does_not_depend_on_the_rows_beside_it(dtype):
    network = make_network(DEEP, NAMES, dtype)
    weights, X = random_weights(network, size=1.0), inputs(dtype)
    whole = Predictor(network, weights, 300).predict(X)
    assert np.unique(whole, axis=0).shape[0] > 1
    single = Predictor(network, weights)
    for start, rows in [(0, 1), (299, 1), (1, 7), (2, 8), (5, 9), (3, 256), (10, 257)]:
        part = single.predict(X[start : start + rows])
        np.testing.assert_array_equal(part, whole[start : start + rows])
    turned = Predictor(network, weights, 8).predict(X[::-1])
    np.testing.assert_array_equal(turned[::-1], whole)


@pytest.mark.parametrize("dtype", DTYPES)
def test_any_table_of_the_same_numbers(dtype):
    network = make_network((6, 5, 2), ["tanh", "identity"], dtype)
    X = np.round(inputs(dtype, 30) * 2)
    predictor = Predictor(network, random_weights(network))
    expected = predictor.predict(X)
    twice = sparse.csr_array((np.ones(4), [1, 1, 1, 3], [0, 4, 4]), shape=(2, 6))
    read_only = X.copy()
    read_only.flags.writeable = False
    for same in (
        X.astype(np.float32), X.astype(int), np.asfortranarray(X), np.repeat(X, 2, 1)[:, ::2],
        read_only, sparse.csr_array(X), sparse.csr_matrix(X), sparse.csc_array(X),
    ):  # fmt: skip
        np.testing.assert_array_equal(predictor.predict(same), expected)
    np.testing.assert_array_equal(predictor.predict(twice), predictor.predict(twice.toarray()))
    assert predictor.predict(X[:0]).shape == (0, 2)


def test_scoring_a_table_gives_outputs_and_mean_loss():
    network = make_network((6, 5, 3), ["tanh", "softmax"])
    weights = np.linspace(0, 2, 300)
    problem, X, targets = make_problem(
        network, "categorical_cross_entropy", rows=300, batch=32, row_weights=weights, l2=1.0
    )
    outputs, loss = problem.evaluate(problem.table, 300)
    matrices, biases = network.views(problem.weights)
    expected = naive.forward(["tanh", "softmax"], matrices, biases, X)
    np.testing.assert_allclose(outputs, expected, rtol=1e-13)
    wanted = naive.mean_loss("categorical_cross_entropy", targets, expected, weights)
    assert loss == pytest.approx(wanted, rel=1e-13)
