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
from neurona.data.read import (
    FIRST,
    Opened,
    check_no_sheet,
    file_kind,
    is_tsv,
    open_file,
    open_table,
)
from neurona.data.stream import Piece, Stream
from neurona.data.table import Table
from neurona.runs.blocks import is_parquet, names_of, parquet_blocks
from neurona.runs.cells import value_cells
from neurona.runs.column_kinds import kinds_said, read_as

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
    """A table that is in memory as a whole, written as a file of commas."""

    opened: Opened
    name: str
    dialect: Dialect = Dialect(",", NumberFormat(), True)

    @property
    def names(self) -> list[str]:
        """The columns."""
        return self.opened.names

    @property
    def notes(self) -> Sequence[str]:
        """What reading found."""
        return self.opened.notes

    def pieces(
        self, wanted: Sequence[str], types: Mapping[str, ColumnType], rows: int
    ) -> Iterator[Piece]:
        """Yield the rows in blocks: the columns wanted as they are read, all as they stand."""
        # columns that are not wanted are not judged
        judged = self.opened.table({name: types.get(name, "auto") for name in wanted}, "text")
        copies = self.opened.table({}, "text")
        for block in judged.blocks(rows) if judged.rows else [judged]:
            start = block.first_row - judged.first_row
            part = copies.take(slice(start, start + block.rows))
            cells = [tuple(value_cells(part[name], NumberFormat())) for name in part.names]
            yield Piece(_renamed(block.select(wanted), self.name), None, cells)


class ParquetSource(NamedTuple):
    """A Parquet file, or a folder of them."""

    path: Path
    name: str
    names: list[str]
    dialect: Dialect = Dialect(",", NumberFormat(), True)
    notes: Sequence[str] = ()

    def pieces(
        self, wanted: Sequence[str], types: Mapping[str, ColumnType], rows: int
    ) -> Iterator[Piece]:
        """Yield the rows in blocks: the columns wanted as they are read, all as they stand."""
        for table, frame in parquet_blocks(self.path, wanted, types, rows):
            yield Piece(_renamed(table, self.name), None, (), frame=frame)


@contextlib.contextmanager
def open_source(
    given: str,
    bad_cells: Any = "refuse",
    **how: Any,
) -> Iterator[Source]:
    """Open the table that a person named, to read it in blocks."""
    if given == "-":
        pipe = io.BufferedReader(sys.stdin.buffer)  # type: ignore[type-var]
        start = pipe.peek(8)[:8]
        if not start.startswith((b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            check_no_sheet(STDIN, how.pop("sheet", FIRST))
            options = CsvOptions(**how, bad_cells=bad_cells)
            with Stream(lambda: pipe, STDIN, options) as stream:
                yield TextSource(stream)
            return
        with on_disk(pipe) as path:
            if is_parquet(path):
                check_no_sheet(STDIN, how.pop("sheet", FIRST))
                yield ParquetSource(path, STDIN, names_of(path))
                return
            yield WholeSource(open_table(path, bad_cells=bad_cells, **how), STDIN)
        return
    path = Path(given)
    if is_parquet(path):
        check_no_sheet(path.name, how.pop("sheet", FIRST))
        yield ParquetSource(path, path.name, names_of(path))
        return
    if file_kind(path) != "text":
        yield WholeSource(open_table(path, bad_cells=bad_cells, **how), path.name)
        return
    if how.get("delimiter") is None and is_tsv(path):
        how["delimiter"] = "\t"
    check_no_sheet(path.name, how.pop("sheet", FIRST))
    options = CsvOptions(**how, bad_cells=bad_cells)
    with Stream(lambda: open_file(path), path.name, options) as stream:
        yield TextSource(stream)


def read_source(
    given: str,
    types: Mapping[str, ColumnType] | None = None,
    other_types: ColumnType | None = None,
    kinds: Sequence[str] = (),
    **how: Any,
) -> Table:
    """Read the whole table that a person named; `kinds` are what they say that columns are."""
    with contextlib.ExitStack() as stack:
        path = Path(given) if given != "-" else stack.enter_context(on_disk(sys.stdin.buffer))
        opened = open_table(path, **how)
        said = read_as(kinds_said(kinds, opened.names, path.name))
        table = opened.table({**(types or {}), **said}, other_types)
    return table if given != "-" else _renamed(table)


@contextlib.contextmanager
def on_disk(pipe: IO[bytes]) -> Iterator[Path]:
    """Copy a pipe to a temporary file."""
    import shutil

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / STDIN
        with path.open("wb") as file:
            shutil.copyfileobj(pipe, file)
        yield path


def _renamed(table: Table, name: str = STDIN) -> Table:
    return Table(table.columns, name, table.first_row, table.line_offset, table.notes, table.rows)
