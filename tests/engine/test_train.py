"""Whole epochs: threads, pieces, dropout, and plain NumPy steps."""

from __future__ import annotations

import numpy as np
import pytest

from tests import naive
from tests.engine.problems import make_network, make_problem

SIZES, NAMES = (100, 300, 100, 5), ["relu", "gelu", "softmax"]
EVERYTHING = {"l2": 0.01, "l1": 0.001, "clip_norm": 0.5, "dropout": (0.2, 0.1, 0.0), "seed": 7}


def train(problem, epochs=2, rows=600, rate=0.01, steps_at_once=None):
    random = np.random.RandomState(0)
    results = []

    def epoch(order, rates):
        results.append((yield from problem.train_pieces(order, rates, steps_at_once)))

    for _ in range(epochs):
        steps = -(-rows // problem.batch)
        pieces = list(epoch(random.permutation(rows), np.full(steps, rate)))
        assert steps_at_once is None or len(pieces) == -(-steps // steps_at_once) - 1
    problem.close()
    return problem.weights.copy(), results


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("optimizer", "batch", "regularisation"),
    [
        ("adam", 37, {}),
        ("momentum", 300, EVERYTHING),
        ("rmsprop", 64, EVERYTHING),
        ("rprop", 600, {}),
    ],
)
def test_the_number_of_threads_changes_no_bit(optimizer, batch, regularisation, dtype):
    network = make_network(SIZES, NAMES, dtype)
    expected = None
    for threads in (1, 2, 3):
        problem, _, _ = make_problem(
            network, "categorical_cross_entropy", optimizer, rows=600, batch=batch,
            n_threads=threads, **regularisation,
        )  # fmt: skip
        assert problem.threads == threads
        before = problem.weights.copy()
        weights, results = train(problem)
        assert not np.array_equal(weights, before)
        if expected is not None:
            np.testing.assert_array_equal(weights, expected[0])
            assert results == expected[1]
        expected = weights, results


def test_the_pieces_of_an_epoch_change_no_bit():
    network = make_network((6, 9, 3, 2), ["tanh", "tanh", "identity"])
    got = []
    for steps in (None, 1, 7, 1000):
        problem, _, _ = make_problem(network, optimizer="adam", rows=600, batch=16, **EVERYTHING)
        got.append(train(problem, steps_at_once=steps))
    for weights, results in got[1:]:
        np.testing.assert_array_equal(weights, got[0][0])
        assert [r.steps for r in results] == [38, 38]
        assert results == got[0][1]


def test_plain_gradient_descent_by_numpy():
    """An epoch of SGD, the last batch short: each step goes down the batch's own gradient."""
    network = make_network((3, 4, 2), ["tanh", "identity"])
    problem, X, targets = make_problem(network, optimizer="sgd", rows=50, batch=16, l2=0.5)
    parameters = network.parameters(problem.weights)
    order, rates = np.random.RandomState(1).permutation(50), np.array([0.1, 0.2, 0.05, 0.3])
    losses = []
    for k, rate in enumerate(rates):
        rows = order[16 * k : 16 * k + 16]

        def objective(point, rows=rows):
            matrices, biases = network.views(network.from_parameters(point))
            outputs = naive.forward(["tanh", "identity"], matrices, biases, X[rows])
            penalty = 0.25 * sum((w**2).sum() for w in matrices) / len(rows)
            return naive.mean_loss("squared_error", targets[rows], outputs) + penalty

        losses.append(objective(parameters) * len(rows))
        parameters = parameters - rate * naive.difference_gradient(objective, parameters)
    result = problem.train_epoch(order, rates)
    np.testing.assert_allclose(network.parameters(problem.weights), parameters, rtol=1e-8)
    assert result.loss == pytest.approx(sum(losses) / 50, rel=1e-9)
    assert (result.steps, result.finite) == (4, True)


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "lion", "adadelta"])
def test_padding_stays_zero(optimizer):
    network = make_network((3, 5, 9, 2), ["exp", "softplus", "identity"], np.float32)
    problem, _, _ = make_problem(network, optimizer=optimizer, rows=600, batch=50, **EVERYTHING)
    weights, _ = train(problem)
    assert np.count_nonzero(weights) == network.n_parameters
    np.testing.assert_array_equal(network.pack(*network.views(weights)), weights)


def test_divergence_keeps_the_last_finite_weights():
    network = make_network((3, 4, 1), ["relu", "identity"], np.float32)
    X = np.random.RandomState(0).normal(size=(64, 3)).astype(np.float32)
    X[40] = 1e30
    problem, _, _ = make_problem(network, optimizer="sgd", rows=64, batch=8, X=X)
    again, _, _ = make_problem(network, optimizer="sgd", rows=64, batch=8, X=X)
    result = problem.train_epoch(np.arange(64), np.full(8, 0.01))
    assert (result.steps, result.finite) == (5, False)
    assert again.train_epoch(np.arange(40), np.full(5, 0.01)).finite
    np.testing.assert_array_equal(problem.weights, again.weights)


def test_state_and_memory_continue_a_training():
    network = make_network((3, 4, 1), ["tanh", "identity"])
    order, rates = np.arange(64), np.full(8, 0.01)
    for optimizer in ("nadam", "rprop", "amsgrad"):
        whole, first, second = (
            make_problem(network, optimizer=optimizer, rows=64, batch=8)[0] for _ in range(3)
        )
        whole.train_epoch(order, rates)
        whole.train_epoch(order, rates)
        first.train_epoch(order, rates)
        second.set_weights(first.weights)
        second.set_optimizer_state(first.optimizer_state().copy())
        second.train_epoch(order, rates)
        np.testing.assert_array_equal(second.weights, whole.weights)


def dropped(rate, dtype=np.float64, seed=1, row=0, epochs=1):
    """What dropout makes of 1,000 hidden ones, for a row: read off the last layer's movement."""
    network = make_network((1, 1000, 1), ["identity", "identity"], dtype)
    row_weights = np.zeros(260)
    row_weights[row] = 1
    problem, _, _ = make_problem(
        network, optimizer="sgd", rows=260, X=np.zeros((260, 1)), dropout=(rate, 0.0), seed=seed,
        row_weights=row_weights,
    )  # fmt: skip
    start = network.pack([np.zeros((1, 1000)), np.zeros((1000, 1))], [np.ones(1000), [100.0]])
    for _ in range(epochs):
        problem.set_weights(start)
        problem.train_epoch(np.arange(260), np.ones(1))
    matrices, biases = network.views(problem.weights)
    error = biases[1][0] - 100.0
    return matrices[1][:, 0] / error


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_dropout_drops_its_share_and_scales_the_rest(rate, dtype):
    ones = dropped(rate, dtype)
    kept = ones[ones != 0]
    np.testing.assert_allclose(kept, 1 / (1 - rate), rtol=1e-6)
    deviation = np.sqrt(rate * (1 - rate) / 1000)
    assert abs((ones == 0).mean() - rate) <= 4 * deviation
    # neighbours fall independently
    pairs = ((ones[:-1] == 0) & (ones[1:] == 0)).mean()
    assert abs(pairs - rate**2) <= 6 * deviation


def test_dropout_is_drawn_by_seed_step_and_row():
    mask = dropped(0.5)
    np.testing.assert_array_equal(dropped(0.5), mask)
    for other in (
        dropped(0.5, seed=2), dropped(0.5, epochs=2), dropped(0.5, row=1), dropped(0.5, row=256),
    ):  # fmt: skip
        assert (mask == other).mean() == pytest.approx(0.5, abs=0.08)


def test_gradient_through_dropout():
    """The pass back drops what the pass forward dropped."""
    network = make_network((3, 9, 8, 2), ["tanh", "silu", "identity"])
    problem, _, _ = make_problem(network, rows=20, dropout=(0.3, 0.4, 0.0), seed=5)
    order = np.arange(20)

    def objective(parameters):
        problem.set_weights(network.from_parameters(parameters))
        return problem.value_and_gradient(order)[0]

    parameters = network.parameters(problem.weights)
    gradient = network.parameters(problem.value_and_gradient(order)[1])
    expected = naive.difference_gradient(objective, parameters)
    np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-8)


def test_the_kernels_refuse_arrays_of_other_types():
    problem, _, _ = make_problem(make_network((3, 1), ["identity"]), optimizer="sgd")
    with pytest.raises(TypeError, match="order must be int64"):
        problem.train_epoch(np.arange(40, dtype=np.int32), np.ones(1))
    with pytest.raises(TypeError, match="rates float64 with 1 numbers"):
        problem.train_epoch(np.arange(40), np.ones(0))
