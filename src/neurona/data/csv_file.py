"""CSV files: Python's `csv` cuts them, NumPy's `loadtxt` reads blocks without quotes.

Both are exact to the last digit, both are there already, and memory stays near the size of the
columns. See docs/decisions/ for what was measured.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import IO, NamedTuple

from neurona.data.cells import NumberFormat, marks_of
from neurona.data.cutting import DELIMITERS, FIXED, SAMPLE_LINES, is_blank
from neurona.data.dates import find_dates
from neurona.data.dialect import Dialect
from neurona.data.explain import zeros_in_front
from neurona.data.footer import footer_at, lines_are, without_footer, without_repeats
from neurona.data.header import column_names, units_rows, whole_names, without_extra
from neurona.data.limits import MAX_COLUMNS, check_blank, check_columns
from neurona.data.notation import is_valued
from neurona.data.options import CsvOptions
from neurona.data.plain_numbers import load_columns
from neurona.data.start import begin
from neurona.data.table import Column
from neurona.data.text import LATIN, decoding, open_text, said_of_letters
from neurona.errors import TableError
from neurona.garbage import no_collection
from neurona.spelling import parameter

BLOCK_CELLS = 200_000
SAMPLE_CHARACTERS = 500_000
FEWEST_LINES = 5


class Block(NamedTuple):
    """Rows of a file: each column as numbers (nan: an empty cell) or as texts; and where they are.

    `lines` has the line of each row, None if they follow on `first_line` without a gap.
    """

    columns: Sequence[Column | Sequence[str]]
    rows: int
    first_line: int
    lines: list[int] | None


class CsvFile:
    """An open CSV file: its dialect and names are known, its rows yet to be read."""

    def __init__(self, stream: IO[bytes], source: str, options: CsvOptions) -> None:
        self.source, self.options = source, options
        text, encoding = open_text(stream, source, options.encoding, options.max_cells)
        self._encoding = encoding
        with decoding(source, encoding):
            sample = self._sample(text)
        if not any(line.strip() for line in sample):
            raise TableError(f"{source} is empty; give a file with a header and rows.")
        if any("\0" in line for line in sample):
            raise TableError(
                f"{source} is no text file (it has zero bytes); save the table as CSV, or pass its "
                f"encoding, e.g. {parameter('encoding', 'utf-16')}."
            )
        start = begin(sample, text, options, source)
        sample, self._line, self._lines = start.sample, start.line, start.lines
        self.dialect: Dialect = start.dialect
        self._mark = start.mark
        notes = [f"{source}: {said}." for said in start.notes]
        if encoding == LATIN and options.encoding is None:
            notes.append(f"{source}: {said_of_letters(sample)}.")
        first = self._first_row(sample)
        check_columns(source, len(first))
        below = self._rows_below(start.rows)
        notes += self._leave_out(below)
        rows = start.rows[self.dialect.header + len(below) :]
        if self.dialect.header:
            first, said = without_extra(first, below, rows)
            notes += [f"{source}: {one}." for one in said]
        self.names, named = column_names(whole_names(first, below), self.dialect.header, source)
        self.notes = notes + named
        self.as_text: set[int] = set()
        self.forms: dict[str, NumberFormat] = {}
        """How the columns that had numbers so far write them."""
        self._reader: Iterator[tuple[int, list[str]]] | None = None
        self._bare = 0, 0
        self._first_line = 0
        widths = Counter(map(len, rows))
        width = widths.most_common(1)[0][0] if widths else len(first)
        if options.other_types is None:
            self._note_zeros(rows)
            self._note_one_column(rows)
        header = [line for line in sample[: self._line - start.line] if line.strip()]
        self._lines = without_footer(
            without_repeats(self._lines, header, self._line, self._add_note),
            self._line, self.dialect.delimiter, width, self._add_note,
        )  # fmt: skip

    def _sample(self, text: Iterator[str]) -> list[str]:
        """Return the first lines: fewer of a table that is wide."""
        sample: list[str] = []
        size = 0
        for line in islice(text, SAMPLE_LINES):
            sample.append(line)
            size += len(line)
            if len(line) > MAX_COLUMNS:
                cells = 1 + max(line.count(mark) for mark in DELIMITERS)
                check_columns(self.source, cells, len(sample))
            if size > SAMPLE_CHARACTERS and len(sample) >= FEWEST_LINES:
                break
        return sample

    def _add_note(self, said: str) -> None:
        self.notes.append(f"{self.source}: {said}.")

    def _note_zeros(self, rows: list[list[str]]) -> None:
        for place, name in enumerate(self.names):
            said = zeros_in_front([row[place] for row in rows if place < len(row)], name)
            if said and name not in self.options.types:
                self.notes.append(f"{self.source}, column {name!r}: {said}.")

    def _note_one_column(self, rows: list[list[str]]) -> None:
        """Say if a single column holds what may be several."""
        cells = [row[0] for row in rows if len(row) == 1] if len(self.names) == 1 else []
        several = [c for c in cells if sum(map(is_valued, re.split(r"[\s,;|:]+", c.strip()))) > 1]
        if 2 * len(several) > len(cells) and find_dates(cells) is None:
            skip, mark = parameter("skip_rows"), parameter("delimiter")
            self._add_note(
                f"it has one column, whose cells hold several values, such as "
                f"{several[0].strip()[:40]!r}; if it has more, pass {skip} or {mark}"
            )

    def _first_row(self, sample: list[str]) -> list[str]:
        """Return the first record that is not blank; a header is consumed."""
        return self._record(self._lines if self.dialect.header else iter(sample))

    def _record(self, lines: Iterator[str]) -> list[str]:
        """Return the next record that is not blank, and count its lines if it is consumed."""
        reader = csv.reader(lines, delimiter=self.dialect.delimiter)
        row = self._next_row(reader)
        while is_blank(row):
            row = self._next_row(reader)
        if self.dialect.header:
            self._line += reader.line_num
        return row

    def _rows_below(self, rows: list[list[str]]) -> list[list[str]]:
        """Return the rows below the header that have units, or more of the names, and no values."""
        if not self.dialect.header:
            return []
        given = self.options.units_row
        rows = rows[1 : 1 + footer_at(rows[1:], len(rows[1]) if len(rows) > 1 else 0)]
        return rows[: units_rows(rows) if given is None else int(given)]

    def _leave_out(self, rows: list[list[str]]) -> list[str]:
        """Leave the next rows of the file out; returns what is to be said of it."""
        said = []
        for row in rows:
            self._record(self._lines)
            shown = ", ".join(repr(cell.strip()[:40]) for cell in row[:4])
            keep = parameter("units_row", False)
            said.append(
                f"{self.source}: line {self._line} is left out, it has units or words and no "
                f"values ({shown}{', ...' if len(row) > 4 else ''}); {keep} keeps it."
            )
        return said

    def _next_row(self, reader: Iterator[list[str]]) -> list[str]:
        try:
            return next(reader)
        except csv.Error as error:
            raise TableError(self._csv_message(error, 1)) from None
        except StopIteration:
            raise TableError(f"{self.source} is empty; give a file with rows.") from None

    def _csv_message(self, error: csv.Error, line: int) -> str:
        if "field larger" in str(error):
            return (
                f"{self.source}, from about line {line}: a cell has more than "
                f"{csv.field_size_limit():,} characters; close the quote that was left open."
            )
        return f"{self.source}, about line {line}: {error}; correct the line."

    def blocks(self, rows: int | None = None) -> Iterator[Block]:
        """Yield the file's rows in blocks of so many."""
        size = rows or max(256, BLOCK_CELLS // max(1, len(self.names)))
        blank = 0
        while True:
            if self._reader is None:
                with decoding(self.source, self._encoding):
                    lines = list(islice(self._lines, size))
                if not lines:
                    break
                if '"' in "".join(lines):
                    # from here on rows may go over lines
                    self._reader = self._counting(
                        csv.reader(chain(lines, self._lines), delimiter=self.dialect.delimiter)
                    )
                    continue
                block = self._plain_block(lines)
            else:
                with no_collection(), decoding(self.source, self._encoding):
                    numbered = list(islice(self._reader, size))
                    block = self._block(numbered)
                if not numbered:
                    break
            blank = 0 if block.rows else blank + size
            check_blank(self.source, blank)
            if block.rows:
                yield block
        self._say_bare()

    def _say_bare(self) -> None:
        """Say how many rows had delimiters and no cell."""
        first, count = self._bare
        if count:
            self._add_note(f"{lines_are(first, count)} left out: nothing but delimiters")

    def _plain_block(self, lines: list[str]) -> Block:
        """Read lines without quotes: a row each."""
        first = self._line + 1
        self._line += len(lines)
        columns = self._load(lines)
        if columns is not None:
            return Block(columns, len(lines), first, None)
        return self._cut_block(lines, first)

    def _cut_block(self, lines: list[str], first: int) -> Block:
        """Cut lines without quotes, the first of this number, into cells."""
        try:
            with no_collection():
                rows = list(csv.reader(lines, delimiter=self.dialect.delimiter))
                return self._block(list(enumerate(rows, first)))
        except csv.Error as error:
            raise TableError(self._csv_message(error, first)) from None

    def _load(self, lines: list[str]) -> list[Column | Sequence[str]] | None:
        """Return lines without quotes as columns, or None if they are not plain enough."""
        mark, numbers = self.dialect.delimiter, self.dialect.numbers
        empty = "" in marks_of(self.options.missing_marks)
        return load_columns(lines, len(self.names), mark, numbers, self.as_text, empty)

    def _counting(self, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
        """Yield the line that each record begins on, and the record."""
        base, line = self._line, 1
        try:
            for row in reader:
                yield base + line, row
                line = reader.line_num + 1  # type: ignore[attr-defined]
        except csv.Error as error:
            raise TableError(self._csv_message(error, base + line)) from None

    def _block(self, numbered: list[tuple[int, list[str]]]) -> Block:
        """Check the number of cells of each row and turn rows into columns."""
        single = len(self.names) == 1
        kept = [(line, row) for line, row in numbered if row and (single or not is_blank(row))]
        if not single:
            bare = [line for line, row in kept if not any(map(str.strip, row))]
            if bare:
                self._bare = self._bare[0] or bare[0], self._bare[1] + len(bare)
                kept = [(line, row) for line, row in kept if any(map(str.strip, row))]
        rows = [row for _, row in kept]
        self._first_line = self._first_line or (kept[0][0] if kept else 0)
        if any(len(row) != len(self.names) for row in rows):
            rows = [self._fitted(line, row) for line, row in kept]
        cells = list(zip(*rows, strict=True)) or [() for _ in self.names]
        lines = [line for line, _ in kept]
        first = lines[0] if lines else 0
        regular = not lines or lines[-1] - first == len(lines) - 1
        return Block(cells, len(rows), first, None if regular else lines)

    def _fitted(self, line: int, row: list[str]) -> list[str]:
        count = len(self.names)
        if len(row) > count and not any(cell.strip() for cell in row[count:]):
            return row[:count]
        if len(row) == count:
            return row
        if self._mark == FIXED and len(row) == 1:
            raise TableError(
                f"{self.source}, line {line}: its text runs over the borders of the columns, which "
                f"have fixed widths in the lines above; correct the line, or pass "
                f"{parameter('delimiter')}."
            )
        words = row[0].strip()
        cells = f"1 cell, {words[:40]!r}," if len(row) == 1 else f"{len(row)} cells"
        raise TableError(
            f"{self.source}, line {line}: the row has {cells} but the header has {count}; correct "
            f"the row, or {self._way_out(line, row, words)}."
        )

    def _way_out(self, line: int, row: list[str], words: str) -> str:
        """Return what else to do about a row of another length than the header."""
        count, quote = len(self.names), f"quote cells that contain the delimiter {self._mark!r}"
        # a title, or what a logger says of itself, was taken for the header
        skip = f"if lines stand before the table, pass {parameter('skip_rows', line - 1)}"
        if len(row) > count:
            return (
                f"{quote}; {skip}" if count == 1 or (line < 50 and len(row) > count + 1) else quote
            )
        if line == self._first_line:
            return skip
        if len(row) == 1 and re.search(r"[^\W\d]{2}", words):
            begin = re.findall(r"^\W+|\S+", words)[0][:20]
            return f"pass {parameter('comment', begin)} to leave out all lines that begin so"
        return "give another table that begins there a file of its own"
