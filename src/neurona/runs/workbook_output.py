"""Predictions as an Excel workbook: written row by row, in memory that does not grow with them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from neurona.data.cells import NumberFormat
from neurona.runs.copied_cells import FLOAT, INT, TEXT, odd_one, type_of, value_of
from neurona.runs.failures import Failure
from neurona.runs.parquet_output import OtherType
from neurona.runs.text_output import Answered, Layout, kept_cells

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 1_048_576, 16_384, 32_767
PIECE = 1 << 20
AS_WRITTEN = ".16g"
"""How openpyxl writes numbers, which some of 17 digits do not survive."""
ADVICE = "write .csv or .parquet instead"


def workbook_pieces(
    answered: Iterable[Answered],
    layout: Layout,
    form: NumberFormat,
    texts: dict[str, str],
    openpyxl: Any,
) -> Iterator[bytes]:
    """Yield the file of a workbook with one sheet.

    A copied column is numbers or texts as a whole: OtherType if a text comes after numbers, unless
    it is among those to be written as `texts`. Texts are texts, whatever they begin with: a
    spreadsheet computes none of them.
    """
    names = [*layout.kept, *layout.names]
    if len(names) > MOST_COLUMNS:
        raise Failure(
            f"A sheet has at most {MOST_COLUMNS:,} columns, and these are {len(names):,}; {ADVICE}."
        )
    book = openpyxl.Workbook(write_only=True)
    with tempfile.TemporaryFile() as file:
        try:
            _fill(book.create_sheet("predictions"), names, answered, layout, form, texts, openpyxl)
        finally:
            # in any case: it ends and removes what openpyxl wrote on its way
            book.save(file)
        file.seek(0)
        while block := file.read(PIECE):
            yield block


def _fill(
    sheet: Any,
    names: Sequence[str],
    answered: Iterable[Answered],
    layout: Layout,
    form: NumberFormat,
    texts: dict[str, str],
    openpyxl: Any,
) -> None:
    """Append the header and all rows."""
    kinds = dict.fromkeys(texts, TEXT)
    write = _Cells(sheet, openpyxl)
    sheet.append([write.text(name) for name in names])
    rows = 1
    for piece, answers in answered:
        rows += piece.table.rows
        if rows > MOST_ROWS:
            raise Failure(f"A sheet has at most {MOST_ROWS:,} rows, the header's too; {ADVICE}.")
        columns: list[list[Any]] = [
            [*map(write.value, _values(name, cells, kinds, texts, form))]
            for name, cells in zip(layout.kept, kept_cells(piece, layout.places), strict=True)
        ]
        columns += [[write.value(value) for value in values.tolist()] for values in answers]
        for row in zip(*columns, strict=True):
            sheet.append(row)


def _values(
    name: str,
    cells: Sequence[str],
    kinds: dict[str, str],
    texts: dict[str, str],
    form: NumberFormat,
) -> list[Any]:
    """Return the cells of a copied column: all numbers, or all texts as they stand."""
    number = type_of(cells, form) in (INT, FLOAT)
    if name not in kinds and any(cells):
        kinds[name] = FLOAT if number else TEXT
        odd = None if number else odd_one(cells, form)
        if odd is not None:
            texts.setdefault(name, odd)
    if kinds.get(name) == FLOAT and any(cells) and not number:
        raise OtherType(name, odd_one(cells, form) or next(cell for cell in cells if cell))
    if number and kinds.get(name) == FLOAT:
        return [value_of(cell, form) for cell in cells]
    return [cell or None for cell in cells]


class _Cells:
    """Makes cells of values."""

    def __init__(self, sheet: Any, openpyxl: Any) -> None:
        self._sheet = sheet
        self._make = openpyxl.cell.WriteOnlyCell
        self._escape = openpyxl.utils.escape.escape

    def value(self, value: Any) -> Any:
        """Return what a row takes: numbers as they are, texts as cells that are texts."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, float) and float(f"{value:{AS_WRITTEN}}") != value:
            return self._cell(repr(value), "n")
        return value

    def text(self, text: str) -> Any:
        """Return a cell that is a text, even if it looks like a formula."""
        text = "".join(c if c >= " " or c in "\t\n\r" else self._escape(c) for c in text)
        text = text.encode("utf-8", "replace").decode()
        if len(text) > LONGEST_CELL:
            raise Failure(
                f"A cell of a sheet has at most {LONGEST_CELL:,} characters, and one has "
                f"{len(text):,} ({text[:20]!r}...); leave its column out with --keep, or {ADVICE}."
            )
        return self._cell(text, "s")

    def _cell(self, text: str, kind: str) -> Any:
        cell = self._make(self._sheet, value=text)
        cell.data_type = kind
        return cell
