"""A contest: candidates trained on folds side by side, judged by the rows each did not see.

Lines, small Bayesian networks and wide mini-batch networks go first. Where a Bayesian network is
far ahead, several are trained on all rows and are the model (smooth data); otherwise a deeper
network joins, and all are stacked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from neurona.data.table import Column
from neurona.estimators.mlp.assigning import assign
from neurona.estimators.mlp.assignment import Assignment
from neurona.estimators.mlp.starts import Outcome, Start, start_of, train_all
from neurona.estimators.tables.contest import candidates
from neurona.estimators.tables.contest.candidates import BAYESIAN, CONSTANT, Candidate
from neurona.estimators.tables.contest.entries import Entries
from neurona.inference.learned import Judged
from neurona.inference.members import Member, outputs_of
from neurona.numerics.stacking import weights_of_chances, weights_of_errors
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.loop import Training

AHEAD = 0.8
"""A Bayesian network is far ahead whose held-out loss is this share of the next candidate's."""
EPS = 1e-6


class Winners(NamedTuple):
    """The end of a contest.

    `alone` tells that the Bayesian networks on all rows of `outcome` are the model; otherwise `members` are, on all columns, and `answers` (judged rows x outputs) what they said of
    rows they did not see. `model` is the estimator of the training of `outcome`.
    """

    outcome: Outcome
    alone: bool
    members: list[Member]
    answers: Column
    judged: list[Judged]
    model: Any


class Contest:
    """Trains and judges; see the module.

    Parameters
    ----------
    entries : Entries
    follow : Assignment
        The Bayesian networks on all rows that are trained if they are far ahead, or None.
    """

    def __init__(self, entries: Entries, follow: Assignment | None) -> None:
        self.entries, self._follow = entries, follow
        task, effort = entries.task, entries.effort
        width = entries.wide.width
        self._last = candidates.deep(task, width, effort)
        first = [
            *candidates.simple(task, effort),
            *candidates.bayesian(task, effort),
            candidates.wide(task, width, effort),
        ]
        self._constant = first[0]
        self.candidates = [one for one in first if one.words is not None]
        self._seeds = np.random.RandomState(entries.seed).randint(2**31 - 1, size=1000)
        self.models: dict[int, Any] = {}
        self._answers: dict[int, Column] = {}
        self._seconds: dict[int, float] = {}
        self._members: dict[int, Member] = {}
        self._best: dict[int, tuple[float, Training]] = {}
        self._lock = threading.Lock()
        self._alone = False

    def model_of(self, job: int) -> Any:
        """Return the unfitted MLP of a job: one candidate in one fold."""
        if job not in self.models:
            words = dict(self._candidate(job).words or {})
            words["random_state"] = int(self._seeds[job])
            self.models[job] = self.entries.network(words)
        return self.models[job]

    def first_models(self) -> list[Any]:
        """Return an MLP of each candidate, all that may have to be compiled."""
        jobs = range(0, len(self.candidates) * len(self.entries.folds), len(self.entries.folds))
        words = {**(self._last.words or {}), "random_state": 0}
        return [*map(self.model_of, jobs), self.entries.network(words)]

    def run(self, callbacks: Sequence[Callback], threads: int) -> Winners:
        """Hold the contest, followed by callbacks."""
        count = len(self.candidates) * len(self.entries.folds)
        with one_blas_thread():
            done = train_all(self._training, count, callbacks, threads, self._judge, self._more)
        if self._alone:
            starts = done.starts[count:]
            done = replace(done, best=done.best - count, starts=starts)
            return Winners(done, True, [], np.zeros(0), self._summary(None), None)
        return self._stacked(done)

    # -- trainings

    def _candidate(self, job: int) -> Candidate:
        return self.candidates[job // len(self.entries.folds)]

    def _training(self, job: int) -> Training:
        if self._alone:
            assert self._follow is not None
            return self._follow.training(job - len(self.candidates) * len(self.entries.folds))
        entries, candidate = self.entries, self._candidate(job)
        fold, matrix = self._fold(job), entries.rows_of(candidate.pieces)
        words = candidate.words or {}
        dtype = np.float32 if candidate.pieces else np.float64
        X = matrix.astype(dtype, copy=False)
        y = entries.targets
        y = y.astype(dtype, copy=False) if y.dtype.kind == "f" else y
        weights = entries.given_weights
        held: dict[str, Any] = {}
        if words.get("monitor") == "val_loss":
            held = {"X_val": X[fold.held], "y_val": y[fold.held]}
            if weights is not None:
                held["sample_weight_val"] = weights[fold.held]
        model = self.model_of(job)
        train = None if weights is None else weights[fold.train]
        given = model.given(X[fold.train], y[fold.train], train, **held)
        self._seconds[job] = time.thread_time()
        return assign(vars(model), model.subject(), given).training()

    def _fold(self, job: int) -> Any:
        return self.entries.folds[job % len(self.entries.folds)]

    def _judge(self, training: Training, reason: str) -> Start:
        came_to = start_of(training, reason)
        if self._alone:
            return came_to
        job = training.start
        matrix = self.entries.rows_of(self._candidate(job).pieces)
        rows = matrix[self._fold(job).held].astype(training.network.dtype, copy=False)
        self._answers[job] = outputs_of(came_to.member, rows)
        self._seconds[job] = time.thread_time() - self._seconds[job]
        member = came_to.member._replace(posterior=None)
        loss = self._loss(self._answers[job].astype(float), self._fold(job).held)
        with self._lock:
            self._members[job] = member
            best = self._best.get(job // len(self.entries.folds))
            if best is None or loss < best[0]:
                self._best[job // len(self.entries.folds)] = loss, training
        return came_to._replace(member=member, result=loss)

    # -- judging

    def _loss(self, answers: Column, rows: Column) -> float:
        """Return squared error, or log loss, of answers to some rows."""
        truth, weights = self.entries.outputs[rows], self.entries.weights
        if self._quantities:
            each = ((answers - truth) ** 2).mean(axis=1)
        else:
            each = -np.log(self._chances(answers, truth)).reshape(len(rows), -1).mean(axis=1)
        share = None if weights is None else weights[rows]
        found = float(np.average(each, weights=share))
        return found if np.isfinite(found) else np.inf

    @property
    def _quantities(self) -> bool:
        return self.entries.task.loss.has_noise

    def _chances(self, answers: Column, truth: Column) -> Column:
        """Return the probability given to what came: of the row's class, or of each label."""
        answers = np.clip(answers, EPS, 1 - EPS)
        if self.entries.task.output.sums_to_one:
            chances: Column = (answers * truth).sum(axis=1) / answers.sum(axis=1)
            return chances
        return np.where(truth > 0.5, answers, 1 - answers)

    def held_out(self, k: int) -> Column | None:
        """Return what a candidate said of the judged rows; None if a fold failed."""
        entries, folds = self.entries, len(self.entries.folds)
        answers = np.full(entries.outputs.shape, np.nan)
        for f, fold in enumerate(entries.folds):
            said = self._answers.get(k * folds + f)
            if said is None:
                return None
            answers[fold.held] = said
        found: Column = answers[entries.judged]
        return found if np.isfinite(found).all() else None

    def _constant_answers(self) -> Column:
        entries = self.entries
        answers = np.empty(entries.outputs.shape)
        for fold in entries.folds:
            answers[fold.held] = self._middle(fold.train)
        return answers[entries.judged]

    def _middle(self, rows: Column) -> Column:
        weights = self.entries.weights
        share = None if weights is None else weights[rows]
        mean = np.average(self.entries.outputs[rows], axis=0, weights=share)
        if not self._quantities:
            # as if each class had been seen half a time more
            mean = (mean * len(rows) + 0.5) / (len(rows) + 0.5 * max(2, len(mean)))
        return mean

    def _losses(self) -> dict[str, float]:
        judged, found = self.entries.judged, {}
        for k, one in enumerate(self.candidates):
            said = self.held_out(k)
            found[one.name] = np.inf if said is None else self._loss(said, judged)
        return found

    def _more(self, _: list[Start]) -> int:
        """Decide what follows the first candidates: how many trainings."""
        losses = self._losses()
        own = losses.get(BAYESIAN, np.inf)
        others = min(value for name, value in losses.items() if name != BAYESIAN)
        if self._follow is not None and own < AHEAD * others:
            self._alone = True
            return self._follow.starts
        self.candidates.append(self._last)
        return len(self.entries.folds)

    # -- the end

    def _stacked(self, done: Outcome) -> Winners:
        judged = self.entries.judged
        said = {k: self.held_out(k) for k in range(len(self.candidates))}
        known = {k: answers for k, answers in said.items() if answers is not None}
        answers = np.stack([self._constant_answers(), *known.values()])
        prior = [self._constant.prior, *(self.candidates[k].prior for k in known)]
        weights = self._weights(answers, np.array(prior))
        counts = dict(zip(known, weights[1:], strict=True))
        heaviest = max(counts, key=lambda k: counts[k])
        training = self._best[heaviest][1]
        return Winners(
            replace(done, training=training, best=training.start),
            False,
            self._networks(float(weights[0]), counts),
            np.tensordot(weights, answers, 1),
            self._summary({CONSTANT: float(weights[0])} | self._named(counts)),
            self.models[training.start],
        )

    def _named(self, counts: dict[int, float]) -> dict[str, float]:
        return {self.candidates[k].name: float(weight) for k, weight in counts.items()}

    def _networks(self, constant: float, counts: dict[int, float]) -> list[Member]:
        """Return the networks that predict, all on all columns and in one dtype."""
        entries, folds = self.entries, len(self.entries.folds)
        kept = {k: weight for k, weight in counts.items() if weight > 0}
        double = any(self.candidates[k].name == BAYESIAN for k in kept)
        dtype = np.dtype(np.float64 if double else np.float32)
        found = []
        if constant > 0:
            found.append(entries.constant(self._middle(entries.judged), dtype, constant))
        for k, weight in kept.items():
            jobs = range(k * folds, (k + 1) * folds)
            pieces = self.candidates[k].pieces
            own = [entries.on_all_columns(self._members[job], pieces, dtype) for job in jobs]
            if self._quantities and own[0].network.n_layers == 1:
                # the mean of lines is a line
                own = [own[0]._replace(weights=np.mean([one.weights for one in own], axis=0))]
            found += [one._replace(share=weight / len(own)) for one in own]
        return found

    def _summary(self, counts: dict[str, float] | None) -> list[Judged]:
        """Return what became of each candidate, in the order in which they were tried."""
        folds, weights = len(self.entries.folds), counts or {}
        middle = self._loss(self._constant_answers(), self.entries.judged)
        found = [Judged(CONSTANT, middle, weights.get(CONSTANT, 0.0), 0.0, 1)]
        losses = self._losses()
        for k, one in enumerate(self.candidates):
            jobs = range(k * folds, (k + 1) * folds)
            seconds = sum(self._seconds.get(job, 0.0) for job in jobs)
            weight = weights.get(one.name, 0.0)
            found.append(Judged(one.name, losses[one.name], weight, seconds, folds))
        if counts is None:
            found = [one._replace(weight=float(one.name == BAYESIAN)) for one in found]
        return found

    def _weights(self, answers: Column, prior: Column) -> Column:
        truth = self.entries.outputs[self.entries.judged]
        rows = None
        if self.entries.weights is not None:
            rows = self.entries.weights[self.entries.judged]
        if self._quantities:
            return weights_of_errors(answers - truth, prior, rows)
        chances = np.stack([self._chances(one, truth) for one in answers])
        return weights_of_chances(chances, prior, rows)
