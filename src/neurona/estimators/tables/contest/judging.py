"""Judging candidates by what they said of rows that they did not see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from neurona.data.table import Column
from neurona.estimators.tables.clear import SURE, clearness, is_clear, rows_to_tell
from neurona.estimators.tables.contest.candidates import FEW_ROWS
from neurona.estimators.tables.contest.entries import Entries
from neurona.numerics.stacking import LEAST, weights_of_chances, weights_of_errors

UNCHOSEN = 1.28
"""Standard errors of a gain that nothing was chosen by, in 9 of 10 cases above 0: to say the mean
where something could be learned costs as much as the other mistake.
"""
CERTAIN = 2.0
"""Standard errors from which nothing of the simple answers is mixed in where rows are few."""
SPOKE = 0.5
"""What those that were asked about a row must count for it to judge all together."""
EPS = 1e-6
"""Probabilities are not taken to be nearer to 0 or 1: one row must not decide."""


class Beside(NamedTuple):
    """The loss of all together on rows not seen, that of one candidate, whether the former is less
    by more than chance, how many rows would tell if not (None if it is no less), and the rows.
    """

    together: float
    alone: float
    clear: bool
    needed: int | None
    rows: int


class Judge:
    """Hears what each candidate says of each fold's held-out rows; -1 is the constant."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._said: dict[tuple[int, int], Column] = {}
        self._unchosen: dict[tuple[int, int], Column] = {}
        self._few = entries.task.rows < FEW_ROWS
        for part, fold in enumerate(entries.folds):
            middle = self.middle(fold.train)
            self._said[-1, part] = np.broadcast_to(middle, (len(fold.held), len(middle)))

    @property
    def quantities(self) -> bool:
        """Whether quantities are predicted, not probabilities."""
        return self._entries.task.loss.has_noise

    def hears(self, number: int, part: int, said: Column) -> None:
        """Keep what a candidate said of a fold's held-out rows."""
        self._said[number, part] = said.astype(float)

    def loss_in(self, part: int, said: Column) -> float:
        """Return the loss of what is said of a fold's held-out rows."""
        return self._loss(said.astype(float), self._entries.fold(part).held)

    def hears_unchosen(self, number: int, part: int, said: Column) -> None:
        """Keep what a candidate said of a fold's held-out rows at an epoch that these did not
        choose; of few rows that is all that counts.
        """
        self._unchosen[number, part] = said.astype(float)
        if self._few:
            self._said[number, part] = self._unchosen[number, part]

    def answers(self, number: int, unchosen: bool = False) -> Column:
        """Return what a candidate said, in the mean over the sets of folds, rows x outputs; nan
        where it said nothing.

        If `unchosen`, at an epoch that the rows did not choose, where that is known.
        """
        entries = self._entries
        total, times = np.zeros(entries.outputs.shape), np.zeros((len(entries.outputs), 1))
        for part, fold in enumerate([*entries.folds, *entries.again]):
            said = self._said.get((number, part))
            if unchosen:
                said = self._unchosen.get((number, part), said)
            if said is not None and np.isfinite(said).all():
                total[fold.held] += said
                times[fold.held] += 1
        return total / np.where(times > 0, times, np.nan)

    def rows(self, known: Sequence[int], weights: Column | None = None) -> Column:
        """Return the rows of which the constant and all the known candidates said something; with
        what each counts, those of which most of it did.
        """
        spoke = self._spoke(known)
        return np.flatnonzero(spoke.all(axis=0) if weights is None else weights @ spoke >= SPOKE)

    def loss(self, number: int) -> float:
        """Return a candidate's loss on the rows it was asked about, infinite if there are none."""
        rows = self.rows([number])
        return self._loss(self.answers(number)[rows], rows) if len(rows) else np.inf

    def weights(self, known: Sequence[int], prior: Column, lines: Sequence[int]) -> Column:
        """Return what the constant and the known candidates count, of which `lines` are lines.

        What is better than the constant by chance only is not taken before it, and what is better
        than the (first) line by chance only shares with it: that is judged by networks that the
        judge's rows did not stop. How much each counts is read off the networks as they are: a mean
        of several is as good as the best epochs of one say, or better.

        Of few rows neither holds: see `_of_few`.
        """
        weights = self._in_two(known, prior)
        simple = [0, *(1 + place for place, number in enumerate(known) if number in lines)]
        if self._few:
            return self._of_few(known, prior, weights, simple)
        only = np.eye(len(weights))
        if not self._is_better_than(0, known, prior, weights):
            return only[:1].ravel()
        if len(simple) > 1 and not self._is_better_than(simple[1], known, prior, weights):
            weights = (weights + only[simple[1]]) / 2
        return weights

    def by_answers(self, known: Sequence[int], prior: Column) -> Column:
        """Return what the constant and the known candidates count by their answers to the rows that
        all were asked about, whether or not that is more than chance.
        """
        return self._in_one(known, prior)

    def _in_one(self, known: Sequence[int], prior: Column, unchosen: bool = False) -> Column:
        rows = self.rows(known)
        return self.stacked(self._stack(known, rows, unchosen), rows, prior)

    def _in_two(self, known: Sequence[int], prior: Column, unchosen: bool = False) -> Column:
        """Return what the constant and the known candidates count: those that were asked about most
        rows among themselves by all of these, and what they say together beside the others by the
        rows that all were asked about.
        """
        asked = self._spoke(known).sum(axis=1)
        often = asked == asked.max()
        if often.all() or often.sum() == 1:
            return self._in_one(known, prior, unchosen)
        found = np.zeros(len(prior))
        found[often] = self._in_one(
            [number for number, one in zip(known, often[1:], strict=True) if one],
            prior[often],
            unchosen,
        )
        rows = self.rows(known)
        answers = self._stack(known, rows, unchosen)
        together = np.tensordot(found, answers, 1)[None]
        believed = np.concatenate([prior[often].sum(keepdims=True), prior[~often]])
        shares = self.stacked(np.concatenate([together, answers[~often]]), rows, believed)
        found[often] *= shares[0]
        found[~often] = shares[1:]
        return found

    def _of_few(
        self, known: Sequence[int], prior: Column, weights: Column, simple: list[int]
    ) -> Column:
        """Return `weights` of few rows, shrunk to those of the constant and the lines alone: by how
        many standard errors of the difference all together are better than these.
        """
        rows = self.rows(known)
        answers = self._stack(known, rows)
        plain = np.zeros(len(weights))
        plain[simple] = self.stacked(answers[simple], rows, prior[simple])
        alone, together = (
            self._losses(np.tensordot(each, answers, 1), rows) for each in (plain, weights)
        )
        share = min(max(clearness(self._counted(alone - together, rows)) / CERTAIN, 0.0), 1.0)
        mixed = share * weights + (1 - share) * plain
        mixed[mixed < LEAST] = 0
        found: Column = mixed / mixed.sum()
        return found

    def _is_better_than(
        self, place: int, known: Sequence[int], prior: Column, weights: Column
    ) -> bool:
        """Whether all together are better than the model at a place: 0 is the constant's."""
        unchosen = any(number in known for number, _ in self._unchosen)
        if unchosen:
            weights = self._in_two(known, prior, unchosen)
        rows = self.rows(known, weights)
        alone = self.answers((-1, *known)[place])[rows]
        gains = self._losses(alone, rows) - self._losses(self.mixed(known, weights, unchosen), rows)
        return self._is_clear(gains, rows, UNCHOSEN if unchosen else SURE)

    def stacked(self, answers: Column, rows: Column, prior: Column) -> Column:
        """Return what each counts by its answers, models x rows x outputs, alone."""
        truth, counts = self._entries.outputs[rows], self._counts(rows)
        if self.quantities:
            return weights_of_errors(answers - truth, prior, counts)
        chances = np.stack([self._chances(one, truth) for one in answers])
        return weights_of_chances(chances, prior, counts)

    def mixed(self, known: Sequence[int], weights: Column, unchosen: bool = False) -> Column:
        """Return what the constant and the known candidates say together of `rows(known, weights)`:
        of each row those that were asked about it, by what they count.
        """
        rows = self.rows(known, weights)
        answers = self._stack(known, rows, unchosen)
        counts = weights[:, None] * np.isfinite(answers).all(axis=2)
        shares = counts / counts.sum(axis=0)
        mixed: Column = np.einsum("mr,mro->ro", shares, np.nan_to_num(answers))
        return mixed

    def beside(self, number: int, known: Sequence[int], weights: Column) -> Beside:
        """Compare what the known candidates say together with what one of them says."""
        rows = self.rows(known, weights)
        alone = self._losses(self.answers(number)[rows], rows)
        gains = alone - self._losses(self.mixed(known, weights), rows)
        counts = self._counts(rows)
        mean = float(np.average(alone, weights=counts))
        together = mean - float(np.average(gains, weights=counts))
        clear = self._is_clear(gains, rows)
        return Beside(together, mean, clear, None if clear else rows_to_tell(gains), len(rows))

    def middle(self, rows: Column) -> Column:
        """Return the best constant answer for some rows."""
        mean: Column = np.average(self._entries.outputs[rows], axis=0, weights=self._counts(rows))
        if not self.quantities:
            # as if each class had been seen half a time more
            mean = (mean * len(rows) + 0.5) / (len(rows) + 0.5 * max(2, len(mean)))
        return mean

    def _spoke(self, known: Sequence[int]) -> Column:
        """Return of which rows the constant and the known candidates said something, models x
        rows.
        """
        return np.stack([np.isfinite(self.answers(k)).all(axis=1) for k in (-1, *known)])

    def _stack(self, known: Sequence[int], rows: Column, unchosen: bool = False) -> Column:
        return np.stack([self.answers(k, unchosen)[rows] for k in (-1, *known)])

    def _losses(self, answers: Column, rows: Column) -> Column:
        """Return squared error, or log loss, of each row's answer."""
        truth = self._entries.outputs[rows]
        if self.quantities:
            each: Column = ((answers - truth) ** 2).mean(axis=1)
            return each
        losses = -np.log(self._chances(answers, truth)).reshape(len(rows), -1)
        found: Column = losses.mean(axis=1)
        return found

    def _loss(self, answers: Column, rows: Column) -> float:
        found = float(np.average(self._losses(answers, rows), weights=self._counts(rows)))
        return found if np.isfinite(found) else np.inf

    def _counts(self, rows: Column) -> Column | None:
        return None if self._entries.weights is None else self._entries.weights[rows]

    def _is_clear(self, gains: Column, rows: Column, sure: float = SURE) -> bool:
        return is_clear(self._counted(gains, rows)[:, None], sure)[0]

    def _counted(self, gains: Column, rows: Column) -> Column:
        counts = self._counts(rows)
        return gains if counts is None else gains * counts / counts.mean()

    def _chances(self, answers: Column, truth: Column) -> Column:
        """Return the probability given to what came: of the row's class, or of each label."""
        answers = np.clip(answers, EPS, 1 - EPS)
        if self._entries.task.output.sums_to_one:
            chances: Column = (answers * truth).sum(axis=1) / answers.sum(axis=1)
            return chances
        return np.where(truth > 0.5, answers, 1 - answers)
