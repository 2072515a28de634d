"""A contest: candidates trained on folds side by side, judged by the rows each did not see.

Lines, small Bayesian networks and wide mini-batch networks go first, and are stacked. If the
Bayesian networks count for nearly all, as many as there is time for are trained on all rows and are
the model. Otherwise deeper networks join, all are stacked anew, and where Bayesian networks count
much, those on all rows stand for the ones of the folds.

Where rows are many the wide and the deep network meet in one fold first. If one of them counts
little beside the other, and the other was still getting better, all the time is the other's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.data.table import Column
from neurona.estimators.mlp.assigning import assign
from neurona.estimators.mlp.assignment import Assignment
from neurona.estimators.mlp.starts import Outcome, Start, kept, start_of, train_all
from neurona.estimators.tables.contest import candidates
from neurona.estimators.tables.contest.candidates import BAYESIAN, CONSTANT, FOLDS, Candidate
from neurona.estimators.tables.contest.clock import Clock, work_of
from neurona.estimators.tables.contest.combining import is_bayesian, networks_of, summary_of
from neurona.estimators.tables.contest.entries import Entries
from neurona.estimators.tables.contest.epochs import Heard
from neurona.estimators.tables.contest.jobs import Job, Winners
from neurona.estimators.tables.contest.judging import Beside, Judge
from neurona.estimators.tables.contest.lenses import Lens
from neurona.estimators.tables.contest.timing import Timing
from neurona.inference.learned import Judged
from neurona.inference.members import Member, outputs_of
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.loop import Training

ALONE, MUCH = 0.9, 0.3
"""What Bayesian networks must count to be all there is, and to be trained on all rows."""
LITTLE, AT_ITS_END = 0.25, 0.9
"""What a network counts that is given up after one fold, and the part of the epochs after which the
other one's best must lie.
"""
ON_ALL = 4.0
"""How much longer a Bayesian network takes on all rows: these are more, and so are iterations."""
MEETING = 2
"""How many networks meet the wide one in one fold where rows are many."""
LINE_FIRST = 0
"""The line's number among the candidates."""


class Contest:
    """Trains and judges; see the module.

    Parameters
    ----------
    entries : Entries
    follow : Assignment
        The Bayesian networks on all rows that are trained if they count much, or None.
    clock : Clock
        Where a person named the seconds.
    also : sequence of Candidate, default=()
        Further ones, which are tried in any case.
    """

    def __init__(
        self,
        entries: Entries,
        follow: Assignment | None,
        clock: Clock | None = None,
        also: Sequence[Candidate] = (),
    ) -> None:
        self.entries, self._follow, self._judge = entries, follow, Judge(entries)
        task, effort = entries.task, entries.effort
        width = entries.wide.width
        wide, self._last = (
            candidates.wide(task, width, effort),
            candidates.deep(task, width, effort),
        )
        sets = 1 + len(entries.again) // FOLDS
        self._last += candidates.again(task, width, effort, sets)
        self._also = list(also)
        self._constant, line = candidates.simple(task)
        first = [line, *candidates.bayesian(task, effort), wide]
        self._meeting: list[int] = []
        if candidates.meet_first(wide):
            few = [wide, *self._last[:MEETING]]
            del self._last[:MEETING]
            self._meeting = list(range(len(first) - 1, len(first) - 1 + len(few)))
            first[-1:] = [one._replace(folds=1) for one in few]
        self._given_up: list[int] = []
        self.candidates: list[Candidate] = []
        self._jobs: list[Job] = []
        for one in first:
            self._add(one)
        self._seeds = np.random.RandomState(entries.seed).randint(2**31 - 1, size=1000)
        self._models: dict[int, Any] = {}
        self._seconds: dict[int, float] = {}
        self._members: dict[int, Member] = {}
        self._lenses: dict[int, Lens] = {}
        self._heard = Heard(entries.outputs.size)
        self._best: dict[int, tuple[float, Training]] = {}
        self._lock = threading.Lock()
        self._alone = False
        more = [self.candidates[k] for k in self._meeting] + self._last + self._also
        self.timing = Timing(clock, [self._work(one) for one in more for _ in range(FOLDS)])

    def first_models(self) -> list[Any]:
        """Return an MLP of each candidate, all that may have to be compiled."""
        jobs = [job for job, one in enumerate(self._jobs) if one.part == 0]
        last = [{**(one.words or {}), "random_state": 0} for one in self._after]
        return [*map(self._model_of, jobs), *map(self.entries.network, last)]

    def names(self) -> list[str]:
        """Return what is tried, in order."""
        return [one.name for one in (*self.candidates, *self._after)]

    @property
    def _after(self) -> list[Candidate]:
        """What may follow the first candidates."""
        return [*self._last, *self._also]

    def said(
        self,
        candidate: Candidate,
        parts: Sequence[int],
        callbacks: Sequence[Callback],
        threads: int,
    ) -> Column:
        """Train one candidate alone, in some folds; returns what it said of the rows that these
        hold out, rows x outputs, nan of all others.
        """
        self.candidates, self._jobs = [candidate], [Job(0, part) for part in parts]
        with one_blas_thread():
            train_all(self._training, len(parts), callbacks, threads, self._came_to)
        return self._judge.answers(0)

    def run(self, callbacks: Sequence[Callback], threads: int) -> Winners:
        """Hold the contest, followed by callbacks."""
        count = len(self._jobs)
        with one_blas_thread():
            done = train_all(self._training, count, callbacks, threads, self._came_to, self._more)
        if self._alone and done.best >= count:
            done = replace(done, best=done.best - count, starts=done.starts[count:])
            return self._of_bayesian(done)
        return self._stacked(done)

    def _of_bayesian(self, done: Outcome) -> Winners:
        """Return the networks on all rows, with what those like them said of rows not seen."""
        known, weights = self._known(), self._weights(self._known())
        said = self._judge.mixed(known, np.array(list(weights.values())))
        line = self._beside_line(known, weights)
        rows = self._judge.rows(known)
        return Winners(done, True, [], said, rows, self._summary({}), None, line)

    # -- trainings

    def _add(self, candidate: Candidate) -> None:
        number = len(self.candidates)
        self.candidates.append(candidate)
        self._jobs += [Job(number, candidate.first + k) for k in range(candidate.folds)]

    def _model_of(self, job: int) -> Any:
        if job not in self._models:
            words = dict(self.candidates[self._jobs[job].candidate].words or {})
            words["random_state"] = int(self._seeds[job])
            self._models[job] = self.entries.network(words)
        return self._models[job]

    def _training(self, job: int) -> Training:
        number, part = self._jobs[job]
        if number < 0:
            assert self._follow is not None
            self.timing.plan(job, self._works())
            training = self._follow.training(part)
            training.about["candidate"] = f"{BAYESIAN} on all rows"
            return self.timing.follow(job, training)
        self._seconds[job] = time.thread_time()
        candidate, fold = self.candidates[number], self.entries.fold(part)
        X, y, weights = self.entries.rows_for(candidate.pieces)
        begin = None
        if candidate.lens:
            lens = self.entries.lens(candidate.lens, part, int(self._seeds[job]))
            X, self._lenses[job], begin = lens.through(X), lens, lens.begin
            y = y.astype(X.dtype) if y.dtype.kind == "f" else y
        held: dict[str, Any] = {}
        if (candidate.words or {}).get("monitor") == "val_loss":
            held = {"X_val": X[fold.held], "y_val": y[fold.held]}
            if weights is not None:
                held["sample_weight_val"] = weights[fold.held]
        model = self._model_of(job)
        train = None if weights is None else weights[fold.train]
        given = model.given(X[fold.train], y[fold.train], train, **held)
        self.timing.plan(job, self._works(), model if held else None)
        words = vars(model) if begin is None else {**vars(model), "initializer": begin}
        training = assign(words, model.subject(), given).training()
        training.about["candidate"] = f"{candidate.name}, fold {part + 1}"
        self._heard.listen(job, training)
        return self.timing.follow(job, training)

    def _came_to(self, training: Training, reason: str) -> Start:
        found = start_of(training, reason)
        number, part = self._jobs[training.start]
        self.timing.ended(training.start, training)
        if number < 0:
            return found
        rows, _, _ = self.entries.rows_for(self.candidates[number].pieces)
        fold, job = self.entries.fold(part), training.start
        member = found.member._replace(posterior=None)
        if job in self._lenses:
            member = self._lenses.pop(job).member(member)
        said = outputs_of(member, rows[fold.held].astype(training.network.dtype, copy=False))
        self._seconds[job] = time.thread_time() - self._seconds[job]
        loss = self._judge.hears(number, part, said)
        with self._lock:
            self._members[job] = member
            best = self._best.get(number)
            if best is None or (loss, job) < (best[0], best[1].start):
                self._best[number] = loss, training
        return found._replace(member=member, result=loss)

    def _more(self, _: list[Start]) -> int:
        """Decide what follows the first candidates: how many trainings."""
        before = len(self._jobs)
        share = self._bayesian_share(self._weights(self._known()))
        alone = self._follow is not None and share >= ALONE
        self._alone = alone and not self._also
        clock = self.timing.clock
        self.timing.settled()
        if alone:
            self._given_up = self._meeting
        else:
            self._go_on()
        for one in self._also if alone else self._after:
            if clock is None or clock.is_worth_more:
                self._add(one)
        if self._follow is not None and share >= MUCH:
            self._jobs += [Job(-1, start) for start in self._starts_on_all(self._follow)]
        return len(self._jobs) - before

    def _go_on(self) -> None:
        """Train the two best of those that met in one fold in the others, or the best one longer in
        all, if it is far better.
        """
        if not self._meeting:
            return
        folds, going = len(self.entries.folds), self._going_on()
        if len(going) == 1:
            self._given_up = self._meeting
            self._add(candidates.longer(self.candidates[going[0]]))
            return
        self._given_up = [number for number in self._meeting if number not in going]
        for number in going:
            self.candidates[number] = self.candidates[number]._replace(folds=folds)
            self._jobs += [Job(number, fold) for fold in range(1, folds)]

    def _going_on(self) -> list[int]:
        """Return which of those that met go on: two, or one that leaves the others little and got
        better to its end.
        """
        met = [number for number in self._meeting if number in self._known()]
        if len(met) < len(self._meeting):
            return self._meeting[:2]
        prior = [self._constant.prior, *(self.candidates[k].prior for k in met)]
        weights = self._judge.weights(met, np.array(prior), LINE_FIRST)[1:]
        best = int(np.argmax(weights))
        training = self._best[met[best]][1]
        done = training.epochs_done
        at_its_end = done - training.rule.epochs_since_best >= AT_ITS_END * done
        if weights.sum() - weights[best] < LITTLE * weights.sum() and at_its_end:
            return [met[best]]
        order = np.argsort(-weights, kind="stable")
        return sorted(met[k] for k in order[:2])

    def _starts_on_all(self, follow: Assignment) -> list[int]:
        """Return which Bayesian networks on all rows are trained: those that there is time for, and
        the line, which is the last.
        """
        most, clock = follow.starts, self.timing.clock
        jobs = [k for k, one in enumerate(self._jobs) if self._is_bayesian(one)]
        if clock is None or not jobs:
            return list(range(most))
        longest = ON_ALL * max(self._seconds[job] for job in jobs)
        return [*range(clock.starts(most - 1, longest)), most - 1]

    def _is_bayesian(self, job: Job) -> bool:
        return job.candidate < 0 or is_bayesian(self.candidates[job.candidate].name)

    def _work(self, candidate: Candidate) -> float:
        return work_of(candidate, self.entries.task, self.entries.width_of(candidate))

    def _works(self) -> list[float]:
        """Return the work of each training."""
        each = [self._work(one) for one in self.candidates]
        on_all = ON_ALL * max(
            (w for w, c in zip(each, self.candidates, strict=True) if is_bayesian(c.name)),
            default=0.0,
        )
        return [on_all if one.candidate < 0 else each[one.candidate] for one in self._jobs]

    # -- the end

    def _known(self, whole: bool = False) -> list[int]:
        """Return the candidates whose every training answered; those in all folds only, if
        `whole`.
        """
        done: dict[int, int] = {}
        for job, of in enumerate(self._jobs):
            if job in self._members and np.isfinite(self._members[job].weights).all():
                done[of.candidate] = done.get(of.candidate, 0) + 1
        return [
            k
            for k, one in enumerate(self.candidates)
            if done.get(k) == one.folds
            and k not in self._given_up
            and not (whole and one.folds < len(self.entries.folds))
        ]

    @staticmethod
    def _bayesian_share(weights: dict[str, float]) -> float:
        return sum(weight for name, weight in weights.items() if is_bayesian(name))

    def _weights(self, known: Sequence[int]) -> dict[str, float]:
        for number in known:
            jobs = [job for job, of in enumerate(self._jobs) if of.candidate == number]
            for job, said in zip(jobs, self._heard.unchosen(jobs), strict=False):
                self._judge.hears_unchosen(number, self._jobs[job].part, said)
        prior = [self._constant.prior, *(self.candidates[k].prior for k in known)]
        weights = self._judge.weights(known, np.array(prior), LINE_FIRST)
        names = [CONSTANT, *(self.candidates[k].name for k in known)]
        return dict(zip(names, map(float, weights), strict=True))

    def _stacked(self, done: Outcome) -> Winners:
        on_all = [
            start
            for start in kept(
                [s for s in done.starts if s.member.posterior is not None and not s.cut]
            )
            if start.network.n_layers > 1
        ]
        # one fold's network is too little to predict by
        known = self._known(whole=not on_all)
        if not known or (self._meeting and known == [LINE_FIRST]):
            return self._cut_short(done)
        weights = self._weights(known)
        heaviest = max(known, key=lambda k: weights[self.candidates[k].name])
        training = self._best[heaviest][1]
        return Winners(
            replace(done, training=training, best=training.start),
            False,
            self._networks(weights, on_all),
            self._judge.mixed(known, np.array(list(weights.values()))),
            self._judge.rows(known),
            self._summary(weights),
            self._models[training.start],
            self._beside_line(known, weights),
        )

    def _beside_line(self, known: Sequence[int], weights: dict[str, float]) -> Beside | None:
        if LINE_FIRST not in known or weights[CONSTANT] == 1:
            return None
        return self._judge.beside(LINE_FIRST, known, np.array(list(weights.values())))

    def _cut_short(self, done: Outcome) -> Winners:
        """Return the best training so far, where no candidate came to its end."""
        training = min(self._best.values(), key=lambda pair: pair[0])[1]
        pieces = self.candidates[self._jobs[training.start].candidate].pieces
        member = self._members[training.start]
        return Winners(
            replace(done, training=training, best=training.start),
            False,
            [self.entries.on_all_columns(member, pieces, member.network.dtype)],
            None,
            self._judge.rows([]),
            self._summary({CONSTANT: 0.0}),
            self._models[training.start],
        )

    def _networks(self, weights: dict[str, float], on_all: list[Member]) -> list[Member]:
        trained = [
            [self._members[job] for job in jobs if job in self._members] for jobs in self._trained()
        ]
        return networks_of(self.entries, self._judge, self.candidates, trained, weights, on_all)

    def _summary(self, weights: dict[str, float]) -> list[Judged]:
        seconds = [[self._seconds.get(job, 0.0) for job in jobs] for jobs in self._trained()]
        return summary_of(self._judge, self.candidates, seconds, weights)

    def _trained(self) -> list[list[int]]:
        """Return the trainings of each candidate."""
        jobs: list[list[int]] = [[] for _ in self.candidates]
        for job, of in enumerate(self._jobs):
            if of.candidate >= 0:
                jobs[of.candidate].append(job)
        return jobs
