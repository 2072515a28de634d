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
LEAST_LIMIT = 1e-12


@dataclass(frozen=True, eq=False)
class Reference:
    """The usual squared error of each column, and the limit that most rows' scores stay below.

    Attributes
    ----------
    usual : ndarray of shape (columns,), float64
        Mean squared error of each column.
    limit : float
        The quantile of the rows' mean errors (each by its column's usual one).
    """

    usual: Array
    limit: float

    @classmethod
    def of(
        cls,
        rows: Array,
        weights: Array,
        chosen: Array,
        reconstruct: Callable[[Array], Array],
        contamination: float,
    ) -> Reference:
        """Return the reference of rows that are like what is to come.

        Parameters
        ----------
        rows : array of shape (rows, columns)
        weights : array of shape (rows,) or empty
            Rows without weight do not count.
        chosen : array of int
            Which of them to look at.
        reconstruct : function of rows that returns what the autoencoder makes of them
        contamination : float
            Share of the rows that may be above the limit.
        """
        if weights.size:
            chosen = chosen[weights[chosen] > 0]
        chosen = chosen[:: -(-len(chosen) // MOST_ROWS) or 1]
        seen = np.ascontiguousarray(rows[chosen])
        by = weights[chosen].astype(np.float64) if weights.size else np.ones(len(chosen))
        if not len(chosen):
            return cls(np.ones(rows.shape[1]), 1.0)
        with np.errstate(over="ignore", invalid="ignore"):
            double = seen.astype(np.float64)
            squares = (double - reconstruct(seen)) ** 2
            usual = np.average(squares, axis=0, weights=by)
            middle = np.average(double, axis=0, weights=by)
            variance = np.average((double - middle) ** 2, axis=0, weights=by)
            least = LEAST_SHARE * np.where(variance > 0, variance, usual.mean())
            usual = np.nan_to_num(np.maximum(usual, least), nan=1.0)
            usual[usual <= 0] = np.finfo(np.float32).tiny
            means = (squares / usual).mean(axis=1)
        limit = np.quantile(means, 1 - contamination, weights=by, method="inverted_cdf")
        return cls(usual, float(np.nan_to_num(max(limit, LEAST_LIMIT))))

    def scores(self, squares: Array) -> Array:
        """Return the scores of rows whose squared errors these are: above 1 beyond the limit."""
        with np.errstate(over="ignore"):
            found: Array = (squares / self.usual).mean(axis=1) / self.limit
        return found
