"""Columns: what each column of a table is, why, and what of it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from neurona.data.encoders import KINDS, Seen
from neurona.data.table import Table, is_missing
from neurona.elsewhere import KINDS_OF_COLUMNS
from neurona.errors import TableError
from neurona.nearest import nearest


class ColumnReport(NamedTuple):
    """One column: the name of its kind, the reason in words, and counts.

    `low` and `high` are the least and greatest number or date (as text), None for text; `distinct`
    counts the values that are not missing.
    """

    name: str
    kind: str
    reason: str
    rows: int
    missing: int
    distinct: int
    low: Any = None
    high: Any = None


class FoundKind(str):
    """The name of a kind that was found on other rows, with the reason why."""

    reason: str

    def __new__(cls, report: ColumnReport) -> FoundKind:
        """Return the kind of a report."""
        found = super().__new__(cls, report.kind)
        found.reason = report.reason
        return found


def find_columns(table: Table, given: Mapping[str, str] | None = None) -> list[ColumnReport]:
    """Return a report on every column; `given` fixes kinds by name."""
    given = given or {}
    for name in given:
        table[name]
    return [find_column(table, name, given.get(name)) for name in table.names]


def find_column(table: Table, name: str, given: str | None = None) -> ColumnReport:
    """Return what one column is.

    The kinds are asked one after the other (`neurona.data.encoders`). A column with one value is
    constant. Numbers are numeric, but 0 and 1 alone are boolean, and whole numbers that count the
    rows up or down are id-like. Texts are boolean (yes and no), dates, id-like (20 rows or more,
    and more than 9 in 10 texts occur once), or a category.
    """
    column = table[name]
    present = column[~is_missing(column)]
    missing = len(column) - len(present)
    values = np.unique(present) if column.dtype.kind != "O" else sorted(set(present.tolist()))
    low = high = None
    if len(values) and column.dtype.kind != "O":
        low, high = (
            v.item() if column.dtype.kind != "M" else str(v) for v in (values[0], values[-1])
        )
    if given is not None:
        _check_kind(given, name)
        kind, reason = str(given), getattr(given, "reason", "the kind was given")
    else:
        found = KINDS.recognize(Seen(column, present, values, missing))
        if found is None:
            kinds = ", ".join(map(repr, KINDS))
            raise TableError(f"Column {name!r} is of no kind known ({kinds}); give its kind.")
        kind, reason = found
    return ColumnReport(name, kind, reason, len(column), missing, len(values), low, high)


def _check_kind(given: str, name: str) -> None:
    if given not in KINDS:
        kinds = ", ".join(map(repr, KINDS))
        near = nearest(given, KINDS, KINDS_OF_COLUMNS)
        meant = f" Did you mean {near!r}?" if near else ""
        raise TableError(
            f"The kind of column {name!r} must be one of {kinds}.{meant} Got {given!r} instead."
        )
