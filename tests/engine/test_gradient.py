"""The gradient of a whole network against differences of plain NumPy's loss, in float64."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from tests import naive
from tests.engine.problems import make_network, make_problem

HIDDEN = sorted(set(ACTIVATIONS) - {"step"})
LINKS = {name: LOSSES.find(name).link for name in LOSSES}


def check(sizes, names, loss="squared_error", rows=40, l1=0.0, l2=0.0, row_weights=None, **more):
    network = make_network(sizes, names)
    problem, X, targets = make_problem(
        network, loss, rows=rows, row_weights=row_weights, l1=l1, l2=l2, **more
    )
    X = sparse.csr_array(X).toarray()
    weight = rows if row_weights is None else row_weights.sum()

    def objective(parameters):
        matrices, biases = network.views(network.from_parameters(parameters))
        outputs = naive.forward(names, matrices, biases, X)
        penalty = sum(l2 * (w**2).sum() / 2 + l1 * abs(w).sum() for w in matrices) / weight
        return naive.mean_loss(loss, targets, outputs, row_weights) + penalty

    order = np.random.RandomState(1).permutation(rows)
    value, gradient = problem.value_and_gradient(order)
    parameters = network.parameters(problem.weights)
    assert value == pytest.approx(objective(parameters), rel=1e-12)
    expected = naive.difference_gradient(objective, parameters)
    tolerance = 1e-8 * max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(network.parameters(gradient), expected, rtol=1e-7, atol=tolerance)
    assert np.count_nonzero(gradient) <= network.n_parameters  # the padding has none


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_activations(name):
    check((3, 5, 4, 2), [name, name, "identity"])


@pytest.mark.parametrize("loss", list(LOSSES))
def test_losses_on_their_linked_output(loss):
    check((3, 5, 3), ["tanh", LINKS[loss]], loss)


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        ("squared_error", "softmax"),
        ("squared_error", "logistic"),
        ("poisson", "softplus"),
        ("binary_cross_entropy", "softmax"),
        ("binary_cross_entropy", "bounded"),
        ("huber", "tanh"),
    ],
)
def test_losses_on_other_outputs(loss, output):
    check((3, 5, 3), ["tanh", output], loss)


@pytest.mark.parametrize(
    "sizes", [(8, 16, 8), (7, 8, 1), (8, 9, 15, 16), (1, 1, 1), (16, 1, 17), (5, 3), (8, 2)]
)
def test_sizes(sizes):
    names = ["silu"] * (len(sizes) - 2) + ["identity"]
    check(sizes, names, rows=13)


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 255, 256, 257, 300, 513])
def test_rows_around_a_block(rows):
    check((3, 4, 2), ["tanh", "identity"], rows=rows)


@pytest.mark.parametrize(
    "options",
    [
        {"l2": 0.7},
        {"l1": 0.3},
        {"l1": 0.3, "l2": 0.7, "row_weights": np.linspace(0, 3, 40)},
        {"row_weights": np.linspace(0, 3, 40)},
        {"row_weights": np.linspace(0, 3, 300), "rows": 300, "loss": "binary_cross_entropy"},
        {"X": sparse.csr_array(np.random.default_rng(0).binomial(3, 0.1, (40, 6)).astype(float))},
        {"n_threads": 2, "rows": 300},
    ],
    ids=lambda options: "-".join(options),
)
def test_what_else_belongs_to_a_problem(options):
    output = LINKS[options.get("loss", "squared_error")]
    check((6, 5, 2), ["tanh", output], **options)


def test_a_weight_is_as_good_as_repeated_rows():
    network = make_network((3, 4, 1), ["tanh", "identity"])
    counts = np.array([1, 2, 0, 3] * 10)
    problem, _, _ = make_problem(network, row_weights=counts.astype(float))
    again, _, _ = make_problem(network, batch=counts.sum())
    value, gradient = problem.value_and_gradient(np.arange(40))
    expected, its_gradient = again.value_and_gradient(np.repeat(np.arange(40), counts))
    assert value == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(gradient, its_gradient, atol=1e-13)


def test_step_below_does_not_learn():
    network = make_network((3, 4, 2), ["step", "identity"])
    problem, _, _ = make_problem(network)
    _, gradient = problem.value_and_gradient(np.arange(40))
    matrices, biases = network.views(gradient)
    assert not matrices[0].any()
    assert not biases[0].any()
    assert matrices[1].any()


@pytest.mark.parametrize("limit", [0.01, 1e3])
def test_clipping(limit):
    network = make_network((3, 4, 2), ["tanh", "identity"])
    order = np.arange(40)
    plain = make_problem(network, l2=0.1)[0].value_and_gradient(order)[1]
    by_value = make_problem(network, l2=0.1, clip_value=limit)[0].value_and_gradient(order)[1]
    by_norm = make_problem(network, l2=0.1, clip_norm=limit)[0].value_and_gradient(order)[1]
    np.testing.assert_array_equal(by_value, np.clip(plain, -limit, limit))
    norm = np.linalg.norm(plain)
    np.testing.assert_allclose(by_norm, plain * min(1, limit / norm), rtol=1e-13, atol=1e-18)
