"""Reading: a text file becomes a table; a cell that does not fit its column is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import IO

import numpy as np

from neurona.data.cells import marks_of
from neurona.data.csv_file import Block, CsvFile
from neurona.data.explain import names_here
from neurona.data.gather import ColumnType, Gatherer, TurnedToText, gatherers
from neurona.data.limits import check_cells
from neurona.data.options import CsvOptions
from neurona.data.table import Column, Table
from neurona.errors import TableError

ENOUGH = 1_000_000
"""Cells that tell how many a file has."""


class Reading:
    """One pass over a CSV file: columns gathered, lines known, bad cells refused or counted."""

    def __init__(self, file: CsvFile, texts: Mapping[str, str], first_row: int = 1) -> None:
        options = file.options
        types: dict[str, ColumnType] = {**options.types, **dict.fromkeys(texts, "text")}  # type: ignore[dict-item]
        self.file = file
        self.columns = gatherers(
            file.names,
            file.dialect.numbers._replace(flags=options.bad_cells == "number"),
            marks_of(options.missing_marks),
            types,
            options.other_types,
            file.dialect.delimiter == ",",
            file.forms,
        )
        file.as_text.update(
            position for position, column in enumerate(self.columns) if column.kind == "text"
        )
        self.rows, self.first_row = 0, first_row
        self.offset: int | None = None
        self._blocks: list[tuple[int, int, Column | None]] = []

    def add(self, block: Block) -> None:
        """Take a block in."""
        for column, cells in zip(self.columns, block.columns, strict=True):
            if isinstance(cells, np.ndarray):
                column.add_values(cells)
            else:
                column.add(cells)
        self.file.forms.update(
            (column.name, column.form) for column in self.columns if column.has_numbers
        )
        offset = block.first_line - (self.rows + self.first_row)
        if not self.rows:
            self.offset = offset
        elif offset != self.offset:
            self.offset = None
        if block.lines is not None:
            self.offset = None
        lines = None if block.lines is None else np.array(block.lines)
        self._blocks.append((self.rows, block.first_line, lines))
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
        others = column.bad_count - 1
        more = f" ({others} more such {'cell' if others == 1 else 'cells'} in the column)"
        return (
            f"{self.file.source}, row {row + self.first_row} (line {self._line_of(row)}), "
            f"column {column.name!r}: {column.why(row)}{more if others else ''}"
            f"{names_here(column.bad[row], row + self.first_row - 1, self._line_of(row) - 1)}."
        )

    def _line_of(self, row: int) -> int:
        start, first, lines = next(one for one in reversed(self._blocks) if one[0] <= row)
        return int(first + row - start if lines is None else lines[row - start])

    def lines(self) -> list[int]:
        """Return the line of each row."""
        starts = [start for start, _, _ in self._blocks]
        found: list[int] = []
        for (start, first, lines), end in zip(self._blocks, [*starts, self.rows][1:], strict=True):
            found += range(first, first + end - start) if lines is None else lines.tolist()
        return found

    def table(self) -> Table:
        """Return what was gathered."""
        notes = list(self.file.notes)
        for column in self.columns:
            where = f"{self.file.source}, column {column.name!r}"
            notes.extend(f"{where}: {text}." for text in column.found())
        columns = {column.name: column.take() for column in self.columns}
        return Table(columns, self.file.source, self.first_row, self.offset, tuple(notes))


def read_whole(
    opener: Callable[[], IO[bytes]],
    source: str,
    options: CsvOptions,
    finish: Callable[[Reading], Table] = Reading.table,
) -> Table:
    """Return a whole CSV file as a table; it is opened again if a column turns out to be text."""
    texts: dict[str, str] = {}
    while True:
        with opener() as stream:
            file = CsvFile(stream, source, options)
            reading = Reading(file, texts)
            try:
                for block in file.blocks():
                    reading.add(block)
                    _check_size(reading, stream)
                reading.check()
            except TurnedToText as turned:
                texts[turned.name] = f"{source}: {turned.reason}"
                continue
        file.notes.extend(texts.values())
        return finish(reading)


def _check_size(reading: Reading, stream: IO[bytes]) -> None:
    """Refuse a table of too many cells, as soon as its first rows say how many there will be."""
    file, cells = reading.file, reading.rows * len(reading.columns)
    most = file.options.max_cells
    check_cells(file.source, cells, most)
    if cells > ENOUGH and hasattr(stream, "name") and not stream.closed and stream.seekable():
        share = stream.tell() / max(1, os.fstat(stream.fileno()).st_size)
        if cells > 1.5 * most * share:
            check_cells(file.source, int(cells / share), most, exact=False)


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
