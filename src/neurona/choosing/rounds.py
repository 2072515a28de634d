"""The plan of a search: rounds of successive halving, and steps away from the best.

A round draws candidates from the prior and trains each a little; the better third is trained
longer, the best of these to the end (K. Jamieson and A. Talwalkar 2016, Non-stochastic best arm
identification and hyperparameter optimization). Every other round goes a step away from the best
candidate so far, in a few directions, and trains to the end. Each round has random numbers of its
own, so what is tried depends on the seed and on losses, never on a clock.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np

from neurona.choosing.space import Parameters, key_of

DRAWN, KEPT, STEPS, TRIES = 9, 3, 3, 20
"""Candidates of a round, of how many one goes on to the next rung, steps away from the best, and
draws until one is new.
"""


class Rung(NamedTuple):
    """How much a candidate is trained: on how many folds, and which share of its length."""

    folds: int
    effort: float


@dataclass
class Candidate:
    """Settings to try, where they come from, and the losses by rung (infinite: it failed), by fold
    of the last rung that was trained, and by parts of the first fold's rows; of quantities also the
    mean logarithm of the errors by fold.
    """

    number: int
    origin: str
    parameters: Parameters
    losses: dict[int, float] = field(default_factory=dict)
    folds: list[float] = field(default_factory=list)
    parts: list[float] = field(default_factory=list)
    logs: list[float] = field(default_factory=list)


class Batch(NamedTuple):
    """Candidates to be trained next, all on the same rung."""

    candidates: list[Candidate]
    rung: int


Plan = Generator[Batch, Sequence[float], None]


def rungs_of(folds: int) -> list[Rung]:
    """Return the rungs for a table whose candidates are judged by so many folds."""
    if folds < 2:
        return [Rung(1, 1 / 6), Rung(1, 1 / 2), Rung(1, 1.0)]
    return [Rung(1, 1 / 4), Rung(min(2, folds), 1 / 2), Rung(folds, 1.0)]


def whole_rungs_of(folds: int) -> list[Rung]:
    """Return the rungs where a candidate is trained as it is, on one fold and on all."""
    return [Rung(one, one / folds) for one in sorted({1, folds})]


class Draws(Protocol):
    """What a plan draws candidates from."""

    def draw(self, random: np.random.RandomState, place: float | None = None) -> Parameters:
        """Return a candidate by the prior, of the kinds' own share at a place from 0 to 1."""

    def near(self, parameters: Parameters, random: np.random.RandomState) -> Parameters:
        """Return a candidate that differs in one or two choices."""

    def reduced(self, parameters: Parameters, effort: float) -> Parameters:
        """Return a candidate that trains a share of its length."""

    def has_choices(self) -> bool:
        """Whether anything is left to choose."""


class Rounds:
    """The plan, and the candidates so far.

    Parameters
    ----------
    space : Space or WaySpace
        What may be tried.
    first : list of (str, dict)
        Origin and settings of what is tried in any case, to the end: the default among them.
    rungs : list of Rung
        From a little to the end.
    seed : int
        Same seed, same plan.
    trials : int or None
        How many candidates are tried besides the first; None: as long as the plan is asked.
    then : list of lists of (str, dict), default=()
        The same of what is tried after that, one list after another.
    draw : function of a round's random numbers and the candidates, default=None
        Returns a candidate's settings instead of the prior.
    """

    def __init__(
        self,
        space: Draws,
        first: Sequence[tuple[str, Parameters]],
        rungs: Sequence[Rung],
        seed: int,
        trials: int | None,
        draw: Callable[[np.random.RandomState, list[Candidate]], Parameters] | None = None,
        then: Sequence[Sequence[tuple[str, Parameters]]] = (),
    ) -> None:
        self.space, self.rungs, self.seed, self.trials = space, list(rungs), seed, trials
        self.candidates: list[Candidate] = []
        self._first, self._draw, self._then = first, draw, then

    @property
    def begun(self) -> int:
        """How many candidates are named beforehand."""
        return len(self._first) + sum(map(len, self._then))

    @property
    def last(self) -> int:
        """The rung that trains to the end."""
        return len(self.rungs) - 1

    def best(self) -> Candidate | None:
        """Return the best candidate that was trained to the end; of equal ones the earlier."""
        ended = self.ended()
        return ended[0] if ended else None

    def ended(self) -> list[Candidate]:
        """Return the candidates that were trained to the end without failing, the best first."""
        ended = [one for one in self.candidates if math.isfinite(one.losses.get(self.last, np.inf))]
        return sorted(ended, key=lambda one: (one.losses[self.last], one.number))

    def plan(self) -> Plan:
        """Yield what is to be trained; each answer is the losses, in the same order."""
        for named in (self._first, *self._then):
            begun = [self._new(origin, parameters) for origin, parameters in named]
            yield from self._train(begun, self.last)
        number = idle = 0
        while self.left() and idle < 2:  # two rounds without anything new: all has been tried
            number, before = number + 1, len(self.candidates)
            random = np.random.RandomState([self.seed % 2**32, number])
            yield from (self._halving if number % 2 else self._stepping)(random, number)
            idle = idle + 1 if len(self.candidates) == before else 0

    def left(self) -> int:
        """Return how many candidates may still be drawn."""
        drawn = len(self.candidates) - self.begun
        return sys.maxsize if self.trials is None else max(0, self.trials - drawn)

    def _halving(self, random: np.random.RandomState, number: int) -> Plan:
        count = min(DRAWN, self.left())

        def make() -> Parameters:
            if self._draw is not None:
                return self._draw(random, self.candidates)
            made = len(self.candidates) - before
            return self.space.draw(random, (made + random.uniform()) / count)

        before = len(self.candidates)

        group = self._fresh(make, DRAWN, f"round {number}")
        for rung in range(len(self.rungs)):
            yield from self._train(group, rung)
            kept = max(1, math.ceil(len(group) / KEPT))
            group = sorted(group, key=lambda one: (one.losses[rung], one.number))[:kept]
            group = [one for one in group if math.isfinite(one.losses[rung])]

    def _stepping(self, random: np.random.RandomState, number: int) -> Plan:
        best = self.best()
        if best is None:
            return
        group = self._fresh(
            lambda: self.space.near(best.parameters, random), STEPS, f"near {best.number}"
        )
        yield from self._train(group, self.last)

    def _fresh(self, make: Callable[[], Parameters], most: int, origin: str) -> list[Candidate]:
        """Return new candidates that were not tried before; fewer where there are no more."""
        group: list[Candidate] = []
        known = {key_of(one.parameters) for one in self.candidates}
        for _ in range(TRIES * most):
            if len(group) == min(most, self.left() + len(group)):
                break
            made = make()
            if key_of(made) not in known:
                known.add(key_of(made))
                group.append(self._new(origin, made))
        return group

    def _new(self, origin: str, parameters: Parameters) -> Candidate:
        one = Candidate(len(self.candidates), origin, parameters)
        self.candidates.append(one)
        return one

    def _train(self, group: list[Candidate], rung: int) -> Plan:
        if not group:
            return
        losses = yield Batch(group, rung)
        for one, loss in zip(group, losses, strict=True):
            one.losses[rung] = loss if math.isfinite(loss) else math.inf
