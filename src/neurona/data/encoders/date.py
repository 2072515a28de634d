"""Dates: days since 1970, then as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.data.dates import are_days, as_dates, find_dates, to_dates, to_days
from neurona.data.encoders.kind import KINDS, Seen
from neurona.data.encoders.numeric import Numeric
from neurona.data.encoders.scaled import LIMIT, Scaled, spread
from neurona.data.gather import ColumnType
from neurona.data.table import Column, Table, is_missing
from neurona.errors import TableError

ORDERS = {
    "ymd": "year-month-day",
    "dmy": "day-month-year",
    "mdy": "month-day-year",
    "name": "months by name",
    "clock": "hours:minutes",
}
MOST_BY_CHANCE = 3
"""Different numbers that all are days by chance, at most."""
DOUBT = "; write dates as year-month-day if that is wrong"


@KINDS.register("date", before=Numeric.kind)
@dataclass(frozen=True, slots=True)
class Date(Scaled):
    """Dates; `order` is that of day, month and year in texts, "" if training had none."""

    name: str
    order: str
    center: float
    scale: float
    limit: float
    indicator: bool

    @classmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return the reason for dates, and for texts that are dates in one form, but for slips."""
        if seen.column.dtype.kind == "M":
            return "its values are dates"
        if seen.column.dtype.kind == "f" and len(seen.values) > MOST_BY_CHANCE:
            return "its values are dates, written as one number" if are_days(seen.values) else None
        return _reason(seen.values) if seen.column.dtype.kind == "O" else None

    @classmethod
    def fit(cls, table: Table, name: str, missing: bool, max_levels: int) -> Date:
        """Learn the order of day and month, the middle and the spread."""
        dates, order = as_dates(table[name])
        _refuse_others(table, name, dates)
        return cls(name, order, *spread(to_days(dates)), LIMIT, missing)

    @classmethod
    def checked(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Return stored values; ValueError if one cannot be."""
        values = super(Date, cls).checked(values)
        if values["order"] not in ("", *ORDERS):
            raise ValueError("order")
        return values

    def numbers(self, table: Table) -> Column:
        """Return the dates as days since 1970."""
        column = table[self.name]
        if column.dtype.kind == "f" and np.isnan(column).all():
            return column
        if column.dtype.kind not in "OM" and not (self.order == "ymd" and are_days(column)):
            raise TableError(
                f"{table.source}: column {self.name!r} has numbers but was dates in training; "
                "write it as dates."
            )
        dates, _ = as_dates(column, self.order or "ymd")
        _refuse_others(table, self.name, dates)
        return to_days(dates)

    def bound(self, number: float) -> Any:
        """Return a day as year-month-day."""
        return self.cell_text(number)

    def number_of(self, bound: Any) -> float | None:
        """Return the day that a text says."""
        if not isinstance(bound, str):
            return None
        days = to_days(to_dates([bound], "clock" if self.order == "clock" else "ymd"))
        return None if np.isnan(days[0]) else float(days[0])

    def cell_text(self, number: float) -> str:
        """Return a day as year-month-day, with the time of day if there is one."""
        seconds = np.datetime64(round(number * 86_400), "s")
        day, _, clock = str(seconds).partition("T")
        return day if clock == "00:00:00" else f"{day} {clock}"

    def decode(self, numbers: Column) -> Column:
        """Return the dates as datetime64[us], NaT where the mark is above 1/2."""
        days = self.unscaled(numbers)
        dates: Column = np.round(days * 86_400e6).astype(np.int64).astype("datetime64[us]")
        dates[self.marked(numbers)] = np.datetime64("NaT", "us")
        return dates

    def reads_as(self) -> ColumnType:
        """Return that files are to be read as texts that must be dates."""
        return "date"

    def notes(self, distinct: int, reason: str) -> list[str]:
        """Return the doubt if days and months could not be told apart."""
        return [f"Column {self.name!r}: {reason}."] if DOUBT in reason else []

    def described(self) -> dict[str, Any]:
        """Return the order, middle and spread in days."""
        return {"order": self.order, "center": self.center, "scale": self.scale}


def _reason(texts: Sequence[str]) -> str | None:
    found = find_dates(texts)
    if found is None or found.form.order == "clock":
        return None
    return f"its values are dates, {ORDERS[found.form.order]}{'' if found.form.sure else DOUBT}"


def _refuse_others(table: Table, name: str, dates: Column) -> None:
    """Raise TableError for the first cell that is neither missing nor a date."""
    wrong = np.flatnonzero(np.isnat(dates) & ~is_missing(table[name]))
    if len(wrong):
        raise TableError(
            f"{table.where(wrong[0], name)}: the cell {table[name][wrong[0]]!r} is no date; "
            "write it as the training file does, or as year-month-day."
        )
