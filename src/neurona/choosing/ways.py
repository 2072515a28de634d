"""What a search may add to a default that lets several ways to learn compete: further ways, which
join it, each drawn by a prior.

A candidate is the list of all that join; the search goes on from the best list so far.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from neurona.choosing.ladders import Choice, Ladder
from neurona.choosing.space import Parameters
from neurona.estimators.tables.contest.ways import WAYS, Leaves, Way, ways_of

ALSO = "training.also"
MOST = 4
"""How many join at most."""
MOST_LEAVES = 6400
"""Leaves of all trees of a way together."""
TRIES = 50
SHARES = {"leaves": 0.4, "thresholds": 0.25, "silu": 0.2, "relu": 0.15}
_LAYERS: dict[str, Choice] = {
    "width": Ladder([32, 64, 128, 256], 128, 1.0),
    "rate": Ladder([0.25, 0.5, 1.0, 2.0], 1.0, 1.0),
    "decay": Ladder([0.001, 0.01, 0.1, 1.0], 0.01, 1.5),
    "dropout": Ladder([0.0, 0.1, 0.2, 0.3, 0.5], 0.0, 2.0),
}
CHOICES: dict[str, dict[str, Choice]] = {
    "leaves": {
        "trees": Ladder([100, 200, 400, 800], 400, 1.0),
        "rate": Ladder([0.02, 0.05, 0.1, 0.2], 0.05, 1.0),
        "leaves": Ladder([3, 4, 8, 16, 32], 8, 1.2),
        "least_rows": Ladder([2, 5, 10, 20, 40], 20, 1.0),
        "columns": Ladder([0.2, 0.3, 0.5, 0.8, 1.0], 0.5, 1.2),
        "kept": Ladder([64, 128, 256, 512], 256, 1.0),
    },
    "thresholds": {**_LAYERS, "depth": Ladder([1, 2, 3, 4], 3, 1.0)},
    "silu": {**_LAYERS, "depth": Ladder([1, 2, 3], 2, 1.0)},
    "relu": {**_LAYERS, "depth": Ladder([1, 2, 3, 4], 3, 1.0)},
}


class WaySpace:
    """Ways by the prior; `best` returns the candidate to go on from, None while there is none.

    `fixed` says that a person has named the ways, so that nothing is left to choose.
    """

    def __init__(self, best: Callable[[], Parameters | None], fixed: bool = False) -> None:
        self._best, self._fixed = best, fixed

    def draw(self, random: np.random.RandomState, place: float | None = None) -> Parameters:
        """Return the best list so far with one way more, of the kind at a place from 0 to 1."""
        known = self._listed(self._best())
        shares = np.cumsum(list(SHARES.values()))
        where = random.uniform() if place is None else place
        kind = list(SHARES)[min(int(np.searchsorted(shares, where * shares[-1])), len(SHARES) - 1)]
        drawn = _fitting(
            lambda: _made(kind, {key: one.draw(random) for key, one in CHOICES[kind].items()})
        )
        return _together([*known[-(MOST - 1) :], drawn])

    def near(self, parameters: Parameters, random: np.random.RandomState) -> Parameters:
        """Return a list in which one way differs in one or two choices."""
        known = self._listed(parameters)
        if not known:
            return self.draw(random)
        place = random.randint(len(known))
        way = known[place]
        kind, choices = type(way).name, CHOICES[type(way).name]

        def moved() -> Way:
            values = {key: getattr(way, key) for key in choices}
            keys = list(choices)
            for number in random.permutation(len(keys))[: 1 + random.randint(2)]:
                key = keys[number]
                values[key] = choices[key].near(values[key], random)
            return _made(kind, values)

        return _together([*known[:place], _fitting(moved), *known[place + 1 :]])

    def reduced(self, parameters: Parameters, effort: float) -> Parameters:
        """Return a candidate as it is: a little of it is fewer folds."""
        return parameters

    def has_choices(self) -> bool:
        """Whether anything is left to choose."""
        return not self._fixed

    @staticmethod
    def _listed(parameters: Parameters | None) -> list[Way]:
        return ways_of((parameters or {}).get(ALSO, []))


def _made(kind: str, values: Parameters) -> Way:
    way: Way = replace(WAYS.find(kind), **values)
    return way


def _fitting(make: Callable[[], Way]) -> Way:
    """Return a way that is not too large, of some that are made."""
    for _ in range(TRIES):
        way = make()
        if not isinstance(way, Leaves) or way.trees * way.leaves <= MOST_LEAVES:
            return way
    return Leaves()


def _together(ways: Sequence[Way]) -> Parameters:
    return {ALSO: list(dict.fromkeys(one.text for one in ways))}
