"""A team of threads that run the same kernel on shares of one training, for as long as the training
lasts.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable

from neurona.compiled.barrier import ABORT, COUNT, new_counter

WORTH_A_THREAD = 2e7
"""Multiply-adds per step and thread below which meeting at barriers costs more than it gains."""


def available_threads() -> int:
    """Return how many threads may be used: the processors we may run on, or fewer by
    OMP_NUM_THREADS.
    """
    affinity = getattr(os, "sched_getaffinity", None)
    processors = len(affinity(0)) if affinity else os.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, min(processors, int(limit))) if limit.isdigit() and int(limit) > 0 else processors


def useful_threads(multiply_adds: float, chunks: int) -> int:
    """Return how many threads a training step of this size is worth."""
    return max(1, min(available_threads(), int(multiply_adds / WORTH_A_THREAD), chunks))


class Team:
    """`threads` threads, this one included. `run(work)` has every thread do work(k) and returns
    work(0).
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.counter = new_counter()
        self._jobs: list[queue.SimpleQueue[Callable[[int], int] | None]] = []
        self._done: queue.SimpleQueue[int] = queue.SimpleQueue()
        for k in range(1, threads):
            jobs: queue.SimpleQueue[Callable[[int], int] | None] = queue.SimpleQueue()
            worker = threading.Thread(
                target=self._work, args=(k, jobs), daemon=True, name=f"neurona-{k}"
            )
            worker.start()
            self._jobs.append(jobs)

    def _work(self, k: int, jobs: queue.SimpleQueue[Callable[[int], int] | None]) -> None:
        while (job := jobs.get()) is not None:
            try:
                job(k)
            finally:
                self._done.put(k)

    def run(self, work: Callable[[int], int]) -> int:
        """Do one piece of work together; an exception here (Ctrl-C) releases the others first."""
        if self.threads == 1:
            return work(0)
        self.counter[COUNT] = self.counter[ABORT] = 0
        started = 0
        try:
            for jobs in self._jobs:
                jobs.put(work)
                started += 1
            return work(0)
        except BaseException:
            self.counter[ABORT] = 1
            raise
        finally:
            for _ in range(started):
                self._done.get()

    def close(self) -> None:
        """Let the threads end."""
        for jobs in self._jobs:
            jobs.put(None)
        self._jobs = []
