"""Columns: what each column of a table is, why, and what of it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from neurona.data.dates import find_form, to_dates
from neurona.data.table import Column, Table, is_missing
from neurona.errors import TableError

BOOLEAN_WORDS = (
    ("false", "true"),
    ("no", "yes"),
    ("n", "y"),
    ("f", "t"),
    ("off", "on"),
)
MIN_ID_ROWS = 20


class Kind(StrEnum):
    """What a column is to a model."""

    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    CATEGORY = "category"
    DATE = "date"
    CONSTANT = "constant"
    ID = "id-like"


class ColumnReport(NamedTuple):
    """One column: its kind, the reason in words, and counts.

    `low` and `high` are the least and greatest number or date (as text), None for text; `distinct`
    counts the values that are not missing.
    """

    name: str
    kind: Kind
    reason: str
    rows: int
    missing: int
    distinct: int
    low: Any = None
    high: Any = None


def find_columns(table: Table, given: Mapping[str, str] | None = None) -> list[ColumnReport]:
    """Return a report on every column; `given` fixes kinds by name."""
    given = given or {}
    for name in given:
        table[name]
    return [find_column(table, name, given.get(name)) for name in table.names]


def find_column(table: Table, name: str, given: str | None = None) -> ColumnReport:
    """Return what one column is.

    A column with one value is constant. Numbers are numeric, but 0 and 1 alone are boolean, and
    whole numbers that count the rows up or down are id-like. Texts are boolean (yes and no), dates,
    id-like (20 rows or more, and more than 9 in 10 texts occur once), or a category.
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
        kind, reason = _given(given, name), "the kind was given"
    else:
        kind, reason = _find(column, present, values, missing)
    return ColumnReport(name, kind, reason, len(column), missing, len(values), low, high)


def _given(given: str, name: str) -> Kind:
    try:
        return Kind(given)
    except ValueError:
        kinds = ", ".join(repr(str(kind)) for kind in Kind)
        raise TableError(
            f"The kind of column {name!r} must be one of {kinds}. Got {given!r} instead."
        ) from None


def _find(column: Column, present: Column, values: Any, missing: int) -> tuple[Kind, str]:
    if not len(values):
        return Kind.CONSTANT, "every cell is missing"
    if len(values) == 1 and len(present) > 1 and not missing:
        return Kind.CONSTANT, f"every row has the value {_value(values[0])}"
    if column.dtype.kind == "b":
        return Kind.BOOLEAN, "its values are true and false"
    if column.dtype.kind == "M":
        return Kind.DATE, "its values are dates"
    if column.dtype.kind == "f":
        return _find_number(present, values, missing)
    return _find_text(present, values)


def _find_number(present: Column, values: Column, missing: int) -> tuple[Kind, str]:
    if len(values) <= 2 and set(values.tolist()) <= {0.0, 1.0}:
        return Kind.BOOLEAN, "its values are 0 and 1"
    if len(present) >= MIN_ID_ROWS and not missing and len(values) == len(present):
        steps = np.diff(present)
        if abs(steps[0]) == 1 and (steps == steps[0]).all() and present[0] % 1 == 0:
            return Kind.ID, "it counts the rows"
    return Kind.NUMERIC, "its values are numbers"


def _find_text(present: Column, values: list[str]) -> tuple[Kind, str]:
    words = {value.strip().lower() for value in values}
    if len(values) == 2 and any(words == set(pair) for pair in BOOLEAN_WORDS):
        return Kind.BOOLEAN, f"its values are {_value(values[0])} and {_value(values[1])}"
    form = find_form(values)
    if form is not None:
        order = {"ymd": "year-month-day", "dmy": "day-month-year", "mdy": "month-day-year"}
        doubt = "" if form.sure else "; write dates as year-month-day if that is wrong"
        return Kind.DATE, f"its values are dates, {order[form.order]}{doubt}"
    if len(present) >= MIN_ID_ROWS and _singles(present) > 0.9 * len(present):
        return Kind.ID, f"{len(values):,} different texts in {len(present):,} rows"
    texts = "1 text" if len(values) == 1 else f"{len(values):,} different texts"
    return Kind.CATEGORY, f"its values are {texts}"


def _singles(present: Column) -> int:
    """Return how many rows have a text of their own."""
    from collections import Counter

    return sum(count == 1 for count in Counter(present.tolist()).values())


def _value(value: Any) -> str:
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "...")
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def as_dates(column: Column, order: str | None = None) -> tuple[Column, str]:
    """Return a date column as datetime64[us], and the order of its texts ("" if it has none)."""
    if column.dtype.kind == "M":
        return column, ""
    texts = [cell for cell in column.tolist() if cell is not None]
    if order is None:
        form = find_form(sorted(set(texts)))
        order = "ymd" if form is None else form.order
    return to_dates(column.tolist(), order), order
