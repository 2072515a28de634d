"""Categories as trees see them: a column each, in which levels lie by what the targets are there.

Of all ways to divide levels in two, the one that tells most about a target is along this order (W.
Fisher, On grouping for maximum homogeneity, Journal of the American Statistical Association 53,
1958; L. Breiman et al., Classification and regression trees, 1984). Where there are several it is
that of the direction in which levels differ most (D. Coppersmith, S. J. Hong and J. Hosking, Data
Mining and Knowledge Discovery 3, 1999). So a tree looks at one column in the place of many, and a
threshold on it is a unit that adds up the columns of the levels on one side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurona.data.encoders import Category
from neurona.data.preparation import Preparation
from neurona.data.table import Column

SHRUNK = 10.0
"""Rows of the mean that each level's are mixed with: a level of few tells little."""


class Seen:
    """Rows as trees see them: numbers as they are, then each category as one column.

    Parameters
    ----------
    inputs : int
        How many columns rows have.
    groups : sequence of ndarrays
        Which of these are a category's levels, for each category.
    effects : sequence of ndarrays
        Where its levels lie; a row that has none of them lies at 0.
    """

    def __init__(
        self, inputs: int, groups: Sequence[Column] = (), effects: Sequence[Column] = ()
    ) -> None:
        self.inputs, self.groups = inputs, groups
        self.effects = [one.astype(np.float32) for one in effects]
        taken = np.zeros(inputs, bool)
        for group in groups:
            taken[group] = True
        self.numbers = np.flatnonzero(~taken)

    def through(self, rows: Column) -> Column:
        """Return rows as trees see them, in single precision."""
        rows = rows.astype(np.float32, copy=False)
        if not self.groups:
            return rows
        each = [rows[:, group] @ at for group, at in zip(self.groups, self.effects, strict=True)]
        return np.column_stack([rows[:, self.numbers], *each])

    def steps(self, columns: Column, values: Column) -> tuple[Column, Column]:
        """Return the weights (inputs x thresholds) and biases of units that are above 0 where what
        trees see lies above thresholds.
        """
        matrix, biases = np.zeros((self.inputs, len(columns))), -values.astype(float)
        for unit, (column, value) in enumerate(zip(columns, values, strict=True)):
            place = column - len(self.numbers)
            if place < 0:
                matrix[self.numbers[column], unit] = 1
                continue
            group, above = self.groups[place], self.effects[place] > value
            if value >= 0:  # a row of no level lies below
                matrix[group[above], unit], biases[unit] = 1, -0.5
            else:
                matrix[group[~above], unit], biases[unit] = -1, 0.5
        return matrix, biases


def seen_of(
    rows: Column, targets: Column, weights: Column | None, groups: Sequence[Column]
) -> Seen:
    """Return how trees see rows, by the targets of these.

    Parameters
    ----------
    rows : ndarray (rows x columns)
    targets : ndarray (rows x outputs)
    weights : ndarray (rows,) or None
    groups : sequence of ndarrays
        As in `Seen`; in their columns a row is 1 where it has the level, and 0 elsewhere.

    Examples
    --------
    >>> import numpy as np
    >>> level = np.arange(300) % 3
    >>> targets = np.array([[2.0], [0.0], [1.0]])[level]
    >>> seen = seen_of(np.eye(3)[level], targets, None, [np.arange(3)])
    >>> seen.through(np.eye(3)).ravel().astype(float).round(2).tolist()
    [0.91, -0.91, 0.0]
    """
    share = np.ones(len(rows)) if weights is None else weights
    off = targets - np.average(targets, axis=0, weights=share)
    effects = []
    for group in groups:
        inside = rows[:, group] * share[:, None]
        counts = inside.sum(axis=0)
        effects.append(_along(inside.T @ off / (counts + SHRUNK)[:, None], counts))
    return Seen(rows.shape[1], groups, effects)


def _along(off: Column, counts: Column) -> Column:
    """Return where levels lie along the direction in which they differ most (levels x outputs)."""
    if off.shape[1] == 1:
        return off[:, 0]
    directions = np.linalg.svd(np.sqrt(counts)[:, None] * off, full_matrices=False)[2]
    first = directions[0]
    found: Column = off @ (first * np.sign(first[np.abs(first).argmax()]))
    return found


def groups_of(preparation: Preparation) -> list[Column]:
    """Return which columns of prepared rows are a category's levels, for each category."""
    found, start = [], 0
    for one in preparation.encoders:
        count = len(one.features())
        if isinstance(one, Category) and count > 1:
            found.append(np.arange(start, start + count))
        start += count
    return found


def columns_of(preparation: Preparation) -> int:
    """Return how many columns trees see."""
    return preparation.width - sum(len(one) - 1 for one in groups_of(preparation))
