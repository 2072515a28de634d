"""Categories: one column per level.

Missing is a level; rare levels share the column "other", and so do unseen ones; where training had
no rare ones, an unseen level is 0 in every column (a column that training never saw used would have
random weights).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona.data.cells import to_number
from neurona.data.contents import texts_of
from neurona.data.encoders.kind import KINDS, Encoder, Seen, checked_text
from neurona.data.frames import number_text
from neurona.data.table import Column, Table

OTHER = "(other)"
"""Stands for all levels that share a column."""


@KINDS.register("category")
@dataclass(frozen=True, slots=True)
class Category(Encoder):
    """Texts: one column per level of its own, and one for all others if `other`.

    `levels` are the texts with a column of their own; None among them stands for a missing cell.
    """

    when_missing: ClassVar[str] = "missing is a level of its own"
    name: str
    levels: tuple[str | None, ...]
    other: bool

    @classmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return the reason for all columns of texts."""
        if seen.column.dtype.kind != "O":
            return None
        count = len(seen.values)
        texts = "1 text" if count == 1 else f"{count:,} different texts"
        return f"its values are {texts}"

    @classmethod
    def fit(cls, table: Table, name: str, missing: bool, max_levels: int) -> Category:
        """Learn the most frequent levels: all of them if there are at most `max_levels`."""
        counts = Counter(texts_of(table[name]))
        ordered = sorted(counts, key=lambda level: (-counts[level], level is None, level or ""))
        kept = ordered if len(ordered) <= max_levels else ordered[: max_levels - 1]
        levels = sorted(kept, key=lambda level: (level is None, level or ""))
        return cls(name, tuple(levels), len(kept) < len(ordered))

    @classmethod
    def checked(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Return stored values; ValueError if one cannot be."""
        values = super(Category, cls).checked(values)
        levels = (None if level is None else checked_text(level) for level in values["levels"])
        return values | {"levels": tuple(levels)}

    def features(self) -> list[str]:
        """Return the names of the columns this becomes."""
        own = [
            f"{self.name} is missing" if level is None else f"{self.name} = {level}"
            for level in self.levels
        ]
        return [*own, f"{self.name} = {OTHER}"] if self.other else own

    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""
        other = len(self.levels)
        codes: dict[str | None, int] = {level: code for code, level in enumerate(self.levels)}
        texts = texts_of(table[self.name])
        for text in set(texts).difference(codes):
            # a file read as text may write 3 as "3.0"
            value = None if text is None else to_number(text)
            if value is not None and value == value:
                codes[text] = codes.get(number_text(value), other)
        found = np.fromiter((codes.get(text, other) for text in texts), np.intp, len(texts))
        out[:] = 0
        known = np.flatnonzero(found < out.shape[1])
        out[known, found[known]] = 1
        return sum(text is None for text in texts)

    def decode(self, numbers: Column) -> Column:
        """Return the level whose column is largest."""
        levels = np.array([*self.levels, OTHER], object)
        found: Column = levels[numbers.argmax(axis=1)]
        return found

    def stands_in(self) -> str:
        """Return what a missing cell is."""
        if None in self.levels:
            return self.when_missing
        return (
            "it counts as a rare level" if self.other else "it counts as none of the known levels"
        )

    def notes(self, distinct: int, reason: str) -> list[str]:
        """Return how many levels share a column."""
        if not self.other:
            return []
        return [
            f"Column {self.name!r} has {distinct:,} levels: the {len(self.levels)} "
            "most frequent have a column each, the others share one."
        ]

    def unseen(self, table: Table) -> list[str]:
        """Return the texts of the table that have no column, not even a shared one."""
        if self.other:
            return []
        return sorted({t for t in texts_of(table[self.name]) if t is not None} - set(self.levels))

    def described(self) -> dict[str, Any]:
        """Return the levels, and whether others share a column."""
        return {"levels": list(self.choices()), "other": self.other}

    @staticmethod
    def in_words(described: Any) -> str:
        """Return the first levels."""
        levels, others = described["levels"], "; one for all others" if described["other"] else ""
        return f"a column each: {', '.join(levels[:6])}{', ...' if len(levels) > 6 else ''}{others}"

    def typical(self) -> str | None:
        """Return the first level."""
        return self.levels[0]

    def choices(self) -> tuple[str, ...]:
        """Return the levels that are texts."""
        return tuple(level for level in self.levels if level is not None)
