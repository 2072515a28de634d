"""Table: named columns of equal length, and where they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurona.errors import TableError
from neurona.nearest import nearest

Column = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Table:
    """Columns by name, each a vector of the table's rows.

    A column is float64 (missing: nan), an object array of str (missing: None), bool (never
    missing), or datetime64[us] (missing: NaT). `source` names the file or frame for messages;
    `first_row` is the number of the first row in it, counted from 1; `line_offset` turns a row
    number into a line number of the file, None where lines and rows do not run together; `notes`
    are sentences about what reading did.
    """

    columns: Mapping[str, Column]
    source: str = "table"
    first_row: int = 1
    line_offset: int | None = None
    notes: tuple[str, ...] = ()
    empty_rows: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            shortest, longest = (
                min(lengths, key=lengths.__getitem__),
                max(lengths, key=lengths.__getitem__),
            )
            raise TableError(
                f"{self.source}: column {longest!r} has {lengths[longest]} rows but column "
                f"{shortest!r} has {lengths[shortest]}; give all columns the same length."
            )

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.columns)

    @property
    def rows(self) -> int:
        """The number of rows."""
        for column in self.columns.values():
            return len(column)
        return self.empty_rows

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, name: str) -> Column:
        """Return one column; an unknown name is a TableError that names the nearest."""
        if name not in self.columns:
            raise TableError(missing_columns([name], self.names, self.source))
        return self.columns[name]

    def select(self, names: Sequence[str]) -> Table:
        """Return the table with these columns only, in this order."""
        absent = [name for name in names if name not in self.columns]
        if absent:
            raise TableError(missing_columns(absent, self.names, self.source))
        return self._with({name: self.columns[name] for name in names})

    def without(self, names: Sequence[str]) -> Table:
        """Return the table without these columns, which must exist."""
        self.select(names)
        return self._with({n: column for n, column in self.columns.items() if n not in names})

    def take(self, rows: Any) -> Table:
        """Return the rows of these numbers, counted from 0; messages still name the old rows only
        for a slice.
        """
        if isinstance(rows, slice):
            start = range(self.rows)[rows].start
            offset, first = self.line_offset, self.first_row + start
        else:
            offset, first = None, 1
        columns = {name: column[rows] for name, column in self.columns.items()}
        empty = 0 if columns else len(np.arange(self.rows)[rows])
        return Table(columns, self.source, first, offset, self.notes, empty)

    def blocks(self, rows: int) -> Iterator[Table]:
        """Yield the table in blocks of so many rows."""
        for start in range(0, self.rows, rows):
            yield self.take(slice(start, min(start + rows, self.rows)))

    def where(self, row: int, column: str | None = None) -> str:
        """Return the place of a cell for a message; `row` counts from 0 in this table."""
        number = self.first_row + int(row)
        line = "" if self.line_offset is None else f" (line {number + self.line_offset})"
        place = f"{self.source}, row {number}{line}"
        return place if column is None else f"{place}, column {column!r}"

    def _with(self, columns: dict[str, Column]) -> Table:
        return Table(columns, self.source, self.first_row, self.line_offset, self.notes, self.rows)


def missing_columns(
    absent: Sequence[str], present: Sequence[str], source: str, taken: Sequence[str] = ()
) -> str:
    """Return the sentence for columns that a table should have and has not.

    Columns that are `taken` have a meaning already, and are not what another one may be called.
    """
    shown = ", ".join(repr(name) for name in absent[:5])
    more = f" and {len(absent) - 5} more" if len(absent) > 5 else ""
    free = [name for name in present if name not in taken]
    near = [(name, found) for name in absent[:5] if (found := nearest(name, free))]
    if len(near) == 1:
        advice = f"did you mean {near[0][1]!r}?"
    elif near:
        advice = f"did you mean {', '.join(f'{found!r} for {name!r}' for name, found in near)}?"
    else:
        listed = ", ".join(repr(name) for name in present[:8])
        advice = (
            f"it has {listed}{', ...' if len(present) > 8 else ''}." if present else "it is empty."
        )
    column = "column" if len(absent) == 1 else "columns"
    return f"{source} has no {column} {shown}{more}; {advice}"


def is_missing(column: Column) -> Column:
    """Return a boolean vector: True where a cell is missing."""
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind == "M":
        return np.isnat(column)
    if column.dtype.kind == "O":
        return np.fromiter((cell is None for cell in column), bool, len(column))
    return np.zeros(len(column), bool)
