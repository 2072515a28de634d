"""Preamble: what stands before a table in its file.

Comments, Excel's "sep=;", a title, what a logger says of itself (TOA5, LabVIEW). Each is found from
the first lines, and said; options say it where that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from neurona.data.cutting import DELIMITERS
from neurona.data.dates import is_date
from neurona.data.notation import is_valued
from neurona.data.titles import titles_above
from neurona.data.units import are_units
from neurona.spelling import parameter

_CUTS = (*DELIMITERS, None)
_CELL = re.compile(r"[^\t;,|\s][^\t;,|\n]*")
COMMENTS = ("#", "%", "//", "!", "* ", "** ", "*END*", '"#')
GRACE = "@"
"""What its words for a drawing begin with, below comments; none has names."""
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_NO_FIT = "{} not fit the table below"
_CHANNELS = re.compile(r"channel ?(?:titles?|names?)=?([\t;,])", re.IGNORECASE)
"""What stands before names which are not right above their columns, but for the first: LabChart."""
_END = "***End_of_Header***"
_ATTRIBUTE = re.compile(r"""@attribute\s+('[^']*'|"[^"]*"|\S+)\s""", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:name |column )?(\d+)\s*[=:]?\s+(\S+?):?(?:\s.*)?")
"""A line that names one column, by number: SExtractor's, Sea-Bird's."""
_FIELDS = re.compile(r"fields:\s*(.+)", re.IGNORECASE)
"""A line that names all of them: logs of web servers, BLAST."""


class Preamble(NamedTuple):
    """How many lines stand before the table, what its comments begin with, the delimiter that the
    file names, and the header that is in its comments; in `notes`, sentences without the file.
    """

    skip: int = 0
    comment: str = ""
    delimiter: str | None = None
    header: str | None = None
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
    weka = next((i for i, line in enumerate(lines) if line.strip().lower() == "@data"), None)
    if weka is not None and (names := list(filter(None, map(_ATTRIBUTE.match, lines[:weka])))):
        header = ",".join(f'"{name[1].strip(chr(34) + chr(39))}"' for name in names)
        notes = (f"its header is in the lines of Weka above it, up to {weka + 1}",)
        return Preamble(weka, "%", ",", header, notes)
    if lines[start].startswith(COMMENTS):
        return _comments(lines, start, delimiter)
    return _title(lines, start, delimiter)


def _title(lines: Sequence[str], start: int, delimiter: str | None) -> Preamble:
    """Return a file that begins with lines which do not fit the table."""
    count = titles_above(lines[start:], delimiter)
    count += start * bool(count)
    found = _skipping(count, _NO_FIT)
    names = next(filter(None, map(_CHANNELS.match, lines[start:count])), None)
    if names is None or not all(map(is_valued, lines[count].split(names[1]))):
        return found
    note = f"its header is {names.string[: names.end()].strip()!r} above it"
    header = names.string[names.start(1) :].rstrip("\r\n")
    return found._replace(skip=count - 1, header=header, notes=(*found.notes, note))


def _skipping(count: int, what: str) -> Preamble:
    if not count:
        return Preamble()
    said, they = ("line 1 is", "it does") if count == 1 else (f"lines 1 to {count} are", "they do")
    how = f"{parameter('skip_rows', 0)} keeps {'it' if count == 1 else 'them'}"
    return Preamble(count, notes=(f"{said} left out: {what.format(they)} ({how})",))


def _comments(lines: Sequence[str], start: int, delimiter: str | None) -> Preamble:
    """Return a file that begins with comments, which may have its header."""
    after, said, marks = start, [], []
    while after < len(lines):
        line = lines[after]
        mark = next((mark for mark in (*COMMENTS, GRACE) if line.startswith(mark)), "")
        if mark:
            said.append((after + 1, "" if mark == GRACE else line.removeprefix(mark).strip()))
            marks.append(mark)
        elif line.strip():
            break
        after += 1
    if not any(map(str.strip, lines[after : after + 5])):
        return Preamble()
    comment = marks[-1]
    cuts = (delimiter,) if delimiter and delimiter.strip(" ") else _CUTS
    rest = [k for k in range(after, len(lines)) if not lines[k].startswith(comment)]
    above = titles_above([lines[k] for k in rest], delimiter)
    first = rest[above] if above else after
    # a title may seem to be a header, above a comment that has more names
    shown, below = (len(_CELL.findall(line)) for line in [*lines[first : first + 2], "", ""][:2])
    lower = first + 2 * (shown < below and lines[first + 1].startswith(comment))
    for begin in (lower, first):
        between = [k for k in range(after, begin) if lines[k].startswith(comment)]
        words = [one for _, one in said] + [lines[k].removeprefix(comment).strip() for k in between]
        rows = [line for line in lines[begin : begin + 5] if line.strip()] or [lines[first]]
        found = _header_among(words, rows, cuts)
        if found is not None:
            break
    said += [(k + 1, "") for k in between]
    title = _skipping(begin, _NO_FIT) if begin > after else Preamble(after)
    if found is None:
        are = "1 line that begins" if len(said) == 1 else f"{len(said)} lines that begin"
        kinds = " or ".join(map(repr, dict.fromkeys(marks)))
        note = f"{are} with {kinds} before the header are left out, and such lines below"
        return title._replace(comment=comment, notes=(note, *title.notes))
    notes = [f"its header is the comment in line {said[found[0]][0]}"]
    if len(said) > 1:
        others = len(said) - 1
        are = "1 line of comments is" if others == 1 else f"{others} lines of comments are"
        kinds = " ".join(dict.fromkeys(map(str.strip, marks)))
        notes.append(f"{are} left out ({kinds})")
    return Preamble(title.skip - 1, comment, None, found[1], (*title.notes, *notes))


def _header_among(
    comments: Sequence[str], below: Sequence[str], cuts: Sequence[str | None]
) -> tuple[int, str] | None:
    """Return which comment has the names of columns, or the last of them, and a header like the
    lines below, which one of these marks cuts; None if there are no names.
    """
    for mark in cuts:
        rows = [line.strip().split(mark) for line in below]
        width = len(rows[0])
        values = sum(is_valued(cell.strip().strip('"')) for cell in rows[0])
        if width < 2 or not values or any(len(row) != width for row in rows):
            continue
        found = _listed(comments, width) or (
            _counted(comments, width) if 2 * values > width else None
        )
        if found:
            return found[0], _row(found[1], mark)
        # the last line, or one above a line of units
        above = comments[-1] and are_units(comments[-1].split())
        for place in range(len(comments))[-2 if above else -1 :]:
            names = comments[place].split(mark)
            if _are_names(names, width):
                return place, comments[place]
            if len(names) == width - 1 and mark is None and _begins_with_time(rows[0]):
                return place, _row([names[0], "time", *names[1:]], mark)
    return None


def _listed(comments: Sequence[str], width: int) -> tuple[int, Sequence[str]] | None:
    """Return which comment says what the fields are, and their names."""
    for place, words in enumerate(comments):
        match = _FIELDS.fullmatch(words)
        for cut in (r"\t", r",\s*", r"\s+") if match else ():
            names = re.split(cut, match[1])  # type: ignore[index]
            if _are_names(names, width):
                return place, names
    return None


def _counted(comments: Sequence[str], width: int) -> tuple[int, Sequence[str]] | None:
    """Return which comment is the last of those that name a column each, and the names."""
    found = [(k, match) for k, one in enumerate(comments) if (match := _NUMBERED.fullmatch(one))]
    names, numbers = [match[2] for _, match in found], [int(match[1]) for _, match in found]
    count = numbers in ([*range(width)], [*range(1, width + 1)])
    return (found[-1][0], names) if count and _are_names(names, width) else None


def _begins_with_time(cells: Sequence[str]) -> bool:
    """Whether a day and a time of day stand in front, which blanks divide."""
    return is_date(cells[0]) and ":" in cells[1] and is_date(cells[1])


def _are_names(cells: Sequence[str], width: int) -> bool:
    cells = [cell.strip().strip('"') for cell in cells]
    return len(set(cells)) == len(cells) == width and not any(map(is_valued, cells))


def _row(names: Sequence[str], mark: str | None) -> str:
    """Return names as a line that is cut like others."""
    return (mark or " ").join('"' + name.replace('"', '""') + '"' for name in names)


def without_comments(lines: Iterable[str], comment: str) -> Iterator[str]:
    """Yield lines; those that are comments are blank, so that the others keep their numbers."""
    for line in lines:
        yield "\n" if line.startswith(comment) else line
