"""What the columns of a matrix are like, one by one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurona.network import Vector

BLOCK = 32
"""Columns that are sorted together."""
FEW = 64
"""Numbers which tell, as a rule, that not all are whole."""


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
    found: list[ColumnFacts] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for first in range(0, len(names), BLOCK):
            block = np.array(matrix[:, first : first + BLOCK].T, order="C")
            means, spreads = block.mean(axis=1), block.std(axis=1)
            block.sort(axis=1)
            steps = (block[:, 1:] != block[:, :-1]).sum(axis=1)
            for name, mean, std, values, count in zip(
                names[first : first + BLOCK], means, spreads, block, steps, strict=True
            ):
                low, high = float(values[0]), float(values[-1])
                whole = are_whole(values)
                found.append(
                    ColumnFacts(name, float(mean), float(std), low, high, int(count) + 1, whole)
                )
    return found


def are_whole(values: Vector) -> bool:
    """Whether all are whole numbers.

    >>> import numpy as np
    >>> are_whole(np.array([1.0, -2.0])), are_whole(np.array([1.0, 2.5]))
    (True, False)
    """
    few = values[:FEW]
    if not (few % 1 == 0).all():
        return False
    return bool((values % 1 == 0).all())
