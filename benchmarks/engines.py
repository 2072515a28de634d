"""Both engines on networks from tiny to large, and on many at once: microseconds a step, and what
"auto" would take; beside them PyTorch, an epoch of many networks captured as one graph. Then whole
fits of many starts: milliseconds of an epoch of all of them.

`python -m benchmarks.engines`, or `many` behind it for many at once only; what needs a GPU, or
PyTorch, prints "not run" without one. The compiled engine has two cores, as the goals say, and so
has what drives a GPU; whole fits are driven by all processors, too.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from benchmarks.processors import cores, stay_on
from neurona import MLPRegressor
from neurona.engine.automatic import CORES, choose
from neurona.engine.choice import engine_on, find_engine, is_there
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.numerics.shuffle import Orders
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
MANY, OF, BATCH, ROWS = 256, (8, 30, 1), 32, (1600, 20_000)
"""Networks at once, what they are, and the rows of their epochs."""
AHEAD = 4
"""Epochs of one call."""
FITS = {1600: (102, 306), 20_000: (8, 24)}
"""Rows, and the epochs of two whole fits, whose difference counts: what is around them does not."""
GOAL = 10
"""How many times as fast as two cores many at once should be on a GPU."""


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


def of_many(engine: Engine, rows: int) -> float:
    """Return the time of a step of all of many networks, which do some epochs in one call each."""
    together = engine.together(MANY) if isinstance(engine, TogetherEngine) else None
    first = problem_of(together or engine, OF, BATCH, rows)
    problems = [first, *(replace(first) for _ in range(MANY - 1))]
    for one in problems[1:]:
        one.set_weights(first.weights)
    steps = AHEAD * (rows // BATCH)
    order, rates = np.arange(rows), np.full(steps, 0.001)

    def train(problem: Problem) -> None:
        session: Any = problem.session
        problem.train_epochs(session, Orders(order, AHEAD), rates, 0)

    def epochs() -> None:
        works = [partial(train, one) for one in problems]
        if together is not None:
            together.take_turns(works)
            return
        with ThreadPoolExecutor(CORES) as pool:
            list(pool.map(lambda work: work(), works))

    return least(epochs, steps)


def of_fits(engine: str, device: Any, rows: int, held_out: bool) -> float:
    """Return the milliseconds that an epoch of many starts takes, all around it included."""
    random = np.random.RandomState(0)
    X = random.normal(size=(rows, OF[0])).astype(np.float32)
    y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]

    def seconds(epochs: int) -> float:
        model = MLPRegressor(
            hidden_layer_sizes=OF[1:-1], batch_size=BATCH, n_starts=MANY, max_iter=epochs, tol=0.0,
            n_iter_no_change=10_000, early_stopping=held_out, random_state=0, engine=engine,
            device=device,
        )  # fmt: skip
        started = time.perf_counter()
        model.fit(X, y)
        return time.perf_counter() - started

    short, long = FITS[rows]
    times = [[seconds(short), seconds(long)] for _ in range(2)]
    least_short, least_long = np.min(times, axis=0)
    return float(1e3 * (least_long - least_short) / (long - short))


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


def one_by_one(compiled: Engine, places: tuple[tuple[str, bool], ...]) -> None:
    """Print the grid."""
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


def many_at_once(
    compiled: Engine, places: tuple[tuple[str, bool], ...], everywhere: set[int]
) -> None:
    """Print what many at once take: steps, then whole fits, driven by two cores and everywhere."""
    two = cores(CORES)
    name = f"{MANY} x {'-'.join(map(str, OF))}"
    print(f"\n{'a step of':>22} {'batch':>5} {'rows':>6} {'compiled':>10} {'jax, cpu':>10} "
          f"{'jax, gpu':>10} {'PyTorch':>10}")  # fmt: skip
    for rows in ROWS:
        cells = [
            of_many(compiled, rows),
            *(of_many(engine_on("jax", at), rows) if can else None for at, can in places),
            of_many_by_torch(rows),
        ]
        print(f"{name:>22} {BATCH:>5} {rows:>6}", *map(cell, cells))
    network = Network(OF, [ACTIVATIONS.find("relu")] * (len(OF) - 1), np.float32)
    print(f"\n{'an epoch of whole fits':>22} {'held out':>8} {'rows':>6} {'compiled':>10} "
          f"{'jax, gpu':>10} {'all cores':>10}  auto")  # fmt: skip
    for rows in ROWS:
        for held_out in (False, True):
            mine = of_fits("compiled", "auto", rows, held_out)
            said = f"{name:>22} {'10 %' if held_out else '-':>8} {rows:>6} {mine:8.2f}ms"
            if dict(places)["cuda"]:
                by_two = of_fits("jax", "cuda", rows, held_out)
                stay_on(everywhere)
                by_all = of_fits("jax", "cuda", rows, held_out)
                stay_on(two)
                met = "met" if mine >= GOAL * by_two else "MISSED"
                said += f" {by_two:8.2f}ms {by_all:8.2f}ms  {mine / by_two:.1f} times "
                said += f"(>= {GOAL}: {met}), {mine / by_all:.1f} by all"
            else:
                said += f" {'not run':>10} {'not run':>10}"
            print(said, f" {choose('auto', 'auto', network, BATCH, MANY, rows).engine.name}")


def main() -> None:
    """Print the tables."""
    everywhere = cores(os.cpu_count() or CORES)
    stay_on(cores(CORES))
    print(f"two cores: processors {sorted(cores(CORES))} of {len(everywhere)}")
    warnings.simplefilter("ignore", ConvergenceWarning)
    there = is_there("jax")
    jax = find_engine("jax") if there else None
    accelerated = isinstance(jax, DeviceEngine) and jax.is_accelerated()
    compiled = engine_on("compiled", "auto")
    places = (("cpu", there), ("cuda", accelerated))
    if "many" not in sys.argv[1:]:
        one_by_one(compiled, places)
    many_at_once(compiled, places, everywhere)


if __name__ == "__main__":
    main()
