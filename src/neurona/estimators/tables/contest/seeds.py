"""The seeds of a contest's trainings: further ways are counted apart, so that what competes without
them is trained as it is without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from neurona.estimators.tables.contest.candidates import Candidate
from neurona.estimators.tables.contest.roster import WHOLE, Job

MOST = 1000


class Seeds:
    """A seed for each training; `also` are the further ways."""

    def __init__(self, seed: int, also: Iterable[Candidate]) -> None:
        self._seeds = np.random.RandomState(seed).randint(2**31 - 1, size=MOST)
        self._further = {one.name for one in also}

    def of(self, job: int, jobs: Sequence[Job], candidates: Sequence[Candidate]) -> int:
        """Return the seed of one of the trainings."""
        known = [k >= 0 and candidates[k].name in self._further for k, _ in jobs[: job + 1]]
        # on all rows a line is trained, which draws nothing, or one network several times
        draws = [one.part != WHOLE or one == jobs[job] for one in jobs[:job]]
        own = sum(drew and one == known[job] for one, drew in zip(known, draws, strict=False))
        return int(self._seeds[-1 - own if known[job] else own])
