"""Tables that are read in blocks to be predicted or scored, with columns of the types that a model
takes: Parquet files, folders of them, and other files that are large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from neurona.data.frames import check_names, from_arrow
from neurona.data.gather import ColumnType
from neurona.data.parquet_folder import frames_of, schema_of
from neurona.data.read import file_kind, read_blocks
from neurona.data.sources import block_rows
from neurona.data.table import Table
from neurona.runs.failures import Failure
from neurona.runs.table_size import cells_of

CELLS = 10_000_000
"""A file of more is not read as a whole."""


def in_blocks(given: str) -> bool:
    """Whether a table that a person named is to be read in blocks."""
    path = Path(given)
    return given != "-" and (path.is_dir() or cells_of(path, CELLS) > CELLS)


def is_parquet(path: Path) -> bool:
    """Whether a path is that of a Parquet file, or of a folder, which is to have such files."""
    return path.is_dir() or file_kind(path) == "parquet"


def names_of(path: Path, **how: Any) -> list[str]:
    """Return the columns of a file or a folder."""
    if is_parquet(path):
        names = list(schema_of(path).names)
        check_names(names, path.name)
        return names
    first = next(islice(read_blocks(path, 256, **how), 1), None)
    if first is None:
        raise Failure(f"{path.name} has no rows.")
    return first.names


def blocks_of(
    path: Path, columns: Sequence[str], types: Mapping[str, ColumnType], **how: Any
) -> Iterator[Table]:
    """Yield some columns of a file, or of the files of a folder, in blocks."""
    rows = block_rows(len(names_of(path, **how)))
    if is_parquet(path):
        for table, _ in parquet_blocks(path, columns, types, rows):
            yield table
        return
    for block in read_blocks(path, rows, types=types, other_types="text", **how):
        yield block.select(columns)


def parquet_blocks(
    path: Path, columns: Sequence[str], types: Mapping[str, ColumnType], rows: int
) -> Iterator[tuple[Table, Any]]:
    """Yield some columns as tables of at most so many rows, and all of them as Arrow has them."""
    first = 1
    for frame in frames_of(path, rows):
        found = from_arrow(frame.select(list(columns)), path.name, types)
        yield Table(found.columns, path.name, first, empty_rows=frame.num_rows), frame
        first += frame.num_rows
