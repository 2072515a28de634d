"""What a training must not fall behind: the loss where it started, and that of the trivial answer.

A loss may rise on its way to a better place, so a training is ended only where it lies a million
times above both; where it ends a hundred times above both it has diverged all the same. Of a
training that diverged the best weights seen are kept: those of its best epoch, or the first ones.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from neurona.errors import OperationError
from neurona.network import Vector
from neurona.numerics.losses import Loss
from neurona.training.drowned import always_same, drowned_outputs
from neurona.training.history import History
from neurona.training.problem import Problem
from neurona.training.rows import Table

FAR = 1e6
"""An epoch's loss this many times above the reference ends training."""
WORSE = 100.0
"""A last loss this many times above the reference is divergence."""
NEAR = 0.02
"""A share of the trivial answer's loss that counts as none."""
SIZE = 10.0
"""Above it a target is so far from the first outputs that half of the way is no success."""
ENOUGH_STEPS = 10
"""An epoch of so many steps says by its mean loss what its last weights are like."""
FEW = 10
"""Rows of one epoch of `partial_fit` below which its loss is not judged."""


class Verdict(NamedTuple):
    """What a training came to on its own rows, penalties left out.

    `loss` is that of its last weights (nan if it was not asked for), `start` that of its first
    ones, `trivial` that of the one answer which costs least; nan where they are not known.
    `granted` is a share of the first loss that is forgiven: more than 0 where the targets are all
    the same, so that `trivial` is nothing, or what rounding leaves. `drowned` are outputs that the
    loss of others hides.
    """

    loss: float
    start: float
    trivial: float
    granted: float = 0.0
    drowned: tuple[int, ...] = ()

    @property
    def far(self) -> bool:
        """Whether the last loss lies far above the others: divergence."""
        known = [one for one in (self.start, self.trivial) if math.isfinite(one)]
        if math.isnan(self.loss) or not known:
            return False
        return not self.loss <= WORSE * max(known)

    @property
    def collapsed(self) -> bool:
        """Whether the trivial answer is better."""
        if not math.isfinite(self.loss + self.trivial):
            return False
        forgiven = self.granted * self.start if self.granted else 0.0
        return self.loss > (1 + NEAR) * self.trivial + forgiven

    @property
    def no_better(self) -> bool:
        """Whether the trivial answer is as good, or better."""
        return self.collapsed or (not self.granted and self.loss > (1 - NEAR) * self.trivial)


class Guard:
    """Watches the losses of one training, and knows its first weights.

    Attributes
    ----------
    first : ndarray
        The first weights.
    verdict : Verdict or None
        What the training came to; None before its end, after an error or a Ctrl-C, and where it
        left the finite numbers.
    ran_away : bool
        Whether it was ended because an epoch's loss lay far above that of the start.
    """

    def __init__(self, problem: Problem, single: bool, history: History) -> None:
        self.first = problem.weights.copy()
        self.verdict: Verdict | None = None
        self.ran_away = False
        self._single = single
        # one epoch of many is measured by the first of them
        self._begun = history[0].loss if single and len(history) else None
        self.renew()

    def renew(self) -> None:
        """Score anew: the loss is another one."""
        self._start, self._trivial, self._limit = self._begun, math.nan, math.nan

    def watch(self, problem: Problem, loss: float) -> bool:
        """Whether an epoch's loss (penalties included) lies far above all that is to be expected.

        The first weights are scored only when the trivial answer's loss is far below. A few rows of
        many say nothing of the others, so they are not judged.
        """
        if self._single and len(problem.table.targets) < FEW:
            return False
        if math.isnan(self._limit):
            self._limit = FAR * _known(self._trivial_of(problem))
        if loss > self._limit:
            reference = _known(self._start_of(problem)) + penalty(problem, self.first)
            self._limit = max(self._limit, FAR * reference)
            self.ran_away = loss > self._limit
        return self.ran_away

    def settle(
        self, problem: Problem, last: float, steps: int, best: Vector | None, diverged: bool
    ) -> bool:
        """Give the problem the best weights of a training that diverged, be it found out only now;
        return whether it did.

        `last` is the last epoch's loss, `steps` its steps, where these say enough; `best` are the
        weights of the best epoch.
        """
        if not diverged and not self._single:
            self.verdict = self._judge(problem, last, steps)
            diverged = self.verdict.far
        if diverged:
            candidates = [problem.weights.copy(), self.first]
            if best is not None:
                candidates.insert(0, best)
            losses = [loss_at(problem, one) for one in candidates]
            ranked = [loss if math.isfinite(loss) else math.inf for loss in losses]
            least = min(ranked)
            problem.set_weights(
                candidates[ranked.index(least)] if math.isfinite(least) else self.first
            )
        return diverged

    def _judge(self, problem: Problem, last: float, steps: int) -> Verdict:
        trivial, drowned = self._trivial_of(problem), drowned_outputs(problem)
        if steps >= ENOUGH_STEPS and last <= trivial:
            return Verdict(math.nan, math.nan, trivial, drowned=drowned)
        loss = _loss(problem)
        start = math.nan if loss <= trivial else self._start_of(problem)
        return Verdict(loss, start, trivial, _granted(problem), drowned)

    def _trivial_of(self, problem: Problem) -> float:
        if math.isnan(self._trivial):
            self._trivial = trivial_loss(problem.loss, problem.table)
        return self._trivial

    def _start_of(self, problem: Problem) -> float:
        if self._start is None:
            self._start = loss_at(problem, self.first)
        return self._start


def loss_at(problem: Problem, weights: Vector) -> float:
    """Return the mean loss over a problem's rows at some weights; the problem keeps its own."""
    own = problem.weights.copy()
    problem.set_weights(weights)
    try:
        return _loss(problem)
    finally:
        problem.set_weights(own)


def penalty(problem: Problem, weights: Vector) -> float:
    """Return what regularisation adds to the loss at some weights."""
    given, table = problem.regularisation, problem.table
    if given.l2 == 0 and given.l1 == 0:
        return 0.0
    total = float(table.weights.sum()) if table.weights.size else float(rows_of(table))
    added = 0.0
    with np.errstate(over="ignore"):
        for matrix in problem.network.views(weights)[0]:
            double = matrix.astype(np.float64)
            added += 0.5 * given.l2 * float((double**2).sum())
            added += given.l1 * float(np.abs(double).sum())
    return added / total if total > 0 else 0.0


def trivial_loss(loss: Loss, table: Table) -> float:
    """Return the mean loss of answering every row with the mean (or median) of the targets; nan for
    a loss without an expression.
    """
    targets = table.targets.astype(np.float64)
    weights = table.weights.astype(np.float64) if table.weights.size else None
    if not targets.size or (weights is not None and not weights.sum() > 0):
        return math.nan
    with np.errstate(all="ignore"):
        answer = np.average(targets, axis=0, weights=weights)
        if loss.baseline == "median" and weights is None:
            answer = np.median(targets, axis=0)
    return answers_loss(loss, targets, np.broadcast_to(answer, targets.shape), weights)


def answers_loss(loss: Loss, targets: Vector, answers: Vector, weights: Vector | None) -> float:
    """Return the mean loss of answers to targets, both rows x outputs; nan for a loss without an
    expression.
    """
    on_sums = loss.output_sums_to_one
    with np.errstate(all="ignore"):
        said = np.log(np.maximum(answers, 1e-300)) if on_sums else answers
        try:
            penalties = loss.expression(targets, said, on_sums)
        except OperationError:
            return math.nan
        each = np.asarray(penalties, np.float64).reshape(len(targets), -1).sum(axis=1)
        return float(np.average(each, weights=weights))


def _granted(problem: Problem) -> float:
    """Return what share of the first loss is forgiven, by whether all targets are the same."""
    targets = problem.table.targets
    if not targets.size or not always_same(targets).all():
        return 0.0
    return 1.0 if np.abs(targets).max() <= SIZE else 0.5


def rows_of(table: Table) -> int:
    """Return how many rows a table has."""
    return len(table.targets)


def _loss(problem: Problem) -> float:
    with np.errstate(all="ignore"):
        outputs, loss = problem.evaluate(problem.table, rows_of(problem.table))
    return loss if np.isfinite(outputs).all() else math.inf


def _known(value: float) -> float:
    return value if math.isfinite(value) else 0.0
