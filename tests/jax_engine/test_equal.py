"""JAX comes to the numbers of the compiled engine: 100 steps of every optimizer, every loss.

Each optimizer and each loss is there once, with every activation and everything that is done to a
gradient; `NEURONA_EVERY_PAIR=1` takes all pairs in both types, some minutes.
"""

from __future__ import annotations

import itertools
import os

import numpy as np
import pytest

from neurona.engine.choice import using_engine
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import OPTIMIZERS
from tests.engine.problems import make_network, make_problem

pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")

STEPS, ROWS, BATCH = 100, 46, 10
TOLERANCES = {"float64": 1e-12, "float32": 1e-5}
OUTPUTS = {"binary_cross_entropy": "logistic", "categorical_cross_entropy": "softmax",
           "poisson": "exp"}  # fmt: skip
RATES = {"adadelta": 1.0, "sgd": 0.02, "momentum": 0.005, "nesterov": 0.005, "lion": 0.001}
HIDDEN = [name for name in ACTIVATIONS if name not in ("step", "exp", "bounded")]
CARE = (
    {},
    {"l2": 0.01, "l1": 0.003},
    {"dropout": (0.2, 0.1, 0.0), "seed": 7},
    {"clip_norm": 0.5, "clip_value": 0.2},
)


KINKS = {("rprop", "absolute_error"), ("rprop", "quantile")}
"""Only signs count, and a sum of slopes of +-1 is 0 or nearly so: rounding decides which way."""


def pairs():
    """Yield optimizer, loss, dtype, hidden activations and care."""
    optimizers, losses, dtypes = [*OPTIMIZERS], [*LOSSES], [*TOLERANCES]
    if os.environ.get("NEURONA_EVERY_PAIR"):
        chosen = [(*pair, k) for k, pair in enumerate(itertools.product(optimizers, losses))]
        return [(*one, dtype) for one in chosen if one[:2] not in KINKS for dtype in dtypes]
    count = max(len(optimizers), len(losses))
    return [
        (optimizers[k % len(optimizers)], losses[k % len(losses)], k, dtypes[k % 2])
        for k in range(count)
    ]


def trained(optimizer, loss, k, dtype):
    hidden = [HIDDEN[(2 * k + at) % len(HIDDEN)] for at in range(2)]
    network = make_network((4, 6, 5, 3), [*hidden, OUTPUTS.get(loss, "identity")], dtype)
    batch = ROWS if OPTIMIZERS.find(optimizer).full_batch else BATCH
    weights = np.linspace(0.5, 2, ROWS) if k % 3 == 0 else None
    problem, _, _ = make_problem(
        network, loss, optimizer, ROWS, batch, row_weights=weights, **CARE[k % len(CARE)]
    )
    random, steps, results = np.random.RandomState(1), -(-ROWS // batch), []
    for _ in range(STEPS // steps):
        rates = np.full(steps, RATES.get(optimizer, 0.003))
        results.append(problem.train_epoch(random.permutation(ROWS), rates))
    outputs, score = problem.evaluate(problem.table, ROWS)
    return problem.weights.copy(), problem.optimizer_state(), results, outputs, score


@pytest.mark.parametrize(("optimizer", "loss", "k", "dtype"), pairs())
def test_a_hundred_steps_are_the_compiled_engines(optimizer, loss, k, dtype):
    expected = trained(optimizer, loss, k, dtype)
    with using_engine("jax"):
        found = trained(optimizer, loss, k, dtype)
    near = TOLERANCES[dtype]
    assert np.abs(expected[0]).max() > 0.3 and all(one.finite for one in found[2])
    np.testing.assert_allclose(found[0], expected[0], rtol=near, atol=near)
    np.testing.assert_allclose(found[3], expected[3], rtol=10 * near, atol=10 * near)
    for ours, theirs in zip(found[2], expected[2], strict=True):
        np.testing.assert_allclose(ours.loss, theirs.loss, rtol=10 * near, atol=near)
        np.testing.assert_allclose(
            ours.gradient_norm, theirs.gradient_norm, rtol=100 * near, atol=10 * near
        )
        assert ours.steps == theirs.steps
    np.testing.assert_allclose(found[4], expected[4], rtol=10 * near)
    network = make_network((4, 6, 5, 3), ["identity"] * 3, dtype)
    for ours, theirs in zip(found[1].runs(network), expected[1].runs(network), strict=True):
        ours, theirs = network.parameters(ours), network.parameters(theirs)
        np.testing.assert_allclose(ours, theirs, rtol=100 * near, atol=10 * near)
    assert found[1].memory.shape == expected[1].memory.shape
