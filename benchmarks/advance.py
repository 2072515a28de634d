"""What it costs to hold a training in the hand: epochs in pieces, states, and the history.

Run `python -m benchmarks.advance` (about ten seconds). The network is one that a page would draw:
2-8-8-1, tanh, Adam, 400 rows, batches of 32, float64. Each way of driving it runs in turn, several
times; the least time counts.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from functools import partial

import numpy as np

from neurona import MLPRegressor, begin
from neurona.training.history import EpochRecord, History
from neurona.training.loop import Training

EPOCHS, ROUNDS = 2000, 5
RECORDS = 100_000


def training() -> Training:
    random = np.random.RandomState(0)
    X = random.uniform(-1, 1, (400, 2))
    model = MLPRegressor(
        hidden_layer_sizes=(8, 8), activation="tanh", batch_size=32, max_iter=EPOCHS, tol=0.0,
        n_iter_no_change=EPOCHS, random_state=0,
    )  # fmt: skip
    return begin(model, X, X[:, 0] * X[:, 1])


def run(one: Training) -> None:
    one.run()


def advance(steps: int | None) -> Callable[[Training], None]:
    def drive(one: Training) -> None:
        for _ in one.advance(steps):
            pass

    return drive


def snapshots(one: Training) -> None:
    """Copy the weights after every epoch, as a page's ring does."""
    ring = [one.weights.copy() for _ in one.advance()]
    assert len(ring) == EPOCHS


WAYS: dict[str, Callable[[Training], None]] = {
    "`run`, as `fit` does": run,
    "`advance()`, an epoch at a time": advance(None),
    "the same, with a copy of the weights": snapshots,
    "`advance(3)`, three steps at a time": advance(3),
    "`advance(1)`, step by step": advance(1),
}


def times() -> dict[str, float]:
    """Return microseconds per epoch by way."""
    found: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, drive in WAYS.items():
            one = training()
            began = time.perf_counter()
            drive(one)
            took = 1e6 * (time.perf_counter() - began) / EPOCHS
            found[name] = min(took, found.get(name, took))
    return found


def once(work: Callable[[], object], repeats: int = 200) -> float:
    """Return the least microseconds of a call."""
    least = float("inf")
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - began)
    return 1e6 * least


def bytes_a_record() -> float:
    tracemalloc.start()
    history = History()
    for k in range(RECORDS):
        history.append(EpochRecord(k, 0.5, None, None, 0.001, 0.1, 0.02 * k))
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(history) == RECORDS
    return size / RECORDS


def main() -> None:
    print("| 2-8-8-1, 400 rows x 32, Adam | us an epoch | to `run` |\n|---|---|---|")
    found = times()
    usual = next(iter(found.values()))
    for name, took in found.items():
        print(f"| {name} | {took:.1f} | {took / usual:.2f} |")
    one = training()
    for _ in one.advance():
        if one.epochs_done == EPOCHS // 2:
            keyframe, state = one.keyframe(), one.state()
            print(f"\n`keyframe()` {once(one.keyframe):.0f} us, `state()` {once(one.state):.0f} us")
            print(f"`restore` of a keyframe {once(partial(one.restore, keyframe)):.0f} us")
            assert isinstance(state.records, list)
            one.stop("enough")
    print(f"a record of the history takes {bytes_a_record():.0f} bytes")


if __name__ == "__main__":
    main()
