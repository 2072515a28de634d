"""Reference: how large an autoencoder's errors usually are, which tells an anomaly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

MOST_ROWS = 10_000
"""Rows that a reference is made of; of more, every so many is taken."""
LEAST_SHARE = 1e-6
"""A column's usual squared error is at least this share of its variance."""
LEAST = 1e-12
"""No limit, and no usual error of a column that never varied, is less."""


@dataclass(frozen=True, eq=False)
class Reference:
    """The usual squared error of each column, and the limit that most rows' scores stay below.

    Attributes
    ----------
    usual : ndarray of shape (columns,), float64
        Mean squared error of each column.
    limit : float
        The quantile of the rows' mean errors (each by its column's usual one).
    starts : ndarray of shape (columns,), int
        Where each column's numbers begin: a category is a column of several.
    """

    usual: Array
    limit: float
    starts: Array

    @classmethod
    def of(
        cls,
        rows: Array,
        weights: Array | None,
        reconstruct: Callable[[Array], Array],
        contamination: float,
        starts: Array | None = None,
    ) -> Reference:
        """Return the reference of rows that are like what is to come.

        Parameters
        ----------
        rows : array of shape (rows, numbers)
        weights : array of shape (rows,) or None
            Rows without weight do not count.
        reconstruct : function of rows that returns what the autoencoder makes of them
        contamination : float
            Share of the rows that may be above the limit.
        starts : array of int or None
            None: every number is a column.
        """
        starts = np.arange(rows.shape[1]) if starts is None else starts
        weights = np.ones(len(rows)) if weights is None else weights.astype(np.float64)
        chosen = np.flatnonzero(weights > 0)
        chosen = chosen[:: max(1, -(-len(chosen) // MOST_ROWS))]
        if not len(chosen):
            return cls(np.ones(len(starts)), 1.0, starts)
        seen, by = np.ascontiguousarray(rows[chosen]), weights[chosen]
        with np.errstate(over="ignore", invalid="ignore"):
            double = seen.astype(np.float64)
            squares = _sums((double - reconstruct(seen)) ** 2, starts)
            usual = np.average(squares, axis=0, weights=by)
            middle = np.average(double, axis=0, weights=by)
            variance = np.average(_sums((double - middle) ** 2, starts), axis=0, weights=by)
            least = np.where(variance > 0, LEAST_SHARE * variance, LEAST_SHARE * usual.mean())
            usual = np.nan_to_num(np.maximum(usual, np.maximum(least, LEAST)), nan=1.0)
            means = (squares / usual).mean(axis=1)
        limit = np.quantile(means, 1 - contamination, weights=by, method="inverted_cdf")
        return cls(usual, float(np.nan_to_num(max(limit, LEAST))), starts)

    def errors(self, squares: Array) -> Array:
        """Return the squared errors of each column by its usual one (rows x columns)."""
        with np.errstate(over="ignore"):
            return _sums(squares, self.starts) / self.usual

    def scores(self, squares: Array) -> Array:
        """Return the scores of rows whose squared errors these are: above 1 beyond the limit."""
        with np.errstate(over="ignore"):
            found: Array = self.errors(squares).mean(axis=1) / self.limit
        return found


def _sums(numbers: Array, starts: Array) -> Array:
    """Return the sums of each column's numbers."""
    if len(starts) == numbers.shape[1]:
        return numbers
    sums: Array = np.add.reduceat(numbers, starts, axis=1)
    return sums
