"""How sure a score is: the bootstrap over its rows (Efron 1979), by SciPy."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
RESAMPLES, FEWER = 1000, 200
MANY_ROWS = 20_000
"""Rows from which on fewer samples are drawn: their intervals are short anyway."""
CELLS = 2_000_000
FEWEST = 5
"""Rows below which no interval is told."""


class Estimate(NamedTuple):
    """A score, and the interval that should hold it with 95 %; None where it cannot be told."""

    value: float
    low: float | None
    high: float | None


def estimate(statistic: Callable[..., Any], arrays: Sequence[Array]) -> Estimate:
    """Return a score of rows with its interval.

    `statistic` takes the arrays, whose last axis are rows, and returns a score for each of what
    comes before; rows are drawn together. Same rows, same interval.

    >>> import numpy as np
    >>> found = estimate(lambda x: x.mean(axis=-1), [np.arange(100.0)])
    >>> found.value, 42 < found.low < 46, 53 < found.high < 57
    (49.5, True, True)
    """
    from scipy.stats import bootstrap

    rows = len(arrays[0])
    with np.errstate(all="ignore"):
        value = float(statistic(*arrays))
    if rows < FEWEST or not np.isfinite(value):
        return Estimate(value, None, None)
    count = RESAMPLES if rows < MANY_ROWS else FEWER
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = bootstrap(
            tuple(arrays),
            lambda *drawn, axis=-1: statistic(*drawn),
            n_resamples=count,
            batch=max(1, CELLS // rows),
            vectorized=True,
            paired=True,
            method="percentile",
            random_state=np.random.RandomState(0),
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    if not (np.isfinite(low) and np.isfinite(high)):
        return Estimate(value, None, None)
    return Estimate(value, low, high)


def rmse(true: Array, said: Array) -> Any:
    """Return the root mean square error."""
    return np.sqrt(((true - said) ** 2).mean(axis=-1))


def mae(true: Array, said: Array) -> Any:
    """Return the mean absolute error."""
    return np.abs(true - said).mean(axis=-1)


def r2(true: Array, said: Array) -> Any:
    """Return the share of the variance that is explained."""
    left = ((true - said) ** 2).sum(axis=-1)
    return 1 - left / ((true - true.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)


def mean(values: Array) -> Any:
    """Return the mean."""
    return values.mean(axis=-1)


def balanced(codes: Array, right: Array) -> Any:
    """Return the mean over the classes of the share of their rows that is right."""
    shares = []
    for code in np.unique(codes):
        own = codes == code
        shares.append((own & (right > 0)).sum(axis=-1) / own.sum(axis=-1))
    return np.nanmean(np.stack(shares), axis=0)
