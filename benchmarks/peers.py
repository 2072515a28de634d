"""Time one peer on all cases in a process of its own: python -m benchmarks.peers NAME THREADS.

Prints one JSON object, case name -> microseconds per step: whole training, shuffling and the
recording of the loss included, divided by the steps; compiling excluded by a first, untimed run.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.cases import CASES, Case
from benchmarks.processors import cores, stay_on

REPEATS = 5


def best(work: Callable[[], Any], steps: int, repeats: int = REPEATS) -> float:
    """Return the least microseconds per step of several runs, after one that warms up."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times) / steps * 1e6


def _estimator(module: Any, case: Case, epochs: int, **more: Any) -> Any:
    several = case.sizes[-1] > 1
    cls = module.MLPClassifier if several else module.MLPRegressor
    return cls(
        hidden_layer_sizes=case.sizes[1:-1],
        solver=case.optimizer,
        momentum=0.0,
        batch_size=case.batch,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=epochs + 1,
        random_state=0,
        **more,
    )


def time_neurona(case: Case, threads: int, dtype: str = "float32") -> float:
    import neurona

    X, y = case.data(dtype)
    model = _estimator(neurona, case, case.epochs, n_threads=threads)
    return best(lambda: model.fit(X, y), case.epochs * case.steps_per_epoch)


def time_neurona64(case: Case, threads: int) -> float:
    return time_neurona(case, threads, "float64")


def time_sklearn(case: Case, threads: int) -> float:
    import sklearn.neural_network

    X, y = case.data()
    model = _estimator(sklearn.neural_network, case, case.slow_epochs)
    return best(lambda: model.fit(X, y), case.slow_epochs * case.steps_per_epoch, 3)


def time_jax(case: Case, threads: int) -> float:
    import jax
    import jax.numpy as jnp
    import optax

    X, y = case.data()
    several, steps = case.sizes[-1] > 1, case.rows // case.batch
    X, y = jnp.asarray(X), jnp.asarray(y)
    optimizer = optax.sgd(1e-3) if case.optimizer == "sgd" else optax.adam(1e-3)

    def start() -> Any:
        key, weights = jax.random.PRNGKey(0), []
        for n, m in zip(case.sizes, case.sizes[1:], strict=False):
            key, sub = jax.random.split(key)
            weights.append((jax.random.normal(sub, (n, m)) * (2 / n) ** 0.5, jnp.zeros(m)))
        return weights

    def loss(weights: Any, inputs: Any, targets: Any) -> Any:
        for w, b in weights[:-1]:
            inputs = jax.nn.relu(inputs @ w + b)
        out = inputs @ weights[-1][0] + weights[-1][1]
        if several:
            return optax.softmax_cross_entropy_with_integer_labels(out, targets).mean()
        return 0.5 * ((out[:, 0] - targets) ** 2).mean()

    @jax.jit
    def epoch(weights: Any, state: Any, order: Any) -> Any:
        def step(carry: Any, rows: Any) -> Any:
            weights, state = carry
            value, slopes = jax.value_and_grad(loss)(weights, X[rows], y[rows])
            updates, state = optimizer.update(slopes, state, weights)
            return (optax.apply_updates(weights, updates), state), value

        batches = order[: steps * case.batch].reshape(steps, case.batch)
        (weights, state), losses = jax.lax.scan(step, (weights, state), batches)
        return weights, state, losses.mean()

    epochs = max(case.epochs // 4, 2)

    def fit() -> None:
        weights, random = start(), np.random.default_rng(0)
        state = optimizer.init(weights)
        for _ in range(epochs):
            order = jnp.asarray(random.permutation(case.rows))
            weights, state, value = epoch(weights, state, order)
            float(value)

    return best(fit, epochs * steps)


PEERS = {
    "neurona": time_neurona,
    "neurona float64": time_neurona64,
    "scikit-learn": time_sklearn,
    "JAX": time_jax,
}


def main() -> None:
    name, threads = sys.argv[1], int(sys.argv[2])
    # every library takes as many threads as it finds processors
    stay_on(cores(threads))
    os.environ["OMP_NUM_THREADS"] = str(threads)
    warnings.simplefilter("ignore")
    print(json.dumps({case.name: PEERS[name](case, threads) for case in CASES}))


if __name__ == "__main__":
    main()
