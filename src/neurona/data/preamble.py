"""Preamble: what stands before a table in its file, and a row of units below its header.

Comments, Excel's "sep=;", a title, what a logger says of itself (TOA5, LabVIEW). Each is found from
the first lines, and said; options say it where that is wrong.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from neurona.data.cells import MISSING_MARKS, NUMBER_MARKS, NumberFormat
from neurona.data.fixed_width import find_fields, is_aligned
from neurona.data.header import FEW, filled_cells, is_below, is_scale
from neurona.data.marks import proof
from neurona.data.notation import is_valued
from neurona.data.units import is_unit, unit_beside
from neurona.spelling import parameter

DELIMITERS = (",", ";", "\t", "|")
_CUTS = (*DELIMITERS, None)
_COMMA_ALONE = re.compile(r"[-+]?\d*,\d+([eE][-+]?\d+)?")
COMMENTS = ("#", "%", "//", "!", '"#')
GRACE = "@"
"""What its words for a drawing begin with, below comments; none has names."""
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_NUMBERS = re.compile(r"[-+.\deE\s()]+")
_VECTOR = re.compile(r"\(\s*[-+.\deE]+\s+[-+.\d]")
_NO_FIT = "{} not fit the table below"
MOST_TITLES = 20
"""Lines above a table of fixed width at most."""
_END = "***End_of_Header***"


class Preamble(NamedTuple):
    """How many lines stand before the table, what its comments begin with, the delimiter that the
    file names, and whether its header is itself a comment; in `notes`, sentences without the file.
    """

    skip: int = 0
    comment: str = ""
    delimiter: str | None = None
    header_line: int | None = None
    notes: tuple[str, ...] = ()


def find_preamble(lines: Sequence[str], delimiter: str | None = None) -> Preamble:
    """Return what stands before the table in a file's first lines."""
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return Preamble()
    first = lines[start].strip()
    named = _SEP.fullmatch(first.lstrip("\ufeff"))
    if named:
        below = _title(lines, start + 1, named[1])
        notes = (f"line 1 names the delimiter {named[1]!r}", *below.notes)
        return Preamble(max(start + 1, below.skip), "", named[1], None, notes)
    ends = [i for i, line in enumerate(lines) if line.strip().startswith(_END)]
    if first.startswith("LabVIEW Measurement") and ends:
        return _skipping(ends[-1] + 1, "what LabVIEW says of the measurement")
    if first.lstrip('"').startswith(("TOA5", "TOACI1")):
        return _skipping(start + 1, "what the logger says of itself")
    comment = next((mark for mark in COMMENTS if lines[start].startswith(mark)), "")
    if comment:
        return _comments(lines, start, comment)
    return _title(lines, start, delimiter)


def _skipping(count: int, what: str) -> Preamble:
    if not count:
        return Preamble()
    said, they = ("line 1 is", "it does") if count == 1 else (f"lines 1 to {count} are", "they do")
    how = f"{parameter('skip_rows', 0)} keeps {'it' if count == 1 else 'them'}"
    return Preamble(count, notes=(f"{said} left out: {what.format(they)} ({how})",))


def _comments(lines: Sequence[str], start: int, comment: str) -> Preamble:
    """Return a file that begins with comments; the last may be the header."""
    after = start
    while after < len(lines) and (lines[after].startswith(comment) or not lines[after].strip()):
        after += 1
    below = [line for line in lines[after : after + 5] if line.strip()]
    if not below:
        return Preamble()
    said = [i for i in range(start, after) if lines[i].strip()]
    other = next((mark for mark in (*COMMENTS, GRACE) if below[0].startswith(mark)), "")
    if other:
        inner = _comments(lines, after, other)
        are = "line 1 is" if after == 1 else f"lines 1 to {after} are"
        note = f"{are} left out ({comment})"
        return inner._replace(skip=max(after, inner.skip), notes=(note, *inner.notes))
    # a line that is cut like all others is a header, if data follows; units may be between
    words = [lines[i].lstrip().removeprefix(comment).strip() for i in said[-2:]]
    alike = [comment != GRACE and any(_cut_alike(w, below, m) for m in _CUTS) for w in words]
    above = words[-1] and len(alike) > 1 and alike[0] and _are_units(words[-1].split())
    if above or alike[-1]:
        last, skipped = said[-2 if above else -1], len(said) - 1
        notes = [f"its header is the comment in line {last + 1}"]
        if skipped:
            are = "1 line of comments is" if skipped == 1 else f"{skipped} lines of comments are"
            notes.append(f"{are} left out ({comment})")
        return Preamble(last, comment, None, last, tuple(notes))
    count = len(said)
    are = "1 line that begins" if count == 1 else f"{count} lines that begin"
    note = f"{are} with {comment!r} before the header are left out, and such lines below"
    return Preamble(0, comment, None, None, (note,))


def _cut_alike(words: str, below: Sequence[str], mark: str | None) -> bool:
    count = len(words.split(mark))
    if count < 2 or any(len(line.strip().split(mark)) != count for line in below):
        return False
    cells = [cell.strip().strip('"') for cell in words.split(mark)]
    named = not any(map(is_valued, cells)) and len(set(cells)) == count
    data = [cell.strip().strip('"') for cell in below[0].strip().split(mark)]
    return named and any(map(is_valued, data))


def _title(lines: Sequence[str], start: int, delimiter: str | None) -> Preamble:
    """Return a file that begins with lines that do not fit the table below them."""
    if is_one_column(lines):
        return Preamble()
    if delimiter == " ":
        return _title_above_blanks(lines, start)
    header = _header_of_fields(lines, start, aligned=True) if delimiter is None else None
    if header is not None:
        return _skipping(header if header > start else 0, _NO_FIT)
    best, most = Preamble(), 0.0
    for mark in (delimiter,) if delimiter else (";", "\t", ",", "|"):
        rows = _cut(lines, mark)
        lengths = {len(row) for row in rows if filled_cells(row)}
        even = len(lengths) == 1 and all(map(filled_cells, rows[start:]))
        words = any(not any(map(is_valued, row)) for row in rows[start + 1 : start + MOST_TITLES])
        if even and not words and filled_cells(rows[start]) == max(2, len(rows[start])):
            return Preamble()
        widths = Counter(len(row) for row in rows if sum(map(is_valued, row)) and len(row) > 1)
        if not widths:
            continue
        width = max(widths, key=lambda count: (widths[count] * count, count))
        wide = [row for row in rows if len(row) == width]
        # cells that another mark would cut speak against this one
        values = sum(is_valued(cell) or bool(unit_beside(cell)) for row in wide for cell in row)
        fit = values * whole(wide, mark) ** 3
        if fit > most:
            best, most = _skipping(rows_before(rows, start, width), _NO_FIT), fit
    return best if most else _title_above_blanks(lines, start)


def _title_above_blanks(lines: Sequence[str], start: int) -> Preamble:
    """Return a file whose cells are cut by blanks; only above a header, since blanks cut words."""
    rows = _cut(list(cut_at_blanks(lines)), "\t")
    widths = Counter(len(row) for row in rows if len(row) > 1 and all(map(is_valued, row)))
    header = 0
    if widths:
        width = widths.most_common(1)[0][0]
        header = rows_before(rows, start, width)
        named = len(rows[header]) == width and not any(map(is_valued, rows[header]))
        header = header if named else 0
    if not header:
        fields = _header_of_fields(lines, start) or start
        header = fields if fields > start else 0
    return _skipping(header, _NO_FIT)


def _header_of_fields(lines: Sequence[str], start: int, aligned: bool = False) -> int | None:
    """Return which of the first lines is the header of a table of fixed width, None if none is; one
    below which no mark divides cells, if it must be `aligned`.
    """
    for k in range(start, min(start + MOST_TITLES, len(lines))):
        may_be = lines[k].strip() and (not aligned or is_aligned(lines[k:]))
        if may_be and find_fields(lines[k:], headed=True):
            return k
    return None


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


def _cut(lines: Sequence[str], mark: str) -> list[list[str]]:
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


def whole(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    """Return the share of cells that no other delimiter would cut."""
    others = [mark for mark in DELIMITERS if mark != delimiter]
    cells = [cell for row in rows for cell in row]
    cut = sum(
        any(mark in cell for mark in others) and not (is_valued(cell) or unit_beside(cell))
        for cell in cells
    )
    # a comma in a text is nothing unusual, so it counts little
    return 1 - cut / len(cells) if any(mark in ";\t|" for mark in others) else 1.0


def rows_before(rows: Sequence[Sequence[str]], start: int, width: int) -> int:
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
        if len(row) not in (width, width + 1) or 2 * filled_cells(row) < width:
            return False
        words = not any(is_valued(row[k]) or unit_beside(row[k]) for k in columns)
        return words or is_scale(row, later, NumberFormat())

    def names_all(row: Sequence[str]) -> bool:
        # but for what stands in front of each row
        return len(row) == width and is_header(row) and all(row[k].strip() for k in columns[1:])

    def tells(row: Sequence[str]) -> bool:
        # a word in front and values after it are no row of this table
        in_front = len(row) == width and not is_valued(row[columns[0]])
        return in_front and any(map(is_valued, row))

    if not columns:
        return 0
    first = _first_of_most(rows, start, [is_data(row) for row in rows])
    header = first  # unless a row above names the columns
    above = _line_above(rows, first)
    names = _line_above(rows, above)
    if min(above, names) >= start and is_header(rows[names]) and is_below(rows[names], rows[above]):
        header = names
    elif above >= start and is_header(rows[above]):
        header = above
    # the first of several rows of words has the names, the others say more of them
    while header > start and names_all(rows[header]) and names_all(rows[header - 1]):
        header -= 1
    skipped = [row for row in rows[start:header] if filled_cells(row)]
    divided = header > start and not filled_cells(rows[header - 1])
    fits = [len(row) == width and filled_cells(row) >= max(2, width / 2) for row in skipped]
    if not skipped:
        return header if header > start else 0  # rows without a cell
    named = not _are_units(rows[header]) if header < first else not names_all(skipped[0])
    told = named and any(map(tells, skipped))
    if all(fits) and not divided and not told:
        return 0
    # rows and headers of another length are mistakes to name
    short = [row for row in skipped if abs(len(row) - width) == 1 and filled_cells(row) > 1]
    if any(all(map(is_valued, row)) for row in short) or (header == first and skipped[-1] in short):
        return 0
    return header


def _are_units(words: Sequence[str]) -> bool:
    return 2 * sum(map(is_unit, words)) >= len(words)


def _first_of_most(rows: Sequence[Sequence[str]], start: int, data: Sequence[bool]) -> int:
    """Return the first row of values: not one of a few that stand in front by themselves, such as
    the moments when channels began, or a result.
    """
    places = [at for at in range(start, len(rows)) if data[at]]
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
    return start


def _is_label(row: Sequence[str]) -> bool:
    return len(row) == 1 and bool(row[0].strip())


def _line_above(rows: Sequence[Sequence[str]], at: int) -> int:
    """Return the last row before one that is not blank, -1 if there is none."""
    return next((k for k in range(at - 1, -1, -1) if filled_cells(rows[k])), -1)


def without_comments(lines: Iterable[str], comment: str) -> Iterator[str]:
    """Yield lines; those that are comments are blank, so that the others keep their numbers."""
    for line in lines:
        yield "\n" if line.startswith(comment) else line


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
