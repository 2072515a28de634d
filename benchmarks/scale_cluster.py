"""One Levenberg-Marquardt iteration over Dask workers: one machine, one worker, two workers."""

from __future__ import annotations

import time
import warnings
from typing import Any, NamedTuple

import numpy as np

INPUTS, HIDDEN = 18, 20
"""18-20-1: 401 parameters."""
GOAL = 1.8


class Measured(NamedTuple):
    """Seconds of the quickest iteration on the wall, and of processors in all of them: here, and of
    the worker that had most; and the weights that were found.
    """

    iteration: float
    here: float
    worker: float
    weights: Any


def data(rows: int) -> tuple[Any, Any]:
    """Return rows to learn."""
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, INPUTS))
    return X, np.sin(X[:, 0]) * X[:, 1] + 0.1 * random.normal(size=rows)


def processor_seconds() -> float:
    """Return the seconds that processors worked for this process: what a worker is asked."""
    return time.process_time()


def fit(engine: str, iterations: int, X: Any, y: Any, client: Any = None) -> Measured:
    """Fit in one thread, and measure."""
    from neurona import MLPRegressor

    stamps, clocks = [], []

    def clock(training: Any, record: Any) -> None:
        stamps.append(time.perf_counter())
        found = client.run(processor_seconds) if client else {}
        clocks.append((time.process_time(), found))

    model = MLPRegressor(
        hidden_layer_sizes=(HIDDEN,), solver="lm", engine=engine, max_iter=iterations, tol=0,
        random_state=0, n_threads=1, callbacks=clock,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    (first_here, first), (last_here, last) = clocks[0], clocks[-1]
    waited = (stamps[-1] - stamps[0]) * (idle(client) if client else 0.0)
    return Measured(
        float(np.diff(stamps).min()),
        max(0.0, last_here - first_here - waited) / (iterations - 1),
        max((last[who] - first[who] for who in last), default=0.0) / (iterations - 1),
        [*model.coefs_, *model.intercepts_],
    )


def idle(client: Any, seconds: float = 3.0) -> float:
    """Return what a cluster does here in a second in which nothing is asked: it looks whether
    everybody lives, so a busy machine, on which all takes longer, works more.
    """
    before = time.process_time()
    time.sleep(seconds)
    return (time.process_time() - before) / seconds


def over(workers: int, iterations: int, X: Any, y: Any) -> Measured:
    """Fit over so many workers, processes of this machine."""
    from distributed import Client, LocalCluster

    words = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": ":0"}
    with LocalCluster(n_workers=workers, **words) as cluster, Client(cluster) as client:
        fit("dask", 2, X[:40_000], y[:40_000])  # everything is compiled and loaded
        return fit("dask", iterations, X, y, client)


def same(one: Measured, other: Measured) -> bool:
    """Whether two fits have the same bits."""
    return all(map(np.array_equal, one.weights, other.weights))


def report(rows: int, iterations: int, rounds: int) -> None:
    """Measure one and two workers in turn, the quickest of all rounds, and print."""
    import os

    X, y = data(rows)
    print(f"LM, {rows:,} rows, {INPUTS}-{HIDDEN}-1 (401 parameters), {os.cpu_count()} processors")
    print(
        f"{'':12}{'iteration, s':>14}{'here, s':>10}{'a worker, s':>13}   the bits of one machine"
    )
    home = fit("compiled", iterations, X, y)
    print(f"{'one machine':12}{home.iteration:14.3f}{home.here:10.3f}", flush=True)
    best: dict[int, Measured] = {}
    for _ in range(rounds):
        for workers in (1, 2):
            found = over(workers, iterations, X, y)
            known = best.get(workers, found)
            best[workers] = found if found.iteration <= known.iteration else known
    for workers, one in best.items():
        print(
            f"{workers:2} worker{'s' * (workers > 1):5}{one.iteration:14.3f}{one.here:10.3f}"
            f"{one.worker:13.3f}   {'yes' if same(home, one) else 'NO'}"
        )
    wall = best[1].iteration / best[2].iteration
    worked = (best[1].here + best[1].worker) / (best[2].here + best[2].worker)
    print(
        f"two workers to one: {wall:.2f} on the wall, {worked:.2f} by processors' clocks", end=" "
    )
    print(f"(goal {GOAL}); load of this machine {os.getloadavg()[0]:.1f}")
