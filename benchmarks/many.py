"""Many small networks at once: 64 starts, and 10 folds, on one core and on all, beside
scikit-learn's MLP.

    python -m benchmarks.many

Times are those of the wall, the least of three; run it on a quiet machine, whose load is printed.
`OMP_NUM_THREADS=1` is not to be set: it says how many threads there may be. What two processes that
have nothing to do with each other get of the cores stands beside: no thread can have more. Folds
are long enough (half a second of work each) that scikit-learn's own 3 ms a fold, and the 10 ms
after which joblib looks whether a job is done, are not what is measured.
"""

from __future__ import annotations

import multiprocessing
import os
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import joblib
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_validate
from sklearn.neural_network import MLPRegressor as Theirs
from threadpoolctl import threadpool_limits

from neurona import MLPRegressor
from neurona.engine.threads import available_threads

ROWS, COLUMNS = 2000, 8
WORDS: dict[str, Any] = {
    "hidden_layer_sizes": (30,),
    "batch_size": 32,
    "tol": 0.0,
    "n_iter_no_change": 1000,
    "random_state": 0,
}
TIMES = 3
EPOCHS, THEIR_EPOCHS = 4000, 40


def rows() -> tuple[Any, Any]:
    """Return a table of a smooth function."""
    X = np.random.default_rng(0).normal(size=(ROWS, COLUMNS))
    return X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2]


def least(work: Callable[[], object]) -> float:
    """Return the least seconds of a few times."""
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def work_alone(_: int = 0) -> float:
    """Return the least seconds of a training in this process, with one thread."""
    X, y = rows()
    model = MLPRegressor(**WORDS, max_iter=EPOCHS, n_threads=1)
    warnings.simplefilter("ignore", ConvergenceWarning)
    model.fit(X, y)
    return least(lambda: model.fit(X, y))


def cores_there_are() -> float:
    """Return how many times the work of one process all cores do, a process on each."""
    cores, context = available_threads(), multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, context) as pool:
        alone = pool.submit(work_alone).result()
        beside = list(pool.map(work_alone, range(cores)))
    return sum(alone / one for one in beside)


def main() -> None:
    """Print both ratios against the goals."""
    print(f"load {os.getloadavg()[0]:.1f}; processes apart get {cores_there_are():.2f} cores")
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = rows()
    cores = available_threads()
    MLPRegressor(**{**WORDS, "max_iter": 1}).fit(X, y)

    def starts(threads: int) -> float:
        model = MLPRegressor(**WORDS, max_iter=150, n_starts=64, n_threads=threads)
        return least(lambda: model.fit(X, y))

    def folds(model: Any, jobs: int) -> float:
        def work() -> None:
            with joblib.parallel_config(backend="threading", n_jobs=jobs):
                cross_validate(model, X, y, cv=10, error_score="raise")

        return least(work)

    one, all_ = starts(1), starts(cores)
    print(f"64 starts: 1 core {one:.2f} s, {cores} cores {all_:.2f} s: {one / all_:.2f} times")
    ours = MLPRegressor(**WORDS, max_iter=EPOCHS)
    one, all_ = folds(ours, 1), folds(ours, cores)
    print(f"10 folds: 1 core {one:.2f} s, {cores} cores {all_:.2f} s: {one / all_:.2f} times")
    with threadpool_limits(1):
        theirs = folds(Theirs(**WORDS, max_iter=THEIR_EPOCHS), 1)
    share = EPOCHS / THEIR_EPOCHS
    print(f"10 folds of scikit-learn's MLP, 1 core, 1/{share:.0f} of the epochs: {theirs:.2f} s")
    print(f"neurona is {share * theirs / one:.1f} times as fast a core (goal 4); 1.9 of two cores")


if __name__ == "__main__":
    main()
