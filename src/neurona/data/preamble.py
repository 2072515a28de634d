"""Preamble: what stands before a table in its file, and a row of units below its header.

Comments, Excel's "sep=;", a title, what a logger says of itself (TOA5, LabVIEW). Each is found from
the first lines, and said; options say it where that is wrong.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from neurona.data.cells import NumberFormat, is_number_like, to_number
from neurona.spelling import parameter

COMMENTS = ("#", "%", "//", "!")
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_END = "***End_of_Header***"
_PROCESSES = frozenset({"smp", "avg", "min", "max", "tot", "std", "med", "rn", "win", "sum"})
_UNITS = """
m s ms us µs ns min h hr hrs d sec secs hours days kg g mg t lb lbs n kn pa hpa kpa mpa gpa bar
mbar psi atm degc deg_c °c c °f f degf k v mv kv a ma ka w mw kw va kva var kvar hz khz mhz ghz
rpm 1/min l/min l/h l/s m3/h m³/h m^3/h m/s km/h mph m/s2 m/s² m/s^2 % %rh ppm ppb lux lx db dba
j kj mj wh kwh mwh nm knm ohm ω kohm mm cm km um µm nm inch in ft l ml dl m2 m² m3 m³ cm2 cm²
cm3 cm³ kg/m3 kg/m³ kg/h kg/s g/l mg/l mg/m3 µg/m3 µg/m³ mol mol/l mmol/l deg ° rad rad/s usd
eur gbp chf $ € £ w/m2 w/m² w/m^2 volts volt amps amp watts watt celsius kelvin seconds minutes
meters metres grams pcs count counts no nos - ts rn text date time yyyy-mm-dd dd.mm.yyyy hh:mm
hh:mm:ss mt ton tons siemens s/cm µs/cm ms/cm pct percent g/kg kj/kg n/mm2 n/mm² bpm mmhg kcal
cal ev kev t/h units unit
"""
_UNIT_WORDS = frozenset(_UNITS.split())
_BRACKETED = re.compile(r"[\[(].{0,20}[\])]")


class Preamble(NamedTuple):
    """How many lines stand before the table, what its comments begin with, the delimiter that the
    file names, and whether its header is itself a comment; in `notes`, sentences without the file.
    """

    skip: int = 0
    comment: str = ""
    delimiter: str | None = None
    header_line: int | None = None
    notes: tuple[str, ...] = ()


def find_preamble(lines: Sequence[str]) -> Preamble:
    """Return what stands before the table in a file's first lines."""
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if start == len(lines):
        return Preamble()
    first = lines[start].strip()
    named = _SEP.fullmatch(first.lstrip("\ufeff"))
    if named:
        return Preamble(
            start + 1, "", named[1], None, (f"line 1 names the delimiter {named[1]!r}",)
        )
    ends = [i for i, line in enumerate(lines) if line.strip().startswith(_END)]
    if first.startswith("LabVIEW Measurement") and ends:
        return _skipping(ends[-1] + 1, "what LabVIEW says of the measurement")
    if first.lstrip('"').startswith(("TOA5", "TOACI1")):
        return _skipping(start + 1, "what the logger says of itself")
    comment = next((mark for mark in COMMENTS if first.startswith(mark)), "")
    if comment:
        return _comments(lines, start, comment)
    return _title(lines, start)


def _skipping(count: int, what: str) -> Preamble:
    said = "line 1 is" if count == 1 else f"lines 1 to {count} are"
    how = parameter("skip_rows", 0)
    return Preamble(count, notes=(f"{said} left out: {what} ({how} keeps them)",))


def _comments(lines: Sequence[str], start: int, comment: str) -> Preamble:
    """Return a file that begins with comments; the last may be the header."""
    after = start
    while after < len(lines) and (lines[after].startswith(comment) or not lines[after].strip()):
        after += 1
    below = [line for line in lines[after : after + 5] if line.strip()]
    if not below:
        return Preamble()
    last = max(i for i in range(start, after) if lines[i].strip())
    words = lines[last].lstrip().removeprefix(comment).strip()
    plain = any(_cut_alike(words, below, mark) for mark in ("\t", ";", ",", "|", None))
    # one line that is cut like all others is a header, if data follows
    if plain:
        skipped = sum(1 for i in range(start, last) if lines[i].strip())
        notes = [f"its header is the comment in line {last + 1}"]
        if skipped:
            notes.append(f"{skipped} lines of comments ({comment}) are left out")
        return Preamble(last, comment, None, last, tuple(notes))
    count = sum(1 for i in range(start, after) if lines[i].strip())
    are = "1 line that begins" if count == 1 else f"{count} lines that begin"
    note = f"{are} with {comment!r} before the header are left out, and such lines below"
    return Preamble(0, comment, None, None, (note,))


def _cut_alike(words: str, below: Sequence[str], mark: str | None) -> bool:
    count = len(words.split(mark))
    if count < 2 or any(len(line.strip().split(mark)) != count for line in below):
        return False
    cells = [cell.strip().strip('"') for cell in words.split(mark)]
    named = not any(_is_number(cell) for cell in cells) and len(set(cells)) == count
    data = [cell.strip().strip('"') for cell in below[0].strip().split(mark)]
    return named and any(_is_number(cell) for cell in data)


def _title(lines: Sequence[str], start: int) -> Preamble:
    """Return a file that begins with lines of fewer cells than the table below them."""
    best = Preamble()
    for mark in (";", "\t", ",", "|"):
        if mark not in lines[-1] and mark not in lines[len(lines) // 2]:
            continue
        try:
            rows = list(csv.reader(lines, delimiter=mark))
        except csv.Error:
            continue
        if len(rows) != len(lines):
            continue
        filled = [sum(bool(cell.strip()) for cell in row) for row in rows]
        lengths = Counter(len(row) for row, cells in zip(rows, filled, strict=True) if cells > 1)
        if not lengths:
            continue
        width = lengths.most_common(1)[0][0]
        full = len(rows[start]) == width and filled[start] >= max(2, width - 1)
        if width < 2 or full or len(rows[start]) > width:
            continue
        for at in range(start + 1, min(len(rows) - 1, 60)):
            wide = len(rows[at]) == width and filled[at] >= max(2, width - 1)
            if wide and _stands_over_numbers(rows, at):
                shape = Counter(len(row) for row in rows[at:] if row).most_common(1)[0]
                if shape[1] >= 0.9 * sum(1 for row in rows[at:] if row) and at > best.skip:
                    best = _skipping(at, "they have fewer cells than the table")
                break
    return best


def _stands_over_numbers(rows: Sequence[Sequence[str]], at: int) -> bool:
    if any(_is_number(cell) for cell in rows[at]) or len(set(rows[at])) < len(rows[at]):
        return False
    return any(_is_number(cell) for row in rows[at + 1 : at + 5] for cell in row)


def units_rows(rows: Sequence[Sequence[str]], numbers: NumberFormat) -> int:
    """Return how many of the rows below a header say units, and not values: 0, 1 or 2.

    A row of units has no number where numbers stand below it, and a known unit, or brackets.
    """
    count = 0
    while count < 2 and len(rows) > count + 1 and _is_units(rows, count, numbers):
        count += 1
    return count


def _is_units(rows: Sequence[Sequence[str]], at: int, numbers: NumberFormat) -> bool:
    row, below = rows[at], rows[at + 1 : at + 21]
    words = [cell.strip().lower() for cell in row if cell.strip()]
    if not words or any(_is_number(cell, numbers) or is_number_like(cell) for cell in row):
        return False
    over = [
        cell.strip()
        for k, cell in enumerate(row)
        if any(k < len(other) and _is_number(other[k], numbers) for other in below[at:])
    ]
    if not over or len(row) < 2:
        return False
    if at and not all(word in _PROCESSES for word in words):
        return False
    known = [
        word for word in words if word in _UNIT_WORDS | _PROCESSES or _BRACKETED.fullmatch(word)
    ]
    return any(over) and 2 * len(known) >= len(words)


def _is_number(cell: str, numbers: NumberFormat | None = None) -> bool:
    value = to_number(cell, numbers or NumberFormat())
    if value is None and numbers is None:
        value = to_number(cell, NumberFormat(","))
    return value is not None and value == value


def without_comments(lines: Iterable[str], comment: str) -> Iterator[str]:
    """Yield lines; those that are comments are blank, so that the others keep their numbers."""
    for line in lines:
        yield "\n" if line.startswith(comment) else line


def cut_at_blanks(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines whose cells are between blanks with tabs instead, quotes heeded."""
    for line in lines:
        if '"' in line:
            pieces = re.findall(r'"(?:[^"]|"")*"|[^\s"]+', line)
            yield "\t".join(pieces) + "\n"
        else:
            yield "\t".join(line.split()) + "\n"
