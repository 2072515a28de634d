"""What predictions are written to: which kind of file, and whether it can be written at all."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from neurona.runs.failures import Failure

TEXT, EXCEL, PARQUET = "text", "excel", "parquet"
ENDINGS = {".xlsx": EXCEL, ".parquet": PARQUET}
OTHER_KINDS = (
    *(".xls", ".xlsb", ".xlsm", ".ods", ".zip", ".bz2", ".xz", ".zst", ".7z", ".json", ".jsonl"),
    *(".feather", ".arrow", ".db", ".sqlite", ".xlsx.gz", ".parquet.gz"),
)
WRITTEN = ".csv, .tsv (both also .gz), .xlsx and .parquet"
PACKAGES = {EXCEL: "openpyxl", PARQUET: "pyarrow"}

Sink = Callable[[Iterable[bytes]], bool]
"""Writes blocks; returns False if nobody reads on."""


def kind_of(output: str | None) -> str:
    """Return what a file is by its name: "text", "excel" or "parquet"; no file is text."""
    name = "" if output is None else output.lower()
    return next((kind for ending, kind in ENDINGS.items() if name.endswith(ending)), TEXT)


def check_output(output: str | None, table: str = "-") -> None:
    """Raise a Failure if a file cannot be written: its kind, its place, a package that lacks; or if
    it is the table itself.
    """
    if output is None or output == "-":
        return
    path = Path(output)
    if path.is_file() and Path(table).is_file() and path.samefile(table):
        raise Failure(f"{output!r} is the table itself; name another file for the predictions.")
    if output.lower().endswith(OTHER_KINDS):
        raise Failure(f"predict writes {WRITTEN}, not {output!r}; name such a file.")
    if path.is_dir():
        raise Failure(f"{output!r} is a folder; name a file in it.")
    if not path.parent.is_dir():
        folder = str(path.parent)
        raise Failure(f"There is no folder {folder!r} to write to; make it, or name another.")
    package = PACKAGES.get(kind_of(output))
    if package is not None:
        needed(package)


def needed(module: str) -> Any:
    """Return a module of a package that is an extra; a Failure says how to get it."""
    package = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ImportError:
        kind = next(kind for kind, name in PACKAGES.items() if name == package)
        what = {EXCEL: "Excel", PARQUET: "Parquet"}[kind]
        raise Failure(
            f"Writing {what} files needs {package}; install it with: pip install "
            f"'neurona[{kind}]', or write .csv."
        ) from None


def to_file(path: str) -> Sink:
    """Return what writes a file, whole or not at all."""
    from neurona.files.atomic import write_atomically

    def write(blocks: Iterable[bytes]) -> bool:
        try:
            write_atomically(path, blocks)
        except BrokenPipeError:
            return False  # a pipe whose reader has gone
        return True

    return write
