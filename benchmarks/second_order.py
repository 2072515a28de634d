"""Second order: one iteration of Levenberg-Marquardt beside others, and how soon sinc is learned.

Run `python -m benchmarks.second_order` (about three minutes). The iteration is the same everywhere:
model (J'J and gradient, or J), damped solve, value at the new point; 7,373 rows, 8-40-1, tanh,
float64. Each peer runs in a process of its own, with one and with two threads, in turn, twice; the
least time counts. A peer that is not installed is left out with a note.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

ROWS, INPUTS, UNITS = 7_373, 8, 40
PARAMETERS = INPUTS * UNITS + UNITS + UNITS + 1
DAMPING = 1e-3
ROUNDS, REPEATS = 2, 7
NEEDS = {"PyTorch vmap(jacrev)": "torch"}
TARGET_MS, TARGET_RATIO = 35, 12
SINC_ROWS, SINC_SEEDS, SINC_MSE, SINC_TARGET = 2_000, 10, 1e-8, 0.1


def data() -> tuple[Any, Any, Any]:
    """Return inputs, targets, and parameters: W1 (8 x 40), w2, b1, b2, one after the other."""
    random = np.random.default_rng(0)
    X = random.normal(size=(ROWS, INPUTS))
    y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + 0.1 * random.normal(size=ROWS)
    return X, y, random.normal(size=PARAMETERS) * 0.3


def parts(x: Any) -> tuple[Any, Any, Any, Any]:
    """Return W1, w2, b1, b2 as views."""
    first = INPUTS * UNITS
    ends = (first, first + UNITS, first + 2 * UNITS)
    return x[:first].reshape(INPUTS, UNITS), x[ends[0] : ends[1]], x[ends[1] : ends[2]], x[-1]


def residuals(x: Any, X: Any, y: Any) -> Any:
    W1, w2, b1, b2 = parts(x)
    return np.tanh(X @ W1 + b1) @ w2 + b2 - y


def jacobian(x: Any, X: Any) -> Any:
    """Return J by backpropagation in NumPy."""
    W1, w2, b1, _ = parts(x)
    hidden = np.tanh(X @ W1 + b1)
    errors = (1 - hidden**2) * w2
    J = np.empty((len(X), x.size))
    first = INPUTS * UNITS
    np.multiply(X[:, :, None], errors[:, None, :], out=J[:, :first].reshape(-1, INPUTS, UNITS))
    J[:, first : first + UNITS], J[:, first + UNITS : -1], J[:, -1] = hidden, errors, 1.0
    return J


def best(work: Callable[[], Any]) -> float:
    """Return the least milliseconds of several runs, after one that warms up."""
    work()
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return 1e3 * min(times)


def time_neurona(threads: int) -> float:
    from neurona.engine.choice import current_engine
    from neurona.network import Network
    from neurona.numerics.activations import Identity, Tanh
    from neurona.numerics.losses import SquaredError
    from neurona.training.blas import one_blas_thread
    from neurona.training.objective import NetworkObjective
    from neurona.training.problem import Problem
    from neurona.training.rows import make_table

    X, y, start = data()
    network = Network((INPUTS, UNITS, 1), [Tanh(), Identity()], np.float64)
    table = make_table(X, y[:, None], None, np.float64)
    problem = Problem(
        network, SquaredError(), None, table, ROWS, n_threads=threads, second_order=True,
        engine=current_engine(),
    )  # fmt: skip
    objective = NetworkObjective(problem)
    moved = iter(range(10**6))

    def iteration() -> float:
        # at another point each time: the last model is kept
        x = start + 1e-9 * next(moved)
        model = objective.model(x)
        step = model.step(DAMPING * model.diagonal())
        assert step is not None
        return objective.value(x + step)

    # as in training: what one thread sums, any number of threads sums alike
    with one_blas_thread():
        found = best(iteration)
    problem.close()
    return found


def time_numpy(threads: int) -> float:
    from scipy.linalg import cho_factor, cho_solve

    X, y, x = data()

    def iteration() -> float:
        r, J = residuals(x, X, y), jacobian(x, X)
        B = J.T @ J
        B[np.diag_indices_from(B)] *= 1 + DAMPING
        step = cho_solve(cho_factor(B, overwrite_a=True), -(J.T @ r))
        return float(np.square(residuals(x + step, X, y)).sum())

    return best(iteration)


def time_scipy(threads: int) -> float:
    """Return milliseconds per iteration of MINPACK's lm with the exact Jacobian."""
    from scipy.optimize import least_squares

    X, y, x = data()
    calls = []

    def slopes(x: Any) -> Any:
        calls.append(0)
        return jacobian(x, X)

    def differences(x: Any) -> Any:
        return residuals(x, X, y)

    def run() -> None:
        calls.clear()
        least_squares(differences, x, slopes, method="lm", max_nfev=4)

    return best(run) / len(calls)


def time_torch(threads: int) -> float:
    import torch
    from torch.func import jacrev, vmap

    torch.set_num_threads(threads)
    X, y, x = (torch.from_numpy(part) for part in data())

    def output(x: Any, row: Any) -> Any:
        W1, w2, b1, b2 = parts(x)
        return torch.tanh(row @ W1 + b1) @ w2 + b2

    slopes = vmap(jacrev(output), (None, 0))

    def iteration() -> float:
        J, r = slopes(x, X), vmap(output, (None, 0))(x, X) - y
        B = J.T @ J
        B.diagonal().mul_(1 + DAMPING)
        step = torch.cholesky_solve(-(J.T @ r)[:, None], torch.linalg.cholesky(B))[:, 0]
        return float((vmap(output, (None, 0))(x + step, X) - y).square().sum())

    return best(iteration)


PEERS: dict[str, Callable[[int], float]] = {
    "neurona": time_neurona,
    "SciPy lm": time_scipy,
    "NumPy": time_numpy,
    "PyTorch vmap(jacrev)": time_torch,
}


def measure(peer: str, threads: int) -> float:
    """Return a peer's milliseconds in a process of its own; inf if it fails."""
    limits = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), str(threads)
    )
    command = [sys.executable, "-m", "benchmarks.second_order", peer, str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **limits})
    if done.returncode:
        print(f"{peer} with {threads} thread(s) failed: {done.stderr.strip().splitlines()[-1]}")
        return math.inf
    return float(json.loads(done.stdout.strip().splitlines()[-1]))


def sinc_seconds(seed: int) -> float:
    """Return the seconds of a fit until the mean squared error is 1e-8; inf if it stays above."""
    from neurona import MLPRegressor

    X = np.linspace(-1, 1, SINC_ROWS)[:, None]
    y = np.sinc(10 * X.ravel() / np.pi)  # sin(10 x) / (10 x)

    def reached(training: Any, record: Any) -> str | None:
        return "reached" if 2 * record.loss <= SINC_MSE else None

    model = MLPRegressor(
        hidden_layer_sizes=(20,),
        activation="tanh",
        solver="lm",
        alpha=0,
        initializer="nguyen_widrow",
        max_iter=1000,
        tol=0,
        random_state=seed,
        callbacks=reached,
    )
    begun = time.perf_counter()
    model.fit(X, y)
    seconds = time.perf_counter() - begun
    return seconds if model.stop_reason_ == "reached" else math.inf


def sinc() -> None:
    sinc_seconds(0)  # loads what is compiled
    times = [min(sinc_seconds(seed) for _ in range(3)) for seed in range(SINC_SEEDS)]
    found = sum(map(math.isfinite, times))
    median, least = statistics.median(times), min(times)
    met = "met" if median <= SINC_TARGET else "MISSED"
    print(f"\nseconds until the mean squared error of sin(10x)/(10x) on {SINC_ROWS} points is 1e-8")
    print("| network | seeds that get there | best | median (target) |")
    print("|---|---|---|---|")
    print(
        f"| 1-20-1 | {found} of {SINC_SEEDS} | {least:.3f} | {median:.3f} "
        f"(<= {SINC_TARGET}: {met}) |"
    )


def main() -> None:
    peers = list(PEERS)
    for peer, module in NEEDS.items():
        if importlib.util.find_spec(module) is None:
            print(f"{peer} is not installed: left out")
            peers.remove(peer)
    found: dict[tuple[str, int], float] = {}
    for _ in range(ROUNDS):
        for peer in peers:
            for threads in (1, 2):
                known = found.get((peer, threads), math.inf)
                found[peer, threads] = min(known, measure(peer, threads))
    own = min(found["neurona", threads] for threads in (1, 2))
    print(f"\nmilliseconds per iteration, {ROWS} rows x {PARAMETERS} parameters, float64")
    print("| | 1 thread | 2 threads | times neurona (better of each) | target |")
    print("|---|---|---|---|---|")
    for peer in peers:
        one, two = (found[peer, threads] for threads in (1, 2))
        ratio, target = min(one, two) / own, ""
        if peer == "neurona":
            target = f"<= {TARGET_MS} ms: {'met' if own <= TARGET_MS else 'MISSED'}"
        elif peer == "SciPy lm":
            target = f">= {TARGET_RATIO}: {'met' if ratio >= TARGET_RATIO else 'MISSED'}"
        print(f"| {peer} | {one:.1f} | {two:.1f} | {ratio:.1f} | {target} |")
    sinc()


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if len(sys.argv) == 3:
        print(json.dumps(PEERS[sys.argv[1]](int(sys.argv[2]))))
    else:
        main()
