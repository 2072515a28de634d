"""Facts beside a header: what an oscilloscope says of a whole record, right of its columns.

Rigol's begin with "X,CH1,Start,Increment" above "Sequence,Volt,-6e-3,1e-6": two names over the
numbers that they stand for, and no cell below.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from neurona.data.notation import is_valued
from neurona.data.preamble import DELIMITERS


def without_facts(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return lines without the facts beside their header, and a sentence that tells them.

    >>> lines = ["X,CH1,Start\\n", "Sequence,Volt,-6e-3\\n", "0,1.5,\\n", "1,2.5,\\n", "2,3.5,\\n"]
    >>> without_facts(lines)[0][:2], without_facts(lines)[1]
    (['X,CH1\\n', 'Sequence,Volt\\n'], ['beside its header it says Start = -6e-3'])
    """
    places = [k for k, line in enumerate(lines[:200]) if line.strip()]
    for mark in DELIMITERS:
        rows = [_filled(lines[k], mark) for k in places]
        if len(rows) < 4 or any('"' in lines[k] for k in places):
            continue
        (names, below, *body), width = rows, len(rows[2])
        if width < 2 or {len(row) for row in body} != {width} or len(names) != len(below):
            continue
        if not _are_facts(names, below, width):
            continue
        found = list(lines)
        for k, row in zip(places, (names, below), strict=False):
            found[k] = mark.join(row[:width]) + "\n"
        for k in places[2:]:
            found[k] = mark.join(lines[k].rstrip("\r\n").split(mark)[:width]) + "\n"
        each = ", ".join(f"{a} = {b}" for a, b in zip(names[width:], below[width:], strict=True))
        return found, [f"beside its header it says {each}"]
    return list(lines), []


def _are_facts(names: Sequence[str], below: Sequence[str], width: int) -> bool:
    """Whether more names than columns stand over values, and the others over none."""
    return (
        len(names) > width
        and not any(map(is_valued, (*names, *below[:width])))
        and all(map(is_valued, below[width:]))
    )


def _filled(line: str, mark: str) -> list[str]:
    """Return a line's cells, without blank ones at its end."""
    row = next(csv.reader([line], delimiter=mark), [])
    while row and not row[-1].strip():
        row.pop()
    return [cell.strip() for cell in row]
