"""Predictions as a Parquet file: a group of rows for each block, and nothing kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from neurona.data.cells import NumberFormat
from neurona.runs.copied_cells import BOOL, FLOAT, INT, TEXT, as_type, odd_one, type_of
from neurona.runs.text_output import Answered, Layout, kept_cells

TYPES = {"f": FLOAT, "b": BOOL, "i": INT, "u": INT}
"""What predictions are, by the kind of their array."""


class OtherType(Exception):  # noqa: N818 - a way to begin again, not an error
    """A copied column is not of the type that its first rows had: it is to be written as text, for
    the sake of a cell.
    """

    def __init__(self, name: str, cell: str) -> None:
        super().__init__(name)
        self.name, self.cell = name, cell


class _Pipe:
    """A file that hands on what is written to it."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def write(self, data: Any) -> int:
        """Take bytes."""
        part = bytes(data)
        self._parts.append(part)
        self._size += len(part)
        return len(part)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._size

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing to close."""

    def take(self) -> bytes:
        """Return what was written since last time."""
        parts, self._parts = self._parts, []
        return b"".join(parts)


def parquet_pieces(
    answered: Iterable[Answered],
    layout: Layout,
    form: NumberFormat,
    texts: dict[str, str],
    empty: Mapping[str, str],
    arrow: Any,
    parquet: Any,
) -> Iterator[bytes]:
    """Yield a Parquet file.

    A copied column has the type that Arrow has it in, or else that of its first block; OtherType if
    it has another one later, unless it is among those to be written as `texts`, which gets those of
    the first block that have a cell among numbers that is none. `empty` says what columns are if
    there are no rows.
    """
    pipe, writer = _Pipe(), None
    types: dict[str, str] = {}
    known = {INT: arrow.int64(), FLOAT: arrow.float64(), BOOL: arrow.bool_(), TEXT: arrow.string()}
    for piece, answers in answered:
        if piece.frame is not None:
            arrays = [piece.frame.column(name) for name in layout.kept]
        else:
            cells = dict(zip(layout.kept, kept_cells(piece, layout.places), strict=True))
            if writer is None:
                types = _types(cells, form, texts)
            copies = _copied(cells, types, form)
            arrays = [arrow.array(copies[name], known[types[name]]) for name in layout.kept]
        if writer is None:
            added = [known[TYPES.get(values.dtype.kind, TEXT)] for values in answers]
            fields = [*(one.type for one in arrays), *added]
            schema = arrow.schema(zip((*layout.kept, *layout.names), fields, strict=True))
            writer = parquet.ParquetWriter(arrow.PythonFile(pipe, mode="w"), schema)
        if piece.table.rows:
            arrays += [arrow.array(*one) for one in zip(answers, added, strict=True)]
            writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
        yield pipe.take()
    if writer is None:
        names = (*layout.kept, *layout.names)
        schema = arrow.schema([(name, known[empty.get(name, TEXT)]) for name in names])
        writer = parquet.ParquetWriter(arrow.PythonFile(pipe, mode="w"), schema)
    writer.close()
    yield pipe.take()


def _types(
    cells: Mapping[str, Sequence[str]], form: NumberFormat, texts: dict[str, str]
) -> dict[str, str]:
    for name, column in cells.items():
        odd = odd_one(column, form)
        if odd is not None:
            texts.setdefault(name, odd)
    return {n: TEXT if n in texts else type_of(column, form) for n, column in cells.items()}


def _copied(
    cells: Mapping[str, Sequence[str]], types: Mapping[str, str], form: NumberFormat
) -> dict[str, list[Any]]:
    columns = {}
    for name, column in cells.items():
        found = as_type(column, types[name], form)
        if found is None:
            odd = odd_one(column, form) or next(cell for cell in column if cell)
            raise OtherType(name, odd)
        columns[name] = found
    return columns
