"""Sheets: a spreadsheet's table is found as that of a text file with the same rows, and its columns
keep the types of their cells.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.data.cells import marks_of, without_codes
from neurona.data.csv_file import CsvFile
from neurona.data.dates import find_dates, to_dates
from neurona.data.frames import copied, number_text, to_column
from neurona.data.gather import ColumnType
from neurona.data.options import CsvOptions
from neurona.data.reading import Reading, read_whole
from neurona.data.sheet_layout import filled, table_columns
from neurona.data.table import Column, Table
from neurona.data.workbooks import Cells
from neurona.errors import TableError

MAX_GAP = 100
"""Columns beyond the header's last after which a cell stands apart from the table."""
_NEW_LINE = "\u2028"
"""Stands for one in a cell, so that rows are lines."""


class Sheet:
    """A spreadsheet's table: its names are known, its columns yet to be judged."""

    def __init__(self, cells: Cells, source: str, options: CsvOptions) -> None:
        self.source, self.notes = source, list(cells.notes)
        if not cells.rows:
            empty = f"{source} is empty; give a sheet with a header and rows."
            raise TableError(" ".join([empty, *cells.notes]))
        self._rows = dict(self._without_others(self._without_far_cells(cells.rows)))
        self._text = _as_text(self._rows)
        self._options = options._replace(delimiter="\t", decimal=".", encoding="utf-8")
        file = CsvFile(io.BytesIO(self._text), source, self._options)
        self.names = [name.replace(_NEW_LINE, "\n") for name in file.names]

    def _without_far_cells(
        self, numbered: list[tuple[int, tuple[Any, ...]]]
    ) -> list[tuple[int, tuple[Any, ...]]]:
        """Leave cells out that stand apart from the table, and say so."""
        wide = len(_trimmed(numbered[0][1])) + MAX_GAP
        far = [(line, row) for line, row in numbered if len(row) > wide and filled(row[wide:])]
        if not far:
            return numbered
        line, row = far[0]
        column = next(k for k in range(wide, len(row)) if row[k] is not None)
        self.notes.append(
            f"{self.source}: the cell in row {line}, column {column + 1}, stands apart from the "
            "table; it is left out, and so are others as far away."
        )
        return [(line, row[:wide]) for line, row in numbered if filled(row[:wide])]

    def _without_others(
        self, numbered: list[tuple[int, tuple[Any, ...]]]
    ) -> list[tuple[int, tuple[Any, ...]]]:
        """Return rows of the table's columns alone, and say what stands beside it."""
        places, beside = table_columns([row for _, row in numbered])
        if beside:
            columns = ", ".join(str(k + 1) for k in beside[:5])
            self.notes.append(
                f"{self.source}: what stands beside the table is left out (column {columns})."
            )
        found = []
        for line, cells in numbered:
            row = tuple(cells[k] if k < len(cells) else None for k in places)
            if filled(row):
                found.append((line, row))
        return found

    def table(self, types: Mapping[str, ColumnType], others: ColumnType | None = None) -> Table:
        """Return the sheet as a table; columns of the type "text" are copied as they stand."""
        options = self._options._replace(types=types, other_types=others)
        return read_whole(lambda: io.BytesIO(self._text), self.source, options, self._typed)

    def _typed(self, reading: Reading) -> Table:
        """Return what was read from the texts of cells, with columns of their types."""
        table, options = reading.table(), reading.file.options
        rows = [self._rows[line] for line in reading.lines()]
        columns: dict[str, Column] = {}
        for place, (name, column) in enumerate(
            zip(self.names, table.columns.values(), strict=True)
        ):
            values = [row[place] for row in rows]
            columns[name] = self._column(values, name, column, options)
        notes = tuple(note.replace(_NEW_LINE, " ") for note in table.notes)
        return replace(table, columns=columns, notes=(*self.notes, *notes))

    def _column(self, values: list[Any], name: str, column: Column, options: CsvOptions) -> Column:
        marks = marks_of(options.missing_marks)
        if options.types.get(name, options.other_types) == "text":
            texts = np.empty(len(values), object)
            texts[:] = [None if cell in marks else cell for cell in copied(values)]
            return texts
        values = _with_written_dates(values)
        if not any(isinstance(value, str) for value in values):
            return without_codes(to_column(values, name, self.source), marks)
        if column.dtype.kind == "O":
            column[:] = [cell and cell.replace(_NEW_LINE, "\n") for cell in column]
        return column


def _as_text(rows: Mapping[int, Sequence[Any]]) -> bytes:
    """Return rows by number as the lines of a text file."""
    text, last = io.StringIO(), 0
    write = csv.writer(text, delimiter="\t", lineterminator="\n").writerow
    for line, row in rows.items():
        text.write("\n" * (line - last - 1))
        last = line
        write(
            ["" if cell is None else _NEW_LINE.join(cell_text(cell).splitlines()) for cell in row]
        )
    return text.getvalue().encode()


def _with_written_dates(values: list[Any]) -> list[Any]:
    """Return cells with dates where some are dates and all others are texts that say one."""
    if not any(isinstance(value, datetime.date) for value in values):
        return values
    texts = sorted({value for value in values if isinstance(value, str)})
    found = find_dates(texts)
    if found is None or found.wrong or found.form.order == "clock":
        return values
    dates = dict(zip(texts, to_dates(texts, found.form.order), strict=True))
    return [dates[value] if isinstance(value, str) else value for value in values]


def _trimmed(row: Sequence[Any]) -> Sequence[Any]:
    """Return a row without the empty cells at its end."""
    end = len(row)
    while end and row[end - 1] is None:
        end -= 1
    return row[:end]


def cell_text(cell: Any) -> str:
    """Return a cell as a text of a table."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return number_text(cell)
    return copied([cell])[0] or ""
