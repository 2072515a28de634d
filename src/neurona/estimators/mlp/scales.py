"""Whether the columns of a table are so unlike in size that scaling them would help a training."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.training.rows import Table

USUAL = (0.01, 10.0)
"""Sizes (root mean squares) of columns that train as they are; constant ones of 0 count as such."""
MOST_ROWS = 10_000


def scaling_advice(table: Table, quantities: bool) -> str:
    """Return what to scale of the rows trained on, a sentence, or nothing if sizes are usual.

    `quantities` says that the targets are no classes, and so may have any size, too.
    """
    rough = []
    if _unusual(_inputs(table)):
        rough.append("inputs")
    if quantities and _unusual(np.abs(table.targets[:MOST_ROWS])):
        rough.append("targets")
    if not rough:
        return ""
    low, high = USUAL
    return (
        f"The {' and '.join(rough)} have columns of very small or large numbers (sizes outside "
        f"{low:g} to {high:g}): scale the data (StandardScaler)."
    )


def _inputs(table: Table) -> Any:
    if not table.indptr.size:
        return np.abs(table.dense[:MOST_ROWS])
    return np.abs(table.data[:MOST_ROWS]).reshape(-1, 1)  # what is 0 stays 0


def _unusual(sizes: Any) -> bool:
    if not sizes.size:
        return False
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.sqrt((sizes.astype(np.float64) ** 2).mean(axis=0))
    found = found[found > 0]
    return bool(((found < USUAL[0]) | (found > USUAL[1])).any())
