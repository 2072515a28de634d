"""What kinds share: a column that marks missing cells, and numbers by their middle and spread."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from neurona.data.encoders.kind import Encoder
from neurona.data.table import Column, Table, is_missing

LIMIT = 10.0


class Marked(Encoder):
    """A column of numbers, and with `indicator` a last one that is 1 where a cell is missing."""

    __slots__ = ()
    indicator: bool

    def features(self) -> list[str]:
        """Return the names of the columns this becomes."""
        return [self.name, f"{self.name} is missing"] if self.indicator else [self.name]

    def newly_missing(self, table: Table) -> int:
        """Return how many cells are missing if training had none."""
        return 0 if self.indicator else int(is_missing(table[self.name]).sum())

    def marked(self, numbers: Column) -> Column:
        """Return where the last of the columns of numbers says that the cell is missing."""
        if not self.indicator:
            return np.zeros(len(numbers), bool)
        marked: Column = numbers[:, -1] > 0.5
        return marked


class Scaled(Marked):
    """(x - center) / scale, within +-limit; 0 where a cell is missing."""

    __slots__ = ()
    when_missing: ClassVar[str] = "the median stands in, and a column marks them"
    center: float
    scale: float
    limit: float

    @classmethod
    def checked(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Return stored values; ValueError if one cannot be, or a spread is not above 0."""
        values = super().checked(values)
        if not (values["scale"] > 0 and values["limit"] > 0):
            raise ValueError("scale")
        return values

    def scaled(self, values: Column, out: Column) -> int:
        """Write numbers (nan: missing) into the first and the last column of `out`; returns how
        many are missing.
        """
        absent = np.isnan(values)
        with np.errstate(over="ignore"):
            scaled = (values - self.center) / self.scale
        np.clip(scaled, -self.limit, self.limit, out=scaled)
        scaled[absent] = 0
        out[:, 0] = scaled
        if self.indicator:
            out[:, -1] = absent
        return int(absent.sum())

    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""
        numbers = self.numbers(table)
        assert numbers is not None  # of a kind that says how it encodes
        return self.scaled(numbers, out)

    def typical(self) -> float:
        """Return the middle."""
        return self.center

    def stands_in(self) -> str:
        """Return the middle."""
        return f"the median of training, {self.cell_text(self.center)}, stands in"

    def unscaled(self, numbers: Column) -> Column:
        """Return the numbers that columns like those of `scaled` stand for, marks unheeded."""
        values: Column = self.center + self.scale * numbers[:, 0].astype(np.float64)
        return values

    def described(self) -> dict[str, Any]:
        """Return middle and spread."""
        return {"center": self.center, "scale": self.scale}

    @staticmethod
    def in_words(described: Any) -> str:
        """Return the formula."""
        sign = "-" if described["center"] >= 0 else "+"
        return f"(x {sign} {abs(described['center']):.5g}) / {described['scale']:.5g}"


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
        # half of the least number there is is 0
        middle = np.clip(middle * 2, values.min(), values.max())
    if not spread > 1e-12 * max(abs(lowest), abs(highest)):
        with np.errstate(over="ignore"):
            spread = float(values.std())
    tiny = np.finfo(np.float64).tiny / np.finfo(np.float64).eps
    # half of the least number is nothing
    middle = min(max(middle, values.min()), values.max())
    return float(middle), float(spread) if np.isfinite(spread) and spread > tiny else 1.0
