"""Streams: a text file in blocks, each row beside its cells as they stand in the file.

What a program that adds columns to a file needs: the columns that it reads as a Table, all others
as nothing but text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, NamedTuple

from neurona.data.csv_file import Block, CsvFile, CsvOptions, Reading
from neurona.data.gather import ColumnType
from neurona.data.table import Table


class Piece(NamedTuple):
    """Rows of a file: the columns asked for, and either the lines or the cells by column.

    `numbers` tells that every cell of the lines is a number.
    """

    table: Table
    lines: list[str] | None
    cells: list[tuple[str, ...]]
    numbers: bool = False
    delimiter: str = ","


class Stream:
    """An open text file; `names`, `dialect` and `notes` are known before a row is read."""

    def __init__(self, opener: Callable[[], IO[bytes]], source: str, options: CsvOptions) -> None:
        self._handle = opener()
        try:
            self._file = CsvFile(self._handle, source, options)
        except BaseException:
            self._handle.close()
            raise
        self.source = source
        self.names = self._file.names
        self.dialect = self._file.dialect
        self.notes = self._file.notes
        self.trailing = self._file.trailing

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *error: object) -> None:
        self._handle.close()

    def pieces(
        self, wanted: Sequence[str], types: Mapping[str, ColumnType], rows: int
    ) -> Iterator[Piece]:
        """Yield the rows in blocks; `types` says how each wanted column is to be read.

        At least one piece comes, without rows if the file has none.
        """
        file = self._file
        file.options = file.options._replace(types=types, other_types="text")
        places = [self.names.index(name) for name in wanted]
        fast = bool(places) and all(types[name] == "number" for name in wanted)
        file.fewer, file.has_text = places, not fast
        file.compiled = fast and file.dialect.delimiter.isascii()
        first_row = 1
        for block in file.blocks(rows):
            yield self._piece(block, wanted, places, first_row)
            first_row += block.rows
        if first_row == 1:
            empty = Block(None, [() for _ in self.names], 0, 0, None)
            yield self._piece(empty, wanted, places, 1)

    def _piece(
        self, block: Block, wanted: Sequence[str], places: list[int], first_row: int
    ) -> Piece:
        if block.matrix is not None:
            everything = self._file.wanted is None
            at = places if everything else range(len(wanted))
            columns = {name: block.matrix[:, k].copy() for name, k in zip(wanted, at, strict=True)}
            offset = block.first_line - first_row
            table = Table(columns, self.source, first_row, offset, empty_rows=block.rows)
            return Piece(table, block.texts, [], everything, self.dialect.delimiter)
        has_text = self._file.has_text
        part = block._replace(cells=[block.cells[place] for place in places])
        reading = Reading(self._file, {}, first_row, wanted)
        reading.add(part)
        reading.check()
        self._file.has_text = has_text
        return Piece(reading.table(), None, block.cells)
