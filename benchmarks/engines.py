"""Both engines on networks from tiny to large, and on many at once: microseconds a step, and what
"auto" would take; beside them PyTorch, an epoch of many networks captured as one graph.

`python -m benchmarks.engines`; what needs a GPU, or PyTorch, prints "not run" without one. The
compiled engine has two cores, as the goals say.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.engine.automatic import CORES, choose
from neurona.engine.choice import engine_on, find_engine, is_there
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import find
from neurona.training.engine import DeviceEngine, Engine, TogetherEngine
from neurona.training.problem import Problem
from neurona.training.rows import make_table

GRID = (
    ((8, 30, 1), 32, 1024),
    ((64, 128, 64, 1), 64, 16_384),
    ((784, 256, 128, 10), 128, 1024),
    ((784, 256, 128, 10), 128, 65_536),
    ((784, 256, 128, 10), 4096, 65_536),
)
"""Networks, their batches, and the rows of an epoch; few show what is around the steps."""
SECONDS = 0.5
MANY, OF, BATCH, ROWS = 256, (8, 30, 1), 32, (3200, 20_000)
"""Networks at once, what they are, and the rows of their epochs."""


def problem_of(engine: Engine, sizes: tuple[int, ...], batch: int, rows: int) -> Problem:
    """Return random rows and weights, bound to an engine."""
    random = np.random.RandomState(0)
    names = ["relu"] * (len(sizes) - 2) + ["identity"]
    network = Network(sizes, [ACTIVATIONS.find(name) for name in names], np.float32)
    X, y = random.normal(size=(rows, sizes[0])), random.normal(size=(rows, sizes[-1]))
    table = make_table(X, y, None, np.float32)
    threads = None if len(sizes) > 3 else 1
    problem = Problem(
        network, LOSSES.find("squared_error"), find("adam"), table, batch, n_threads=threads,
        engine=engine,
    )  # fmt: skip
    weights = random.normal(size=network.n_parameters) * 0.05
    problem.set_weights(network.from_parameters(weights))
    return problem


def least(epoch: Callable[[], object], steps: int) -> float:
    """Return the least microseconds a step of some epochs, after one."""
    epoch()
    ends = time.perf_counter() + SECONDS
    found: list[float] = []
    while len(found) < 3 or time.perf_counter() < ends:
        started = time.perf_counter()
        epoch()
        found.append((time.perf_counter() - started) / steps)
    return 1e6 * min(found)


def microseconds(engine: Engine, sizes: tuple[int, ...], batch: int, rows: int) -> float:
    """Return the time of a step of one network."""
    problem, steps = problem_of(engine, sizes, batch, rows), -(-rows // batch)
    order, rates = np.arange(rows), np.full(steps, 0.001)
    found = least(lambda: problem.train_epoch(order, rates), steps)
    problem.close()
    return found


def of_many(engine: Engine, at_once: int, rows: int) -> float:
    """Return the time of a step of all of many networks, `at_once` threads driving them."""
    if isinstance(engine, TogetherEngine):
        engine = engine.together(MANY)
    first = problem_of(engine, OF, BATCH, rows)
    problems = [first, *(replace(first) for _ in range(MANY - 1))]
    for one in problems[1:]:
        one.set_weights(first.weights)
    order, rates = np.arange(rows), np.full(rows // BATCH, 0.001)
    with ThreadPoolExecutor(at_once) as pool:

        def epoch() -> None:
            list(pool.map(lambda one: one.train_epoch(order, rates), problems))

        return least(epoch, rows // BATCH)


def of_many_by_torch(rows: int) -> float | None:
    """Return the same of PyTorch, an epoch captured as one graph; None without it or a GPU."""
    try:
        import torch
    except ImportError:
        return None
    if not torch.cuda.is_available():
        return None
    torch.backends.cuda.matmul.allow_tf32 = False

    def drawn(*shape: int) -> Any:
        return (torch.randn(*shape, device="cuda") * 0.05).requires_grad_()

    (n, hidden, m), steps = OF, rows // BATCH
    X, y = torch.randn(rows, n, device="cuda"), torch.randn(rows, m, device="cuda")
    matrices = drawn(MANY, n, hidden), drawn(MANY, hidden, m)
    biases = drawn(MANY, 1, hidden), drawn(MANY, 1, m)
    optimizer = torch.optim.Adam([*matrices, *biases], lr=1e-3, capturable=True, fused=True)
    order = torch.stack([torch.randperm(rows, device="cuda") for _ in range(MANY)])

    def step(k: int) -> None:
        these = order[:, k * BATCH : (k + 1) * BATCH]
        values = torch.relu(torch.baddbmm(biases[0], X[these], matrices[0]))
        errors = torch.baddbmm(biases[1], values, matrices[1]) - y[these]
        optimizer.zero_grad(set_to_none=False)
        (0.5 * (errors**2).mean(dim=(1, 2))).sum().backward()
        optimizer.step()

    aside = torch.cuda.Stream()
    with torch.cuda.stream(aside):
        for _ in range(3):
            step(0)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    # other threads of this process speak to the device, too
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        for k in range(steps):
            step(k)

    def epoch() -> None:
        graph.replay()
        torch.cuda.synchronize()

    return least(epoch, steps)


def cell(found: float | None) -> str:
    """Return a time, or that it was not taken."""
    return f"{'not run' if found is None else f'{found:8.1f}us':>10}"


def main() -> None:
    """Print the tables."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    there = is_there("jax")
    jax = find_engine("jax") if there else None
    accelerated = isinstance(jax, DeviceEngine) and jax.is_accelerated()
    compiled = engine_on("compiled", "auto")
    places = (("cpu", there), ("cuda", accelerated))
    print(f"{'network':>22} {'batch':>5} {'rows':>6} {'compiled':>10} {'jax, cpu':>10} "
          f"{'jax, gpu':>10}  auto")  # fmt: skip
    for sizes, batch, rows in GRID:
        cells: list[float | None] = [
            microseconds(compiled, sizes, batch, rows),
            *(microseconds(engine_on("jax", at), sizes, batch, rows) if can else None
              for at, can in places),
        ]  # fmt: skip
        network = Network(sizes, [ACTIVATIONS.find("relu")] * (len(sizes) - 1), np.float32)
        taken = choose("auto", "auto", network, batch, rows=rows)
        name = "-".join(map(str, sizes))
        print(f"{name:>22} {batch:>5} {rows:>6}", *map(cell, cells), f" {taken.engine.name}")
    network = Network(OF, [ACTIVATIONS.find("relu")] * (len(OF) - 1), np.float32)
    for rows in ROWS:
        cells = [
            of_many(compiled, CORES, rows),
            *(of_many(engine_on("jax", at), MANY, rows) if can else None for at, can in places),
        ]
        taken = choose("auto", "auto", network, BATCH, MANY, rows)
        name = f"{MANY} x {'-'.join(map(str, OF))}"
        print(f"{name:>22} {BATCH:>5} {rows:>6}", *map(cell, cells), f" {taken.engine.name:>8},",
              "PyTorch", cell(of_many_by_torch(rows)))  # fmt: skip


if __name__ == "__main__":
    main()
