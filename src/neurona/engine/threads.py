"""A team of threads that run the same kernel on shares of one training, for as long as the training
lasts.
"""

from __future__ import annotations

import os
import queue
import threading
import weakref
from collections.abc import Callable
from typing import NamedTuple

from neurona.compiled.barrier import ABORT, COUNT, new_counter
from neurona.compiled.forks import at_fork
from neurona.engine.apart import keep_apart, processor
from neurona.engine.granted import granted

WORTH_A_THREAD = 2e7
"""Multiply-adds per step and thread below which meeting at barriers costs more than it gains."""


def available_threads() -> int:
    """Return how many threads may be used: the processors we may run on, or fewer by
    OMP_NUM_THREADS, or where this is one of several jobs side by side (`engine/granted.py`).
    """
    affinity = getattr(os, "sched_getaffinity", None)
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS", "")
    if limit.isdigit() and int(limit) > 0:
        processors = max(1, min(processors, int(limit)))
    return granted(processors)


def useful_threads(multiply_adds: float, chunks: int) -> int:
    """Return how many threads a training step of this size is worth."""
    return max(1, min(available_threads(), int(multiply_adds / WORTH_A_THREAD), chunks))


class Work(NamedTuple):
    """How much one call does, and into how many pieces it can be cut: decides on the threads."""

    multiply_adds: float
    pieces: int


Job = Callable[[int], int]
Jobs = queue.SimpleQueue[tuple[Job, set[int]] | None]


class Team:
    """`threads` threads, this one included. `run(work)` has every thread do work(k) and returns
    work(0).

    The others begin with the first piece of work, also with the first after `close` or a fork (a
    child has none of its parent's threads), and end with the team.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.counter = new_counter()
        self._jobs: list[Jobs] = []
        self._done: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._is_at_work = self._is_torn = False
        weakref.finalize(self, _end, self._jobs)
        TEAMS.add(self)

    def _begin(self) -> None:
        for k in range(1, self.threads):
            jobs: Jobs = queue.SimpleQueue()
            # a thread that knew its team would keep it alive
            threading.Thread(
                target=_work, args=(k, jobs, self._done), daemon=True, name=f"neurona-{k}"
            ).start()
            self._jobs.append(jobs)

    def run(self, work: Job) -> int:
        """Do one piece of work together; an exception here (Ctrl-C) releases the others first.

        RuntimeError in a child that was forked in the midst of such a piece.
        """
        if self._is_torn:
            raise RuntimeError(
                "This process was forked while another thread was training this network, which is "
                "half changed here: begin a training of its own."
            )
        if self.threads == 1:
            return work(0)
        if not self._jobs:
            self._begin()
        self.counter[COUNT] = self.counter[ABORT] = 0
        started = 0
        self._is_at_work = True
        taken = {processor()}
        try:
            for jobs in self._jobs:
                jobs.put((work, taken))
                started += 1
            return work(0)
        except BaseException:
            self.counter[ABORT] = 1
            raise
        finally:
            for _ in range(started):
                self._done.get()
            self._is_at_work = False

    def forget(self) -> None:
        """Take note that this is a forked process: the other threads are not there."""
        # not told to end: whoever held the locks of their queues is gone
        self._jobs.clear()
        self._done = queue.SimpleQueue()
        self._is_torn = self._is_torn or self._is_at_work

    def close(self) -> None:
        """Let the threads end."""
        _end(self._jobs)


TEAMS: weakref.WeakSet[Team] = weakref.WeakSet()


def _in_child() -> None:
    for team in tuple(TEAMS):
        team.forget()


at_fork(in_child=_in_child)


def _work(k: int, jobs: Jobs, done: queue.SimpleQueue[int]) -> None:
    while (given := jobs.get()) is not None:
        job, taken = given
        try:
            keep_apart(taken)
            job(k)
        finally:
            del given, job  # it may hold the team
            done.put(k)


def _end(team: list[Jobs]) -> None:
    while team:
        team.pop().put(None)
