"""Facts beside a header: what an oscilloscope says of a whole record, right of its columns.

Rigol's begin with "X,CH1,Start,Increment" above "Sequence,Volt,-6e-3,1e-6": two names over the
numbers that they stand for, and no cell below.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from neurona.data.cutting import DELIMITERS
from neurona.data.notation import is_valued

FEWEST_LINES = 4
"""A header, the facts, and two rows that have neither."""


def without_facts(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return lines without the facts beside their header, and a sentence that tells them.

    >>> lines = ["X,CH1,Start\\n", "Sequence,Volt,-6e-3\\n", "0,1.5,\\n", "1,2.5,\\n", "2,3.5,\\n"]
    >>> without_facts(lines)[0][:2], without_facts(lines)[1]
    (['X,CH1\\n', 'Sequence,Volt\\n'], ['beside its header it says Start = -6e-3'])
    """
    places = [k for k, line in enumerate(lines) if line.strip()]
    if len(places) < FEWEST_LINES or any('"' in lines[k] for k in places):
        return list(lines), []
    for mark in DELIMITERS:
        # most files have none, and are cut no further than here
        names, below, first = (_filled(lines[k], mark) for k in places[:3])
        width = len(first)
        if width < 2 or len(names) != len(below) or not _are_facts(names, below, width):
            continue
        if any(len(_filled(lines[k], mark)) != width for k in places[3:]):
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
