"""Tables that a person names at the command line: a file of any kind, or - for standard input."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from neurona.data.cells import NumberFormat
from neurona.data.dialect import Dialect
from neurona.data.gather import ColumnType
from neurona.data.options import CsvOptions
from neurona.data.read import file_kind, is_tsv, open_file, read_table
from neurona.data.stream import Piece, Stream
from neurona.data.table import Table
from neurona.runs.cells import value_cells

STDIN = "standard input"


class Source(Protocol):
    """A table that is read in blocks: a stream of text, or a whole table in memory."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def names(self) -> list[str]:
        """The columns."""

    @property
    def dialect(self) -> Dialect:
        """How it is written, and so how the answer is."""

    @property
    def notes(self) -> Sequence[str]:
        """What reading found."""

    def pieces(
        self, wanted: Sequence[str], types: Mapping[str, ColumnType], rows: int
    ) -> Iterator[Piece]:
        """Yield the rows in blocks."""


class TextSource(NamedTuple):
    """A text file or a pipe."""

    stream: Stream

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.stream.source

    @property
    def names(self) -> list[str]:
        """The columns."""
        return self.stream.names

    @property
    def dialect(self) -> Dialect:
        """How it is written."""
        return self.stream.dialect

    @property
    def notes(self) -> Sequence[str]:
        """What reading found."""
        return self.stream.notes

    def pieces(
        self, wanted: Sequence[str], types: Mapping[str, ColumnType], rows: int
    ) -> Iterator[Piece]:
        """Yield the rows in blocks."""
        return self.stream.pieces(wanted, types, rows)


class WholeSource(NamedTuple):
    """A table in memory, written as a file of commas."""

    table: Table
    dialect: Dialect = Dialect(",", NumberFormat(), True)

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.table.source

    @property
    def names(self) -> list[str]:
        """The columns."""
        return self.table.names

    @property
    def notes(self) -> Sequence[str]:
        """What reading found."""
        return self.table.notes

    def pieces(
        self, wanted: Sequence[str], types: Mapping[str, ColumnType], rows: int
    ) -> Iterator[Piece]:
        """Yield the rows in blocks."""
        blocks = self.table.blocks(rows) if self.table.rows else [self.table]
        for block in blocks:
            cells = [tuple(value_cells(block[name], NumberFormat())) for name in block.names]
            yield Piece(block.select(wanted), None, cells)


@contextlib.contextmanager
def open_source(
    given: str,
    bad_cells: Any = "refuse",
    types: Mapping[str, ColumnType] | None = None,
    **how: Any,
) -> Iterator[Source]:
    """Open the table that a person named, to read it in blocks."""
    if given == "-":
        pipe = io.BufferedReader(sys.stdin.buffer)  # type: ignore[type-var]
        start = pipe.peek(8)[:8]
        if not start.startswith((b"PAR1", b"PK\x03\x04")):
            options = CsvOptions(**how, bad_cells=bad_cells)
            with Stream(lambda: pipe, STDIN, options) as stream:
                yield TextSource(stream)
            return
        with on_disk(pipe) as path:
            yield WholeSource(_renamed(read_table(path, types=types, bad_cells=bad_cells)))
        return
    path = Path(given)
    if file_kind(path) != "text":
        yield WholeSource(read_table(path, types=types, bad_cells=bad_cells))
        return
    if how.get("delimiter") is None and is_tsv(path):
        how["delimiter"] = "\t"
    options = CsvOptions(**how, bad_cells=bad_cells)
    with Stream(lambda: open_file(path), path.name, options) as stream:
        yield TextSource(stream)


def read_source(given: str, **how: Any) -> Table:
    """Read the whole table that a person named."""
    if given != "-":
        return read_table(given, **how)
    with on_disk(sys.stdin.buffer) as path:
        return _renamed(read_table(path, **how))


@contextlib.contextmanager
def on_disk(pipe: IO[bytes]) -> Iterator[Path]:
    """Copy a pipe to a temporary file."""
    import shutil

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / STDIN
        with path.open("wb") as file:
            shutil.copyfileobj(pipe, file)
        yield path


def _renamed(table: Table) -> Table:
    return Table(table.columns, STDIN, table.first_row, table.line_offset, table.notes, table.rows)
