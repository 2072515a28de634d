"""Validation scores, computed every epoch: scikit-learn's R^2 and accuracy without their input
checks.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def r2(targets: Array, weights: Array | None, outputs: Array) -> float:
    """Return R^2, averaged over the outputs; nan if an output is not finite.

    A constant target scores 1 if it is met exactly, else 0, as in scikit-learn.
    """
    if not np.isfinite(outputs).all():
        return float("nan")
    w = np.ones((len(targets), 1)) if weights is None else weights[:, None].astype(np.float64)
    targets, outputs = targets.astype(np.float64), outputs.astype(np.float64)
    unexplained = (w * (targets - outputs) ** 2).sum(axis=0)
    total = (w * (targets - np.average(targets, axis=0, weights=w[:, 0])) ** 2).sum(axis=0)
    constant = total == 0
    scores = 1 - unexplained / np.where(constant, 1, total)
    scores[constant] = np.where(unexplained[constant] == 0, 1.0, 0.0)
    return float(scores.mean())


def explained_share(targets: Array, weights: Array | None, outputs: Array) -> float:
    """Return the share of the targets' whole variance that outputs explain; nan if an output is not
    finite or no row
    has weight.

    Targets that are all equal score 1 if they are met exactly, else 0.
    """
    if not np.isfinite(outputs).all():
        return float("nan")
    w = np.ones((len(targets), 1)) if weights is None else weights[:, None].astype(np.float64)
    if not w.any():
        return float("nan")
    targets = targets.astype(np.float64)
    unexplained = (w * (targets - outputs) ** 2).sum()
    total = (w * (targets - np.average(targets, axis=0, weights=w[:, 0])) ** 2).sum()
    if total == 0:
        return float(unexplained == 0)
    return float(1 - unexplained / total)


def accuracy(targets: Array, weights: Array | None, one_of_many: bool, outputs: Array) -> float:
    """Return the share of rows (by weight) whose class, or whose whole set of labels, is right."""
    if not np.isfinite(outputs).all():
        return float("nan")
    if one_of_many:
        right = outputs.argmax(axis=1) == targets.argmax(axis=1)
    else:
        right = ((outputs > 0.5) == (targets > 0.5)).all(axis=1)
    return float(np.average(right, weights=weights))
