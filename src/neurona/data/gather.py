"""Gather: a file's cells, block by block, become columns of numbers or of text.

A column begins as numbers if its first block has mostly numbers. Cells that are no numbers are
remembered by row; when they turn out too many for slips, the column is text, and the file is
read again with that known (what '007' was, 7.0 does not tell).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from neurona.data.cells import MISSING_MARKS, NumberFormat, is_number_like, show, to_numbers
from neurona.data.table import Column

ColumnType = Literal["number", "text"]
_SLIPS = 0.1
_DISTINCT_SLIPS = 3
_REMEMBERED = 1000


class TurnedToText(Exception):  # noqa: N818 - a signal to read again, no error
    """A column that began as numbers is text."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.name, self.reason = name, reason


class Gatherer:
    """Takes one column's cells in and keeps them in their type."""

    def __init__(
        self,
        name: str,
        form: NumberFormat,
        marks: frozenset[str] = MISSING_MARKS,
        kind: ColumnType | None = None,
    ) -> None:
        self.name, self.kind = name, kind
        self.fixed = kind is not None
        self.bad: dict[int, str] = {}
        self.bad_count = 0
        self.rows = 0
        self._form, self._marks = form, marks
        self._parts: list[Column] = []
        self._texts: dict[str, str | None] = {}
        self._numbers = 0
        self._like = 0

    def add(self, cells: Sequence[str]) -> None:
        """Take the next rows' cells in."""
        if self.kind == "text":
            self._add_text(cells)
        else:
            self._add_numbers(cells)
        self.rows += len(cells)

    def add_values(self, values: Column) -> None:
        """Take numbers in that the fast parser read: finite, none missing."""
        if self.kind is None:
            self.kind = "number"
        self._parts.append(values)
        self._numbers += len(values)
        self.rows += len(values)

    def _add_text(self, cells: Sequence[str]) -> None:
        texts = self._texts
        for cell in set(cells).difference(texts):
            stripped = cell.strip()
            texts[cell] = None if stripped in self._marks else stripped
        part = np.empty(len(cells), object)
        part[:] = [texts[cell] for cell in cells]
        self._parts.append(part)
        if len(texts) > 100_000:
            texts.clear()

    def _add_numbers(self, cells: Sequence[str]) -> None:
        found = to_numbers(cells, self._form, self._marks)
        self.bad_count += len(found.bad)
        self._like += sum(map(is_number_like, found.bad.values()))
        present = int(np.count_nonzero(~np.isnan(found.values)))
        self._numbers += present
        for position, cell in found.bad.items():
            if len(self.bad) >= _REMEMBERED:
                break
            self.bad[self.rows + position] = cell
        if self.kind is None and (present or found.bad):
            self.kind = "text" if self._is_text() else "number"
            if self.kind == "text":
                missing = [np.full(len(part), None, object) for part in self._parts]
                self._parts, self.bad, self.bad_count = missing, {}, 0
                self._add_text(cells)
                return
        self._parts.append(found.values)

    def _is_text(self) -> bool:
        """Whether the cells that are no numbers are too many, or too various, for slips."""
        words = self.bad_count - self._like
        if words > self._numbers + self._like:
            return True
        various = len({cell for cell in self.bad.values() if not is_number_like(cell)})
        share = words / max(1, self.bad_count + self._numbers)
        return share > _SLIPS and various >= _DISTINCT_SLIPS

    def check(self) -> None:
        """Raise TurnedToText if the whole column shows that it is text after all."""
        if self.fixed or self.kind != "number" or not self.bad_count or not self._is_text():
            return
        example = next(cell for cell in self.bad.values() if not is_number_like(cell))
        raise TurnedToText(
            self.name,
            f"column {self.name!r} is read as text, because {self.bad_count - self._like} of its "
            f"{self.rows} cells are no numbers, e.g. {show(example)}.",
        )

    def take(self) -> Column:
        """Return the column gathered so far, and forget it; one without any cell is numbers."""
        if not self._parts:
            return np.empty(0, object if self.kind == "text" else np.float64)
        column = self._parts[0] if len(self._parts) == 1 else np.concatenate(self._parts)
        self._parts = []
        return column


def gatherers(
    names: Sequence[str],
    form: NumberFormat,
    marks: frozenset[str],
    types: Mapping[str, ColumnType],
    others: ColumnType | None = None,
) -> list[Gatherer]:
    """Return one gatherer per column; `others` is the type of columns that `types` leaves out."""
    return [Gatherer(name, form, marks, types.get(name, others)) for name in names]
