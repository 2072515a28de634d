"""Sources: tables that are read in blocks, again and again, whatever holds them.

A file of any kind (`read_blocks`), a folder of Parquet files, whatever speaks the Arrow stream
(polars, DuckDB, pyarrow's readers), a dataset of pyarrow's, or a matrix that is mapped from a disk.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from neurona.data.frames import as_table, from_frame, is_frame, is_series
from neurona.data.gather import ColumnType
from neurona.data.parquet_folder import frames_of
from neurona.data.read import file_kind, needs, read_blocks, said
from neurona.data.table import Table
from neurona.errors import TableError

CELLS_OF_BLOCK = 1_000_000
MOST_ROWS = 65_536
_READ_AS: dict[str, ColumnType] = {"numeric": "number", "piecewise": "number", "category": "text"}


@dataclass(frozen=True)
class Source:
    """A table as a name, and a function that reads it in blocks from its first row on.

    `named` says whether its columns have names of their own; `targets` are those of them that
    are given apart from the inputs.
    """

    name: str
    read: Callable[[], Iterator[Table]]
    named: bool = True
    targets: tuple[str, ...] = field(default=())


def source_of(
    X: Any, y: Any = None, kinds: Mapping[str, str] | None = None, **how: Any
) -> Source | None:
    """Return what X, a table given to `fit`, is read from in blocks; None for what is in memory.

    `y` are names of columns, or, beside a matrix, its rows' targets; `kinds` are what columns are
    said to be, which decides how a text file is read; `how` says how a file is written, in the
    words of `read_blocks`.
    """
    if isinstance(X, str | os.PathLike):
        return _of_path(Path(X), kinds or {}, how)
    if isinstance(X, np.memmap) and X.ndim == 2:
        return _of_matrix(X, y)
    if _is_dataset(X):
        return Source("dataset", lambda: _numbered(_batches_of(X), "dataset"))
    if hasattr(X, "collect_batches") and not _in_memory(X):  # a lazy frame of polars
        return Source(
            "LazyFrame", lambda: _numbered(map(_arrow().table, X.collect_batches()), "LazyFrame")
        )
    if hasattr(X, "__arrow_c_stream__") and not _in_memory(X):
        return Source(type(X).__name__, lambda: _numbered(_batches(X), type(X).__name__))
    return None


def whole(X: Any) -> Table | None:
    """Return all rows of what speaks the Arrow stream; None for what is in memory, or is none."""
    if not hasattr(X, "__arrow_c_stream__") or _in_memory(X):
        return None
    return from_frame(_arrow().concat_tables(_batches(X)), type(X).__name__)


def block_rows(columns: int) -> int:
    """Return how many rows of so many columns are read at a time."""
    return int(np.clip(CELLS_OF_BLOCK // max(columns, 1), 256, MOST_ROWS))


def _of_path(path: Path, kinds: Mapping[str, str], how: Mapping[str, Any]) -> Source:
    if path.is_dir():
        return Source(path.name, lambda: _numbered(frames_of(path, MOST_ROWS), path.name))
    text = file_kind(path) == "text"
    types = {name: _READ_AS[said] for name, said in kinds.items() if text and said in _READ_AS}
    first = next(read_blocks(path, 256, types=types, **how), None)
    if first is None:
        raise TableError(f"{path.name} has no rows; give at least one.")
    rows = block_rows(len(first.names))
    return Source(path.name, lambda: read_blocks(path, rows, types=types, **how))


def _of_matrix(X: Any, y: Any) -> Source:
    """Return a source of a mapped matrix, its targets as last columns."""
    targets = np.asarray(y) if y is not None else np.zeros((len(X), 0))
    if targets.ndim > 2 or len(targets) != len(X):
        raise ValueError(
            "Found input variables with inconsistent numbers of samples: "
            f"X has {len(X)} rows, y has {len(targets)}."
        )
    columns = targets.reshape(len(X), -1) if targets.ndim == 2 else targets[:, None]
    names = ["y"] if columns.shape[1] == 1 else [f"y{k}" for k in range(1, columns.shape[1] + 1)]
    rows = block_rows(X.shape[1] + len(names))

    def read() -> Iterator[Table]:
        for start in range(0, len(X), rows):
            inputs = as_table(np.array(X[start : start + rows]), "X").columns
            part = columns[start : start + rows]
            outputs = as_table({n: part[:, k] for k, n in enumerate(names)}, "y").columns
            yield Table({**inputs, **outputs}, "X", start + 1)

    return Source("X", read, False, tuple(names))


def _is_dataset(X: Any) -> bool:
    of_arrow = type(X).__module__.startswith("pyarrow")
    return of_arrow and hasattr(X, "to_batches") and hasattr(X, "count_rows")


def _in_memory(X: Any) -> bool:
    """Whether this is a frame, or a column of one, whose cells are in memory already."""
    import narwhals.stable.v2 as nw

    return isinstance(nw.from_native(X), nw.DataFrame) if is_frame(X) else is_series(X)


def _arrow() -> Any:
    return needs("pyarrow", "pyarrow", "parquet", "Parquet folders and Arrow streams")


def _batches(X: Any) -> Iterator[Any]:
    arrow = _arrow()
    try:
        with arrow.RecordBatchReader.from_stream(X) as reader:
            for batch in reader:
                yield _arrow().Table.from_batches([batch])
    except (arrow.ArrowException, OSError) as error:
        raise TableError(f"{type(X).__name__} cannot be read: {said(error)}.") from None


def _batches_of(dataset: Any) -> Iterator[Any]:
    of_arrow = importlib.import_module("pyarrow.dataset")
    how: dict[str, Any] = {"batch_size": MOST_ROWS, "batch_readahead": 1, "fragment_readahead": 1}
    if isinstance(getattr(dataset, "format", None), of_arrow.ParquetFileFormat):
        # what is buffered before it is asked for is most of a file
        how["fragment_scan_options"] = of_arrow.ParquetFragmentScanOptions(pre_buffer=False)
    for batch in dataset.to_batches(**how):
        yield _arrow().Table.from_batches([batch])


def _numbered(frames: Iterator[Any], name: str) -> Iterator[Table]:
    """Yield frames as tables of a few rows each that know which rows they are."""
    first = 1
    for frame in frames:
        most = block_rows(frame.num_columns)
        for start in range(0, frame.num_rows, most):
            table = from_frame(frame.slice(start, most), name)
            yield Table(table.columns, name, first, None, table.notes, table.empty_rows)
            first += table.rows


def names_of(y: Any) -> list[str] | None:
    """Return the names of target columns, None if y holds values."""
    if isinstance(y, str):
        return [y]
    named = isinstance(y, Sequence) and len(y) > 0 and all(isinstance(one, str) for one in y)
    return list(y) if named else None
