"""What a choice may be: values in an order, words in none, shapes of hidden layers.

Each draws a value from its prior, and steps from one value to a near one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np


class Choice(Protocol):
    """One choice: its usual value, a draw, and a step."""

    @property
    def usual(self) -> Any:
        """The value that is taken if nothing is known."""

    def draw(self, random: np.random.RandomState) -> Any:
        """Return a value by the prior."""

    def near(self, value: Any, random: np.random.RandomState) -> Any:
        """Return another value, near to one."""


@dataclass(frozen=True)
class Ladder:
    """Values in an order; draws are closer to the usual one, steps go one up or down.

    `spread` is in rungs.
    """

    values: Sequence[Any]
    usual: Any
    spread: float = 1.5

    def draw(self, random: np.random.RandomState) -> Any:
        """Return a value by the prior."""
        away = np.arange(len(self.values)) - self.values.index(self.usual)
        weights = np.exp(-0.5 * (away / self.spread) ** 2)
        return self.values[random.choice(len(self.values), p=weights / weights.sum())]

    def near(self, value: Any, random: np.random.RandomState) -> Any:
        """Return the next value up or down."""
        place = self.values.index(value) if value in self.values else self._nearest(value)
        up = random.randint(2) == 1
        step = 1 if (up and place + 1 < len(self.values)) or place == 0 else -1
        return self.values[min(place + step, len(self.values) - 1)]

    def _nearest(self, value: Any) -> int:
        if not isinstance(value, int | float):
            return list(self.values).index(self.usual)
        numbers = [abs(math.log((v or 1e-9) / (value or 1e-9))) for v in self.values]
        return int(np.argmin(numbers))


@dataclass(frozen=True)
class Words:
    """Words with weights; a step goes to any other one."""

    weights: dict[Any, float]

    @property
    def usual(self) -> Any:
        """The first word."""
        return next(iter(self.weights))

    def draw(self, random: np.random.RandomState) -> Any:
        """Return a word by its weight."""
        return self._drawn(dict(self.weights), random)

    def near(self, value: Any, random: np.random.RandomState) -> Any:
        """Return another word by its weight."""
        others = {word: weight for word, weight in self.weights.items() if word != value}
        return self._drawn(others, random) if others else value

    def _drawn(self, weights: dict[Any, float], random: np.random.RandomState) -> Any:
        shares = np.array(list(weights.values()))
        return list(weights)[random.choice(len(shares), p=shares / shares.sum())]


@dataclass(frozen=True)
class Shapes:
    """Hidden layers of equal width: a ladder of widths and one of depths.

    `alone` is the weight of "auto", which then is the usual shape.
    """

    widths: Ladder
    depths: Ladder
    alone: float = 0.0

    @property
    def usual(self) -> Any:
        """The usual layers, or "auto"."""
        return "auto" if self.alone else [self.widths.usual] * self.depths.usual

    def draw(self, random: np.random.RandomState) -> Any:
        """Return layers by the priors."""
        if self.alone and random.uniform() < self.alone:
            return "auto"
        return [self.widths.draw(random)] * self.depths.draw(random)

    def near(self, value: Any, random: np.random.RandomState) -> Any:
        """Return layers that are wider, narrower, more or fewer."""
        if value == "auto" or not value:
            return [self.widths.usual] * self.depths.usual if value == "auto" else self.usual
        width, depth = value[0], len(value)
        if random.uniform() < 0.6:
            width = self.widths.near(width, random)
        else:
            depth = self.depths.near(depth, random)
        return [width] * depth
