"""Candidates that are tried out in one fold, and go on in the others if they count there."""

from __future__ import annotations

from collections.abc import Sequence

from neurona.estimators.tables.contest.candidates import FOLDS, WIDE, Candidate
from neurona.estimators.tables.contest.combining import is_bayesian
from neurona.estimators.tables.contest.judging import Judge
from neurona.estimators.tables.contest.roster import Roster

GOES_ON = 0.05
"""What a network must count beside the others in its first fold to be trained in all."""


class TriedOut:
    """Which candidates of a roster are tried out, and what comes of it."""

    def __init__(self, roster: Roster, judge: Judge) -> None:
        self._roster, self._judge = roster, judge
        self._whole: dict[int, Candidate] = {}

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._whole)

    def enter(self, first: Sequence[Candidate], folds: int) -> None:
        """Enter those that go first. The wide network is tried out, to go on in so many folds,
        unless these are none or Bayesian networks of all folds are judged beside it.
        """
        beside = any(is_bayesian(one.name) and one.folds == FOLDS for one in first)
        for one in first:
            if one.name == WIDE and folds and not beside:
                self.add(one._replace(folds=folds))
            else:
                self._roster.add(one)

    def add(self, one: Candidate) -> None:
        """Enter a candidate, for its first fold."""
        self._whole[self._roster.try_out(one)] = one

    def asked(self) -> list[int]:
        """Return the candidates that answered, those that are tried out among them."""
        return [*self._roster.known(), *(k for k in self._whole if len(self._judge.rows([k])))]

    def go_on(self) -> None:
        """Let those that count something beside the others be trained in all their folds."""
        known = self.asked()
        weights = self._judge.by_answers(known, self._roster.prior(known))[1:]
        for number, weight in zip(known, weights, strict=True):
            if number in self._whole and weight >= GOES_ON:
                self._roster.go_on(number, self._whole[number].folds)
