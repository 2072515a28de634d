"""Times of day, and durations in hours and minutes: hours, then as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.data.dates import find_dates
from neurona.data.encoders.category import Category
from neurona.data.encoders.date import Date
from neurona.data.encoders.kind import KINDS, Seen
from neurona.data.table import Column


@KINDS.register("time", before=Category.kind)
@dataclass(frozen=True, slots=True)
class Time(Date):
    """Texts such as 23:15, 11:15 PM or 30:15:00, in parts of a day."""

    @classmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return the reason for texts that all are times of day, but for slips."""
        if seen.column.dtype.kind != "O":
            return None
        found = find_dates(seen.values)
        if found is None or found.form.order != "clock":
            return None
        return "its values are times, hours:minutes"

    def decode(self, numbers: Column) -> Column:
        """Return the times as hours:minutes:seconds, None where the mark is above 1/2."""
        cells = np.empty(len(numbers), object)
        for row, days in enumerate(self.unscaled(numbers).tolist()):
            cells[row] = self.cell_text(days)
        cells[self.marked(numbers)] = None
        return cells

    def cell_text(self, number: float) -> str:
        """Return a part of a day as hours:minutes:seconds."""
        seconds = round(abs(number) * 86_400)
        hours, minutes = seconds // 3600, seconds // 60 % 60
        return f"{'-' * (number < 0)}{hours:02}:{minutes:02}:{seconds % 60:02}"
