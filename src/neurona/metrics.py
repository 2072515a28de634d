"""Scores of answers beside the truth, each once, in plain NumPy.

They stop trainings, stand in tables of `evaluate`, and compare a model with a baseline, so they are
computed at full precision and without checks of their inputs. Arrays are rows, or rows x outputs;
`weights` is one number a row.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
WITHIN_95 = 1.959964
"""Standard deviations to either side that hold 95 % of a normal distribution."""
SMALLEST = 1e-7
"""Probabilities are kept this far from 0 and 1 in a log loss."""


class Squares(NamedTuple):
    """Sums of squares of each output: what answers leave unexplained, and about the mean."""

    unexplained: Array
    total: Array


class R2:
    """R^2 of any answers beside the same targets, which are looked at once; see `r2`.

    It is asked after every epoch, so NumPy is called without what its methods' names cost.

    Attributes
    ----------
    total : ndarray of shape (outputs,)
        The sums of squares about the mean, by output.
    """

    def __init__(self, targets: Array, weights: Array | None = None) -> None:
        self._targets = targets.reshape(len(targets), -1).astype(np.float64)
        self._weights = None if weights is None else weights[:, None].astype(np.float64)
        if self._weights is None:
            mean = np.add.reduce(self._targets, axis=0) / len(targets)
        else:
            mean = np.average(self._targets, axis=0, weights=self._weights[:, 0])
        self.total = self._sum((self._targets - mean) ** 2)
        self._varied = bool(self.total.all())

    def _sum(self, of_rows: Array) -> Array:
        if self._weights is not None:
            of_rows = self._weights * of_rows
        total: Array = np.add.reduce(of_rows, axis=0)
        return total

    def unexplained(self, outputs: Array) -> Array:
        """Return the sums of squares that answers leave, by output."""
        return self._sum((self._targets - outputs.reshape(self._targets.shape)) ** 2)

    def __call__(self, outputs: Array) -> float:
        """Return R^2, averaged over the outputs; nan if an output is not finite."""
        if not np.logical_and.reduce(np.isfinite(outputs), axis=None):
            return float("nan")
        unexplained = self.unexplained(outputs)
        if self._varied:
            scores = 1 - unexplained / self.total
        else:
            constant = self.total == 0
            scores = 1 - unexplained / np.where(constant, 1, self.total)
            scores[constant] = np.where(unexplained[constant] == 0, 1.0, 0.0)
        return float(np.add.reduce(scores) / len(scores))


def squares(targets: Array, outputs: Array, *, weights: Array | None = None) -> Squares:
    """Return the sums that R^2 is made of, by output."""
    known = R2(targets, weights)
    return Squares(known.unexplained(outputs), known.total)


def r2(targets: Array, outputs: Array, *, weights: Array | None = None) -> float:
    """Return R^2, averaged over the outputs; nan if an output is not finite.

    A constant target scores 1 if it is met exactly, else 0, as in scikit-learn.

    >>> r2(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]))
    0.5
    """
    return R2(targets, weights)(outputs)


def explained_share(targets: Array, outputs: Array, *, weights: Array | None = None) -> float:
    """Return the share of the targets' whole variance that outputs explain; nan if an output is not
    finite or no row has weight.

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


def rmse(errors: Array) -> Any:
    """Return the root of the mean square of errors, by output: in the targets' unit."""
    return np.sqrt((errors**2).mean(axis=0))


def mae(errors: Array) -> Any:
    """Return the mean size of errors, by output: in the targets' unit."""
    return np.abs(errors).mean(axis=0)


def coverage_95(errors: Array, std: Array) -> float:
    """Return the share of errors within the interval that should hold 95 % of them."""
    return float((np.abs(errors) <= WITHIN_95 * std).mean())


def log_likelihood(errors: Array, std: Array) -> float | None:
    """Return the mean logarithm of the density that normal distributions have at the truth; None if
    a standard deviation is 0.
    """
    if not (std > 0).all():
        return None
    away = errors / std
    return float(np.mean(-0.5 * away**2 - np.log(std) - 0.5 * np.log(2 * np.pi)))


def accuracy(
    targets: Array, outputs: Array, one_of_many: bool, *, weights: Array | None = None
) -> float:
    """Return the share of rows (by weight) whose class, or whose whole set of labels, is right; nan
    if an output is not finite.

    Both are rows x classes; a class is the largest of `one_of_many`, else each above 1/2.
    """
    if not np.isfinite(outputs).all():
        return float("nan")
    if one_of_many:
        right = outputs.argmax(axis=1) == targets.argmax(axis=1)
    else:
        right = ((outputs > 0.5) == (targets > 0.5)).all(axis=1)
    return float(np.average(right, weights=weights))


def balanced_accuracy(truth: Array, said: Array) -> float:
    """Return the mean over the classes that there are of the share of their rows that is right."""
    right = truth == said
    return float(np.mean([right[truth == code].mean() for code in np.unique(truth)]))


def confusion(truth: Array, said: Array, count: int) -> list[list[int]]:
    """Return how many rows of each class (down) were said to be of each (across)."""
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (truth, said), 1)
    counts: list[list[int]] = table.tolist()
    return counts


def surprise(chances: Array, most: float | None = 1 - SMALLEST) -> Array:
    """Return -log of the probabilities that were given to what came true: each row's log loss.

    They are raised to 1e-7, and lowered to `most` (None: 1 stays 1, a loss of 0).

    >>> surprise(np.array([1.0, 0.5, 0.0])).round(7).tolist()
    [1e-07, 0.6931472, 16.1180957]
    """
    logarithms: Array = np.log(np.clip(chances.astype(np.float64), SMALLEST, most))
    return -logarithms


def log_losses(on: Array, chances: Array, several: bool) -> Array:
    """Return each row's log loss; `on` says which classes are right (rows x classes).

    If `several` may be, every label counts, those that are off with the probability of being off.
    """
    loss: Array = np.where(on, surprise(chances), 0).sum(axis=1)
    if several:
        off = -np.log1p(-np.clip(chances.astype(np.float64), SMALLEST, 1 - SMALLEST))
        loss = loss + np.where(on, 0, off).sum(axis=1)
    return loss


def frequencies(on: Array, *, weights: Array | None = None) -> Array:
    """Return how frequent each class is (by weight): what a trivial model says of every row."""
    found: Array = np.average(on, axis=0, weights=weights)
    return found
