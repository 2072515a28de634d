"""Both engines on networks from tiny to large: microseconds a step, and what "auto" would take.

`python -m benchmarks.engines`; what needs a GPU prints "not run" without one.
"""

from __future__ import annotations

import time

import numpy as np

from neurona.engine.automatic import choose
from neurona.engine.choice import engine_on, find_engine, is_there
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import find
from neurona.training.engine import DeviceEngine, Engine
from neurona.training.problem import Problem
from neurona.training.rows import make_table

GRID = (
    ((8, 30, 1), 32),
    ((64, 128, 64, 1), 64),
    ((784, 256, 128, 10), 128),
    ((784, 256, 128, 10), 4096),
)
SECONDS = 0.5


def microseconds(engine: Engine, sizes: tuple[int, ...], batch: int) -> float:
    """Return the time of a step, the least of three epochs of about SECONDS in all."""
    random = np.random.RandomState(0)
    rows = max(4 * batch, 1024)
    names = ["relu"] * (len(sizes) - 2) + ["identity"]
    network = Network(sizes, [ACTIVATIONS.find(name) for name in names], np.float32)
    X, y = random.normal(size=(rows, sizes[0])), random.normal(size=(rows, sizes[-1]))
    table = make_table(X, y, None, np.float32)
    loss, optimizer = LOSSES.find("squared_error"), find("adam")
    problem = Problem(network, loss, optimizer, table, batch, engine=engine)
    weights = random.normal(size=network.n_parameters) * 0.05
    problem.set_weights(network.from_parameters(weights))
    steps = -(-rows // batch)
    order, rates = np.arange(rows), np.full(steps, 0.001)
    problem.train_epoch(order, rates)
    ends = time.perf_counter() + SECONDS
    found: list[float] = []
    while len(found) < 3 or time.perf_counter() < ends:
        started = time.perf_counter()
        problem.train_epoch(order, rates)
        found.append((time.perf_counter() - started) / steps)
    problem.close()
    return 1e6 * min(found)


def main() -> None:
    """Print the table."""
    there = is_there("jax")
    jax = find_engine("jax") if there else None
    accelerated = isinstance(jax, DeviceEngine) and jax.is_accelerated()
    print(f"{'network':>22} {'rows':>5} {'compiled':>10} {'jax, cpu':>10} {'jax, gpu':>10}  auto")
    for sizes, batch in GRID:
        cells = [f"{microseconds(engine_on('compiled', 'auto'), sizes, batch):8.1f}us"]
        for device, can in (("cpu", there), ("cuda", accelerated)):
            engine = engine_on("jax", device) if can else None
            cells.append(
                "not run" if engine is None else f"{microseconds(engine, sizes, batch):8.1f}us"
            )
        network = Network(sizes, [ACTIVATIONS.find("relu")] * (len(sizes) - 1), np.float32)
        taken = choose("auto", "auto", network, batch)
        name = "-".join(map(str, sizes))
        print(f"{name:>22} {batch:>5}", *(f"{cell:>10}" for cell in cells), f" {taken.engine.name}")


if __name__ == "__main__":
    main()
