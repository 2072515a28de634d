"""A contest: candidates trained on folds side by side, judged by the rows each did not see.

Lines, small Bayesian networks and wide mini-batch networks (in one fold, if no Bayesian ones of all
folds are compared with them) go first, and are stacked. If the Bayesian networks count for nearly
all, as many as there is time for are trained on all rows and are the model. Otherwise deeper
networks join, and all are stacked anew. Bayesian networks on all rows stand for those of the folds
where rows are few, or where only one fold's was affordable; of small tables of classes the
mini-batch networks that count are trained once more, on all rows.

Where rows are many the mini-batch networks, leaves of boosted trees and, of classes, some networks
that are held back meet in one fold first. The two that count most go on; if the others count little
beside a network that was still getting better, all the time is its own.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.data.split import Split
from neurona.data.table import Column
from neurona.estimators.mlp.assigning import assign
from neurona.estimators.mlp.assignment import Assignment
from neurona.estimators.mlp.starts import Outcome, Start, kept, start_of, train_all
from neurona.estimators.tables.contest import candidates
from neurona.estimators.tables.contest.anew import are_renewed, is_renewed, words_anew
from neurona.estimators.tables.contest.candidates import BAYESIAN, CONSTANT, FOLDS, Candidate
from neurona.estimators.tables.contest.clock import Clock, work_of
from neurona.estimators.tables.contest.combining import (
    Winners,
    is_bayesian,
    networks_of,
    summary_of,
)
from neurona.estimators.tables.contest.entries import Entries
from neurona.estimators.tables.contest.epochs import Heard
from neurona.estimators.tables.contest.judging import Beside, Judge
from neurona.estimators.tables.contest.lenses import Lens
from neurona.estimators.tables.contest.meeting import GO_ON, going_on
from neurona.estimators.tables.contest.on_all import (
    ALONE,
    are_asked,
    bayesian_share,
    by_evidence,
    is_bent,
    is_beyond_doubt,
    starts_on_all,
    tried_once,
    whole_in_time,
    work_on_all,
)
from neurona.estimators.tables.contest.roster import WHOLE, Ended, Job, Roster
from neurona.estimators.tables.contest.seeds import Seeds
from neurona.estimators.tables.contest.timing import Timing
from neurona.estimators.tables.contest.trying import TriedOut
from neurona.inference.learned import Judged
from neurona.inference.members import outputs_of
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.loop import Training

LINE_FIRST = 0
"""The number of the line among the candidates."""


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
        self._few = task.rows < candidates.FEW_ROWS
        sets = 1 + len(entries.again) // FOLDS
        steps, self._last = candidates.in_steps(task, entries.wide.width, effort, sets)
        self._also = list(also)
        self._constant, *lines = candidates.simple(task)
        self._lines = range(len(lines))
        first = [*lines, *candidates.bayesian(task, effort), *steps]
        self._meeting = list(range(len(first) - len(steps), len(first))) if len(steps) > 1 else []
        self._roster = Roster(len(entries.folds), self._constant.prior)
        self.candidates, self._jobs = self._roster.candidates, self._roster.jobs
        self._tried = TriedOut(self._roster, self._judge)
        self._tried.enter(first, self._last[0].folds if self._last and clock is None else 0)
        self._seeds = Seeds(entries.seed, self._also)
        self._models, self._seconds = dict[int, Any](), dict[int, float]()
        self._lenses, self._heard = dict[int, Lens](), Heard(entries.outputs.size)
        self._alone = False
        self._steps = [self._after_first, self._tried.go_on, self._after_all, self._anew]
        more = [self.candidates[k] for k in self._meeting[:GO_ON]] + self._after
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
    def folds(self) -> list[Split]:
        """The folds in which all are trained but those that are tried out."""
        return self.entries.folds[: self._roster.fewest_folds()]

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
        self._roster = Roster(len(self.entries.folds), self._constant.prior)
        self.candidates, self._jobs = self._roster.candidates, self._roster.jobs
        self._roster.add(candidate, parts)
        with one_blas_thread():
            train_all(self._training, len(parts), callbacks, threads, self._came_to)
        return self._judge.answers(0)

    def run(self, callbacks: Sequence[Callback], threads: int) -> Winners:
        """Hold the contest, followed by callbacks."""
        count = len(self._jobs)
        with one_blas_thread():
            done = train_all(self._training, count, callbacks, threads, self._came_to, self._more)
        first = self._first_on_all
        on_all = done.starts[first:]
        if done.best >= first and self._are_all_there_is(on_all):
            starts = self._by_evidence(on_all)
            best = min(range(len(starts)), key=lambda k: (starts[k].cut, starts[k].result, k))
            return self._of_bayesian(replace(done, best=best, starts=starts))
        return self._stacked(done)

    def _of_bayesian(self, done: Outcome) -> Winners:
        """Return the networks on all rows, with what those like them said of rows not seen."""
        known, weights = self._roster.known(), self._weights(self._roster.known())
        counts = np.array(list(weights.values()))
        said, rows = self._judge.mixed(known, counts), self._judge.rows(known, counts)
        line = self._beside_line(known, weights)
        return Winners(done, True, [], said, rows, self._summary({}), None, line)

    # -- trainings

    def _model_of(self, job: int) -> Any:
        if job not in self._models:
            words = dict(self.candidates[self._jobs[job].candidate].words or {})
            if job in self._roster.source:
                words = words_anew(words, self._roster.ended(self._roster.source[job]).training)
            words["random_state"] = self._seed(job)
            self._models[job] = self.entries.network(words)
        return self._models[job]

    def _seed(self, job: int) -> int:
        return self._seeds.of(self._roster.source.get(job, job), self._jobs, self.candidates)

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
        (X, y, weights), begin = self.entries.rows_for(candidate.pieces), None
        if candidate.lens:
            lens = self.entries.lens(candidate.lens, part, self._seed(job))
            X, self._lenses[job], begin = lens.through(X), lens, lens.begin
            y = y.astype(X.dtype) if y.dtype.kind == "f" else y
        model, held = self._model_of(job), dict[str, Any]()
        if model.monitor == "val_loss":
            aside = None if weights is None else weights[fold.held]
            held = {"X_val": X[fold.held], "y_val": y[fold.held], "sample_weight_val": aside}
        train = None if weights is None else weights[fold.train]
        given = model.given(X[fold.train], y[fold.train], train, **held)
        self.timing.plan(job, self._works(), model if held else None)
        words = vars(model) if begin is None else {**vars(model), "initializer": begin}
        training = assign(words, model.subject(), given).training()
        training.about["candidate"] = f"{candidate.name}, {self._jobs[job].where}"
        self._heard.listen(job, training)
        return self.timing.follow(job, training)

    def _came_to(self, training: Training, reason: str) -> Start:
        found, (number, part) = start_of(training, reason), self._jobs[training.start]
        self.timing.ended(training.start, training)
        if number < 0:
            return found
        fold, job = self.entries.fold(part), training.start
        self._seconds[job] = time.thread_time() - self._seconds[job]
        member = found.member._replace(posterior=None)
        if job in self._lenses:
            member = self._lenses.pop(job).member(member)
        if part == WHOLE:
            return self._roster.keep_whole(job, found._replace(member=member), training)
        rows, _, _ = self.entries.rows_for(self.candidates[number].pieces)
        said = outputs_of(member, rows[fold.held].astype(training.network.dtype, copy=False))
        loss = self._judge.loss_in(part, said)
        ended = Ended(training, member, found.result, loss)
        self._roster.keep(job, ended, lambda: self._judge.hears(number, part, said))
        return found._replace(member=member, result=loss)

    def _more(self, _: list[Start]) -> int:
        """Return how many trainings follow."""
        before = len(self._jobs)
        while self._steps and len(self._jobs) == before:
            self._steps.pop(0)()
        return len(self._jobs) - before

    def _after_first(self) -> None:
        """Decide what follows the first candidates."""
        weights = self._weights(self._tried.asked())
        alone = self._follow is not None and bayesian_share(weights) >= ALONE
        self._alone = alone and not self._also
        clock = self.timing.clock
        self.timing.settled()
        if alone:
            self._roster.given_up = list(self._meeting)
        else:
            self._go_on()
        for one in self._also if alone else self._after:
            if clock is None:
                self._tried.add(one)
            elif clock.is_worth_more:  # the work of all folds is planned beforehand
                self._roster.add(one)
        if alone:
            self._train_on_all()

    def _after_all(self) -> None:
        """Train Bayesian networks on all rows: of few as many as there are, of many those that
        count and were tried in one fold only.
        """
        if self._first_on_all < len(self._jobs):
            return
        weights = self._weights(self._roster.known())
        if not self._few:
            for number in tried_once(weights, self.candidates, bool(self._meeting)):
                one = self.candidates[number]
                found = whole_in_time(self._work(one), weights[one.name], self.entries.effort)
                self._roster.add_whole(number, *found)
        elif are_asked(weights):
            self._train_on_all()

    def _anew(self) -> None:
        """Train what counts once more, on all rows, if there was time for two sets of folds."""
        small = bool(self._last) and self._last[0].folds > FOLDS
        if small and not (self._few or self._alone) and are_renewed(self.entries):
            weights = self._weights(self._roster.known())
            for number, one in enumerate(self.candidates):
                if weights.get(one.name, 0) > 0 and is_renewed(one):
                    self._roster.renew(number)

    def _train_on_all(self) -> None:
        if self._follow is not None:
            names = [self.candidates[one.candidate].name for one in self._jobs]
            took = [self._seconds[k] for k, name in enumerate(names) if is_bayesian(name)]
            starts = starts_on_all(self._follow.starts, self.timing.clock, took)
            self._jobs += [Job(-1, start) for start in starts]

    def _are_all_there_is(self, on_all: list[Start]) -> bool:
        """Whether Bayesian networks on all rows are the model: they count for nearly all; or, of
        few rows, the folds are for networks and the evidence leaves no doubt which.
        """
        if self._alone or self._also or not self._few or any(one.cut for one in on_all):
            return self._alone
        return is_beyond_doubt(on_all) and is_bent(self._weights(self._roster.known()))

    def _go_on(self) -> None:
        """Train the two best of those that met in one fold in the others, or the best one longer in
        all, if it is far better; where none met, a wide one that is not tried out in a further set.
        """
        if not self._meeting:
            if not self._tried:
                self._roster.go_on(len(self.candidates) - 1, self._last[0].folds)
            return
        going = self._going_on()
        if len(going) == 1:
            self._roster.given_up = self._meeting
            self._roster.add(candidates.longer(self.candidates[going[0]]))
            return
        self._roster.given_up = [number for number in self._meeting if number not in going]
        for number in going:
            self._roster.go_on(number, len(self.entries.folds))

    def _going_on(self) -> list[int]:
        """Return which of those that met go on."""
        met = [number for number in self._meeting if number in self._roster.known()]
        if len(met) < len(self._meeting):
            return self._meeting[:GO_ON]
        weights = self._judge.weights(met, self._roster.prior(met), self._lines)[1:]
        longer = [number for number in met if self.candidates[number].name != candidates.LEAVES]
        return going_on(met, weights, lambda one: self._roster.best(one).training, longer)

    @property
    def _first_on_all(self) -> int:
        """The number of the first training on all rows, or of what would come next."""
        return next((k for k, one in enumerate(self._jobs) if one.candidate < 0), len(self._jobs))

    def _work(self, candidate: Candidate) -> float:
        return work_of(candidate, self.entries.task, self.entries.width_of(candidate))

    def _works(self) -> list[float]:
        """Return the work of each training."""
        each = [self._work(one) for one in self.candidates]
        on_all = work_on_all(each, [one.name for one in self.candidates])
        return [on_all if one.candidate < 0 else each[one.candidate] for one in self._jobs]

    # -- the end

    def _weights(self, known: Sequence[int]) -> dict[str, float]:
        for number in known:
            jobs = [job for job, of in enumerate(self._jobs) if of.candidate == number]
            for own in (jobs[k : k + FOLDS] for k in range(0, len(jobs), FOLDS)):
                for job, said in zip(own, self._heard.unchosen(own), strict=False):
                    self._judge.hears_unchosen(number, self._jobs[job].part, said)
        weights = self._judge.weights(known, self._roster.prior(known), self._lines)
        names = [CONSTANT, *(self.candidates[k].name for k in known)]
        return dict(zip(names, map(float, weights), strict=True))

    def _stacked(self, done: Outcome) -> Winners:
        starts = [s for s in done.starts if s.member.posterior is not None and not s.cut]
        on_all = [one for one in kept(self._by_evidence(starts)) if one.network.n_layers > 1]
        # one fold's network is too little to predict by
        known = self._roster.known(whole=not on_all)
        if not known or (self._meeting and known == [LINE_FIRST]):
            return self._cut_short(done)
        weights = self._weights(known)
        counts = np.array(list(weights.values()))
        heaviest = max(known, key=lambda k: weights[self.candidates[k].name])
        training = self._roster.best(heaviest).training
        return Winners(
            replace(done, training=training, best=training.start),
            False,
            networks_of(
                self.entries, self._judge, self.candidates, self._roster.networks(), weights, on_all
            ),
            self._judge.mixed(known, counts),
            self._judge.rows(known, counts),
            self._summary(weights),
            self._models[training.start],
            self._beside_line(known, weights),
        )

    def _by_evidence(self, starts: list[Start]) -> list[Start]:
        """Return Bayesian networks on all rows with what each counts among them."""
        if not self._few or any(one.cut for one in starts):
            return starts
        return by_evidence(starts)

    def _beside_line(self, known: Sequence[int], weights: dict[str, float]) -> Beside | None:
        if LINE_FIRST not in known or weights[CONSTANT] == 1:
            return None
        return self._judge.beside(LINE_FIRST, known, np.array(list(weights.values())))

    def _cut_short(self, done: Outcome) -> Winners:
        """Return the best training so far, where no candidate came to its end."""
        training, member, *_ = self._roster.best()
        best = self.candidates[self._jobs[training.start].candidate]
        return Winners(
            replace(done, training=training, best=training.start),
            False,
            [self.entries.on_all_columns(member, best.pieces, member.network.dtype)],
            None,
            self._judge.rows([]),
            self._summary({CONSTANT: 0.0, best.name: 1.0}),
            self._models[training.start],
        )

    def _summary(self, weights: dict[str, float]) -> list[Judged]:
        seconds = [[self._seconds.get(job, 0.0) for job in jobs] for jobs in self._roster.trained()]
        return summary_of(self._judge, self.candidates, seconds, weights)
