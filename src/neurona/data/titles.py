"""Titles: lines above a table that do not fit it, and where its header is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from neurona.data.cells import MISSING_MARKS, NUMBER_MARKS, NumberFormat
from neurona.data.cutting import BLANKS, DELIMITERS, best_cut, cut_at_blanks, is_one_column
from neurona.data.fixed_width import find_fields, is_aligned
from neurona.data.header import FEW, filled_cells, is_below, is_scale
from neurona.data.notation import is_valued
from neurona.data.units import are_units, unit_beside

MOST_TITLES = 20
"""Lines above a table of fixed width at most."""


def titles_above(lines: Sequence[str], delimiter: str | None) -> int:
    """Return how many lines stand above a table's header and do not fit it; 0 if all do."""
    if is_one_column(lines):
        return 0
    fields = _header_of_fields(lines, aligned=True) if delimiter is None else None
    if fields is not None:
        return fields
    if delimiter != BLANKS:
        cut = best_cut(lines, (delimiter,) if delimiter else DELIMITERS)
        if cut.values:
            return 0 if _fits(cut.rows) else rows_before(cut.rows, cut.width)
    cut = best_cut(list(cut_at_blanks(lines)), "\t")
    if cut.values:
        header = rows_before(cut.rows, cut.width)
        # blanks cut words, too
        names = cut.rows[header] if header < len(cut.rows) else []
        if len(names) == cut.width and not any(map(is_valued, names)):
            return header
    return _header_of_fields(lines) or 0


def _fits(rows: Sequence[Sequence[str]]) -> bool:
    """Whether all rows have as many filled cells as the first, and some values."""
    even = len(set(map(len, rows))) == 1 and all(map(filled_cells, rows))
    words = any(not any(map(is_valued, row)) for row in rows[1:MOST_TITLES])
    return even and not words and filled_cells(rows[0]) == max(2, len(rows[0]))


def _header_of_fields(lines: Sequence[str], aligned: bool = False) -> int | None:
    """Return which of the first lines is the header of a table of fixed width, None if none is; one
    below which no mark divides cells, if it must be `aligned`.
    """
    for k in range(min(MOST_TITLES, len(lines))):
        may_be = lines[k].strip() and (not aligned or is_aligned(lines[k:]))
        if may_be and find_fields(lines[k:], headed=True):
            return k
    return None


def rows_before(rows: Sequence[Sequence[str]], width: int) -> int:
    """Return how many rows stand before the header of a table of so many cells; none unless one of
    them does not fit the table.
    """
    wide = [row for row in rows if len(row) == width]
    later = wide[-max(1, len(wide) // 2) :]
    columns = [
        k for k in range(width) if 5 * sum(is_valued(row[k]) for row in later) >= 4 * len(later)
    ]

    def is_data(row: Sequence[str]) -> bool:
        known = [row[k].strip() for k in columns] if len(row) == width else []
        known = [cell for cell in known if cell not in MISSING_MARKS | NUMBER_MARKS]
        return bool(known) and all(map(is_valued, known))

    def is_header(row: Sequence[str]) -> bool:
        # the last column may have no cells
        if len(row) < width or 2 * filled_cells(row) < width:
            return False
        words = not any(is_valued(row[k]) or unit_beside(row[k]) for k in columns)
        return words or is_scale(row, later, NumberFormat())

    def names_all(row: Sequence[str]) -> bool:
        # but for what stands in front of each row
        return len(row) >= width and is_header(row) and all(row[k].strip() for k in columns[1:])

    def tells(row: Sequence[str]) -> bool:
        # a word in front and values after it are no row of this table
        in_front = len(row) == width and not is_valued(row[columns[0]])
        return in_front and any(map(is_valued, row))

    if not columns:
        return 0
    first = _first_of_most(rows, [is_data(row) for row in rows])
    header = first  # unless a row above names the columns
    above = _line_above(rows, first)
    if above > 0 and _is_label(rows[above]):
        above = _line_above(rows, above)  # a word that says that values begin
    names = _line_above(rows, above)
    if min(above, names) >= 0 and is_header(rows[names]) and is_below(rows[names], rows[above]):
        header = names
    elif above >= 0 and is_header(rows[above]):
        header = above
    # the first of several rows of words has the names, the others say more of them
    while header > 0 and names_all(rows[header - 1]):
        units = header < first and are_units([*filter(str.strip, rows[header])])
        wider = len(rows[header - 1]) > len(rows[header]) + 1
        if wider or not (units or names_all(rows[header])):
            break
        header -= 1
    skipped = [row for row in rows[:header] if filled_cells(row)]
    divided = header > 0 and not filled_cells(rows[header - 1])
    fits = [len(row) == width and filled_cells(row) >= max(2, width / 2) for row in skipped]
    if not skipped:
        return header  # rows without a cell
    named = not are_units(rows[header]) if header < first else not names_all(skipped[0])
    # the first of several may have one name such as 00060
    codes = [cell for cell in skipped[0] if is_valued(cell)]
    first_named = header < first and len(codes) == 1 and codes[0].isdecimal()
    told = named and any(map(tells, skipped[first_named:]))
    if all(fits) and not divided and not told:
        return 0
    # rows and headers of another length are mistakes to name
    short = [row for row in skipped if abs(len(row) - width) == 1 and filled_cells(row) > 1]
    if any(all(map(is_valued, row)) for row in short) or (header == first and skipped[-1] in short):
        return 0
    return header


def _first_of_most(rows: Sequence[Sequence[str]], data: Sequence[bool]) -> int:
    """Return the first row of values: not one of a few that stand in front by themselves, such as
    the moments when channels began, or a result.
    """
    places = [at for at, one in enumerate(data) if one]
    for first in places:
        end = next((k for k in range(first, len(rows)) if not data[k]), len(rows))
        after = next((k for k in places if k > end), len(rows))
        between = rows[end:after]
        # a line of words above these values, and one above the next
        label = all(any(map(_is_label, part)) for part in (rows[first - 1 : first], between))
        divided = any(not filled_cells(row) for row in between[:-1]) and any(
            map(filled_cells, between)
        )
        few = end - first <= FEW and sum(data[after:]) > FEW * (end - first)
        if not few or not (label or (divided and not any(map(is_valued, chain(*between))))):
            return first
    return 0


def _is_label(row: Sequence[str]) -> bool:
    return len(row) == 1 and bool(row[0].strip())


def _line_above(rows: Sequence[Sequence[str]], at: int) -> int:
    """Return the last row before one that is not blank, -1 if there is none."""
    return next((k for k in range(at - 1, -1, -1) if filled_cells(rows[k])), -1)
