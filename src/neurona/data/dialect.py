"""Dialect: what a sample of a text file says about its delimiter, decimal mark and header."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from neurona.data.cells import NumberFormat, is_number_like, to_number
from neurona.data.fixed_width import find_fields, is_aligned
from neurona.data.marks import find_decimal
from neurona.data.notation import is_valued
from neurona.data.preamble import DELIMITERS, cut_at_blanks, is_one_column, whole
from neurona.spelling import parameter

BLANKS, FIXED = " ", "  "
"""What divides cells that are cut at blanks, and those of a table of fixed width."""
SAMPLE_LINES = 200
MOST_NOTES = 10
FEWEST_ROWS = 4
"""Rows below a first one from which they tell whether it is one of them."""
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


def sample_rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the records of the sample's lines, blank lines left out."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if not is_blank(row)]
    except csv.Error:
        rows = [line.rstrip("\r\n").split(delimiter) for line in lines]
    # the last record may be cut
    return rows[:-1] if len(lines) >= SAMPLE_LINES and len(rows) > 1 else rows


def is_blank(row: list[str]) -> bool:
    """Whether a record is a blank line: nothing, or one cell of blanks."""
    return not row or (len(row) == 1 and not row[0].strip())


def find_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter that cuts the most rows into the same number of cells, a comma if none
    does; a blank if only blanks cut a table of values evenly, two for a table of fixed width.

    Cells that another delimiter would cut speak against it, decimal commas aside: "1,5;2" is no
    table of commas.
    """
    if is_one_column(lines):
        return ";"
    best, best_key = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        rows = sample_rows(lines, delimiter)
        if not rows:
            return ","
        cells, count = Counter(len(row) for row in rows).most_common(1)[0]
        header = len(rows[0])
        # a header of several cells counts, whatever the rows do
        key = (count / len(rows) * whole(rows, delimiter) if cells > 1 else 0.0, cells)
        if cells == 1 and header > 1:
            key = (0.1, header)
        if key > best_key:
            best, best_key = delimiter, key
    if best_key[0] < _SURE and _blanks_cut(lines):
        return BLANKS
    return FIXED if (best_key[0] < _SURE or is_aligned(lines)) and find_fields(lines) else best


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


def find_header(rows: Sequence[Sequence[str]], numbers: NumberFormat) -> bool:
    """Return whether the first row names the columns.

    It does if one of its texts stands over numbers; it does not if it has numbers, or nothing but
    missing marks, and no such text, or if most of it are numbers like those below. A row of texts
    over texts is taken for names, and so are years and wavelengths over numbers that are none.
    """
    if not rows:
        return True
    below = rows[1:21]
    found = [_is_number(cell, numbers) for cell in rows[0]]
    if not any(found) or (below and _is_scale(rows[0], below, numbers)):
        return True
    counted = _count_from([cell for cell, one in zip(rows[0], found, strict=True) if one])
    # pandas numbers columns that have no name, after a blank cell over those of the rows
    if counted and below and (not rows[0][0].strip() or sum(found) == len(found) > 3):
        return True
    if len(below) >= FEWEST_ROWS and len(found) < 2 * sum(found) > 4 and not counted:
        # one word may be a bad cell of the first row
        within = [_is_within(rows[0][k], [r[k] for r in below if k < len(r)], numbers)
                  for k, one in enumerate(found) if one]  # fmt: skip
        if 2 * sum(within) > len(within):
            return False
    for position, cell in enumerate(rows[0]):
        under = [row[position] for row in below if position < len(row)]
        word = to_number(cell, numbers) is None and not is_number_like(cell)
        if word and any(_is_number(below_it, numbers) for below_it in under):
            return True
    return False


def _count_from(cells: Sequence[str]) -> bool:
    """Whether cells are 0, 1, 2 and so on, or 1, 2, 3."""
    return len(cells) > 1 and any(
        list(cells) == [str(first + k) for k in range(len(cells))] for first in (0, 1)
    )


def _is_within(cell: str, below: Sequence[str], numbers: NumberFormat) -> bool:
    """Whether a number is near those below it, none of which is farther from the middle than twice
    as far.
    """
    known = [to_number(one, numbers) or 0.0 for one in below if _is_number(one, numbers)]
    if not known:
        return False
    low, high = min(known), max(known)
    margin = (high - low) / 2
    return low - margin <= (to_number(cell, numbers) or 0.0) <= high + margin


def _is_scale(row: Sequence[str], below: Sequence[Sequence[str]], numbers: NumberFormat) -> bool:
    """Whether the numbers of a row are a scale: years, or steps far above all that stands below."""
    places = [k for k, cell in enumerate(row) if _is_number(cell, numbers)]
    scale = [to_number(row[k], numbers) or 0.0 for k in places]
    cells = [other[k] for other in below for k in places if k < len(other)]
    values = [abs(to_number(cell, numbers) or 0.0) for cell in cells if _is_number(cell, numbers)]
    if len(scale) < 2 or not values or len(set(row)) < len(row):
        return False
    steps = {round(b - a, 9) for a, b in pairwise(scale)}
    if scale[0] == 1 and steps == {1.0} and len(scale) == len(row) - 1:
        # columns of a plate, by number, and a name for its rows
        return len(scale) > 2 and not any(
            [to_number(other[k], numbers) for k in places if k < len(other)] == scale
            for other in below
        )
    if all(1800 <= x <= 2200 and x % 1 == 0 for x in scale) and len(steps) == 1:
        return not all(1800 <= x <= 2200 for x in values)
    rising = min(steps) > 0 or max(steps) < 0
    alike = max(steps, key=abs) / min(steps, key=abs) < 1.5 if 0 not in steps else False
    return len(scale) >= 3 and rising and alike and min(map(abs, scale)) > 3 * max(values)


def _is_number(cell: str, numbers: NumberFormat) -> bool:
    value = to_number(cell, numbers)
    return value is not None and not math.isnan(value)


def column_names(
    first_row: Sequence[str], header: bool, source: str
) -> tuple[list[str], list[str]]:
    """Return unique column names and notes: blanks become x1, x2, ... by position, and a repeated
    name gets the suffix _2, _3, ...
    """
    if not header:
        names = [f"x{position}" for position in range(1, len(first_row) + 1)]
        return names, [f"{source} has no header; its columns are called x1 to x{len(names)}."]
    notes, names = [], []
    if _count_from(first_row):
        notes.append(
            f"{source}: its first row, {first_row[0]} to {first_row[-1]}, is taken for names; if "
            f"it has values, pass {parameter('header', False)}."
        )
    taken = {cell.strip() for cell in first_row}
    seen: set[str] = set()
    next_number: dict[str, int] = {}
    for position, cell in enumerate(first_row, 1):
        name = cell.strip()
        if not name:
            name = _free(f"x{position}", taken)
            notes.append(f"{source}: column {position} has no name; it is called {name!r}.")
        elif name in seen:
            number = next_number.get(name, 2)
            while f"{name}_{number}" in taken:
                number += 1
            next_number[name] = number + 1
            new = f"{name}_{number}"
            notes.append(f"{source}: column {position} is a second {name!r}; it is called {new!r}.")
            name = new
        taken.add(name)
        seen.add(name)
        names.append(name)
    if len(notes) > MOST_NOTES:
        more = len(notes) - MOST_NOTES
        notes = [*notes[:MOST_NOTES], f"{source}: {more:,} more columns got a name like these."]
    return names, notes


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name
