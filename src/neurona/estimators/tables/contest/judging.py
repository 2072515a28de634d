"""Judging candidates by what they said of rows that they did not see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurona.data.table import Column
from neurona.estimators.tables.contest.entries import Entries
from neurona.numerics.stacking import weights_of_chances, weights_of_errors

EPS = 1e-6
"""Probabilities are not taken to be nearer to 0 or 1: one row must not decide."""


class Judge:
    """Hears what each candidate says of each fold's held-out rows; -1 is the constant."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._said: dict[tuple[int, int], Column] = {}
        for part, fold in enumerate(entries.folds):
            middle = self.middle(fold.train)
            self._said[-1, part] = np.broadcast_to(middle, (len(fold.held), len(middle)))

    @property
    def quantities(self) -> bool:
        """Whether quantities are predicted, not probabilities."""
        return self._entries.task.loss.has_noise

    def hears(self, number: int, part: int, said: Column) -> float:
        """Keep what a candidate said of a fold's held-out rows; returns its loss there."""
        self._said[number, part] = said.astype(float)
        return self._loss(self._said[number, part], self._entries.folds[part].held)

    def answers(self, number: int) -> Column | None:
        """Return what a candidate said of all judged rows; None if a fold has no finite answer."""
        entries = self._entries
        found = np.full(entries.outputs.shape, np.nan)
        for part, fold in enumerate(entries.folds):
            said = self._said.get((number, part))
            if said is None:
                return None
            found[fold.held] = said
        judged: Column = found[entries.judged]
        return judged if np.isfinite(judged).all() else None

    def loss(self, number: int) -> float:
        """Return a candidate's loss on all judged rows, infinite if it has no answers."""
        said = self.answers(number)
        return np.inf if said is None else self._loss(said, self._entries.judged)

    def weights(self, known: Sequence[int], prior: Column) -> Column:
        """Return what the constant and the known candidates count."""
        entries = self._entries
        judged, answers = entries.judged, self._stack(known)
        truth = entries.outputs[judged]
        rows = None if entries.weights is None else entries.weights[judged]
        if self.quantities:
            return weights_of_errors(answers - truth, prior, rows)
        chances = np.stack([self._chances(one, truth) for one in answers])
        return weights_of_chances(chances, prior, rows)

    def mixed(self, known: Sequence[int], weights: Column) -> Column:
        """Return what the constant and the known candidates say together of the judged rows."""
        mixed: Column = np.tensordot(weights, self._stack(known), 1)
        return mixed

    def middle(self, rows: Column) -> Column:
        """Return the best constant answer for some rows."""
        entries = self._entries
        weights = None if entries.weights is None else entries.weights[rows]
        mean: Column = np.average(entries.outputs[rows], axis=0, weights=weights)
        if not self.quantities:
            # as if each class had been seen half a time more
            mean = (mean * len(rows) + 0.5) / (len(rows) + 0.5 * max(2, len(mean)))
        return mean

    def _stack(self, known: Sequence[int]) -> Column:
        found = [answers for k in (-1, *known) if (answers := self.answers(k)) is not None]
        return np.stack(found)

    def _loss(self, answers: Column, rows: Column) -> float:
        """Return squared error, or log loss, of answers to some rows."""
        truth, weights = self._entries.outputs[rows], self._entries.weights
        if self.quantities:
            each = ((answers - truth) ** 2).mean(axis=1)
        else:
            each = -np.log(self._chances(answers, truth)).reshape(len(rows), -1).mean(axis=1)
        found = float(np.average(each, weights=None if weights is None else weights[rows]))
        return found if np.isfinite(found) else np.inf

    def _chances(self, answers: Column, truth: Column) -> Column:
        """Return the probability given to what came: of the row's class, or of each label."""
        answers = np.clip(answers, EPS, 1 - EPS)
        if self._entries.task.output.sums_to_one:
            chances: Column = (answers * truth).sum(axis=1) / answers.sum(axis=1)
            return chances
        return np.where(truth > 0.5, answers, 1 - answers)
