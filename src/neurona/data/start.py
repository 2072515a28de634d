"""Start: where the table in a text file begins, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from neurona.data.boxes import are_names_between_bars, fields_of_rule, has_bars, is_rule, undrawn
from neurona.data.cutting import BLANKS, FIXED, cut_at_blanks, sample_rows
from neurona.data.dialect import Dialect, find_delimiter, find_dialect, names_rows
from neurona.data.fixed_width import Field, cut_fields, find_fields
from neurona.data.marks import in_doubt
from neurona.data.options import CsvOptions
from neurona.data.preamble import Preamble, find_preamble, without_comments
from neurona.errors import TableError
from neurona.spelling import parameter

_QUOTED = re.compile(r'\s*"[^"]*"(?:[,;|] +"[^"]*")+\s*$')
_SPACED = re.compile(r'([,;|]) +(?=")')
TITLES = 60
"""How far down a table's first rule may be."""


class Start(NamedTuple):
    """The lines from the header on, the first of them as a sample, their rows, how many lines stand
    before, how the table is written, what cuts cells in the file, and what is to be said of it
    (without the file's name).
    """

    lines: Iterator[str]
    sample: list[str]
    rows: list[list[str]]
    line: int
    dialect: Dialect
    mark: str
    notes: list[str]


def begin(sample: list[str], rest: Iterator[str], options: CsvOptions, source: str) -> Start:
    """Return where the table begins; `sample` are the first lines, `rest` yields the others, and
    `source` is the file's name.
    """
    notes = []
    fields = [] if options.delimiter else fields_of_rule(sample)
    if fields:
        sample, rest = list(cut_fields(sample, fields)), cut_fields(rest, fields)
        notes.append(_said(fields))
    if any(map(is_rule, sample[:TITLES])):
        bars = has_bars(sample)
        sample, rest = list(undrawn(sample, bars)), undrawn(rest, bars)
        notes.append("its rules are left out")
    if are_names_between_bars(sample):
        sample = [line.replace("|", " ") for line in sample]
    found = _preamble(sample, options)
    notes += found.notes
    lines = sample[found.skip :]
    if found.header is not None:
        lines[0] = found.header + "\n"
    if found.comment:
        lines, rest = (
            list(without_comments(lines, found.comment)),
            without_comments(rest, found.comment),
        )
    if not any(line.strip() for line in lines):
        raise TableError(
            f"{source}: all of the first {len(sample)} lines are left out; give a file with rows, "
            f"or check {parameter('skip_rows')} and {parameter('comment')}."
        )
    delimiter = options.delimiter or found.delimiter or find_delimiter(lines)
    mark = delimiter
    if delimiter == BLANKS:
        lines, rest, delimiter = list(cut_at_blanks(lines)), cut_at_blanks(rest), "\t"
        notes.append("its cells are cut at blanks")
    elif delimiter == FIXED:
        fields = find_fields(lines)
        lines, rest, delimiter = list(cut_fields(lines, fields)), cut_fields(rest, fields), "\t"
        notes.append(_said(fields))
    if _QUOTED.match(next(filter(str.strip, lines))):
        lines, rest = list(_unspaced(lines)), _unspaced(rest)
    rows = sample_rows(lines, delimiter)
    dialect = find_dialect(rows, delimiter, options)
    notes += in_doubt(rows[dialect.header :], delimiter, dialect.numbers.decimal)
    if dialect.header and names_rows(rows):
        at = next(i for i, line in enumerate(lines) if line.strip())
        lines[at] = delimiter + lines[at]
        rows[0] = ["", *rows[0]]
    return Start(chain(lines, rest), lines, rows, found.skip, dialect, mark, notes)


def _said(fields: list[Field]) -> str:
    starts = ", ".join(str(one.start + 1) for one in fields[:8])
    more = ", ..." if len(fields) > 8 else ""
    return f"its columns have fixed widths and begin at characters {starts}{more}"


def _unspaced(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines whose quotes follow at once on what divides cells: "a", "b" becomes "a","b"."""
    return (_SPACED.sub(r"\1", line) for line in lines)


def _preamble(sample: list[str], options: CsvOptions) -> Preamble:
    if options.skip_rows is not None or options.comment is not None:
        return Preamble(options.skip_rows or 0, options.comment or "")
    return find_preamble(sample, options.delimiter)
