"""A network expanded into its graph agrees with the compiled kernels, node by node."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from neurona import autodiff
from neurona.errors import IncompatibleError, OperationError
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS, Activation, Tanh
from neurona.numerics.losses import LOSSES
from neurona.training.graph import expand
from neurona.training.plan import order_of
from tests.engine.problems import make_network, make_problem
from tests.numerics.test_losses import PAIRS

ROWS = 40


def both(network, loss, row_weights=None, **penalties):
    """The kernels' (value, gradient), and the graph."""
    problem, X, targets = make_problem(
        network, loss, rows=ROWS, row_weights=row_weights, **penalties
    )
    value, gradient = problem.value_and_gradient(order_of(np.arange(ROWS)))
    graph = expand(
        network, LOSSES.find(loss), problem.weights, X, targets, row_weights, **penalties
    )
    return value, gradient, graph


def assert_same(network, loss, rtol=1e-12, **parts):
    value, gradient, graph = both(network, loss, **parts)
    assert graph.loss == pytest.approx(value, rel=rtol)
    got = graph.weights_gradient()
    assert got.dtype == network.dtype
    np.testing.assert_allclose(got, gradient, rtol=rtol, atol=rtol * np.abs(gradient).max())


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_every_pair_of_loss_and_output(loss, output):
    assert_same(make_network((4, 5, 3), ("tanh", output)), loss)


@pytest.mark.parametrize("hidden", sorted(ACTIVATIONS))
def test_every_hidden_activation(hidden):
    assert_same(make_network((4, 6, 5, 2), (hidden, hidden, "identity")), "squared_error")


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_row_weights_and_penalties(loss):
    network = make_network((4, 5, 3), ("logistic", LOSSES.find(loss).link))
    row_weights = np.random.RandomState(1).uniform(0, 2, ROWS)
    assert_same(network, loss, row_weights=row_weights, l2=3.0, l1=0.7)


def test_a_linear_layer_has_sums_and_values():
    _, gradient, graph = both(make_network((2, 3, 1), ("identity", "identity")), "huber")
    assert np.any(gradient)
    np.testing.assert_array_equal(graph.gradient("layer 1 sums"), graph.gradient("layer 1 values"))
    assert np.any(graph.gradient("layer 1 sums"))


def test_float32():
    network = make_network((4, 5, 3), ("gelu", "softmax"), np.float32)
    assert_same(network, "categorical_cross_entropy", rtol=2e-6)


def test_named_nodes_and_their_gradients():
    network = make_network((2, 3, 1), ("tanh", "identity"))
    _, _, graph = both(network, "squared_error")
    assert list(graph) == [
        "inputs", "layer 1 weights", "layer 1 biases", "layer 1 sums", "layer 1 values",
        "layer 2 weights", "layer 2 biases", "layer 2 sums", "layer 2 values", "penalties",
        "row losses", "mean loss", "loss",
    ]  # fmt: skip
    # by hand: the error of the output is (p - t) / rows, a hidden unit's that times w (1 - a^2)
    values, weights = graph["layer 1 values"].value, graph["layer 2 weights"].value
    error = graph.gradient("layer 2 sums")
    np.testing.assert_allclose(
        graph.gradient("layer 1 sums"), error @ weights.T * (1 - values**2), rtol=1e-12
    )
    np.testing.assert_allclose(graph.gradient("layer 2 weights"), values.T @ error, rtol=1e-14)
    assert graph.gradient("loss") == 1
    text = str(graph)
    assert "layer 2 sums" in text
    assert text.splitlines()[0].split() == ["name", "operation", "shape", "value", "gradient"]


def test_the_hessian_is_that_of_the_kernels_gradient():
    """The graph's second derivatives by one layer's weights against differences of the kernels."""
    network = make_network((3, 4, 2), ("tanh", "softmax"))
    problem, X, targets = make_problem(network, "categorical_cross_entropy", rows=ROWS)
    loss, start = LOSSES.find("categorical_cross_entropy"), problem.weights.copy()
    matrices, biases = network.views(start.copy())

    def value(matrix):
        hidden = Tanh().expression(X @ matrix + biases[0])
        return np.sum(loss.expression(targets, hidden @ matrices[1] + biases[1], True)) / ROWS

    direction = np.random.RandomState(2).normal(size=matrices[0].shape)
    product = autodiff.hessian_product(value)(matrices[0], direction)
    slopes = []
    for step in (1e-5, -1e-5):
        moved = start.copy()
        network.views(moved)[0][0][...] += step * direction
        problem.set_weights(moved)
        gradient = problem.value_and_gradient(order_of(np.arange(ROWS)))[1].copy()
        slopes.append(network.views(gradient)[0][0])
    np.testing.assert_allclose(product, (slopes[0] - slopes[1]) / 2e-5, rtol=1e-6, atol=1e-9)


def test_sparse_inputs_are_the_same_rows():
    network = make_network((4, 5, 3), ("relu", "identity"))
    problem, X, targets = make_problem(network, rows=ROWS)
    loss = LOSSES.find("squared_error")
    dense = expand(network, loss, problem.weights, X, targets)
    thin = expand(network, loss, problem.weights, sparse.csr_array(X), targets)
    assert dense.loss == thin.loss


def test_pairs_and_activations_that_cannot_be_expanded():
    network = make_network((1, 1), ("tanh",))
    weights = np.zeros(network.size)
    with pytest.raises(IncompatibleError, match="'poisson' cannot be used"):
        expand(network, LOSSES.find("poisson"), weights, [[1.0]], [[1.0]])

    class Own(Activation):
        name = "own"

    strange = Network((1, 1), [Own()], np.float64)
    with pytest.raises(OperationError, match="'own' has no expression"):
        expand(strange, LOSSES.find("squared_error"), weights, [[1.0]], [[1.0]])
