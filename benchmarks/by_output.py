"""The Gauss-Newton matrix of several outputs: with its zeros multiplied out, and without.

Run `python -m benchmarks.by_output` (some seconds). Printed are the least milliseconds of one
matrix with loss and gradient, one thread, float64, and of J'J in NumPy of a J that is there; all
three in turn. The two matrices are the same bits.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

import numpy as np

from neurona.engine.choice import current_engine
from neurona.network import Network
from neurona.numerics.activations import Identity, Tanh
from neurona.numerics.losses import SquaredError
from neurona.training.blas import one_blas_thread
from neurona.training.problem import Problem
from neurona.training.rows import make_table

ROWS, REPEATS = 1_000, 15
SIZES = ((72, 6), (16, 14), (30, 5, 7), (8, 20, 2), (8, 20, 10), (20, 10, 20))


def problem_of(sizes: tuple[int, ...]) -> Problem:
    """Return a problem on random rows, at random weights."""
    random = np.random.default_rng(0)
    network = Network(sizes, [*[Tanh()] * (len(sizes) - 2), Identity()], np.float64)
    X, Y = random.normal(size=(ROWS, sizes[0])), random.normal(size=(ROWS, sizes[-1]))
    table = make_table(X, Y, None, np.float64)
    problem = Problem(
        network, SquaredError(), None, table, ROWS, n_threads=1, second_order=True,
        engine=current_engine(),
    )  # fmt: skip
    problem.set_weights(network.from_parameters(random.normal(size=network.n_parameters)))
    return problem


def least(works: list[Callable[[], Any]]) -> list[float]:
    """Return the least milliseconds of each, called in turn."""
    found = [math.inf] * len(works)
    for _ in range(REPEATS):
        for k, work in enumerate(works):
            begun = time.perf_counter()
            work()
            found[k] = min(found[k], 1e3 * (time.perf_counter() - begun))
    return found


def main() -> None:
    print(f"{ROWS} rows, milliseconds of one matrix")
    print("| network | parameters | J'J in NumPy | with zeros | without | zeros cost |")
    print("|---|---|---|---|---|---|")
    for sizes in SIZES:
        problem = problem_of(sizes)
        apart = problem.session.curvature(False, math.inf)
        rows = problem.session.curvature(True, math.inf).jacobian()[2].copy()
        with patch("neurona.engine.session.are_apart", lambda network, loss: False):
            together = problem.session.curvature(False, math.inf)
        assert (apart.matrix()[2] == together.matrix()[2]).all()
        with one_blas_thread():
            times = least([partial(np.matmul, rows.T, rows), together.matrix, apart.matrix])
        each = " | ".join(f"{one:.2f}" for one in times)
        name, size = "-".join(map(str, sizes)), problem.network.n_parameters
        print(f"| {name} | {size} | {each} | {times[1] / times[2]:.1f} x |")
        problem.close()


if __name__ == "__main__":
    main()
