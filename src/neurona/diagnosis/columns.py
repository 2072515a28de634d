"""What the columns of a matrix are like, one by one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurona.network import Vector


class ColumnFacts(NamedTuple):
    """One column: its mean, standard deviation, range, how many different values it has, and
    whether all are whole numbers.
    """

    name: str
    mean: float
    std: float
    low: float
    high: float
    distinct: int
    whole: bool

    @property
    def size(self) -> float:
        """The root mean square: what the first layer sees."""
        return float(np.hypot(self.mean, self.std))

    @property
    def is_flag(self) -> bool:
        """Whether it has two values at most."""
        return self.distinct <= 2


def column_facts(names: list[str], matrix: Vector) -> list[ColumnFacts]:
    """Return the facts of every column (rows x columns)."""
    found = []
    with np.errstate(over="ignore", invalid="ignore"):
        for name, column in zip(names, matrix.T, strict=True):
            values = np.unique(column)
            found.append(
                ColumnFacts(
                    name,
                    float(column.mean()),
                    float(column.std()),
                    float(values[0]),
                    float(values[-1]),
                    len(values),
                    bool((values % 1 == 0).all()),
                )
            )
    return found
