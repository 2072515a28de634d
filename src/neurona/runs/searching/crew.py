"""Who trains the candidates of a search: threads side by side, with a journal of the past."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from functools import partial

from neurona.choosing.journal import Journal
from neurona.choosing.rounds import Batch, Candidate, Rounds
from neurona.choosing.space import key_of
from neurona.engine.threads import available_threads
from neurona.runs.searching.judge import Judge, Loss
from neurona.runs.searching.trained import key_in, known_in, named, tell, trained_line
from neurona.runs.side_by_side import side_by_side
from neurona.training.blas import one_blas_thread

TICK = 1.0
"""Seconds after which it is told how far a batch is, whether or not anything ended."""


class Crew:
    """Trains candidates side by side, on all cores, and looks in the journal first.

    Parameters
    ----------
    judge : Judge
    journal : Journal
    stopped : function
        Returns whether to stop.
    elapsed : function
        Returns the seconds that the search has spent.

    Attributes
    ----------
    told : function
        Hears how many trainings of a batch are done, and of how many.
    """

    def __init__(
        self,
        judge: Judge,
        journal: Journal,
        stopped: Callable[[], bool],
        elapsed: Callable[[], float],
    ) -> None:
        self._judge, self._journal = judge, journal
        self._stopped, self._elapsed = stopped, elapsed
        self.told: Callable[[int, int], object] = lambda done, of: None
        self._deadline = math.inf
        self._left = False
        self._known = known_in(journal)

    def losses(self, batch: Batch, rounds: Rounds, deadline: float | None) -> list[float] | None:
        """Return what each candidate of a batch comes to; None if the deadline came first."""
        self._deadline = math.inf if deadline is None else deadline
        rung, cores = rounds.rungs[batch.rung], available_threads()
        folds = range(rung.folds)
        jobs: list[tuple[Candidate, Sequence[int]]] = []
        for one in batch.candidates:
            whole = self._judge.is_contest(one.parameters)
            jobs += [(one, folds)] if whole else [(one, [fold]) for fold in folds]
        threads = max(1, cores // len(jobs))
        works = [partial(self._one, rounds, one, on, rung.effort, threads) for one, on in jobs]
        at_once, together = min(cores, len(jobs)), self._judge.engine_for(len(jobs))
        # held by the batch: lifted and set again between fits, the limit costs tenfold at times
        with one_blas_thread(), side_by_side(works, at_once, together) as futures:
            try:
                pending = set(futures)
                while pending:
                    self.told(len(jobs) - len(pending), len(jobs))
                    done, pending = wait(pending, TICK, FIRST_COMPLETED)
                    for future in done:
                        future.result()
            except BaseException:  # KeyboardInterrupt too: what is being trained is given up
                self._left = True
                raise
        found = [future.result() for future in futures]
        if not all(found):
            return None
        for one in batch.candidates:
            tell(one, self._known, rung.folds, rung.effort)
        return [self._judge.combined(one.folds) for one in batch.candidates]

    def _over(self) -> bool:
        return self._left or self._stopped() or self._elapsed() > self._deadline

    def learn(
        self,
        candidate: Candidate,
        folds: Sequence[int],
        found: Sequence[Loss],
        seconds: float,
        effort: float = 1.0,
    ) -> None:
        """Write down what a candidate came to, in so many seconds."""
        elapsed = self._elapsed()
        for fold, loss in zip(folds, found, strict=True):
            line = trained_line(named(candidate, fold, effort), loss, seconds, elapsed)
            self._journal.append(line)
            self._known[key_in(line)] = line

    def longest(self, candidate: Candidate) -> float:
        """Return the seconds of a candidate's longest training to the end."""
        key = key_of(candidate.parameters)
        return max(
            (one["seconds"] for (k, _, e), one in self._known.items() if k == key and e == 1),
            default=0.0,
        )

    def _one(
        self,
        rounds: Rounds,
        candidate: Candidate,
        folds: Sequence[int],
        effort: float,
        threads: int,
    ) -> bool:
        """Let it be known what a candidate comes to on some folds; False if that was stopped."""
        if any(key_in(named(candidate, fold, effort)) not in self._known for fold in folds):
            if self._over():
                return False
            began = self._elapsed()
            parameters = rounds.space.reduced(candidate.parameters, effort)
            found = self._judge.losses(parameters, folds, threads, self._over)
            if self._over():
                return False
            self.learn(candidate, folds, found, self._elapsed() - began, effort)
        return True
