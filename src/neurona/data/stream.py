"""Streams: a text file in blocks, each row beside its cells as they stand in the file.

What a program that adds columns to a file needs: the columns that it reads as a Table, all others
as nothing but text. Large blocks of plain numbers are read at once.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple

import numpy as np

from neurona.data.csv_file import Block, CsvFile
from neurona.data.gather import ColumnType
from neurona.data.options import CsvOptions
from neurona.data.reading import Reading
from neurona.data.table import Column, Table

TRIES = 3
"""Blocks in a row that were not that plain, after which it is not tried again."""


class Piece(NamedTuple):
    """Rows of a file: the columns asked for, and either the lines, the cells by column, or all
    columns as Arrow has them.

    `numbers` tells that every cell of the lines is a number.
    """

    table: Table
    lines: list[str] | None
    cells: Sequence[Any]
    numbers: bool = False
    delimiter: str = ","
    frame: Any = None


class LineBlock(NamedTuple):
    """Rows of nothing but numbers, and the lines they stand in."""

    matrix: Column
    rows: int
    first_line: int
    texts: list[str]


class LineFile(CsvFile):
    """A CSV file whose blocks keep the rows as they stand there."""

    wanted: Sequence[int] | None = None
    """Places of the columns that must be numbers, None if some are not."""
    failures = 0
    """Blocks in a row that could not be read at once."""

    def _plain_block(self, lines: list[str]) -> Any:
        first = self._line + 1
        self._line += len(lines)
        columns = self._load(lines) if self.wanted and self.failures < TRIES else None
        if columns is None or self.as_text:
            self.failures += 1
            self.as_text.clear()
            return self._cut_block(lines, first)
        self.failures = 0
        matrix = np.column_stack([columns[place] for place in self.wanted or ()])
        return LineBlock(matrix, len(lines), first, lines)


class Stream:
    """An open text file; `names`, `dialect` and `notes` are known before a row is read."""

    def __init__(self, opener: Callable[[], IO[bytes]], source: str, options: CsvOptions) -> None:
        self._handle = opener()
        try:
            self._file = LineFile(self._handle, source, options)
        except BaseException:
            self._handle.close()
            raise
        self.source = source
        self.names = self._file.names
        self.dialect = self._file.dialect
        self.notes = self._file.notes

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
        if all(types[name] == "number" for name in wanted):
            file.wanted = places
        # gathers the wanted columns alone, and knows nothing of the rest
        part = copy.copy(file)
        part.names, part.notes, part.as_text = list(wanted), [], set()
        first_row = 1
        for block in file.blocks(rows):
            yield self._piece(block, wanted, places, part, first_row)
            first_row += block.rows
        if first_row == 1:
            empty = Block([() for _ in self.names], 0, 0, None)
            yield self._piece(empty, wanted, places, part, 1)

    def _piece(
        self,
        block: Block | LineBlock,
        wanted: Sequence[str],
        places: Sequence[int],
        part: CsvFile,
        first_row: int,
    ) -> Piece:
        if isinstance(block, LineBlock):
            columns = {name: block.matrix[:, k].copy() for k, name in enumerate(wanted)}
            offset = block.first_line - first_row
            table = Table(columns, self.source, first_row, offset, empty_rows=block.rows)
            return Piece(table, block.texts, (), True, self.dialect.delimiter)
        reading = Reading(part, {}, first_row)
        reading.add(block._replace(columns=[block.columns[place] for place in places]))
        reading.check()
        return Piece(reading.table(), None, block.columns)
