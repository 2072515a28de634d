"""The seconds that a person gave to a contest, shared out among its trainings.

Only where seconds are asked for does time decide anything; otherwise work is counted.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from neurona.estimators.automatic import iteration_cost
from neurona.estimators.tables.contest.boosting import Boosting
from neurona.estimators.tables.contest.candidates import CELL, EFFORTS, FOLDS, Candidate, Effort
from neurona.estimators.tables.plan import Task, is_bayesian
from neurona.network import count_parameters

USED = 0.95
"""The share of the seconds that trainings have; stacking and what comes before need the rest."""
USUAL = 15.0
"""Seconds of one core that the normal effort is meant to take."""
WORTH = 0.1
"""The share of the time below which no further candidate is begun."""
ITERATION, STEP = 2e7, 1e6
"""Multiplications that would last as long as what an iteration and a step cost besides them."""
SURELY = 0.9
"""The share of its time that a training is planned for, so that its schedule comes to its end."""


class Clock:
    """Says when each training must end, so that all of them end in time.

    Parameters
    ----------
    seconds : float
        What was asked for.
    began : float
        When the fit did, by `now`.
    threads : int
        Trainings that run side by side.
    now : function
        Tells the time in seconds.
    """

    def __init__(
        self,
        seconds: float,
        began: float,
        threads: int,
        now: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.seconds, self.threads, self._now = seconds, threads, now
        self.end = began + USED * seconds
        self._lock = threading.Lock()
        self._until: dict[int, tuple[float, float]] = {}
        self._pace = 0.0

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self.end - self._now())

    @property
    def is_worth_more(self) -> bool:
        """Whether there is time for a further candidate."""
        return self.left > WORTH * self.seconds

    def effort(self) -> Effort:
        """Return how much work fits, on a usual machine."""
        normal, more = EFFORTS["normal"], self.seconds * side_by_side(FOLDS, self.threads) / USUAL
        return Effort(normal.steps * more, normal.curvature * more)

    def begin(
        self, job: int, work: float, following: float, count: int, slack: float = 1.0
    ) -> float:
        """Return when a training that begins must end: after its share of what is left.

        `work` is what it would take, `following` what the `count` trainings after it would, in the
        same unit; `slack` times as much is left to it, where its work is not well known.
        """
        with self._lock:
            now = self._now()
            left = max(0.0, self.end - now)
            taken = sum(max(0.0, until - now) for _, until in self._until.values())
            together = side_by_side(1 + count + len(self._until), self.threads)
            free = max(0.0, left * together - taken)
            share = free * work / (work + following)
            # those beside it reckon with its share, as most do not need more
            self._until[job] = now, now + min(left, share)
            return now + min(left, slack * share)

    def done(self, job: int, work: float = 0.0) -> None:
        """Take note that a training has ended, which did so much work in steps."""
        with self._lock:
            began, _ = self._until.pop(job)
            if work:
                self._pace = (self._now() - began) / work

    def share(self, work: float, until: float) -> float:
        """Return which share of its work in steps a training can do, by the last one's pace."""
        if not self._pace:
            return 1.0
        return min(1.0, SURELY * max(0.0, until - self._now()) / (self._pace * work))

    def starts(self, most: int, seconds: float) -> int:
        """Return how many trainings of so many seconds fit, one at least."""
        return max(1, min(most, math.floor(self.left * self.threads / max(seconds, 1e-9))))


def side_by_side(trainings: int, threads: int) -> float:
    """Return how many trainings run at a time on average, if all take as long.

    >>> side_by_side(5, 2), side_by_side(1, 2), side_by_side(4, 2)
    (1.6666666666666667, 1.0, 2.0)
    """
    return trainings / math.ceil(trainings / threads)


def work_of(candidate: Candidate, task: Task, width: int) -> float:
    """Return the multiplications of one training of a candidate, of so many inputs."""
    words = candidate.words
    if words is None:
        return 0.0
    rows = task.rows * (FOLDS - 1) // FOLDS
    size = count_parameters((width, *words["hidden_layer_sizes"], task.outputs))
    if is_bayesian(words["solver"]):
        one = iteration_cost(rows, task.outputs, size)
        return float(words["max_iter"] * (one + ITERATION))
    grown = 0.0
    if isinstance(candidate.lens, Boosting):
        grown = candidate.lens.trees * rows * task.columns * task.outputs * CELL
    # a third each for values, slopes and gradient; in single precision twice as fast
    return float(grown + words["max_iter"] * (1.5 * size * rows + STEP * (rows // 64 + 1)))
