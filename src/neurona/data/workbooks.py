"""Workbooks: the cells of a sheet, as openpyxl or calamine reads them."""

from __future__ import annotations

import sys
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from neurona.data.limits import check_cells, check_unpacked
from neurona.data.other_books import read_other_book
from neurona.data.sheet_layout import filled, layout_of, unmerged
from neurona.errors import TableError
from neurona.spelling import parameter


class Cells(NamedTuple):
    """The rows of a sheet that have a cell, by their number; and what is to be said."""

    rows: list[tuple[int, tuple[Any, ...]]]
    notes: list[str]


def other_cells(path: Path, kind: str, sheet: str | int, most: int) -> Cells:
    """Return the cells of a workbook's sheet that openpyxl does not read, at most so many."""
    names, name, found = read_other_book(path, kind, sheet, most)
    rows = [(line, row) for line, row in enumerate(found, 1) if filled(row)]
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
                if any(filled(row) > 1 for row in rows.values()):
                    break
                # words about the workbook, or nothing, are no table
                found = dict(_rows(tables[other], path.name, most))
                if any(filled(row) > 1 for row in found.values()):
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
        if row and filled(row):
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
