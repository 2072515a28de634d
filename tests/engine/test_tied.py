"""Tied weights in the kernels: exact gradients, equal bits, any number of threads."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.training.plan import order_of
from tests.engine.problems import make_network, make_problem

ROWS = 40
ORDER = order_of(np.arange(ROWS))
SHAPES = [(5, 3, 5), (16, 8, 16), (9, 8, 1, 8, 9), (1, 4, 1), (20, 17, 3, 17, 20)]


def tied_network(sizes, dtype=np.float64, hidden="tanh"):
    names = [hidden] * (len(sizes) - 2) + ["identity"]
    return Network(sizes, [ACTIVATIONS.find(name) for name in names], dtype, tied=True)


def is_tied(network, weights):
    matrices, _ = network.views(weights)
    return all(
        np.array_equal(first, last.T)
        for first, last in zip(matrices, reversed(matrices), strict=True)
    )


def folded(network, gradient):
    """The tied gradient from that of a network with weights of their own: the chain rule."""
    matrices, biases = network.views(gradient)
    half = len(matrices) // 2
    sums = [
        first + last.T
        for first, last in zip(matrices[:half], matrices[: -half - 1 : -1], strict=True)
    ]
    return np.concatenate([part.ravel() for part in (*sums, *biases)])


@pytest.mark.parametrize("sizes", SHAPES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_gradient_is_the_sum_of_both_uses(sizes, dtype):
    network = tied_network(sizes, dtype)
    free = Network(sizes, network.activations, dtype)
    row_weights = np.random.RandomState(1).uniform(0, 2, ROWS)
    tied, _, _ = make_problem(network, row_weights=row_weights)
    untied, _, _ = make_problem(free, row_weights=row_weights)
    untied.set_weights(tied.weights)
    value, gradient = tied.value_and_gradient(ORDER)
    other, parts = untied.value_and_gradient(ORDER)
    assert value == pytest.approx(other, rel=1e-6)
    expected = folded(free, parts.astype(np.float64))
    np.testing.assert_allclose(
        network.parameters(gradient), expected,
        rtol=1e-12 if dtype == np.float64 else 1e-4,
        atol=(1e-13 if dtype == np.float64 else 1e-5) * np.abs(expected).max(),
    )  # fmt: skip


@pytest.mark.parametrize("sizes", SHAPES)
def test_the_gradient_is_the_slope_of_the_value_and_padding_stays_zero(sizes):
    network = tied_network(sizes)
    problem, _, _ = make_problem(network, l2=0.3, l1=0.1)
    at = network.parameters(problem.weights)
    flat = problem.value_and_gradient(ORDER)[1].copy()

    def value(point):
        problem.set_weights(network.from_parameters(point))
        return problem.value_and_gradient(ORDER)[0]

    step = 1e-6
    slopes = [
        (value(at + step * unit) - value(at - step * unit)) / (2 * step) for unit in np.eye(at.size)
    ]
    np.testing.assert_allclose(network.parameters(flat), slopes, rtol=1e-5, atol=1e-7)
    for view in network._own_views(flat):
        view[...] = 0
    assert not flat.any()


def test_blocks_of_a_large_batch_add_up():
    network = tied_network((20, 9, 4, 9, 20))
    free = Network(network.sizes, network.activations, np.float64)
    tied, _, _ = make_problem(network, rows=1000)
    untied, _, _ = make_problem(free, rows=1000)
    untied.set_weights(tied.weights)
    order = order_of(np.random.RandomState(2).permutation(1000))
    got = network.parameters(tied.value_and_gradient(order)[1])
    expected = folded(free, untied.value_and_gradient(order)[1])
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("optimizer", "batch", "regularisation"),
    [
        ("adamw", 37, {}),
        ("momentum", 300, {"l2": 0.01, "l1": 0.001, "clip_norm": 0.5, "dropout": (0.2, 0.1, 0, 0),
                           "seed": 7}),
        ("rprop", 600, {}),
        ("lion", 64, {"clip_value": 0.1}),
    ],
)  # fmt: skip
def test_threads_change_no_bit_and_weights_stay_tied(optimizer, batch, regularisation, dtype):
    network = tied_network((100, 300, 20, 300, 100), dtype, "relu")
    expected = None
    for threads in (1, 2, 3):
        problem, _, _ = make_problem(
            network, optimizer=optimizer, rows=600, batch=batch, n_threads=threads,
            **regularisation,
        )  # fmt: skip
        problem.set_weights(problem.weights * 0.1)
        assert problem.threads == threads
        before, random = problem.weights.copy(), np.random.RandomState(0)
        for _ in range(2):
            problem.train_epoch(random.permutation(600), np.full(-(-600 // batch), 0.001))
            assert is_tied(network, problem.weights)
        problem.close()
        assert not np.array_equal(problem.weights, before)
        if expected is not None:
            np.testing.assert_array_equal(problem.weights, expected)
        expected = problem.weights.copy()


def test_gradient_descent_by_hand():
    """Two steps of a linear tied network with one unit: w shared, biases b and c."""
    network = Network((1, 1, 1), [ACTIVATIONS.find("identity")] * 2, np.float64, tied=True)
    X, targets = np.array([[2.0]]), np.array([[3.0]])
    problem, _, _ = make_problem(network, optimizer="sgd", rows=1, X=X)
    problem.table.targets[:] = targets
    problem.set_weights(network.pack([[[0.5]], [[9.0]]], [[0.1], [-0.2]]))
    w, b, c = 0.5, 0.1, -0.2
    for _ in range(2):
        problem.train_epoch(order_of([0]), np.array([0.1]))
        code = 2 * w + b
        error = w * code + c - 3
        w, b, c = w - 0.1 * error * (code + 2 * w), b - 0.1 * error * w, c - 0.1 * error
    np.testing.assert_allclose(network.parameters(problem.weights), [w, b, c], rtol=1e-14)


@pytest.mark.parametrize("by_rows", [True, False])
@pytest.mark.parametrize("sizes", [(5, 3, 5), (9, 8, 1, 8, 9)])
def test_the_jacobian_and_its_square(sizes, by_rows):
    network = tied_network(sizes)
    free = Network(sizes, network.activations, np.float64)
    tied, _, _ = make_problem(network)
    untied, _, _ = make_problem(free)
    untied.set_weights(tied.weights)
    parts = [problem.session.curvature(by_rows, 1e9) for problem in (tied, untied)]
    if by_rows:
        got, whole = (part.jacobian()[2] for part in parts)
        expected = np.array([folded(free, free.from_parameters(row)) for row in whole])
    else:
        got, whole = (part.matrix()[2] for part in parts)
        half = np.array([folded(free, free.from_parameters(row)) for row in whole])
        expected = np.array([folded(free, free.from_parameters(row)) for row in half.T])
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12)


def test_tied_weights_need_a_symmetric_network():
    for sizes in ((4, 3, 2, 4), (4, 2, 3)):
        names = ["tanh"] * (len(sizes) - 2) + ["identity"]
        with pytest.raises(ValueError, match="need a symmetric network"):
            Network(sizes, make_network(sizes, names).activations, np.float64, tied=True)
