"""Layout: what a sheet shows and its cells do not say: merged cells, hidden rows, other tables."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_CHUNK = 2**20
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_HIDDEN = re.compile(rb"<(?:\w+:)?(row|col)\b[^>]*\bhidden=\"(?:1|true)\"")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
Row = tuple[Any, ...]


class Range(NamedTuple):
    """Merged cells: rows from 1, places in them from 0, the last ones among them."""

    first_row: int
    first: int
    last_row: int
    last: int


class Layout(NamedTuple):
    """Whether a sheet has formulas, how many rows and columns are hidden, what is merged."""

    formulas: bool
    hidden_rows: int
    hidden_columns: int
    merged: list[Range]


def filled(row: Iterable[Any]) -> int:
    """Return how many cells of a row are there."""
    return sum(cell is not None for cell in row)


def layout_of(path: Path, sheet: str) -> Layout:
    """Return the layout of a sheet, which is a file in a workbook."""
    formulas, merged = False, []
    hidden = {b"row": 0, b"col": 0}
    with zipfile.ZipFile(path) as archive, archive.open(sheet.lstrip("/")) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            cut = text.rfind(b"<")
            text, rest = text[:cut], text[cut:]
            formulas = formulas or _FORMULA.search(text) is not None
            for match in _HIDDEN.finditer(text):
                hidden[match[1]] += 1
            for match in _MERGED.finditer(text):
                first, row, last, end = match.groups()
                merged.append(Range(int(row), _place(first), int(end), _place(last)))
    return Layout(formulas, hidden[b"row"], hidden[b"col"], merged)


def _place(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def unmerged(rows: dict[int, Row], merged: Sequence[Range]) -> int:
    """Write the cell of merged ones into all of them; returns into how many rows.

    A title over the whole table stays alone.
    """
    changed = set()
    for one in merged:
        cell = next(iter(rows.get(one.first_row, ())[one.first :]), None)
        if cell is None:
            continue
        for line in range(one.first_row, min(one.last_row, max(rows)) + 1):
            row = list(rows.get(line, ()))
            others = any(c is not None for k, c in enumerate(row) if not one.first <= k <= one.last)
            if not others:
                continue
            row += [None] * (one.last + 1 - len(row))
            row[one.first : one.last + 1] = [cell] * (one.last + 1 - one.first)
            rows[line] = tuple(row)
            changed.add(line)
    return len(changed)


def table_columns(rows: Sequence[Row]) -> tuple[list[int], list[int]]:
    """Return the places of the table's columns, and of those beside it, which an empty column
    divides from it and which have cells in less than half as many rows.

    >>> table_columns([(1, 2, None, "x"), (3, 4, None, None), (5, 6, None, None)])
    ([0, 1], [3])
    """
    width = max(map(len, rows), default=0)
    filled = [{r for r, row in enumerate(rows) if k < len(row) and row[k] is not None}
              for k in range(width)]  # fmt: skip
    blocks: list[list[int]] = []
    for place in range(width):
        if filled[place]:
            blocks.append([*blocks.pop(), place] if place and filled[place - 1] else [place])
    lines = [set().union(*(filled[k] for k in block)) for block in blocks]
    most = max(map(len, lines), default=0)
    kept: list[int] = []
    beside: list[int] = []
    for block, has in zip(blocks, lines, strict=True):
        (kept if 2 * len(has) >= most else beside).extend(block)
    return kept, beside
