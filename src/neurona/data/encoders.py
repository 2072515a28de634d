"""Encoders: how a column of each kind becomes columns of numbers.

One class per kind, each an immutable value whose fields are its whole state: `fit` learns it from a
column, `encode` writes numbers, `features` names them, and a numeric encoder always gives finite
numbers, whatever comes.

numeric    (x - center) / scale, within +-limit; missing: the median, and 1 in an indicator column
boolean    0 or 1 for the lesser or the greater value; missing: the more frequent, and the indicator
category   one column per level; missing is a level; rare levels share the column "other", and so do
           unseen ones; where training had no rare ones, an unseen level is 0 in every column (a
           column that training never saw used would have random weights)
date       days since 1970, then as numeric
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona.data.cells import explain, to_number
from neurona.data.columns import BOOLEAN_WORDS, ColumnReport, Kind, as_dates
from neurona.data.dates import to_days
from neurona.data.frames import number_text
from neurona.data.table import Column, Table, is_missing
from neurona.errors import TableError

LIMIT = 10.0


@dataclass(frozen=True, slots=True)
class Numeric:
    """Numbers: shifted by the median, divided by their spread, cut at +-limit spreads."""

    kind: ClassVar[str] = "numeric"
    name: str
    center: float
    scale: float
    limit: float
    indicator: bool

    @classmethod
    def fit(cls, table: Table, report: ColumnReport, indicator: bool) -> Numeric:
        """Learn the middle and the spread."""
        return cls(report.name, *spread(numbers_of(table, report.name)), LIMIT, indicator)

    def features(self) -> list[str]:
        """Return the names of the columns this becomes."""
        return [self.name, f"{self.name} is missing"] if self.indicator else [self.name]

    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""
        return _write(numbers_of(table, self.name), self, out)


@dataclass(frozen=True, slots=True)
class Date:
    """Dates: days, then as numbers."""

    kind: ClassVar[str] = "date"
    name: str
    order: str
    center: float
    scale: float
    limit: float
    indicator: bool

    @classmethod
    def fit(cls, table: Table, report: ColumnReport, indicator: bool) -> Date:
        """Learn the order of day and month, the middle and the spread."""
        dates, order = as_dates(table[report.name])
        return cls(report.name, order, *spread(to_days(dates)), LIMIT, indicator)

    def features(self) -> list[str]:
        """Return the names of the columns this becomes."""
        return [self.name, f"{self.name} is missing"] if self.indicator else [self.name]

    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""
        column = table[self.name]
        if column.dtype.kind == "f" and np.isnan(column).all():
            return _write(column, self, out)
        if column.dtype.kind not in "OM":
            raise TableError(
                f"{table.source}: column {self.name!r} has numbers but was dates in training; "
                "write it as dates."
            )
        dates, _ = as_dates(column, self.order or "ymd")
        wrong = np.flatnonzero(np.isnat(dates) & ~is_missing(column))
        if len(wrong):
            raise TableError(
                f"{table.where(wrong[0], self.name)}: the cell {column[wrong[0]]!r} is no date; "
                "write it as the training file does, or as year-month-day."
            )
        return _write(to_days(dates), self, out)


@dataclass(frozen=True, slots=True)
class Boolean:
    """Two values: 0 and 1. `low` and `high` are texts ("0" and "1" for numbers)."""

    kind: ClassVar[str] = "boolean"
    name: str
    low: str
    high: str
    usual: float
    indicator: bool

    @classmethod
    def fit(cls, table: Table, report: ColumnReport, indicator: bool) -> Boolean:
        """Learn the two values and which is more frequent."""
        texts = [text for text in texts_of(table[report.name]) if text is not None]
        levels = sorted({text.lower() for text in texts})
        for pair in BOOLEAN_WORDS:
            if set(levels) <= set(pair):
                levels = list(pair)
        if set(levels) <= {"0", "1"}:
            levels = ["0", "1"]
        if len(levels) != 2:
            raise TableError(
                f"{table.source}: column {report.name!r} has {len(levels)} values but was given "
                "as 'boolean'; give it as 'category'."
            )
        highs = sum(text.lower() == levels[1] for text in texts)
        low, high = levels
        return cls(report.name, low, high, float(2 * highs > len(texts)), indicator)

    def features(self) -> list[str]:
        """Return the names of the columns this becomes."""
        return [self.name, f"{self.name} is missing"] if self.indicator else [self.name]

    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""
        column = table[self.name]
        if column.dtype.kind in "bf" and {self.low, self.high} in ({"0", "1"}, {"false", "true"}):
            # what was 0 and 1 by chance may be more later
            values = np.clip(numbers_of(table, self.name), -LIMIT, LIMIT)
            wrong = np.zeros(0, np.intp)
        else:
            codes = {self.low: 0.0, self.high: 1.0}
            texts = texts_of(column)
            found = [None if t is None else codes.get(t.lower(), -1.0) for t in texts]
            values = np.array([np.nan if v is None else v for v in found], np.float64)
            wrong = np.flatnonzero(values == -1)
        if len(wrong):
            cell = texts_of(column[wrong[:1]])[0]
            raise TableError(
                f"{table.where(wrong[0], self.name)}: the cell {cell!r} is neither {self.low!r} "
                f"nor {self.high!r}, the two values in training; correct it or empty it."
            )
        absent = np.isnan(values)
        out[:, 0] = np.where(absent, self.usual, values)
        if self.indicator:
            out[:, 1] = absent
        return int(absent.sum())


@dataclass(frozen=True, slots=True)
class Category:
    """Texts: one column per level of its own, and one for all others if `other`.

    `levels` are the texts with a column of their own; None among them stands for a missing cell.
    """

    kind: ClassVar[str] = "category"
    name: str
    levels: tuple[str | None, ...]
    other: bool

    @classmethod
    def fit(cls, table: Table, report: ColumnReport, max_levels: int) -> Category:
        """Learn the most frequent levels: all of them if there are at most `max_levels`."""
        counts = Counter(texts_of(table[report.name]))
        ordered = sorted(counts, key=lambda level: (-counts[level], level is None, level or ""))
        kept = ordered if len(ordered) <= max_levels else ordered[: max_levels - 1]
        levels = sorted(kept, key=lambda level: (level is None, level or ""))
        return cls(report.name, tuple(levels), len(kept) < len(ordered))

    def features(self) -> list[str]:
        """Return the names of the columns this becomes."""
        own = [
            f"{self.name} is missing" if level is None else f"{self.name} = {level}"
            for level in self.levels
        ]
        return [*own, f"{self.name} = (other)"] if self.other else own

    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""
        other = len(self.levels)
        codes: dict[str | None, int] = {level: code for code, level in enumerate(self.levels)}
        texts = texts_of(table[self.name])
        for text in set(texts).difference(codes):
            # a file read as text may write 3 as "3.0"
            value = None if text is None else to_number(text)
            if value is not None and value == value:
                codes[text] = codes.get(number_text(value), other)
        found = np.fromiter((codes.get(text, other) for text in texts), np.intp, len(texts))
        out[:] = 0
        known = np.flatnonzero(found < out.shape[1])
        out[known, found[known]] = 1
        return sum(text is None for text in texts)

    def unseen(self, table: Table) -> list[str]:
        """Return the texts of the table that have no column of their own."""
        return sorted({t for t in texts_of(table[self.name]) if t is not None} - set(self.levels))


Encoder = Numeric | Date | Boolean | Category
ENCODERS: dict[str, type[Any]] = {c.kind: c for c in (Numeric, Date, Boolean, Category)}


def fit_encoder(table: Table, report: ColumnReport, max_levels: int) -> Encoder:
    """Return the encoder of a column that is not dropped."""
    if report.kind is Kind.CATEGORY:
        return Category.fit(table, report, max_levels)
    encoder: Encoder = ENCODERS[report.kind].fit(table, report, report.missing > 0)
    return encoder


def spread(values: Column) -> tuple[float, float]:
    """Return the median and the spread: the standard deviation of a normal law with the same
    quartiles, or with the same middle nine tenths if that is more (a column most of whose values
    are nearly the same), or of the values themselves where those are equal; 1 if all are.
    """
    values = values[~np.isnan(values)]
    if not len(values):
        return 0.0, 1.0
    with np.errstate(over="ignore"):
        # halves, so that numbers near the largest leave room for their difference
        lowest, low, middle, high, highest = np.quantile(values / 2, [0.05, 0.25, 0.5, 0.75, 0.95])
        spread = max((high - low) / 1.349, (highest - lowest) / 3.290) * 2
        middle *= 2
    if not spread > 1e-12 * max(abs(lowest), abs(highest)):
        with np.errstate(over="ignore"):
            spread = float(values.std())
    tiny = np.finfo(np.float64).tiny / np.finfo(np.float64).eps
    return float(middle), float(spread) if np.isfinite(spread) and spread > tiny else 1.0


def _write(values: Column, encoder: Numeric | Date, out: Column) -> int:
    absent = np.isnan(values)
    with np.errstate(over="ignore"):
        scaled = (values - encoder.center) / encoder.scale
    np.clip(scaled, -encoder.limit, encoder.limit, out=scaled)
    scaled[absent] = 0
    out[:, 0] = scaled
    if encoder.indicator:
        out[:, 1] = absent
    return int(absent.sum())


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
    from neurona.data.cells import NumberFormat

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
