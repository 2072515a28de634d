"""Two values: 0 for the lesser, 1 for the greater."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona.data.contents import numbers_of, texts_of
from neurona.data.encoders.kind import KINDS, Seen, shown
from neurona.data.encoders.numeric import Numeric
from neurona.data.encoders.scaled import LIMIT, Marked
from neurona.data.gather import ColumnType
from neurona.data.table import Column, Table
from neurona.errors import TableError

BOOLEAN_WORDS = (
    ("false", "true"),
    ("no", "yes"),
    ("n", "y"),
    ("f", "t"),
    ("off", "on"),
    ("nein", "ja"),
    ("non", "oui"),
)
MOST_SPELLINGS = 8
NUMBER_PAIRS = ({"0", "1"}, {"false", "true"})
"""Pairs that a column of numbers or of truth values has, too."""


def boolean_words(texts: Iterable[str]) -> tuple[str, str] | None:
    """Return the pair of words that texts are, in whatever case, if both occur."""
    words = {text.strip().lower() for text in texts}
    return next((pair for pair in BOOLEAN_WORDS if words == set(pair)), None)


def _spellings(texts: Iterable[str]) -> list[str]:
    """Return one spelling of each word."""
    return list({text.strip().lower(): text for text in reversed(list(texts))}.values())[::-1]


@KINDS.register("boolean", before=Numeric.kind)
@dataclass(frozen=True, slots=True)
class Boolean(Marked):
    """Two values: 0 and 1; a missing one is the more frequent, and marked.

    `low` and `high` are texts ("0" and "1" for numbers).
    """

    when_missing: ClassVar[str] = "the more frequent value stands in, and a column marks them"
    name: str
    low: str
    high: str
    usual: float
    indicator: bool

    @classmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return the reason for true and false, 0 and 1, and pairs of words like no and yes."""
        values, dtype = seen.values, seen.column.dtype.kind
        if dtype == "b":
            return "its values are true and false"
        if dtype == "f" and len(values) <= 2 and set(values.tolist()) <= {0.0, 1.0}:
            return "its values are 0 and 1"
        # each in a few spellings: TRUE, True, true
        if dtype == "O" and 2 <= len(values) <= MOST_SPELLINGS and boolean_words(values):
            return f"its values are {' and '.join(map(shown, _spellings(values)))}"
        return None

    @classmethod
    def fit(cls, table: Table, name: str, missing: bool, max_levels: int) -> Boolean:
        """Learn the two values and which is more frequent."""
        texts = [text for text in texts_of(table[name]) if text is not None]
        levels = sorted({text.lower() for text in texts})
        for pair in BOOLEAN_WORDS:
            if set(levels) <= set(pair):
                levels = list(pair)
        if set(levels) <= {"0", "1"}:
            levels = ["0", "1"]
        if len(levels) != 2:
            raise TableError(
                f"{table.source}: column {name!r} has {len(levels)} values but was given "
                "as 'boolean'; give it as 'category'."
            )
        highs = sum(text.lower() == levels[1] for text in texts)
        low, high = levels
        return cls(name, low, high, float(2 * highs > len(texts)), missing)

    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""
        column = table[self.name]
        if column.dtype.kind in "bf" and self.as_numbers():
            # what was 0 and 1 by chance may be more later
            values = np.clip(numbers_of(table, self.name), -LIMIT, LIMIT)
            wrong = np.zeros(0, np.intp)
        else:
            codes = {self.low: 0.0, self.high: 1.0}
            texts = texts_of(column)
            found = [None if t is None else codes.get(t.lower(), -1.0) for t in texts]
            values = np.array([np.nan if v is None else v for v in found], np.float64)
            wrong = np.flatnonzero(values == -1)
        if len(wrong):
            cell = texts_of(column[wrong[:1]])[0]
            raise TableError(
                f"{table.where(wrong[0], self.name)}: the cell {cell!r} is neither {self.low!r} "
                f"nor {self.high!r}, the two values in training; correct it or empty it."
            )
        absent = np.isnan(values)
        out[:, 0] = np.where(absent, self.usual, values)
        if self.indicator:
            out[:, 1] = absent
        return int(absent.sum())

    def numbers(self, table: Table) -> Column | None:
        """Return the numbers if the values are 0 and 1: there may be others later."""
        column = table[self.name]
        if column.dtype.kind != "f" or (self.low, self.high) != ("0", "1"):
            return None
        return numbers_of(table, self.name)

    def stands_in(self) -> str:
        """Return the more frequent value."""
        usual = self.high if self.usual else self.low
        return f"the more frequent value of training, {usual!r}, stands in"

    def decode(self, numbers: Column) -> Column:
        """Return the nearer of the two values: 0 and 1, truth values, or texts as in training."""
        high, missing = numbers[:, 0] > 0.5, self.marked(numbers)
        if (self.low, self.high) == ("0", "1"):
            return np.where(missing, np.nan, high)
        if (self.low, self.high) == ("false", "true") and not self.indicator:
            return high
        cells = np.array([self.low, self.high], object)[high.astype(np.intp)]
        cells[missing] = None
        return cells

    def as_numbers(self) -> bool:
        """Whether numbers and truth values are the two values, too."""
        return {self.low, self.high} in NUMBER_PAIRS

    def reads_as(self) -> ColumnType:
        """Return that files are to be read as numbers if the values are 0 and 1."""
        return "number" if (self.low, self.high) == ("0", "1") else "text"

    def described(self) -> dict[str, Any]:
        """Return the two values."""
        return {"low": self.low, "high": self.high}

    @staticmethod
    def in_words(described: Any) -> str:
        """Return which value is 0 and which is 1."""
        return f"0: {described['low']}, 1: {described['high']}"

    def typical(self) -> Any:
        """Return the more frequent value: 0 or 1, or a word."""
        if self.as_numbers():
            return float(self.usual)
        return self.high if self.usual else self.low

    def choices(self) -> tuple[str, ...]:
        """Return the two words, none if numbers will do."""
        return () if self.as_numbers() else (self.low, self.high)

    def pair(self) -> tuple[Any, Any]:
        """Return both values: 0 and 1, or words."""
        return (0.0, 1.0) if self.as_numbers() else (self.low, self.high)
