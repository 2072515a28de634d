"""Dialect: what a sample of a text file says about its delimiter, decimal mark and header."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from neurona.data.cells import NumberFormat
from neurona.data.cutting import BLANKS, FIXED, best_cut, cut_at_blanks, is_one_column, sample_rows
from neurona.data.fixed_width import find_fields, is_aligned
from neurona.data.header import find_header
from neurona.data.marks import find_decimal
from neurona.data.notation import is_valued

_SURE = 0.9
"""Share of rows cut alike from which blanks are not tried."""


class Dialect(NamedTuple):
    """How a text file is written."""

    delimiter: str
    numbers: NumberFormat
    header: bool


def find_dialect(
    lines: Sequence[str],
    delimiter: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    header: bool | None = None,
) -> Dialect:
    """Return the dialect of a file's first lines; what is given is taken as given."""
    delimiter = find_delimiter(lines) if delimiter is None else delimiter
    if delimiter == BLANKS:
        lines, delimiter = list(cut_at_blanks(lines)), "\t"
    rows = sample_rows(lines, delimiter)
    if decimal is None:
        decimal = find_decimal(rows, delimiter)
        if decimal == thousands:
            decimal = "." if thousands == "," else ","
    numbers = NumberFormat(decimal, thousands or "")
    return Dialect(delimiter, numbers, find_header(rows, numbers) if header is None else header)


def find_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that cuts the most rows into the same number of cells, a comma if none
    does; a blank if only blanks cut a table of values evenly, two for a table of fixed width.

    Cells that another delimiter would cut speak against it, decimal commas aside: "1,5;2" is no
    table of commas.
    """
    if is_one_column(lines):
        return ";"
    best = best_cut(lines)
    if best.share < _SURE and _blanks_cut(lines):
        return BLANKS
    return FIXED if (best.share < _SURE or is_aligned(lines)) and find_fields(lines) else best.mark


def _blanks_cut(lines: Sequence[str]) -> bool:
    """Whether blanks cut all rows into the same number of cells, half of them values."""
    rows = [row for row in sample_rows(list(cut_at_blanks(lines)), "\t") if row != [""]]
    if len(rows) < 2 or len(rows[-1]) < 2:
        return False
    width = len(rows[-1])
    # R names rows, but not their column
    named = len(rows[0]) < width and len({row[0] for row in rows[1:]}) == len(rows) - 1
    if len(rows[0]) != (max(2, width - 1) if named else width):
        return False
    if any(len(row) != width for row in rows[1:]):
        return False
    cells = [cell for row in rows[1:] for cell in row]
    return 2 * sum(map(is_valued, cells)) >= len(cells)
