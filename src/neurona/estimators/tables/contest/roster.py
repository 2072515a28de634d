"""The roster of a contest: its candidates, their trainings, and the network that each came to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from neurona.data.table import Column
from neurona.errors import StopReason
from neurona.estimators.mlp.starts import Start
from neurona.estimators.tables.contest.candidates import Candidate
from neurona.inference.members import Member
from neurona.training.loop import Training

WHOLE = -1
"""The part that holds no row out."""
BY_THEMSELVES = frozenset(StopReason) - {
    StopReason.INTERRUPTED,
    StopReason.FAILED,
    StopReason.TIME,
}
"""How trainings end that nothing cuts short."""


class Job(NamedTuple):
    """A training: of a candidate in a fold, or on all rows (part WHOLE), or (candidate -1) of a
    Bayesian network on all rows.
    """

    candidate: int
    part: int

    @property
    def where(self) -> str:
        """Which rows it is trained on."""
        return "all rows" if self.part == WHOLE else f"fold {self.part + 1}"


class Ended(NamedTuple):
    """A training that has ended, its network, its result (what starts are compared by, lower is
    better), and its loss on the rows that its fold holds out.
    """

    training: Training
    member: Member
    result: float
    loss: float


class Roster:
    """Candidates, trainings (`jobs`) by their numbers, and what came of them.

    Where a fold is begun several times only the best start is kept. `given_up` are the candidates
    that were stopped after one fold; `source` has, by trainings on all rows that each stand for one
    of a fold, that one. Other networks on all rows predict for all those of the folds.

    Parameters
    ----------
    folds : int
        How many there are in a set.
    constant : float
        How far the constant is believed in beforehand.
    """

    def __init__(self, folds: int, constant: float) -> None:
        self._constant = constant
        self._folds, self._lock = folds, threading.Lock()
        self._ended: dict[int, Ended] = {}
        self.candidates: list[Candidate] = []
        self.jobs: list[Job] = []
        self.given_up: list[int] = []
        self.source: dict[int, int] = {}
        self._whole: dict[int, Member] = {}
        self._anew: dict[int, Member] = {}

    def add(self, candidate: Candidate, parts: Sequence[int] = ()) -> None:
        """Enter a candidate, to be trained in its folds, or in these."""
        number = len(self.candidates)
        self.candidates.append(candidate)
        for fold in parts or range(candidate.first, candidate.first + candidate.folds):
            self.jobs += [Job(number, fold)] * candidate.starts
        if candidate.whole and not parts:
            self.jobs.append(Job(number, WHOLE))

    def try_out(self, candidate: Candidate) -> int:
        """Enter a candidate that is given up after its first fold, unless it may `go_on`; returns
        its number.
        """
        number = len(self.candidates)
        self.add(candidate._replace(folds=1))
        self.given_up.append(number)
        return number

    def fewest_folds(self) -> int:
        """Return in how many folds each candidate is trained that was not given up."""
        known = enumerate(self.candidates)
        return min(one.folds for number, one in known if number not in self.given_up)

    def go_on(self, number: int, folds: int) -> None:
        """Let a candidate be trained in more folds, so many in all."""
        one = self.candidates[number]
        self.candidates[number] = one._replace(folds=folds)
        self.jobs += [Job(number, one.first + fold) for fold in range(one.folds, folds)]
        self.given_up = [other for other in self.given_up if other != number]

    def keep(self, job: int, ended: Ended, hear: Callable[[], None]) -> None:
        """Take what a training came to, and `hear` what its network says, unless another start in
        the same fold is better.
        """
        with self._lock:
            rivals = [one for one in self._ended if self.jobs[one] == self.jobs[job]]
            if any((self._ended[one].result, one) < (ended.result, job) for one in rivals):
                return
            for one in rivals:
                del self._ended[one]
            self._ended[job] = ended
            hear()

    def renew(self, number: int) -> None:
        """Train a candidate's networks once more, each on all rows, to predict for itself."""
        for job in self.trained()[number]:
            if self._is_sound(job):
                self.source[len(self.jobs)] = job
                self.jobs.append(Job(number, WHOLE))

    def add_whole(self, number: int, starts: int, times: int) -> None:
        """Train networks of a candidate on all rows, to predict for those of its folds, for so many
        times its iterations.
        """
        words = dict(self.candidates[number].words or {})
        words["max_iter"] *= times
        self.candidates[number] = self.candidates[number]._replace(words=words)
        self.jobs += [Job(number, WHOLE)] * starts

    def ended(self, job: int) -> Ended:
        """Return what a training in a fold came to."""
        return self._ended[job]

    def keep_whole(self, job: int, start: Start, training: Training) -> Start:
        """Keep a network on all rows, unless it is not sound or was cut short; returns the start,
        which no held-out rows judge.
        """
        if np.isfinite(start.member.weights).all():
            if job not in self.source:
                if start.reason in BY_THEMSELVES:
                    self._whole[job] = start.member
            elif training.epochs_done == training.plan.max_epochs:
                self._anew[self.source[job]] = start.member
        return start._replace(result=start.loss)

    def best(self, number: int | None = None) -> Ended:
        """Return the best training of a candidate, or of all."""
        jobs = [one for one in self._ended if number in (None, self.jobs[one].candidate)]
        return self._ended[min(jobs, key=lambda one: (self._ended[one].loss, one))]

    def known(self, whole: bool = False) -> list[int]:
        """Return the candidates that answered in every fold of a set; those that were in one fold
        only and have no network on all rows left out, if `whole`.
        """
        on_all = {self.jobs[job].candidate for job in self._whole}
        done: dict[int, int] = {}
        for job, (number, part) in enumerate(self.jobs):
            # one set of folds is enough
            first = self.candidates[number].first if number >= 0 else 0
            if self._is_sound(job) and first <= part < first + self._folds:
                done[number] = done.get(number, 0) + 1
        return [
            k
            for k, one in enumerate(self.candidates)
            if done.get(k) == min(one.folds, self._folds)
            and k not in self.given_up
            and not (whole and one.folds < self._folds and k not in on_all)
        ]

    def _is_sound(self, job: int) -> bool:
        return job in self._ended and bool(np.isfinite(self._ended[job].member.weights).all())

    def prior(self, known: Sequence[int]) -> Column:
        """Return how far the constant and candidates are believed in beforehand."""
        return np.array([self._constant, *(self.candidates[k].prior for k in known)])

    def trained(self) -> list[list[int]]:
        """Return the trainings of each candidate."""
        jobs: list[list[int]] = [[] for _ in self.candidates]
        for job, of in enumerate(self.jobs):
            if of.candidate >= 0:
                jobs[of.candidate].append(job)
        return jobs

    def networks(self) -> list[list[Member]]:
        """Return the networks of each candidate that predict."""
        return [
            [self._whole[job] for job in jobs if job in self._whole]
            or [self._predicts(job) for job in jobs if self._is_sound(job)]
            for jobs in self.trained()
        ]

    def _predicts(self, job: int) -> Member:
        return self._anew.get(job, self._ended[job].member)
