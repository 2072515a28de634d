"""Parquet files that are one table: a file, or those of a folder, by name, with one schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from neurona.data.read import open_file, parquet_error, parquet_frames, said
from neurona.errors import TableError


def parquet_files(folder: Path) -> list[Path]:
    """Return the Parquet files of a folder, by name; TableError if it has none."""
    files = sorted(path for path in folder.rglob("*.parquet") if path.is_file())
    if not files:
        raise TableError(f"The folder {str(folder)!r} has no file that ends in .parquet; name one.")
    return files


def schema_of(path: Path) -> Any:
    """Return the schema that the rows of a file, or of all files of a folder, have.

    TableError if the files are not one table.
    """
    files = parquet_files(path) if path.is_dir() else [path]
    return _schema(path, files)


def frames_of(path: Path, rows: int) -> Iterator[Any]:
    """Yield a file, or the files of a folder, as Arrow tables of one schema and at most so many
    rows.
    """
    if not path.is_dir():
        yield from parquet_frames(path, rows)
        return
    files = parquet_files(path)
    schema = _schema(path, files)
    for file in files:
        # a dataset would read ahead, and hold many batches at a time
        for frame in parquet_frames(file, rows):
            yield _conformed(frame, schema, file)


def _conformed(frame: Any, schema: Any, file: Path) -> Any:
    """Return rows in the schema of all files; TableError for a number that would lose digits."""
    try:
        return frame.select(schema.names).cast(schema)
    except import_module("pyarrow").ArrowException as error:
        raise TableError(
            f"{file.name} has cells that its columns cannot hold as the other files have them "
            f"({said(error)}); write all files with the same types."
        ) from None


def _schema(path: Path, files: Sequence[Path]) -> Any:
    schemas = []
    for file in files:
        open_file(file).close()
        with parquet_error(file):
            schemas.append(import_module("pyarrow.parquet").read_schema(file))
    _check_alike(files, schemas)
    with parquet_error(path):
        return import_module("pyarrow").unify_schemas(schemas, promote_options="permissive")


def _check_alike(files: Sequence[Path], schemas: Sequence[Any]) -> None:
    """TableError if a column is of one kind in a file and of another in a later one."""
    known: dict[str, tuple[Path, Any]] = {}
    for file, schema in zip(files, schemas, strict=True):
        if set(schema.names) != set(schemas[0].names):
            name = sorted(set(schema.names) ^ set(schemas[0].names))[0]
            has, lacks = (files[0], file) if name in schemas[0].names else (file, files[0])
            raise TableError(
                f"{has.name} has a column {name!r} and {lacks.name} has none; give files with the "
                "same columns."
            )
        for field in schema:
            if str(field.type) == "null":  # of a column without a cell
                continue
            first, kind = known.setdefault(field.name, (file, field.type))
            if _family(kind) != _family(field.type):
                raise TableError(
                    f"Column {field.name!r} is {kind} in {first.name} and {field.type} in "
                    f"{file.name}; a column has one type: write one of the files anew."
                )


def _family(kind: Any) -> str:
    types = import_module("pyarrow.types")
    kind = kind.value_type if types.is_dictionary(kind) else kind
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_string(kind) or types.is_large_string(kind) or str(kind) == "string_view":
        return "text"
    return "date" if types.is_date(kind) or types.is_timestamp(kind) else str(kind)
