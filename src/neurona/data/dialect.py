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
from neurona.data.options import CsvOptions

_SURE = 0.9
"""Share of rows cut alike from which blanks are not tried."""


class Dialect(NamedTuple):
    """How a text file is written."""

    delimiter: str
    numbers: NumberFormat
    header: bool


def find_dialect(rows: Sequence[list[str]], delimiter: str, options: CsvOptions) -> Dialect:
    """Return the dialect of a file by its first rows; what is given is taken as given."""
    decimal, thousands = options.decimal, options.thousands
    if decimal is None:
        decimal = find_decimal(rows, delimiter)
        if decimal == thousands:
            decimal = "." if thousands == "," else ","
    numbers = NumberFormat(decimal, thousands or "")
    header = find_header(rows, numbers) if options.header is None else options.header
    return Dialect(delimiter, numbers, header)


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
    rows = sample_rows(list(cut_at_blanks(lines)), "\t")
    alike = rows[len(rows[0]) > 1 and names_rows(rows) :] if rows else []
    cells = [cell for row in rows[1:] for cell in row]
    even = len(rows) > 1 and len(alike[0]) > 1 and len(set(map(len, alike))) == 1
    return even and 2 * sum(map(is_valued, cells)) >= len(cells)


def names_rows(rows: Sequence[Sequence[str]]) -> bool:
    """Whether all rows have one cell more than the header, as R writes names of rows."""
    if len(rows) < 3:
        return False
    count = len(rows[0]) + 1
    alike = all(len(row) == count and row[-1].strip() for row in rows[1:])
    return alike and len({row[0] for row in rows[1:]}) == len(rows) - 1
