"""Header: the rows below the names of columns that have units, or more of the names, and no
values.
"""

from __future__ import annotations

from collections.abc import Sequence

from neurona.data.cells import MISSING_MARKS, NUMBER_MARKS, NumberFormat, is_number_like, to_number
from neurona.data.notation import is_valued
from neurona.data.units import PROCESSES, is_unit

FEW = 3
"""Rows of values at most that are not the table which is below them."""
MOST_WORDS = 6
"""Rows of words below a header at most."""


def filled_cells(row: Sequence[str]) -> int:
    """Return how many cells of a row are not blank."""
    return sum(bool(cell.strip()) for cell in row)


def is_below(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row between names and values has units, or what a logger did, or one more name."""
    words = [cell for cell in row if cell.strip() and not is_valued(cell)]
    named = all(a.strip() or not b.strip() for a, b in zip(names, row, strict=False))
    return (named and 2 * sum(map(is_unit, words)) >= len(words) > 0) or _is_one_name(row)


def units_rows(rows: Sequence[Sequence[str]], numbers: NumberFormat) -> int:
    """Return how many of the rows below a header say units or more of the names, and not values.

    A row of units has no number where numbers stand below it, and a known unit, or brackets; one of
    other words has two of them over values, none of which comes again.
    """
    count = 0
    while (count < 2 and len(rows) > count + 1 and _is_units(rows, count, numbers)) or (
        count < MOST_WORDS and _are_words(rows[count : count + 41])
    ):
        count += 1
    words = [cell.strip() for cell in rows[count]] if 0 < count < len(rows) - 1 else []
    if all(words) and words and MISSING_MARKS.issuperset(words):
        count += 1  # what a missing cell looks like
    # pandas names its index there, and recorders say how many samples there are
    if len(rows) > count + 1 and (_is_one_name(rows[count]) or _counts(rows[count:])):
        count += 1
    return count


def _counts(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has one whole number under all names but the first, where the others
    have values.
    """
    first, *others = rows[0]
    alike = len(others) > 1 and len(set(filter(str.strip, others))) == 1
    counts = alike and not first.strip() and all(cell.isdecimal() or not cell for cell in others)
    return counts and all(row and is_valued(row[0]) for row in rows[1:])


def whole_names(first: Sequence[str], below: Sequence[Sequence[str]]) -> list[str]:
    """Return a header with the words of the rows below it that are left out, units aside: they
    stand for a blank name, and beside all names if some are repeated.

    >>> whole_names(["", "Temp", "Temp"], [["Date", "Out", "In"], ["", "C", "C"]])
    ['Date', 'Temp Out', 'Temp In']
    """
    named = [row for row in below if not all(map(is_unit, filter(str.strip, row)))]
    filled = [name.strip() for name in first if name.strip()]
    repeated = len(set(filled)) < len(filled)
    names = []
    for place, name in enumerate(first):
        words = [row[place].strip() for row in named if place < len(row) and row[place].strip()]
        if not name.strip():
            name = " ".join(words)
        elif repeated:
            name = " ".join([name.strip(), *words])
        names.append(name)
    return names


def _is_one_name(row: Sequence[str]) -> bool:
    first = row[0].strip() if len(row) > 2 else ""
    return bool(first) and not is_valued(first) and filled_cells(row) == 1


def _is_units(rows: Sequence[Sequence[str]], at: int, numbers: NumberFormat) -> bool:
    row, below = rows[at], rows[at + 1 : at + 21]
    if len(row) < 2:
        return False
    over = [
        any(k < len(other) and _is_number(other[k], numbers) for other in below[at:])
        for k in range(len(row))
    ]
    figures = [_is_number(cell, numbers) or is_number_like(cell) for cell in row]
    words = [
        cell
        for cell, is_one in zip(row, figures, strict=True)
        if cell.strip() not in MISSING_MARKS and not is_one
    ]
    # a figure over nothing says something of the whole table
    if any(one and above for one, above in zip(figures, over, strict=True)):
        return False
    if all(word.strip() in NUMBER_MARKS for word in words):
        return False
    if not any(cell.strip() and above for cell, above in zip(row, over, strict=True)):
        return False
    if at and not all(word.strip().lower() in PROCESSES for word in words):
        return False
    return 2 * sum(map(is_unit, words)) >= len(words)


def _are_words(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has words alone where values stand below it, or no cell at all."""
    if len(rows) <= FEW + MOST_WORDS:
        return False
    row, below = rows[0], rows[len(rows) // 2 :]
    width = len(row)
    if any(len(other) != width for other in below):
        return False
    over = [k for k in range(width) if all(is_valued(other[k]) for other in below)]
    words = [row[k].strip() for k in over if row[k].strip()]
    known = {cell.strip() for other in below for cell in other}
    return (
        len(over) > 1
        and len(words) != 1
        and not any(is_valued(word) or word in MISSING_MARKS | NUMBER_MARKS for word in words)
        and not known.intersection(words)
    )


def _is_number(cell: str, numbers: NumberFormat) -> bool:
    value = to_number(cell, numbers)
    return value is not None and value == value
