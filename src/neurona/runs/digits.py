"""Digits that a prediction deserves: as many as its model's error gives a meaning to.

Of a prediction that is wrong by 0.3 on average the last digit kept is a ten-thousandth of that, or
less: rounding then changes nothing that anybody could measure. See decision 027.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

AUTO, ALL = "auto", "all"
OF_THE_ERROR = 1e-4
MOST_DECIMALS = 15
SURE = 6
"""Digits of a probability, or of what it lacks to 1."""
OF_A_DEVIATION = 5


def decimals_of(estimator: Any) -> list[int | None]:
    """Return for each target after how many decimals to round, None where no error is known."""
    compared = getattr(estimator, "comparison_", None)
    if compared is None or compared.metric not in ("rmse", "mae"):
        return []
    return [decimals(error) for error in compared.model]


def decimals(error: float) -> int | None:
    """Return after how many decimals a number that is wrong by so much is to be rounded.

    >>> decimals(0.3), decimals(41.0), decimals(2e6), decimals(0.0)
    (5, 3, -2, None)
    """
    if not (error > 0 and math.isfinite(error)):
        return None
    return min(math.ceil(-math.log10(error * OF_THE_ERROR)), MOST_DECIMALS)


def quantities(columns: Sequence[Any], places: Sequence[int | None]) -> list[Any]:
    """Return columns of predictions, rounded; float32 becomes the number that its digits say."""
    places = places or [None] * len(columns)
    return [_rounded(column, place) for column, place in zip(columns, places, strict=True)]


def _rounded(column: Any, place: int | None) -> Any:
    if column.dtype == np.float32:
        column = column.astype(str).astype(np.float64)
    if place is None:
        return column
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.round(column, place)
    # numbers near the largest leave the finite ones on the way
    return np.where(np.isfinite(found), found, column)


def deviations(column: Any) -> Any:
    """Return standard deviations in five digits."""
    return np.array([float(f"{value:.{OF_A_DEVIATION}g}") for value in column.tolist()])


def chances(column: Any) -> Any:
    """Return probabilities in six digits, near 1 in six of what they lack: 1 is said of 1 alone."""
    column = column.astype(np.float64)
    found = np.round(column, SURE)
    for row in np.flatnonzero((column < 0.1) | (column > 0.9)).tolist():
        value = float(column[row])
        if value < 0.5:
            found[row] = float(f"{value:.{SURE}g}")
        elif value < 1:
            found[row] = round(value, SURE - 1 - math.floor(math.log10(1 - value)))
    return found
