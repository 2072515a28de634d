"""Tables that are read in blocks to be predicted or scored, with columns of the types that a model
takes: folders of Parquet files, and files that are large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from neurona.data.gather import ColumnType
from neurona.data.read import read_blocks
from neurona.data.sources import block_rows, parquet_files
from neurona.data.table import Table
from neurona.runs.failures import Failure
from neurona.runs.table_size import cells_of

CELLS = 10_000_000
"""A file of more is not read as a whole."""


def in_blocks(given: str) -> bool:
    """Whether a table that a person named is to be read in blocks."""
    path = Path(given)
    return given != "-" and (path.is_dir() or cells_of(path, CELLS) > CELLS)


def names_of(path: Path, **how: Any) -> list[str]:
    """Return the columns of a file or a folder."""
    first = next(islice(blocks_of(path, 256, **how), 1), None)
    if first is None:
        raise Failure(f"{path.name} has no rows.")
    return first.names


def blocks_of(
    path: Path,
    rows: int = 0,
    types: Mapping[str, ColumnType] | None = None,
    other_types: ColumnType | None = "text",
    **how: Any,
) -> Iterator[Table]:
    """Yield a file, or the files of a folder, in blocks of so many rows (0: as many as are read at
    a time); rows are counted on from file to file.
    """
    words: dict[str, Any] = {**how, "types": types, "other_types": other_types}
    first = 1
    for part in _parts(path):
        most = rows or block_rows(len(names_of(part, **how)))
        for block in read_blocks(part, most, **words):
            if part is path:
                yield block
                continue
            yield Table(block.columns, path.name, first, None, block.notes, block.rows)
            first += block.rows


def _parts(path: Path) -> Sequence[Path]:
    return parquet_files(path) if path.is_dir() else [path]
