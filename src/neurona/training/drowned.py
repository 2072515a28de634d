"""Outputs that are lost beside others: their targets are so small that the loss hardly sees them.

The loss of several targets is a sum, so one in metres beside one in millimetres weighs a million
times as much, and a network may learn it alone while the whole loss looks well.
"""

from __future__ import annotations

import numpy as np

from neurona.network import Vector
from neurona.training.problem import Problem

SMALL = 0.1
"""A target's deviation, as a share of the largest, from which the loss sees it well."""
LOST = 2.0
"""An error this many times the target's own deviation is no rounding, and no bad luck."""
SELDOM = 0.1
"""A target that is another than usual in fewer rows (a pixel at the edge) is small for that, not by
its unit.
"""


def drowned_outputs(problem: Problem) -> tuple[int, ...]:
    """Return which outputs, of small targets beside large ones, are far worse than their mean."""
    targets = problem.table.targets
    if problem.loss.baseline is None or len(targets) < 2 or targets.shape[1] < 2:
        return ()
    with np.errstate(all="ignore"):
        spread = targets.std(axis=0, dtype=np.float64)
        small = ~always_same(targets) & (spread < SMALL * spread.max())
        if not small.any():
            return ()
        outputs, _ = problem.evaluate(problem.table, len(targets))
        weights = problem.table.weights if problem.table.weights.size else None
        squares = (outputs - targets.astype(np.float64)) ** 2
        errors = np.sqrt(np.average(squares, axis=0, weights=weights))
    lost = np.flatnonzero(small & (errors > LOST * spread))
    return tuple(k for k in lost.tolist() if not _is_usual(targets[:, k]))


def _is_usual(column: Vector) -> bool:
    """Whether nearly all rows have one value."""
    return bool(np.unique(column, return_counts=True)[1].max() > (1 - SELDOM) * len(column))


def always_same(targets: Vector) -> Vector:
    """Return which columns (rows x columns) have one value, but for rounding."""
    rounding = 4 * np.finfo(targets.dtype).eps * np.abs(targets).max(axis=0)
    same: Vector = np.ptp(targets, axis=0) <= rounding
    return same
