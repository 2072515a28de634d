"""A problem's value, gradient and epochs, from outside."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.engine.choice import current_engine
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import find
from neurona.training.plan import order_of
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import make_table

ROWS = 300
RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(ROWS, 3))
TARGETS = RANDOM.uniform(0.1, 0.9, size=(ROWS, 2))
TARGETS /= TARGETS.sum(axis=1, keepdims=True)
WEIGHTS = RANDOM.uniform(0, 2, ROWS)
ORDER = order_of(np.arange(ROWS))


def problem_of(loss="squared_error", output=None, hidden="tanh", batch=ROWS, **parts):
    optimizer = parts.pop("optimizer", None)
    loss = LOSSES.find(loss)
    activations = [ACTIVATIONS.find(name) for name in (hidden, hidden, output or loss.link)]
    network = Network((3, 5, 9, 2), activations, parts.pop("dtype", np.float64))
    table = make_table(INPUTS, TARGETS, parts.pop("weights", None), network.dtype)
    problem = Problem(
        network, loss, optimizer and find(optimizer), table, batch, **parts, engine=current_engine()
    )
    start = np.random.default_rng(1).normal(scale=0.5, size=network.n_parameters)
    problem.set_weights(network.from_parameters(start))
    return problem


@pytest.mark.parametrize(
    "words",
    [
        *({"loss": loss} for loss in LOSSES),
        *({"hidden": name} for name in ("logistic", "softplus", "softmax", "gelu", "mish")),
        {"loss": "poisson", "output": "softplus"},
        {"loss": "categorical_cross_entropy", "weights": WEIGHTS},
        {"weights": WEIGHTS, "regularisation": Regularisation(l2=3.0, l1=2.0)},
    ],
    ids=str,
)
def test_the_gradient_is_the_values_slope(words):
    problem = problem_of(**words)
    network = problem.network
    at = network.parameters(problem.weights)
    gradient = network.parameters(problem.value_and_gradient(ORDER)[1]).copy()

    def value(parameters):
        problem.set_weights(network.from_parameters(parameters))
        return problem.value_and_gradient(ORDER)[0]

    step = 1e-6
    slopes = [
        (value(at + step * unit) - value(at - step * unit)) / (2 * step) for unit in np.eye(at.size)
    ]
    np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_how_an_epoch_is_cut_into_pieces_changes_no_bit(optimizer):
    rates = np.full(30, 0.01)
    whole, pieces = (problem_of(optimizer=optimizer, batch=10) for _ in range(2))
    pieces._piece_steps = 1
    results = [problem.train_epoch(ORDER, rates) for problem in (whole, pieces)]
    np.testing.assert_array_equal(whole.weights, pieces.weights)
    assert results[0] == results[1]
    assert results[0].steps == whole.steps == 30


def test_an_epoch_that_leaves_the_numbers_goes_back_to_the_last_finite_step():
    rates = np.full(30, 0.01)
    rates[7:] = 1e305
    problem, short = (problem_of(optimizer="sgd", batch=10, hidden="relu") for _ in range(2))
    result = problem.train_epoch(ORDER, rates)
    assert not result.finite
    assert np.isfinite(problem.weights).all()
    short.train_epoch(ORDER[: 10 * result.steps], rates)
    np.testing.assert_array_equal(problem.weights, short.weights)


def test_weights_of_other_rows_do_not_mix_with_those_of_training():
    parts = {"optimizer": "sgd", "batch": 10}
    rates = np.full(30, 0.1)
    weighted = make_table(INPUTS, TARGETS, WEIGHTS, np.float64)
    plain = make_table(INPUTS, TARGETS, None, np.float64)
    for own, other in ((None, weighted), (WEIGHTS, plain)):
        alone, beside = problem_of(weights=own, **parts), problem_of(weights=own, **parts)
        _, before = beside.evaluate(other, ROWS)
        alone.train_epoch(ORDER, rates)
        beside.train_epoch(ORDER, rates)
        np.testing.assert_array_equal(alone.weights, beside.weights)
        errors = ((beside.evaluate(other, ROWS)[0] - TARGETS) ** 2).sum(axis=1) / 2
        expected = np.average(errors, weights=other.weights if other.weights.size else None)
        assert beside.evaluate(other, ROWS)[1] == pytest.approx(expected)
        assert before > 0


@pytest.mark.parametrize(
    ("order", "rates"),
    [
        (ORDER.astype(np.int32), np.full(30, 0.1)),
        (ORDER, np.full(30, 0.1, np.float32)),
        (ORDER, np.full(29, 0.1)),
    ],
)
def test_arrays_of_the_wrong_kind_never_reach_the_kernel(order, rates):
    with pytest.raises(TypeError, match="order must be int64, rates float64 with 30 numbers"):
        problem_of(optimizer="sgd", batch=10).train_epoch(order, rates)
