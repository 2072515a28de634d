"""Numbers: shifted by the median, divided by their spread, cut at +-limit spreads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from neurona.data.contents import numbers_of
from neurona.data.encoders.kind import KINDS, Seen
from neurona.data.encoders.scaled import LIMIT, Scaled, spread
from neurona.data.gather import ColumnType
from neurona.data.table import Column, Table

AS_GOOD_AS_NONE = 1e30
"""What cuts nothing, and is finite in 32 bits."""


@KINDS.register("numeric")
@dataclass(frozen=True, slots=True)
class Numeric(Scaled):
    """Numbers; a missing one is the median, and marked."""

    name: str
    center: float
    scale: float
    limit: float
    indicator: bool

    @classmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return the reason for all columns of numbers."""
        return "its values are numbers" if seen.column.dtype.kind == "f" else None

    @classmethod
    def fit(cls, table: Table, name: str, missing: bool, max_levels: int) -> Numeric:
        """Learn the middle and the spread."""
        return cls(name, *spread(numbers_of(table, name)), LIMIT, missing)

    def numbers(self, table: Table) -> Column:
        """Return the numbers."""
        return numbers_of(table, self.name)

    def in_pieces(self, table: Table, bins: int) -> Numeric:
        """Return what also says where a number lies between so many quantiles."""
        pieces: Any = KINDS["piecewise"]  # a kind that is made of this one
        cut: Numeric = pieces.between(table, self.name, self.indicator, bins)
        return cut

    def as_it_stands(self) -> Numeric:
        """Return what takes numbers neither shifted nor divided; a missing one is 0, and marked."""
        return replace(self, center=0.0, scale=1.0, limit=AS_GOOD_AS_NONE)

    def decode(self, numbers: Column) -> Column:
        """Return the numbers, nan where the mark is above 1/2."""
        values = self.unscaled(numbers)
        values[self.marked(numbers)] = np.nan
        return values

    def reads_as(self) -> ColumnType:
        """Return that files are to be read as numbers."""
        return "number"

    def line(self) -> tuple[float, float]:
        """Return middle and spread."""
        return self.center, self.scale
