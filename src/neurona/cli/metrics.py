"""Scores of a model and of the trivial baseline on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
Scores = dict[str, float | None]
SMALLEST = 1e-7
"""Probabilities are kept this far from 0 and 1 in a log loss."""


class Pair(NamedTuple):
    """The scores of the model and of the baseline."""

    model: Scores
    baseline: Scores


def quantity(truth: Array, said: Array) -> Pair:
    """Return RMSE, MAE and R2; the baseline always says the mean of these rows."""
    mean = np.full(len(truth), truth.mean())
    return Pair(_quantity(truth, said), _quantity(truth, mean))


def _quantity(truth: Array, said: Array) -> Scores:
    errors = truth - said
    spread = float(((truth - truth.mean()) ** 2).sum())
    squares = float((errors**2).sum())
    # a constant target has no spread to explain
    constant = bool((truth == truth[0]).all())
    return {
        "rmse": float(np.sqrt(squares / len(truth))),
        "mae": float(np.abs(errors).mean()),
        "r2": None if constant or spread == 0 else 1 - squares / spread,
    }


def classes(truth: Array, said: Array, shares: Array) -> Pair:
    """Return accuracy, balanced accuracy and log loss of class numbers and probabilities.

    `truth` may have numbers beyond the columns of `shares`: classes that the model does not know.
    The baseline says the most frequent class, and how frequent each is.
    """
    count = shares.shape[1]
    known = truth < count
    given = np.full(len(truth), SMALLEST)
    rows = np.flatnonzero(known)
    given[rows] = np.clip(shares[rows, truth[rows]].astype(np.float64), SMALLEST, 1 - SMALLEST)
    counts = np.bincount(truth)
    frequency = counts / len(truth)
    usual = np.full(len(truth), int(counts.argmax()))
    return Pair(
        _classes(truth, said, given),
        _classes(truth, usual, np.clip(frequency[truth], SMALLEST, 1 - SMALLEST)),
    )


def _classes(truth: Array, said: Array, given: Array) -> Scores:
    right = truth == said
    present = np.unique(truth)
    return {
        "accuracy": float(right.mean()),
        "balanced_accuracy": float(np.mean([right[truth == code].mean() for code in present])),
        "log_loss": float(-np.log(given).mean()),
    }


def confusion(truth: Array, said: Array, count: int) -> list[list[int]]:
    """Return how many rows of each class (down) were said to be of each (across)."""
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (truth, said), 1)
    counts: list[list[int]] = table.tolist()
    return counts


def means(pairs: Sequence[Pair]) -> Pair:
    """Return the mean of each score over targets; None where one has none."""

    def mean(scores: Sequence[Scores]) -> Scores:
        out: Scores = {}
        for name in scores[0]:
            values = [one[name] for one in scores]
            present = [value for value in values if value is not None]
            out[name] = sum(present) / len(present) if len(present) == len(values) else None
        return out

    return Pair(mean([pair.model for pair in pairs]), mean([pair.baseline for pair in pairs]))
