"""How large the table in a file is, before it is read, and whether it is learned in blocks."""

from __future__ import annotations

import gzip
import os
from importlib import import_module
from itertools import islice
from pathlib import Path

from neurona.data.limits import MAX_CELLS
from neurona.data.read import file_kind, read_blocks
from neurona.runs.settings import Settings
from neurona.runs.takers import AUTO

GZIP = b"\x1f\x8b"
LOOKED_AT = 1 << 20
"""Bytes of a text whose lines tell how many there are."""


def is_large(path: Path, settings: Settings) -> bool:
    """Whether a run learns a table in blocks.

    What is asked for may take all rows at once (a full-batch solver, folds, a split by a column);
    the table is then read as a whole as long as it may be.
    """
    cells = cells_of(path, settings["data.in_memory"])
    if cells <= settings["data.in_memory"]:
        return False
    most = settings["data.max_cells"]
    return cells > (MAX_CELLS if most == AUTO else most) or not _takes_all_rows(settings)


def _takes_all_rows(settings: Settings) -> bool:
    from neurona.estimators.choices import solver_of

    word, solver = settings["data.split"].partition(":")[0], settings["training.solver"]
    whole = word not in (AUTO, "random", "last", "none")
    return bool(settings["data.folds"]) or whole or solver_of(solver) is not None


def cells_of(path: Path, enough: int) -> int:
    """Return how many cells a table has: exactly of Parquet, about so many of text, and 0 of a file
    that has not so many as `enough` for sure, or cannot be read; it is then read, and said why.
    """
    if path.is_dir():
        return sum(_of_parquet(one) for one in path.rglob("*.parquet") if one.is_file())
    if not path.is_file():
        return 0
    kind = file_kind(path)
    if kind == "parquet":
        return _of_parquet(path)
    return _of_text(path, enough) if kind == "text" else 0


def _of_parquet(path: Path) -> int:
    try:
        found = import_module("pyarrow.parquet").read_metadata(path)
    except (ImportError, ValueError, OSError):
        return 0
    return int(found.num_rows * found.num_columns)


def _of_text(path: Path, enough: int) -> int:
    """Estimate by the lines of the beginning; a cell takes a byte at least."""
    size = os.path.getsize(path)
    with path.open("rb") as file:
        packed = file.read(2) == GZIP
        if size <= enough and not packed:
            return 0
        file.seek(0)
        part = gzip.GzipFile(fileobj=file).read(LOOKED_AT) if packed else file.read(LOOKED_AT)
        read = file.tell()
    rows = part.count(b"\n") * max(1.0, size / max(1, read))
    for block in islice(read_blocks(path, 256), 1):
        return int(rows * len(block.names))
    return 0
