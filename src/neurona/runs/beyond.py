"""Cells beyond what training had: counted over all blocks of a table, and said in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.data.columns import ColumnReport
from neurona.data.encoders import Encoder
from neurona.data.table import Table

MOST_COLUMNS = 5
ROUNDING = 1e-9
"""Share of its size by which a number may be past a bound, and is that bound."""


class _Range:
    """What training had in a column, how many rows are beyond, and the farthest of these."""

    def __init__(self, encoder: Encoder, low: float, high: float) -> None:
        self.encoder, self.low, self.high = encoder, low, high
        self.rows, self.least, self.most = 0, low, high
        self._slack = ROUNDING * max(abs(low), abs(high))

    def add(self, numbers: Any) -> Any:
        """Take cells in; returns which are beyond."""
        with np.errstate(invalid="ignore"):
            below, above = numbers < self.low - self._slack, numbers > self.high + self._slack
        beyond = below | above
        if beyond.any():
            self.rows += int(beyond.sum())
            self.least = min(self.least, float(np.nanmin(numbers)))
            self.most = max(self.most, float(np.nanmax(numbers)))
        return beyond

    @property
    def far(self) -> float:
        """How far beyond, in widths of what training had."""
        width = (self.high - self.low) or max(abs(self.high), 1.0)
        return max(self.low - self.least, self.most - self.high) / width

    def sentence(self) -> str:
        """Return what is to be said of the column."""
        text = self.encoder.cell_text
        ends = []
        if self.least < self.low - self._slack:
            ends.append(f"down to {text(self.least)} (training began at {text(self.low)})")
        if self.most > self.high + self._slack:
            ends.append(f"up to {text(self.most)} (training ended at {text(self.high)})")
        rows = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"{self.encoder.name!r} in {rows}, {' and '.join(ends)}"


class Beyond:
    """Counts while blocks go by.

    `reports` are those that a model keeps of its columns; models of before there were any, and
    columns without an order, have nothing beyond.
    """

    def __init__(self, encoders: Sequence[Encoder], reports: Sequence[ColumnReport]) -> None:
        known = {report.name: report for report in reports}
        self._ranges: list[_Range] = []
        self._rows = 0
        for encoder in encoders:
            report = known.get(encoder.name)
            if report is None:
                continue
            low, high = encoder.number_of(report.low), encoder.number_of(report.high)
            if low is not None and high is not None and math.isfinite(high - low):
                self._ranges.append(_Range(encoder, low, high))

    def add(self, table: Table) -> None:
        """Take a block in; columns that it has not are passed over."""
        rows = np.zeros(table.rows, bool)
        for one in self._ranges:
            if one.encoder.name in table.columns:
                numbers = one.encoder.numbers(table)
                if numbers is not None:
                    rows |= one.add(numbers)
        self._rows += int(rows.sum())

    def sentence(self, source: str, total: int) -> str | None:
        """Return what is to be said of a table of so many rows, None if there is nothing."""
        found = sorted((one for one in self._ranges if one.rows), key=lambda one: -one.far)
        if not found:
            return None
        said = "; ".join(one.sentence() for one in found[:MOST_COLUMNS])
        if len(found) > MOST_COLUMNS:
            more = len(found) - MOST_COLUMNS
            said += f"; and {more} more {'column' if more == 1 else 'columns'}"
        lie = "lies" if self._rows == 1 else "lie"
        return (
            f"{source}: {self._rows:,} of {total:,} {'row' if total == 1 else 'rows'} {lie} beyond "
            f"what training had, where a model can only guess: {said}."
        )
