"""Contents: a column's cells as numbers or as texts, whatever the column holds."""

from __future__ import annotations

import numpy as np

from neurona.data.cells import NumberFormat, to_number
from neurona.data.explain import explain
from neurona.data.frames import number_text
from neurona.data.table import Column, Table
from neurona.errors import TableError


def numbers_of(table: Table, name: str) -> Column:
    """Return a column as float64, nan where missing; a text that is no number, or an infinite
    number, is a TableError that names the cell.
    """
    column = table[name]
    if column.dtype.kind == "M":
        raise TableError(
            f"{table.source}: column {name!r} has dates but was numbers in training; write it as "
            "numbers."
        )
    if column.dtype.kind == "O":
        return _parse(table, name, column)
    values: Column = column.astype(np.float64, copy=False)
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        raise TableError(
            f"{table.where(infinite[0], name)}: the cell is {values[infinite[0]]}, infinity; "
            "replace it by a finite number or leave it missing."
        )
    return values


def _parse(table: Table, name: str, column: Column) -> Column:
    values = np.full(len(column), np.nan)
    for row, cell in enumerate(column.tolist()):
        if cell is None:
            continue
        value = to_number(cell)
        if value is None:
            raise TableError(f"{table.where(row, name)}: {explain(cell, NumberFormat())}.")
        values[row] = value
    return values


def texts_of(column: Column) -> list[str | None]:
    """Return a column's cells as texts: a number as its shortest form (3.0 is "3")."""
    if column.dtype.kind == "O":
        return column.tolist()  # type: ignore[no-any-return]
    if column.dtype.kind == "b":
        return ["true" if cell else "false" for cell in column.tolist()]
    if column.dtype.kind == "M":
        return [None if np.isnat(cell) else str(cell) for cell in column]
    return [None if cell != cell else number_text(cell) for cell in column.tolist()]
