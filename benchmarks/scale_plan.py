"""Up to 1,000 workers, on paper: one sum over the rows after the other, event by event.

What is simulated is what `neurona.dask_engine` does. Its parts (`parts_of`) are tasks; the
scheduler hands out and takes back one message at a time; a worker does one task at a time, each
with luck of its own; sums are added eight at a time where the first of them lies, which fetches the
others; what is left at last (16 at most) comes here one by one, is added and solved. The speeds of
this machine are measured, those of the network are assumed.
"""

from __future__ import annotations

import heapq
import math
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from neurona.dask_engine.rows import FAN_IN, at_home, cost_of, parts_of, rows_of, shared_out
from neurona.training.leaves import LEAF_ROWS

MEASURED_ROWS = 4096
WORKERS = (1, 2, 4, 8, 16, 32, 64, 125, 250, 500, 1000)


@dataclass(frozen=True)
class Speeds:
    """Seconds of a row's share in a sum of matrices or slopes, and of losses; of a task with the
    scheduler; bytes a second that are added, and numbers a second of a Cholesky factor. Assumed:
    bytes a second of a wire, seconds of a message, and how much luck a task's time has.
    """

    row: float
    loss: float
    task: float = 3e-4
    adding: float = 2e9
    factor: float = 5e9
    wire: float = 1.25e9
    message: float = 2e-4
    luck: float = 0.1


@dataclass(frozen=True)
class Case:
    """A training: its rows and parameters, and whether matrices are summed."""

    name: str
    rows: int
    parameters: int
    matrices: bool
    speeds: Speeds

    @property
    def answer(self) -> int:
        """Bytes of one sum."""
        size = self.parameters
        return 8 * (size + 2 + (size * (size + 1) // 2 if self.matrices else 0))


@dataclass
class Line:
    """Something that does one thing at a time."""

    free: float = 0.0

    def do(self, ready: float, seconds: float) -> float:
        """Do something from `ready` on, or as soon as it is free; returns when it is done."""
        self.free = max(ready, self.free) + seconds
        return self.free


class Cluster:
    """A scheduler, workers, and this process, during one sum."""

    def __init__(self, case: Case, workers: int, random: Any) -> None:
        self.case, self.speeds, self.random = case, case.speeds, random
        self.scheduler, self.home = Line(), Line()
        self.workers = [Line() for _ in range(workers)]
        cost = cost_of(case.parameters, 1, case.matrices)
        parts = parts_of(case.rows, LEAF_ROWS, workers, cost)
        self.parts = rows_of(parts, case.rows, LEAF_ROWS)
        self.moved = 0.0

    def sum(self, start: float, row: float, answer: int) -> float:
        """Return when a sum that was asked for at `start` is here."""
        speeds, weights = self.speeds, 8 * self.case.parameters
        levels = math.ceil(math.log2(len(self.workers) + 1))
        told = start + speeds.message + levels * weights / speeds.wire
        self.moved += weights * len(self.workers)
        ready = []
        shares = shared_out(self.parts, len(self.workers))
        for who, rows in zip(shares, self.parts, strict=True):
            sent = self.scheduler.do(told, speeds.task / 2) + speeds.message
            luck = math.exp(speeds.luck * self.random.normal())
            ready.append((self.workers[who].do(sent, rows * row * luck), who))
        ready = self._taken_back(ready)
        while len(ready) > at_home(answer):
            groups = [ready[k : k + FAN_IN] for k in range(0, len(ready), FAN_IN)]
            ready = self._taken_back([self._added(group, answer) for group in groups])
        for at, _ in ready:
            self.home.do(at + speeds.message, answer / speeds.wire + answer / speeds.adding)
            self.moved += answer
        return self.home.free

    def _taken_back(self, ready: list[tuple[float, int]]) -> list[tuple[float, int]]:
        """Return when the scheduler knows of what is done, first come first served."""
        queue = [(at, k) for k, (at, _) in enumerate(ready)]
        heapq.heapify(queue)
        known = list(ready)
        while queue:
            at, k = heapq.heappop(queue)
            done = self.scheduler.do(at + self.speeds.message, self.speeds.task / 2)
            known[k] = (done, ready[k][1])
        return known

    def _added(self, group: list[tuple[float, int]], answer: int) -> tuple[float, int]:
        who = group[0][1]
        others = sum(one != who for _, one in group)
        sent = self.scheduler.do(max(at for at, _ in group), self.speeds.task / 2)
        fetched = others * answer / self.speeds.wire + 2 * self.speeds.message
        self.moved += others * answer
        seconds = fetched + len(group) * answer / self.speeds.adding
        return self.workers[who].do(sent + self.speeds.message, seconds), who


def iteration(case: Case, workers: int, times: int = 5) -> tuple[float, float]:
    """Return the seconds of an iteration, and the bytes that travel: the mean of some.

    A sum of matrices (with the solution), then one of losses at the new weights; or a sum of
    slopes.
    """
    random = np.random.default_rng(0)
    seconds = moved = 0.0
    for _ in range(times):
        cluster = Cluster(case, workers, random)
        end = cluster.sum(0.0, case.speeds.row, case.answer)
        if case.matrices:
            end += case.answer / case.speeds.adding + case.parameters**3 / 3 / case.speeds.factor
            end = cluster.sum(end, case.speeds.loss, 24)
        seconds, moved = seconds + end / times, moved + cluster.moved / times
    return seconds, moved


def measured(layers: tuple[int, int], matrices: bool) -> Speeds:
    """Return the speeds of this machine for a network of so many inputs and hidden units."""
    from neurona.dask_engine.part import Part
    from neurona.network import Network
    from neurona.numerics.activations import ACTIVATIONS
    from neurona.numerics.losses import LOSSES
    from neurona.training.rows import make_table

    inputs, hidden = layers
    kinds = [ACTIVATIONS.find(name) for name in ("tanh", "identity")]
    network = Network((inputs, hidden, 1), kinds, np.float64)
    random = np.random.default_rng(0)
    X, y = random.normal(size=(MEASURED_ROWS, inputs)), random.normal(size=(MEASURED_ROWS, 1))
    part = Part(
        network, LOSSES.find("squared_error"), make_table(X, y, None, np.float64), LEAF_ROWS
    )
    weights = network.from_parameters(random.normal(size=network.n_parameters))

    def quickest(ask: Any) -> float:
        ask(weights)
        found = []
        for _ in range(5):
            start = time.thread_time()  # others may be at work on this machine
            ask(weights)
            found.append(time.thread_time() - start)
        return min(found) / MEASURED_ROWS

    row = quickest(part.bends if matrices else part.slopes)
    return Speeds(row, quickest(part.losses), measured_task())


def nothing(number: int) -> int:
    """Do nothing: what a scheduler hands out."""
    return number


def measured_task(tasks: int = 500) -> float:
    """Return a scheduler's seconds for a task, at its quickest."""
    from distributed import Client, LocalCluster

    words = {"threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": ":0"}
    with LocalCluster(n_workers=1, **words) as cluster, Client(cluster) as client:
        found = []
        for _ in range(8):
            start = time.process_time()  # scheduler and client are both here
            client.gather(client.map(nothing, range(tasks), pure=False))
            found.append((time.process_time() - start) / tasks)
        return min(found)


def cases() -> list[Case]:
    """Return the trainings that are planned."""
    small, large = measured((18, 20), True), measured((62, 31), True)
    slopes = replace(measured((98, 100), False), task=small.task)
    large = replace(large, task=small.task)
    return [
        Case("LM, 1,000,000 rows x 401 parameters", 10**6, 401, True, small),
        Case("LM, 100,000,000 rows x 401 parameters", 10**8, 401, True, small),
        Case("LM, 100,000,000 rows x 1,985 parameters", 10**8, 1985, True, large),
        Case("L-BFGS, 100,000,000 rows x 10,001 parameters", 10**8, 10_001, False, slopes),
    ]


def report() -> None:
    """Print the plan."""
    found = cases()
    given = found[0].speeds
    print("A plan for up to 1,000 workers of one thread. Measured here: a task", end=" ")
    print(f"{given.task * 1e6:.0f} us of the scheduler; assumed: {given.wire / 1.25e8:.0f} Gbit/s,")
    print(f"{given.message * 1e6:.0f} us a message, times of tasks differ by {given.luck:.0%}.")
    for case in found:
        print(
            f"\n{case.name}: {case.speeds.row * 1e6:.2f} us a row, {case.answer / 1e6:.2f} MB a sum"
        )
        print(f"{'workers':>8}{'parts':>7}{'iteration, s':>14}{'speedup':>9}{'share':>7}{'MB':>9}")
        one, worth = iteration(case, 1)[0], 1
        for workers in WORKERS:
            seconds, moved = iteration(case, workers)
            parts = len(Cluster(case, workers, None).parts)
            share = one / seconds / workers
            worth = workers if share >= 0.5 else worth
            print(
                f"{workers:8}{parts:7}{seconds:14.3f}{one / seconds:9.1f}{share:7.0%}"
                f"{moved / 1e6:9.1f}"
            )
        print(f"pays (half of each worker or more) up to {worth} workers")
