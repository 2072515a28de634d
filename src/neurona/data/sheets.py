"""Sheets: the cells of a spreadsheet become a table, each column by the rules of text files where
texts stand among its numbers.
"""

from __future__ import annotations

import datetime
import sys
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from neurona.data.cells import MISSING_MARKS, NumberFormat, without_codes
from neurona.data.cutting import SAMPLE_LINES
from neurona.data.dates import find_dates, to_dates
from neurona.data.explain import code_said, names_here, zeros_in_front
from neurona.data.footer import TAIL, footer_at
from neurona.data.frames import copied, number_text, to_column
from neurona.data.gather import ColumnType, Gatherer, TurnedToText
from neurona.data.header import column_names, find_header, units_rows, whole_names
from neurona.data.limits import check_cells, check_unpacked
from neurona.data.other_books import read_other_book
from neurona.data.sheet_layout import layout_of, table_columns, unmerged
from neurona.data.table import Column, Table
from neurona.data.titles import rows_before
from neurona.errors import TableError
from neurona.spelling import parameter

MAX_GAP = 100
"""Columns beyond the header's last after which a cell stands apart from the table."""


class Cells(NamedTuple):
    """The rows of a sheet that have a cell, by their number; what is to be said; and by the number
    of the row, which cells are formulas.
    """

    rows: list[tuple[int, tuple[Any, ...]]]
    notes: list[str]


class Sheet:
    """A spreadsheet's table: its names are known, its columns yet to be judged."""

    def __init__(
        self,
        cells: Cells,
        source: str,
        header: bool | None = None,
        skip_rows: int | None = None,
        units_row: bool | None = None,
    ) -> None:
        numbered = cells.rows[skip_rows or 0 :]
        self.source = source
        if not numbered:
            empty = f"{source} is empty; give a sheet with a header and rows."
            raise TableError(" ".join([empty, *cells.notes]))
        self.notes = list(cells.notes)
        numbered = self._without_others(self._without_far_cells(numbered))
        rows, width = [row for _, row in numbered], len(numbered[0][1])
        texts = [["" if c is None else cell_text(c) for c in row] for row in rows[:SAMPLE_LINES]]
        above = 0 if skip_rows is not None else rows_before(texts, 0, width)
        rows, texts, numbered = rows[above:], texts[above:], numbered[above:]
        if numbered[0][0] > 1 and (above or skip_rows):
            upto = numbered[0][0] - 1
            are = "row above it is" if upto == 1 else f"{upto} rows above it are"
            self.notes.append(f"{source}: the table begins in row {upto + 1}; the {are} left out.")
        if header is None:
            header = find_header(texts, NumberFormat())
        count = 0
        if header:
            count = units_rows(texts[1:], NumberFormat()) if units_row is None else int(units_row)
        for (line, _), row in zip(numbered[1:], texts[1 : count + 1], strict=False):
            shown = ", ".join(repr(cell[:40]) for cell in row[:4])
            keep = parameter("units_row", False)
            self.notes.append(
                f"{source}: row {line} is left out, it has units or words and no values "
                f"({shown}); {keep} keeps it."
            )
        names = whole_names(texts[0], texts[1 : count + 1])
        self.names, named = column_names(names, header, source)
        self.notes += named
        self._above = (skip_rows or above) + header + count
        self._cells = rows[header + count :]
        self._lines = [line for line, _ in numbered][header + count :]
        self._leave_out_repeats(rows[: header + count])
        self._leave_footer_out()

    def _leave_out_repeats(self, header: list[tuple[Any, ...]]) -> None:
        """Leave out where the header stands again, and say so."""
        again = [k for k, row in enumerate(self._cells) if row in header]
        if again:
            are = "row {} is" if len(again) == 1 else f"{len(again):,} rows, the first {{}}, are"
            first = are.format(self._lines[again[0]])
            self.notes.append(f"{self.source}: {first} left out: the header again.")
            self._cells = [row for row in self._cells if row not in header]
            self._lines = [line for k, line in enumerate(self._lines) if k not in again]

    def _leave_footer_out(self) -> None:
        """Leave out what stands below the table, and say so."""
        tail: list[list[str]] = []
        places: list[int] = []
        for at in range(max(0, len(self._cells) - TAIL), len(self._cells)):
            if places and self._lines[at] > self._lines[at - 1] + 1:
                tail.append([])
                places.append(at)
            tail.append(["" if c is None else cell_text(c) for c in self._cells[at]])
            places.append(at)
        end = footer_at(tail, len(self.names))
        if end < len(tail):
            at = places[end]
            self.notes.append(
                f"{self.source}: row {self._lines[at]} and what is below are left out, they are no "
                f"rows of the table ({next(filter(None, chain(*tail[end:])), '')[:40]!r})."
            )
            self._cells, self._lines = self._cells[:at], self._lines[:at]

    def _without_far_cells(
        self, numbered: list[tuple[int, tuple[Any, ...]]]
    ) -> list[tuple[int, tuple[Any, ...]]]:
        """Leave cells out that stand apart from the table, and say so."""
        wide = len(_trimmed(numbered[0][1])) + MAX_GAP
        far = [(line, row) for line, row in numbered if len(row) > wide and _filled(row[wide:])]
        if not far:
            return numbered
        line, row = far[0]
        column = next(k for k in range(wide, len(row)) if row[k] is not None)
        self.notes.append(
            f"{self.source}: the cell in row {line}, column {column + 1}, stands apart from the "
            "table; it is left out, and so are others as far away."
        )
        return [(line, row[:wide]) for line, row in numbered if _filled(row[:wide])]

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
            if _filled(row):
                found.append((line, row))
        return found

    def table(
        self,
        types: Mapping[str, ColumnType],
        others: ColumnType | None = None,
        bad_cells: str = "refuse",
        marks: frozenset[str] = MISSING_MARKS,
    ) -> Table:
        """Return the sheet as a table; columns of the type "text" are copied as they stand."""
        columns: dict[str, Column] = {}
        notes = list(self.notes)
        for position, name in enumerate(self.names):
            values = [row[position] for row in self._cells]
            kind = types.get(name, others)
            columns[name], said = self._column(values, name, kind, bad_cells, marks)
            notes += said
        lines = self._lines
        regular = bool(lines) and lines[-1] - lines[0] == len(lines) - 1
        offset = lines[0] - 1 if regular else None
        return Table(columns, self.source, 1, offset, tuple(notes), len(lines))

    def _column(
        self,
        values: list[Any],
        name: str,
        kind: ColumnType | None,
        bad_cells: str,
        marks: frozenset[str],
    ) -> tuple[Column, list[str]]:
        if kind == "text":
            texts = [None if cell in marks else cell for cell in copied(values)]
            column = np.empty(len(texts), object)
            column[:] = texts
            return column, []
        values = _with_written_dates(values)
        if not any(isinstance(value, str) for value in values):
            plain = without_codes(to_column(values, name, self.source), marks)
            said = code_said(plain) if kind is None else []
            return plain, [f"{self.source}, column {name!r}: {text}." for text in said]
        form = NumberFormat(flags=bad_cells == "number")
        gatherer = Gatherer(name, form, marks, kind)
        # repr keeps a float to the last digit
        gatherer.add(["" if v is None else _exact_text(v) for v in values])
        try:
            gatherer.check()
        except TurnedToText:
            gatherer.kind = "text"
        if gatherer.kind == "text":
            known = gatherer.dates
            gatherer = Gatherer(name, form, marks, "date" if known else kind or "auto")
            gatherer.kind = "text"
            gatherer.add(["" if v is None else cell_text(v) for v in values])
            gatherer.check()
        if gatherer.bad and bad_cells != "missing":
            row = min(gatherer.bad)
            raise TableError(
                f"{self.source}, row {row + 1} (line {self._lines[row]}), column {name!r}: "
                f"{gatherer.why(row)}{names_here(gatherer.bad[row], row, self._above)}."
            )
        said = gatherer.found()
        if kind is None and gatherer.kind == "number":
            shown = ["" if value is None else cell_text(value) for value in values]
            said += filter(None, [zeros_in_front(shown, name)])
        return gatherer.take(), [f"{self.source}, column {name!r}: {text}." for text in said]


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


def _filled(row: Iterable[Any]) -> int:
    return sum(cell is not None for cell in row)


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def cell_text(cell: Any) -> str:
    """Return a cell as a text of a table."""
    return number_text(cell) if _is_number(cell) else (copied([cell])[0] or "")


def _exact_text(cell: Any) -> str:
    return repr(float(cell)) if _is_number(cell) else cell_text(cell)


def other_cells(path: Path, kind: str, sheet: str | int, most: int) -> Cells:
    """Return the cells of a workbook's sheet that openpyxl does not read, at most so many."""
    names, name, found = read_other_book(path, kind, sheet, most)
    rows = [(line, row) for line, row in enumerate(found, 1) if _filled(row)]
    notes = _other_sheets(path.name, names, name) if sheet == 0 else []
    if any(None in row for _, row in rows):
        notes.append(f"{path.name}: empty cells, and any errors of a formula, count as missing.")
    return Cells(rows, notes)


def _other_sheets(source: str, names: Sequence[str], name: str) -> list[str]:
    others = [one for one in names if one != name]
    if not others:
        return []
    return [
        f"{source}: the sheet {name!r} is read; others are {', '.join(map(repr, others[:5]))} "
        f"({parameter('sheet', others[-1])} reads that one)."
    ]


def read_cells(path: Path, openpyxl: Any, sheet: str | int, most: int) -> Cells:
    """Return the cells of a workbook's sheet, at most so many; a number counts the sheets that are
    tables.

    What the file says of a sheet's size is not believed.
    """
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(one.file_size for one in archive.infolist())
    check_unpacked(path.name, unpacked, most)
    notes: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            tables = {one.title: one for one in book.worksheets}
            names = list(tables)
            name = names[sheet] if isinstance(sheet, int) and sheet < len(names) else sheet
            if name not in tables:
                listed = ", ".join(map(repr, names))
                raise TableError(f"{path.name} has no sheet {sheet!r}; it has {listed}.")
            rows = dict(_rows(tables[name], path.name, most))
            for other in names[1:] if sheet == 0 else ():
                if any(_filled(row) > 1 for row in rows.values()):
                    break
                # words about the workbook, or nothing, are no table
                found = dict(_rows(tables[other], path.name, most))
                if any(_filled(row) > 1 for row in found.values()):
                    name, rows = other, found
            if sheet == 0:
                notes += _other_sheets(path.name, book.sheetnames, str(name))
            layout = layout_of(path, vars(tables[name])["_worksheet_path"])
        finally:
            book.close()
        if layout.formulas and any(None in row for row in rows.values()):
            notes += _not_computed(path, openpyxl, str(name), rows)
    hidden = _counted(layout.hidden_rows, "row") + _counted(layout.hidden_columns, "column")
    if hidden:
        notes.append(f"{path.name}: {' and '.join(hidden)} hidden, and read like others.")
    if unmerged(rows, layout.merged):
        notes.append(f"{path.name}: the cell of merged ones counts for all of them.")
    return Cells(list(rows.items()), notes)


def _counted(count: int, what: str) -> list[str]:
    return [f"{count:,} {what}{' is' if count == 1 else 's are'}"] if count else []


def _rows(sheet: Any, source: str, most: int) -> list[tuple[int, tuple[Any, ...]]]:
    """Return the rows of a sheet that have a cell; at most so many cells."""
    sheet.reset_dimensions()
    rows, cells = [], 0
    for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if row and _filled(row):
            rows.append((line, row))
            cells += len(row)
            check_cells(source, cells, most)
    return rows


def _not_computed(path: Path, openpyxl: Any, name: str, known: dict[int, Any]) -> list[str]:
    """Return a note on the formulas of a sheet whose values are not in the file."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    count, first = 0, ""
    for line, row in _rows(book[name], path.name, sys.maxsize):
        values = known.get(line, ())
        for place, cell in enumerate(row):
            formula = isinstance(cell, str) and cell.startswith("=")
            if formula and (place >= len(values) or values[place] is None):
                count += 1
                first = first or f"row {line}, column {place + 1}"
    book.close()
    if not count:
        return []
    cells = "1 formula has" if count == 1 else f"{count:,} formulas have"
    are = "counts" if count == 1 else "count"
    return [
        f"{path.name}: {cells} no value in the file (the first is in {first}) and {are} as "
        "missing; open it in a spreadsheet program and save it."
    ]
