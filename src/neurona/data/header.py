"""Header: whether a table's first row names its columns, what they are called, and which rows below
have units, or more of the names, and no values.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise

from neurona.data.cells import MISSING_MARKS, NUMBER_MARKS, NumberFormat, is_number_like, to_number
from neurona.data.notation import is_valued
from neurona.data.units import PROCESSES, are_units, is_unit
from neurona.spelling import parameter

MOST_NOTES = 10
FEWEST_ROWS = 4
"""Rows below a first one from which they tell whether it is one of them."""
FEW = 3
"""Rows of values at most that are not the table which is below them."""
MOST_WORDS = 6
"""Rows of words below a header at most."""
_REMARKS = ("comment", "comments", "remark", "remarks", "note", "notes", "kommentar", "bemerkung")
"""A last column that programs name, and write only where there is one."""


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
    if not any(found):
        return not _comes_again(rows[0], below, numbers)
    if below and is_scale(rows[0], below, numbers):
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


def _comes_again(row: Sequence[str], below: Sequence[Sequence[str]], numbers: NumberFormat) -> bool:
    """Whether a cell of a row is that of nearly all below it, in a table without numbers."""
    same = [k for k, cell in enumerate(row) if cell.strip() and len(below) >= FEWEST_ROWS
            and sum(other[k : k + 1] == [cell] for other in below) > 0.9 * len(below)]  # fmt: skip
    return bool(same) and not any(_is_number(cell, numbers) for cell in chain(*below))


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


def is_scale(row: Sequence[str], below: Sequence[Sequence[str]], numbers: NumberFormat) -> bool:
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
    rising = min(steps) > 0 or max(steps) < 0
    if rising and all(1800 <= x <= 2200 and x % 1 == 0 for x in scale):
        return not all(1800 <= x <= 2200 for x in values)
    alike = max(steps, key=abs) / min(steps, key=abs) < 1.5 if 0 not in steps else False
    return len(scale) >= 3 and rising and alike and min(map(abs, scale)) > 3 * max(values)


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


def without_extra(
    first: Sequence[str], below: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Return a header without what stands right of all cells, and a sentence on it: a delimiter at
    the end, a place for remarks, or what an oscilloscope says of its record.

    >>> without_extra(["X", "CH1", "Start"], [["s", "V", "-6e-3"]], [["0", "1.5"]])
    (['X', 'CH1'], ['beside its header it says Start = -6e-3'])
    """
    used = max(map(_end, rows), default=_end(first))
    names = list(first[: max(used, _end(first))])
    said = ["every row ends with a delimiter; it is ignored"] if len(names) < len(first) else []
    extra = [name.strip() for name in names[used:]]
    facts = next((row[used:] for row in below if any(map(is_valued, row[used:]))), None)
    if not used or not (extra or said):
        return list(first), []
    if facts:
        each = ", ".join(f"{a} = {b.strip()}" for a, b in zip(extra, facts, strict=False))
        return names[:used], [*said, f"beside its header it says {each}"]
    if len(extra) == 1 and extra[0].lower() in _REMARKS and all(len(row) == used for row in rows):
        return names[:used], [*said, f"its last column {extra[0]!r} has no cells; it is left out"]
    return names, said


def _end(row: Sequence[str]) -> int:
    """Return the place after the last cell of a row that is not blank."""
    return max((k for k, cell in enumerate(row, 1) if cell.strip()), default=0)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def filled_cells(row: Sequence[str]) -> int:
    """Return how many cells of a row are not blank."""
    return sum(bool(cell.strip()) for cell in row)


def is_below(names: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row between names and values has units, or what a logger did, or one more name."""
    words = [cell for cell in row if cell.strip() and not is_valued(cell)]
    named = all(a.strip() or not b.strip() for a, b in zip(names, row, strict=False))
    return (named and bool(words) and are_units(words)) or _is_one_name(row)


def units_rows(rows: Sequence[Sequence[str]]) -> int:
    """Return how many of the rows below a header say units or more of the names, and not values.

    A row of units has no number where numbers stand below it, and a known unit, or brackets; one of
    other words has two of them over values, none of which comes again.
    """
    count = 0
    while count < MOST_WORDS and len(rows) > count + 1 and _says_more(rows[count:], not count):
        count += 1
    words = [cell.strip() for cell in rows[count]] if 0 < count < len(rows) - 1 else []
    if all(words) and words and MISSING_MARKS.issuperset(words):
        count += 1  # what a missing cell looks like
    if (
        count
        and len(rows) > count + 1
        and rows[count] == [*map(str, range(1, len(rows[count]) + 1))]
    ):
        count += 1  # the numbers of channels
    # pandas names its index there, and recorders say how many samples there are
    if len(rows) > count + 1 and (
        _is_one_name(rows[count])
        or _counts(rows[count:])
        or (len(rows[count]) == 1 < len(rows[count + 1]) and not is_valued(rows[count][0]))
    ):
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


def _says_more(rows: Sequence[Sequence[str]], first: bool) -> bool:
    """Whether the first of some rows has no values where the others have: units, what a logger did,
    or words, two at least, none of which comes again.
    """
    row, below = rows[0], rows[1:41]
    half = below[len(below) // 2 :]
    columns = [[other[k] for other in half if k < len(other)] for k in range(len(row))]
    over = [row[k].strip() for k, cells in enumerate(columns) if any(map(is_valued, cells))]
    if any(is_valued(cell) or is_number_like(cell) for cell in over):
        return False
    words = [cell for cell in row if cell.strip() not in MISSING_MARKS and not is_valued(cell)]
    if any(over) and not NUMBER_MARKS.issuperset(map(str.strip, words)):
        processes = all(word.strip().lower() in PROCESSES for word in words)
        if are_units(words) if first else processes:
            return True
    sure = [row[k].strip() for k, cells in enumerate(columns) if _are_values(cells)]
    known = [*filter(None, sure)]
    again = {cell.strip() for other in below for cell in other}
    enough = len(below) >= FEW + MOST_WORDS and all(len(other) == len(row) for other in half)
    names = len(sure) > 1 and len(known) != 1
    return enough and names and not (MISSING_MARKS | NUMBER_MARKS | again).intersection(known)


def _are_values(cells: Sequence[str]) -> bool:
    """Whether cells are values, or say that one is missing."""
    known = [cell for cell in cells if cell.strip() not in MISSING_MARKS | NUMBER_MARKS]
    return bool(known) and all(map(is_valued, known))


def _is_number(cell: str, numbers: NumberFormat) -> bool:
    value = to_number(cell, numbers)
    return value is not None and value == value
