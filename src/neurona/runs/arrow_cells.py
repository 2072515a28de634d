"""Cells of an Arrow table that are copied to a text, a column at a time: nothing is done for each
of them in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from neurona.data.cells import NumberFormat
from neurona.data.frames import copied
from neurona.runs.cells import written


def texts(column: Any) -> list[str]:
    """Return the cells of a column as texts that say just what they hold; a missing one is empty.

    Numbers have as many digits as tell them from all others of their type.
    """
    found: list[str] = _texts(column).fill_null("").to_pylist()
    return found


def lines(frame: Any, names: Sequence[str], delimiter: str) -> list[str]:
    """Return some columns as the lines of a text file, without their ends."""
    arrow, compute = import_module("pyarrow"), import_module("pyarrow.compute")
    cells = [_texts(frame.column(name)) for name in names]
    for place, name in enumerate(names):
        if not _is_plain(frame.schema.field(name).type):
            cells[place] = _each(cells[place], delimiter, arrow)
    how = {"null_handling": "replace", "null_replacement": ""}
    found: list[str] = compute.binary_join_element_wise(*cells, delimiter, **how).to_pylist()
    return found


def _texts(column: Any) -> Any:
    """Return a column of texts; a cell that is missing is null."""
    arrow, compute = import_module("pyarrow"), import_module("pyarrow.compute")
    kinds, kind = arrow.types, column.type
    if kinds.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if kinds.is_floating(kind):
        column = compute.if_else(compute.is_nan(column), None, column)
    if _is_plain(kind) or kinds.is_string(kind) or kinds.is_large_string(kind):
        return column.cast(arrow.string())
    return arrow.chunked_array([arrow.array(copied(column.to_pylist()), arrow.string())])


def _is_plain(kind: Any) -> bool:
    """Whether the texts of a type are numbers or truth values, which nobody misreads."""
    kinds = import_module("pyarrow").types
    return bool(kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_boolean(kind))


def _each(column: Any, delimiter: str, arrow: Any) -> Any:
    """Return texts quoted and made harmless, each of them once."""
    found = column.combine_chunks().dictionary_encode()
    cells = written(found.dictionary.to_pylist(), delimiter, NumberFormat())
    return arrow.array(cells, arrow.string()).take(found.indices)
