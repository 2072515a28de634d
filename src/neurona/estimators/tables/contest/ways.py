"""Further ways to learn, which a person or a search may let compete besides the usual ones: values
with options, `leaves(trees=200)`, that a config file can say.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from neurona import value_text
from neurona.errors import IncompatibleError
from neurona.estimators.tables.contest import candidates
from neurona.estimators.tables.contest.boosting import Boosting
from neurona.estimators.tables.contest.candidates import Candidate, Effort
from neurona.estimators.tables.contest.lenses import RELEVANCE, THRESHOLDS
from neurona.estimators.tables.contest.thresholds import MOST
from neurona.estimators.tables.plan import Task
from neurona.optimizers import AdamW
from neurona.registry import Registry
from neurona.values import Value, option

WAYS = Registry("way to learn")
NOT_ALSO = (
    "`also` names ways to learn that join where several compete, which is so from 20 rows on "
    "where nothing names one way (a solver, a shape, steps, effort='quick', rows to validate on). "
    "Leave it out."
)


@dataclass(frozen=True)
class Way(Value):
    """Base of the ways: a value that makes a candidate for a table."""

    @property
    def text(self) -> str:
        """The text that stands for it, by which the candidate is called."""
        return value_text.write(self)

    @abstractmethod
    def candidate(self, task: Task, width: int, effort: Effort) -> Candidate:
        """Return the candidate of a table whose rows in pieces have so many columns."""


@WAYS.register("leaves")
@dataclass(frozen=True)
class Leaves(Way):
    """The leaves of boosted trees as two layers, the last layer trained on from what these say."""

    trees: int = 400
    rate: float = option(0.05, 0.0, 1.0, "right")
    leaves: int = 8
    least_rows: int = 20
    columns: float = option(0.5, 0.0, 1.0, "right")
    kept: int = 256

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, least in (("trees", 1), ("leaves", 2), ("least_rows", 1), ("kept", 1)):
            check_whole(self, name, least)

    def candidate(self, task: Task, width: int, effort: Effort) -> Candidate:
        """Return the candidate."""
        boosting = Boosting(*(getattr(self, name) for name in Boosting._fields))
        return candidates.leaves(task, self.text, boosting, effort)


@dataclass(frozen=True)
class Layers(Way):
    """Base of equal hidden layers, trained in steps."""

    activation: ClassVar[str]
    lens: ClassVar[str]
    usual_rate: ClassVar[float]

    width: int = 128
    depth: int = 3
    rate: float = option(1.0, 0.0, closed="neither")
    """The learning rate, in those of the usual candidates."""
    decay: float = option(0.01, 0.0)
    dropout: float = option(0.0, 0.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("width", "depth"):
            check_whole(self, name, 1)

    def candidate(self, task: Task, width: int, effort: Effort) -> Candidate:
        """Return the candidate."""
        inputs = MOST if self.lens == THRESHOLDS else width
        hidden = (self.width,) * self.depth
        rate = self.rate * self.usual_rate
        words = candidates.words_in_steps(task, inputs, hidden, self.activation, rate, effort)
        words |= {"solver": AdamW(weight_decay=self.decay), "dropout": self.dropout}
        pieces = self.lens != THRESHOLDS
        return Candidate(self.text, 1.0, words, pieces, lens=self.lens)


@WAYS.register("silu")
@dataclass(frozen=True)
class Silu(Layers):
    """Smooth layers, each column shown by what it tells."""

    activation, lens, usual_rate = "silu", RELEVANCE, 2e-3

    depth: int = 2


@WAYS.register("relu")
@dataclass(frozen=True)
class Relu(Layers):
    """Layers of relu."""

    activation, lens, usual_rate = "relu", "", 5e-3


@WAYS.register("thresholds")
@dataclass(frozen=True)
class Thresholds(Layers):
    """Layers of relu behind thresholds that trees find."""

    activation, lens, usual_rate = "relu", THRESHOLDS, 5e-3


def ways_of(given: Sequence[Any]) -> list[Way]:
    """Return the ways that texts and values stand for.

    ValueError, UnknownNameError: one that is none, or the same one twice.

    >>> [one.text for one in ways_of(["leaves", "relu(width=64, dropout=0.1)"])]
    ['leaves()', 'relu(width=64, dropout=0.1)']
    """
    found: list[Way] = []
    for one in given:
        way = value_text.parse(one, WAYS) if isinstance(one, str) else WAYS.find(one)
        if way in found:
            raise ValueError(f"The way to learn {way.text} is given twice.")
        found.append(way)
    return found


def check_also(given: Sequence[Any], folds: Sequence[Any]) -> None:
    """Raise where ways are named that are none, or where nothing competes: there are no folds."""
    if ways_of(given) and not folds:
        raise IncompatibleError(NOT_ALSO)


def check_whole(value: Value, name: str, least: int) -> None:
    """Raise a ValueError for an option that is no whole number of `least` or more."""
    given = getattr(value, name)
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        raise ValueError(
            f"The {name!r} parameter of {type(value).__name__} must be a whole number of {least} "
            f"or more. Got {given!r} instead."
        )
