"""Cutting: lines of text into cells, by a mark or at blanks."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from neurona.data.marks import proof
from neurona.data.notation import is_valued
from neurona.data.units import unit_beside

DELIMITERS = (",", ";", "\t", "|")
BLANKS, FIXED = " ", "  "
"""What divides cells that are cut at blanks, and those of a table of fixed width."""
SAMPLE_LINES = 200
"""Lines at the beginning of a file that show how it is written."""
_COMMA_ALONE = re.compile(r"[-+]?\d*,\d+([eE][-+]?\d+)?")
_NUMBERS = re.compile(r"[-+.\deE\s()]+")
_VECTOR = re.compile(r"\(\s*[-+.\deE]+\s+[-+.\d]")


def cut_lines(lines: Sequence[str], mark: str) -> list[list[str]]:
    """Return the cells of each line; a row that goes over lines stands in its first, and the
    others have none.
    """
    rows: list[list[str]] = []
    reader = csv.reader(lines, delimiter=mark)
    try:
        for row in reader:
            rows.append(row)
            rows += [[] for _ in range(reader.line_num - len(rows))]
    except csv.Error:
        return []
    return rows


class Cut(NamedTuple):
    """Lines cut into cells by a mark: a row for each line, how many cells the rows of the table
    have, how many of those are values, and the share of lines that are such rows.
    """

    mark: str
    rows: list[list[str]]
    width: int
    values: float
    share: float


def best_cut(lines: Sequence[str], marks: Sequence[str] = DELIMITERS) -> Cut:
    """Return lines cut by the mark that makes most values of them, or else most cells alike.

    Cells that another mark would cut speak against one, decimal commas aside: "1,5;2" is no table
    of commas.
    """
    found = []
    for mark in marks:
        rows = cut_lines(lines, mark)
        known = [row for row in rows if not is_blank(row)]
        alike = Counter(len(row) for row in known if len(row) > 1 and any(map(is_valued, row)))
        widths = alike or Counter(map(len, known))
        width = max(widths, key=lambda one: (widths[one] * one, one), default=1)
        wide = [row for row in known if len(row) == width]
        clean = whole(known, mark)
        values = sum(is_valued(cell) or bool(unit_beside(cell)) for row in wide for cell in row)
        # a header of several cells counts, whatever the rows do
        share = clean * len(wide) / len(known) if width > 1 else 0.1 * any(map(_several, known[:1]))
        found.append(Cut(mark, rows, width, values * clean**3 * (width > 1), share))
    return max(found, key=lambda one: (one.values, one.share, one.width))


def _several(row: Sequence[str]) -> bool:
    return len(row) > 1


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


def is_one_column(lines: Sequence[str]) -> bool:
    """Whether a name without a delimiter stands over numbers whose commas are decimal."""
    known = [line.strip() for line in lines if line.strip()]
    if len(known) < 2 or any(mark in known[0] for mark in DELIMITERS):
        return False
    commas = [line for line in known[1:] if "," in line]
    return (
        2 * len(commas) >= len(known) - 1
        and all(_COMMA_ALONE.fullmatch(line) or proof(line) == "," for line in commas)
        and not any(mark in line for line in known[1:] for mark in DELIMITERS[1:])
    )


def whole(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    """Return the share of cells that no other delimiter would cut."""
    others = [mark for mark in DELIMITERS if mark != delimiter]
    cells = [cell for row in rows for cell in row]
    cut = sum(
        any(mark in cell for mark in others) and not (is_valued(cell) or unit_beside(cell))
        for cell in cells
    )
    # a comma in a text is nothing unusual, so it counts little
    return 1 - cut / max(1, len(cells)) if any(mark in ";\t|" for mark in others) else 1.0


def cut_at_blanks(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines whose cells are between blanks with tabs instead, quotes heeded, and a vector's
    brackets left out.
    """
    for line in lines:
        if "(" in line and _NUMBERS.fullmatch(line) and _VECTOR.search(line):
            line = line.replace("(", " ").replace(")", " ")
        if '"' in line:
            pieces = re.findall(r'"(?:[^"]|"")*"|[^\s"]+', line)
            yield "\t".join(pieces) + "\n"
        else:
            yield "\t".join(line.split()) + "\n"
