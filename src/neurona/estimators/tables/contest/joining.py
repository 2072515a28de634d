"""Further ways beside a model that a contest made: trained on the contest's folds, and what all say
together of rows that none of them saw.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurona.data.table import Column
from neurona.estimators.tables.contest.contest import Contest
from neurona.estimators.tables.contest.entries import Entries
from neurona.estimators.tables.contest.judging import Judge
from neurona.estimators.tables.contest.ways import ways_of
from neurona.training.callbacks import Callback

BELIEVED = 2.0
"""How far the model is believed in beforehand, in further ways."""


class Joining:
    """Trains ways, and mixes what they say with what the model says.

    Parameters
    ----------
    entries : Entries
        What the contest was held over.
    """

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    def said(
        self, way: str, parts: Sequence[int], callbacks: Sequence[Callback], threads: int
    ) -> Column:
        """Train a way in some folds; returns what it said of the rows that these hold out, rows x
        outputs, nan of all others.
        """
        entries = self._entries
        one = ways_of([way])[0].candidate(entries.task, entries.wide.width, entries.effort)
        return Contest(entries, None).said(one, parts, callbacks, threads)

    def mixed(self, answers: Sequence[Column], parts: Sequence[int]) -> Column:
        """Return what a model and further ways say together of the rows that some folds hold out.

        What each counts on the rows of a fold is read off the other folds; where there is one fold
        only, off its own rows. `answers` has the model's and each way's, rows x outputs.
        """
        judge, all_said = Judge(self._entries), np.stack(answers)
        prior = np.array([BELIEVED, *np.ones(len(answers) - 1)])
        mixed = np.full(answers[0].shape, np.nan)
        for part in parts:
            others = [one for one in parts if one != part] or [part]
            rows = np.concatenate([self._entries.fold(one).held for one in others])
            weights = judge.stacked(all_said[:, rows], rows, prior)
            held = self._entries.fold(part).held
            mixed[held] = np.tensordot(weights, all_said[:, held], 1)
        return mixed
