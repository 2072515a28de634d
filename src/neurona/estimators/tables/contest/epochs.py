"""What networks said of held-out rows after every epoch, not only after the one these rows chose.

The best of many epochs on a few rows is so by luck in part: on noise alone a network that stops
where a fold likes it best says more of that fold than the constant does. At the epoch that the
other folds like best together, the fold has chosen nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurona.data.table import Column
from neurona.training.loop import Training
from neurona.training.recall import MOST_ANSWERS


class Epochs:
    """Keeps what a training says of its validation rows, epoch after epoch."""

    def __init__(self, training: Training) -> None:
        assert training.validation is not None
        self._said: list[Column] = []
        self._history, self._score = training.history, training.validation.score
        training.validation = training.validation._replace(score=self._hears)

    def _hears(self, outputs: Column) -> float:
        self._said.append(outputs.astype(np.float32))
        return self._score(outputs)

    def losses(self, count: int) -> Column:
        """Return the validation loss of so many epochs; those that were not trained are as the
        last.
        """
        found = np.array([record.val_loss for record in self._history], float)
        found = np.where(np.isfinite(found), found, np.inf)
        return np.pad(found, (0, count - len(found)), "edge")

    @property
    def count(self) -> int:
        """How many epochs were trained."""
        return len(self._said)

    def said(self, epoch: int) -> Column:
        """Return the answers after an epoch, from 0, or the last before."""
        return self._said[min(epoch, len(self._said) - 1)]


class Heard:
    """The epochs of trainings by their numbers, of tables where luck counts: beyond MOST_ANSWERS
    answers (rows times outputs) it counts little.
    """

    def __init__(self, answers: int) -> None:
        self._few = answers <= MOST_ANSWERS
        self._epochs: dict[int, Epochs] = {}

    def listen(self, job: int, training: Training) -> None:
        """Keep what a training says of its validation rows, if it has some."""
        if self._few and training.validation is not None:
            self._epochs[job] = Epochs(training)

    def unchosen(self, jobs: Sequence[int]) -> list[Column]:
        """Return what the trainings of all folds said, and forget it; nothing if not all did."""
        if len(jobs) < 2 or not all(job in self._epochs for job in jobs):
            return []
        return said_unchosen([self._epochs.pop(job) for job in jobs])


def said_unchosen(folds: Sequence[Epochs]) -> list[Column]:
    """Return what was said of each fold's rows at the epoch that the other folds like best.

    Folds count by the logarithm of their loss, so that one with an outlier does not decide.
    """
    count = max(one.count for one in folds)
    with np.errstate(divide="ignore"):
        curves = np.log([one.losses(count) for one in folds])
    return [
        one.said(int(np.argmin(np.delete(curves, k, 0).sum(axis=0)))) for k, one in enumerate(folds)
    ]
