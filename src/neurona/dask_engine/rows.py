"""Rows laid out over a cluster, and questions to all of them that outlive a worker."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from distributed import Future

from neurona.dask_engine.cluster import LOST, Cluster, refuse_unreadable
from neurona.dask_engine.part import Part, add, ask, rows_between
from neurona.errors import ClusterError
from neurona.network import Vector
from neurona.training.engine import EngineTask
from neurona.training.leaves import Branch, Sums, added, branches, height

WORK_SECOND = 2e10
"""Multiply-adds of a thread in a second, about."""
TASK_SECONDS, BYTE_SECONDS = 2e-3, 1e-9
"""What a part costs besides its work: two tasks of the scheduler (a sum, and the losses after the
step), and the bytes of its sum.
"""
LUCK = 0.3
"""Of a part's work, so much the last one is waited for."""
MOST_OF_THREAD = 8
"""Parts of a thread: their sums are in its memory before any two are added."""
AT_HOME, AT_HOME_BYTES = 16, 2**21
"""Sums that are added up here, and their bytes, about: more are added by workers first."""
NUMBER = 24
"""Bytes of a sum of losses."""
FAN_IN = 8
"""So many at a time."""
SMALL = 2**16
"""Bytes of weights that travel with the question; larger ones go from worker to worker."""
TRIES = 6
"""So many times a sum is begun, at most."""


class Cost(NamedTuple):
    """What a sum costs: seconds of a row, and bytes that travel."""

    row: float
    answer: int


def cost_of(parameters: int, outputs: int, matrices: bool) -> Cost:
    """Return what a sum of matrices, or of slopes, costs."""
    work = 0.5 * outputs * parameters**2 if matrices else 3.0 * parameters
    numbers = parameters * (parameters + 3) // 2 if matrices else parameters
    return Cost(work / WORK_SECOND, 8 * numbers)


def shared_out(sizes: Sequence[float], count: int) -> list[int]:
    """Return who of `count` has each of some neighbors, that all may have as much.

    >>> shared_out([4, 4, 1, 1, 4, 4], 2)
    [0, 0, 0, 1, 1, 1]
    """
    found, before, total = [], 0.0, sum(sizes)
    for size in sizes:
        found.append(min(count - 1, int((before + size / 2) * count / total)))
        before += size
    return found


def rows_of(parts: Sequence[Branch], rows: int, leaf: int) -> list[int]:
    """Return how many rows each part has."""
    return [min(rows, (first + size) * leaf) - first * leaf for first, size in parts]


def parts_of(rows: int, leaf: int, threads: int, cost: Cost) -> list[Branch]:
    """Return the parts with which a sum takes least.

    Small parts share the work evenly, large ones are few tasks and few sums that travel. So a
    cluster that is too large for a table is not used to the full. Parts of one size leave a thread
    up to a whole one more than another; where that costs more than the tasks, they are smaller
    where one thread's rows end and the next one's begin.
    """
    count = -(-rows // leaf)
    seams = [round(rows * thread / threads / leaf) for thread in range(1, threads)]

    def seconds(parts: list[Branch]) -> float:
        work, sizes = [0] * threads, rows_of(parts, rows, leaf)
        for thread, size in zip(shared_out(sizes, threads), sizes, strict=True):
            work[thread] += size
        each = TASK_SECONDS + BYTE_SECONDS * cost.answer
        return (max(work) + LUCK * max(sizes)) * cost.row + len(parts) * each

    ways = [
        list(branches(count, 1 << k, between))
        for k in range(height(rows, leaf) + 1)
        for between in ([], seams)
    ]
    few = [parts for parts in ways if len(parts) <= MOST_OF_THREAD * threads]
    return min(few or ways, key=seconds)


def at_home(answer: int) -> int:
    """Return how many sums of so many bytes are added up here."""
    return max(2, min(AT_HOME, AT_HOME_BYTES // answer))


class SpreadRows:
    """The parts of a table, each with a worker.

    What a worker held that has died is sent to another, and what was asked is asked again: sums
    have an order of their own, so they are the same bits.
    """

    def __init__(self, cluster: Cluster, task: EngineTask, leaf: int) -> None:
        self._cluster, self._client, self._task, self._leaf = cluster, cluster.client, task, leaf
        rows, threads = len(task.table.targets), sum(cluster.threads().values())
        network = task.network
        cost = cost_of(network.n_parameters, network.sizes[-1], task.second_order)
        self._answer = cost.answer
        self._parts = parts_of(rows, leaf, threads, cost)
        self._held: list[Future | None] = [None] * len(self._parts)
        self.sent = 0
        """How many parts were sent so far, those of lost workers again."""

    def sums(self, what: str, weights: Vector) -> Sums:
        """Return the sum of what all parts answer."""

        few = at_home(NUMBER if what == "losses" else self._answer)
        parts = self._parts

        def travel(answers: list[Future]) -> list[Future]:
            nonlocal parts
            parts, span = self._parts, max(part.size for part in self._parts)
            while len(answers) > few:
                span *= FAN_IN
                numbers = [part.first // span for part in parts]
                groups = groupby(zip(numbers, parts, answers, strict=True), itemgetter(0))
                gathered = [list(zip(*group, strict=True)) for _, group in groups]
                parts = [Branch(number[0] * span, span) for number, _, _ in gathered]
                answers = [
                    self._client.submit(add, list(given), [one.size for one in whose], pure=False)
                    for _, whose, given in gathered
                ]
            return answers

        found = self._ask(what, weights, travel)
        return added(found, [part.size for part in parts])

    def each(self, what: str, weights: Vector) -> list[Any]:
        """Return what all parts answer, in the order of the rows."""
        return self._ask(what, weights, lambda answers: answers)

    def _ask(self, what: str, weights: Vector, travel: Any) -> list[Any]:
        said: Exception | None = None
        for _ in range(TRIES):
            try:
                self._place()
                sent = weights
                if weights.nbytes > SMALL:
                    sent = self._client.scatter(weights, hash=False)
                answers = self._client.map(
                    ask, self._held, what=what, weights=sent, pure=False, retries=0
                )
                found: list[Any] = self._client.gather(travel(answers))
                return found
            except LOST as error:
                said = error
                self._forget_lost()
            except Exception as error:
                refuse_unreadable(error)
                raise
        raise ClusterError(
            f"Workers of the Dask cluster were lost {TRIES} times during one sum over the rows. "
            "They may have too little memory: give it more of them, or more memory to each. "
            f"(Dask says: {said})"
        ) from said

    def _place(self) -> None:
        """Send the parts that nobody holds, neighbors to the same worker, as its threads allow."""
        missing = [k for k, held in enumerate(self._held) if held is None]
        if not missing:
            return
        self._cluster.wait()
        threads, task = self._cluster.threads(), self._task
        workers = [worker for worker, count in sorted(threads.items()) for _ in range(count)]
        sizes = rows_of(self._parts, len(task.table.targets), self._leaf)
        shares = shared_out([sizes[k] for k in missing], len(workers))
        for k, share in zip(missing, shares, strict=True):
            first = self._parts[k].first * self._leaf
            rows, worker = rows_between(task.table, first, first + sizes[k]), workers[share]
            part = Part(task.network, task.loss, rows, self._leaf)
            self._held[k] = self._client.scatter(part, workers=[worker], hash=False)
            self.sent += 1

    def _forget_lost(self) -> None:
        """Take note of what is nowhere any more."""
        for k, held in enumerate(self._held):
            if held is not None and held.status != "finished":
                self._held[k] = None

    def release(self) -> None:
        """Let the workers forget the rows; they are sent again when they are asked for."""
        self._held = [None] * len(self._parts)
