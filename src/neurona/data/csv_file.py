"""CSV files: Python's `csv` cuts them, NumPy's `loadtxt` reads blocks without quotes.

Both are exact to the last digit, both are there already, and memory stays near the size of the
columns. See docs/decisions/ for what was measured.
"""

from __future__ import annotations

import csv
import gc
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import IO, NamedTuple

import numpy as np

from neurona.data.cells import MISSING_MARKS, explain, has_numbers
from neurona.data.dialect import (
    SAMPLE_LINES,
    Dialect,
    column_names,
    find_dialect,
    is_blank,
    sample_rows,
)
from neurona.data.gather import ColumnType, Gatherer, TurnedToText, gatherers
from neurona.data.table import Column, Table
from neurona.data.text import decoding, open_text
from neurona.errors import TableError
from neurona.spelling import parameter

BLOCK_CELLS = 200_000
MAX_COLUMNS = 100_000
_BAD_COLUMN = re.compile(r"could not convert string .* at row \d+, column (\d+)", re.DOTALL)


class CsvOptions(NamedTuple):
    """What a caller says of a CSV file; None is found from its first lines."""

    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    encoding: str | None = None
    types: Mapping[str, ColumnType] = {}
    bad_cells: str = "refuse"
    missing_marks: frozenset[str] = MISSING_MARKS
    other_types: ColumnType | None = None


class Block(NamedTuple):
    """Rows of a file: each column as finite numbers or as texts; and where they are.

    `lines` has the line of each row, None if they follow on `first_line` without a gap.
    """

    columns: Sequence[Column | Sequence[str]]
    rows: int
    first_line: int
    lines: list[int] | None


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from searching the rows being made, again and again, for cycles
    that rows of texts cannot have: half of the time of reading.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class CsvFile:
    """An open CSV file: its dialect and names are known, its rows yet to be read."""

    def __init__(self, stream: IO[bytes], source: str, options: CsvOptions) -> None:
        self.source, self.options = source, options
        text, encoding = open_text(stream, source, options.encoding)
        self._encoding = encoding
        with decoding(source, encoding):
            sample = list(islice(text, SAMPLE_LINES))
        self._lines: Iterator[str] = chain(sample, text)
        if not any(line.strip() for line in sample):
            raise TableError(f"{source} is empty; give a file with a header and rows.")
        if any("\0" in line for line in sample):
            raise TableError(
                f"{source} is no text file (it has zero bytes); save the table as CSV, or pass its "
                f"encoding, e.g. {parameter('encoding', 'utf-16')}."
            )
        self.dialect: Dialect = find_dialect(
            sample, options.delimiter, options.decimal, options.thousands, options.header
        )
        self._line = 0
        first = self._first_row(sample)
        if len(first) > MAX_COLUMNS:
            raise TableError(
                f"{source} has {len(first):,} columns; tables may have {MAX_COLUMNS:,} "
                f"(a row of them takes {len(first) * 8 / 1e6:.0f} MB as numbers)."
            )
        self.names, notes = column_names(first, self.dialect.header, source)
        self.notes = list(notes)
        self.as_text: set[int] = set()
        self._reader: Iterator[tuple[int, list[str]]] | None = None
        rows = sample_rows(sample, self.dialect.delimiter)[self.dialect.header :]
        # trailing delimiters: a last column without a name and without a cell
        self.trailing = bool(
            len(first) > 1
            and self.dialect.header
            and not first[-1].strip()
            and all(len(row) < len(first) or not row[-1].strip() for row in rows)
        )
        if self.trailing:
            self.names.pop()
            notes = [note for note in notes if f"column {len(first)} " not in note]
            self.notes = [*notes, f"{source}: every row ends with a delimiter; it is ignored."]

    def _first_row(self, sample: list[str]) -> list[str]:
        """Return the first record that is not blank; a header is consumed."""
        lines = self._lines if self.dialect.header else iter(sample)
        reader = csv.reader(lines, delimiter=self.dialect.delimiter)
        row = self._next_row(reader)
        while is_blank(row):
            row = self._next_row(reader)
        if self.dialect.header:
            self._line = reader.line_num
        return row

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
        while True:
            if self._reader is None:
                with decoding(self.source, self._encoding):
                    lines = list(islice(self._lines, size))
                if not lines:
                    return
                if '"' in "".join(lines):
                    # from here on rows may go over lines
                    self._reader = self._counting(
                        csv.reader(chain(lines, self._lines), delimiter=self.dialect.delimiter)
                    )
                    continue
                block = self._plain_block(lines)
            else:
                with no_collection(), decoding(self.source, self._encoding):
                    block = self._block(list(islice(self._reader, size)))
                if not block.rows:
                    return
            if block.rows:
                yield block

    def _plain_block(self, lines: list[str]) -> Block:
        """Read lines without quotes: a row each."""
        first = self._line + 1
        self._line += len(lines)
        blank = not all(map(str.strip, lines))
        columns = None if blank else self._load(lines)
        if columns is not None:
            return Block(columns, len(lines), first, None)
        try:
            with no_collection():
                rows = list(csv.reader(lines, delimiter=self.dialect.delimiter))
                return self._block(list(enumerate(rows, first)))
        except csv.Error as error:
            raise TableError(self._csv_message(error, first)) from None

    def _load(self, lines: list[str]) -> list[Column | Sequence[str]] | None:
        """Return lines without quotes or blanks as columns, or None if not all have all cells.

        A column in which a cell is no number is read as texts from then on.
        """
        form = self.dialect.numbers
        if form.thousands or (form.decimal == "," and self.as_text):
            return None
        if form.decimal == ",":
            if any("." in line for line in lines):
                return None
            lines = [line.replace(",", ".") for line in lines]
        while True:
            kinds = [object if i in self.as_text else float for i in range(len(self.names))]
            try:
                found = np.loadtxt(
                    lines,
                    [(f"f{i}", kind) for i, kind in enumerate(kinds)],
                    comments=None,
                    delimiter=self.dialect.delimiter,
                    ndmin=1,
                )
            except ValueError as error:
                bad = _BAD_COLUMN.search(str(error))
                if bad is None:
                    return None
                self.as_text.add(int(bad[1]) - 1)
            else:
                infinite = {
                    i
                    for i, kind in enumerate(kinds)
                    if kind is float and not np.isfinite(found[f"f{i}"]).all()
                }
                if not infinite:
                    return [
                        found[f"f{i}"].tolist() if kind is object else found[f"f{i}"].copy()
                        for i, kind in enumerate(kinds)
                    ]
                self.as_text |= infinite
            if form.decimal == ",":
                return None

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
        rows = [row for _, row in kept]
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
        raise TableError(
            f"{self.source}, line {line}: the row has {len(row)} cells but the header has {count}; "
            "correct the row, or quote cells that contain the delimiter "
            f"{self.dialect.delimiter!r}."
        )


class Reading:
    """One pass over a CSV file: columns gathered, lines known, bad cells refused or counted."""

    def __init__(self, file: CsvFile, texts: Mapping[str, str], first_row: int = 1) -> None:
        options = file.options
        types: dict[str, ColumnType] = {**options.types, **dict.fromkeys(texts, "text")}  # type: ignore[dict-item]
        self.file = file
        self.columns = gatherers(
            file.names, file.dialect.numbers, options.missing_marks, types, options.other_types
        )
        numbers_mean_missing = has_numbers(options.missing_marks)
        file.as_text.update(
            position
            for position, column in enumerate(self.columns)
            if column.kind == "text" or numbers_mean_missing
        )
        self.rows, self.first_row = 0, first_row
        self.offset: int | None = None
        self.lines: dict[int, int] = {}

    def add(self, block: Block) -> None:
        """Take a block in."""
        for column, cells in zip(self.columns, block.columns, strict=True):
            if isinstance(cells, np.ndarray):
                column.add_values(cells)
            else:
                column.add(cells)
        offset = block.first_line - (self.rows + self.first_row)
        if not self.rows:
            self.offset = offset
        elif offset != self.offset:
            self.offset = None
        if block.lines is not None:
            self.offset = None
        for column in self.columns:
            for row in column.bad:
                if row >= self.rows:
                    at = row - self.rows
                    self.lines[row] = block.lines[at] if block.lines else block.first_line + at
        self.rows += block.rows

    def check(self) -> None:
        """Decide the columns' types, then refuse bad cells unless they count as missing."""
        for column in self.columns:
            column.check()
        if self.file.options.bad_cells == "missing":
            return
        found = [column for column in self.columns if column.bad_count]
        if found:
            raise TableError(self._refusal(min(found, key=lambda column: min(column.bad))))

    def _refusal(self, column: Gatherer) -> str:
        row = min(column.bad)
        why = explain(column.bad[row], self.file.dialect.numbers)
        others = column.bad_count - 1
        more = f" ({others} more such {'cell' if others == 1 else 'cells'} in the column)"
        return (
            f"{self.file.source}, row {row + self.first_row} (line {self.lines[row]}), "
            f"column {column.name!r}: {why}{more if others else ''}."
        )

    def table(self) -> Table:
        """Return what was gathered."""
        notes = list(self.file.notes)
        for column in self.columns:
            if column.bad_count:
                found, example = column.bad_count, next(iter(column.bad.values()))
                are = "1 cell is no number" if found == 1 else f"{found} cells are no numbers"
                notes.append(
                    f"{self.file.source}, column {column.name!r}: {are} and counted as missing, "
                    f"e.g. {example!r}."
                )
        columns = {column.name: column.take() for column in self.columns}
        return Table(columns, self.file.source, self.first_row, self.offset, tuple(notes))


def read_whole(opener: Callable[[], IO[bytes]], source: str, options: CsvOptions) -> Table:
    """Return a whole CSV file as a table; it is opened again if a column turns out to be text."""
    texts: dict[str, str] = {}
    while True:
        with opener() as stream:
            file = CsvFile(stream, source, options)
            reading = Reading(file, texts)
            try:
                for block in file.blocks():
                    reading.add(block)
                reading.check()
            except TurnedToText as turned:
                texts[turned.name] = f"{source}: {turned.reason}"
                continue
        file.notes.extend(texts.values())
        return reading.table()


def read_in_blocks(
    opener: Callable[[], IO[bytes]], source: str, options: CsvOptions, rows: int
) -> Iterator[Table]:
    """Yield a CSV file as tables of so many rows; types that are not given go by the first."""
    with opener() as stream:
        file = CsvFile(stream, source, options)
        types: dict[str, ColumnType] = dict(options.types)
        first_row = 1
        for block in file.blocks(rows):
            reading = _read_block(file, block, types, first_row)
            for column in reading.columns:
                if column.kind is not None:
                    types.setdefault(column.name, column.kind)
            yield reading.table()
            first_row += block.rows
        if first_row == 1:
            yield _read_block(file, Block([() for _ in file.names], 0, 0, None), types, 1).table()


def _read_block(
    file: CsvFile, block: Block, types: dict[str, ColumnType], first_row: int
) -> Reading:
    while True:
        file.options = file.options._replace(types=types)
        reading = Reading(file, {}, first_row)
        reading.add(block)
        try:
            reading.check()
        except TurnedToText as turned:
            types[turned.name] = "text"
            continue
        return reading
