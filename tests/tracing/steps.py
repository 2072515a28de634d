"""Steps for the tests of tracing: any network, loss and optimizer on a few rows."""

from __future__ import annotations

import numpy as np

from neurona.estimators.next_step import NextStep
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import find
from neurona.optimizers.state import OptimizerState
from neurona.training.plan import order_of
from neurona.training.problem import Regularisation

ROWS, SIZES = 5, (3, 5, 4, 2)
RANDOM = np.random.default_rng(3)
INPUTS = RANDOM.normal(size=(ROWS, SIZES[0]))
TARGETS = RANDOM.uniform(0.1, 0.9, size=(ROWS, SIZES[-1]))
TARGETS /= TARGETS.sum(axis=1, keepdims=True)
ROW_WEIGHTS = RANDOM.uniform(0.5, 2, ROWS)


def step_of(
    loss="squared_error",
    output=None,
    hidden="tanh",
    optimizer="sgd",
    rules=None,
    row_weights=None,
    dtype=np.float64,
):
    loss = LOSSES.find(loss)
    names = (hidden, hidden, output or loss.link)
    network = Network(SIZES, [ACTIVATIONS.find(name) for name in names], dtype)
    start = np.random.default_rng(1).normal(scale=0.6, size=network.n_parameters)
    found = find(optimizer)
    slots, chunks = len(found.state_names()), len(network.strips()[1])
    return NextStep(
        "MLPRegressor", found.name, network, loss, found, rules or Regularisation(),
        network.from_parameters(start),
        OptimizerState(np.zeros(network.size * slots, dtype), np.zeros(8 * chunks)),
        0.01, INPUTS.astype(dtype), TARGETS.astype(dtype), row_weights, ("a", "b", "c"),
        ("y1", "y2"),
    )  # fmt: skip


def compiled(step, rate, steps=1):
    """The kernels' own step: weights as matrices and biases, state, and the epoch's result."""
    problem = step.problem()
    order, rates = order_of(np.arange(len(step.inputs))), np.array([rate])
    for _ in range(steps):
        result = problem.train_epoch(order, rates)
    problem.close()
    return problem, result
