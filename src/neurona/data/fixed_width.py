"""Fixed width: a table whose cells stand under one another, with blanks inside them or none at all.

Such files come from mainframes, Fortran programs and weather services. What stands in a column is
found from the first lines: where all of them are blank, one column ends and another begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from neurona.data.notation import is_valued

FEWEST_LINES = 4
"""A header and rows below which all may be blank at a place by chance."""
MOSTLY = 0.8
"""Share of its filled cells that are values in a column of numbers or dates."""


class Field(NamedTuple):
    """Where a column stands: from `start` to before `end`."""

    start: int
    end: int


def find_fields(lines: Sequence[str], headed: bool = False) -> list[Field]:
    """Return where columns stand, below a header or, unless they must be `headed`, without one;
    none if the lines are not written so.

    >>> find_fields(["town      km", "New York   5", "Bath      12", "           7"])
    [Field(start=0, end=8), Field(start=10, end=12)]
    """
    rows = [line.rstrip() for line in lines if line.strip()]
    divided = 2 * sum("|" in row for row in rows) > len(rows) or any("\t" in row for row in rows)
    if len(rows) < FEWEST_LINES or divided:
        return []
    found = _runs(rows)
    if not any(is_valued(_cell(rows[0], one)) for one in found):
        found = _joined(found, rows[0], rows[1:])
        names = [_cell(rows[0], one) for one in found]
        if not all(names) or len(set(names)) < len(names):
            return []
        rows = rows[1:]
    elif headed:
        return []
    columns = [[_cell(row, one) for row in rows] for one in found]
    filled = sum(bool(cell) for cells in columns for cell in cells)
    enough = len(found) > 1 and 2 * filled >= len(rows) * len(found)
    if any(map(_holds_several, columns)):
        return []
    return found if enough and any(map(_is_of_values, columns)) else []


def is_aligned(lines: Sequence[str]) -> bool:
    """Whether no mark divides cells: a header has none, and commas below it are decimal ones."""
    rows = [line for line in lines if line.strip()]
    bare = bool(rows) and not any(mark in rows[0] for mark in ",;|\t")
    return bare and not any(mark in row for row in rows for mark in ";|\t")


def cut_fields(lines: Iterable[str], fields: Sequence[Field]) -> Iterator[str]:
    """Yield lines with tabs between their cells; one whose text runs over a border stays whole."""
    for line in lines:
        cells = _cells(line.rstrip(), fields) if line.strip() else []
        yield "\t".join(map(_quoted, cells)) + "\n"


def _runs(rows: Sequence[str]) -> list[Field]:
    """Return where some row is not blank, side by side."""
    places = zip_longest(*rows, fillvalue=" ")
    taken = [*(len(set(letters)) > 1 or letters[0] != " " for letters in places), False]
    starts = [k for k, (before, now) in enumerate(pairwise([False, *taken])) if now > before]
    ends = [k for k, (before, now) in enumerate(pairwise([False, *taken])) if now < before]
    return [Field(*both) for both in zip(starts, ends, strict=True)]


def _joined(runs: Sequence[Field], header: str, below: Sequence[str]) -> list[Field]:
    """Join what is one column: a name that stands beside its cells, and the words of names and of
    cells that one blank divides.
    """
    found: list[Field] = []
    for one in runs:
        if found and _belong(found[-1], one, header, below):
            found[-1] = Field(found[-1].start, one.end)
        else:
            found.append(one)
    return found


def _belong(left: Field, right: Field, header: str, below: Sequence[str]) -> bool:
    named = [bool(_cell(header, one)) for one in (left, right)]
    filled = [any(_cell(row, one) for row in below) for one in (left, right)]
    beside = right.start - left.end == 1
    if not all(filled):
        return beside or (named[0] != named[1] and filled[0] != filled[1])
    return not named[1] or (not named[0] and beside)


def _is_of_values(cells: Sequence[str]) -> bool:
    known = [cell for cell in cells if cell]
    return bool(known) and sum(map(is_valued, known)) >= MOSTLY * len(known)


def _holds_several(cells: Sequence[str]) -> bool:
    """Whether most cells of a column have two values, blanks between: a sentence stands above."""
    pieces = [re.split(" {2,}", cell) for cell in cells if cell]
    return 2 * sum(sum(map(is_valued, several)) > 1 for several in pieces) > len(pieces)


def _cell(row: str, field: Field) -> str:
    return row[field.start : field.end].strip()


def _cells(row: str, fields: Sequence[Field]) -> list[str]:
    """Return a row's cells, cut where most blanks stand between two columns: later cells may be
    longer than those of the first lines.
    """
    places = [0]
    for left, right in pairwise(fields):
        between = row[left.end : right.start].ljust(right.start - left.end)
        if " " not in between:
            return [row.strip()]
        blanks = max(re.findall(" +", between), key=len)
        places.append(left.end + between.index(blanks))
    return [row[a:b].strip() for a, b in pairwise([*places, None])]


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if '"' in cell else cell
