"""Rows of any kind as a matrix of numbers, and back: what is permuted and moved to inspect a model.

Texts become the number of their value, dates (and texts that are dates, 2024-12-31) microseconds;
numbers and booleans stay.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from neurona.data.frames import as_table
from neurona.data.table import Table
from neurona.network import numbered
from neurona.reports.answers import is_named

Array = np.ndarray[Any, np.dtype[Any]]
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Coded:
    """Rows and how their columns are coded.

    Attributes
    ----------
    names : list of str
    matrix : array of shape (rows, columns), float64
        A missing number is nan.
    levels : dict of int to list
        The values that the codes of a column stand for: of texts and booleans.
    dates : set of int
        Columns that are dates.
    """

    def __init__(self, X: Any) -> None:
        self._like = X
        self._named = is_named(X)
        if hasattr(X, "toarray"):
            X = X.toarray()
        table = as_table(X, "X") if self._named else as_table(np.asarray(X), "X")
        names = table.names if self._named else numbered("x", len(table.names))
        self.names: list[str] = list(names)
        self._columns = list(table.columns)
        self.levels: dict[int, list[Any]] = {}
        self.dates: set[int] = set()
        self._days: set[int] = set()
        columns = [self._coded(k, column) for k, column in enumerate(table.columns.values())]
        self.matrix: Array = np.column_stack(columns) if columns else np.zeros((table.rows, 0))

    def decoded(self, matrix: Array) -> Any:
        """Return rows of such a matrix as what the rows were given as."""
        columns = {name: self._decoded(k, matrix[:, k]) for k, name in enumerate(self._columns)}
        if not self._named:
            if not self.levels and not self.dates:
                return matrix
            kinds = {column.dtype.kind for column in columns.values()}
            return np.column_stack([c.astype(object) for c in columns.values()]) if len(
                kinds) > 1 else np.column_stack(list(columns.values()))  # fmt: skip
        if isinstance(self._like, Table | Mapping):
            return Table(columns, "X")
        import narwhals.stable.v2 as nw

        backend = nw.get_native_namespace(self._like)
        return nw.from_dict(columns, backend=backend).to_native()

    def _coded(self, k: int, column: Array) -> Array:
        if column.dtype.kind == "M":
            self.dates.add(k)
            values = column.astype("datetime64[us]").astype(np.int64).astype(np.float64)
            values[np.isnat(column)] = np.nan
            return values
        if column.dtype.kind == "b":
            self.levels[k] = [False, True]
            return column.astype(np.float64)
        if column.dtype.kind != "O":
            return column.astype(np.float64)
        if is_all_days(column):
            self._days.add(k)
            return self._coded(k, np.array([value or "NaT" for value in column], "datetime64[D]"))
        seen = sorted({value for value in column.tolist() if value is not None}, key=str)
        self.levels[k] = [*seen, None] if any(v is None for v in column.tolist()) else seen
        places = {value: place for place, value in enumerate(self.levels[k])}
        return np.array([places[value] for value in column.tolist()], np.float64)

    def _decoded(self, k: int, codes: Array) -> Array:
        if k in self.dates:
            gone = np.isnan(codes)
            dates = np.where(gone, 0, codes).astype(np.int64).astype("datetime64[us]")
            dates[gone] = np.datetime64("NaT", "us")
            if k not in self._days:
                return dates
            days = dates.astype("datetime64[D]").astype(str).astype(object)
            days[gone] = None
            return days
        if k not in self.levels:
            return codes
        levels = np.array([*self.levels[k]], bool if self.levels[k] == [False, True] else object)
        found: Array = levels[codes.astype(np.int64)]
        return found


def is_all_days(column: Array) -> bool:
    """Whether a column of texts has days as ISO 8601 writes them, and missing cells."""
    known = [value for value in column.tolist() if value is not None]
    if not known or not all(isinstance(value, str) and DAY.fullmatch(value) for value in known):
        return False
    with suppress(ValueError):
        np.array(known, "datetime64[D]")
        return True
    return False
