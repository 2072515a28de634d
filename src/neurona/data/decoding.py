"""Decoding: from columns of numbers back to cells, as far as they tell.

The encoders' ways back, for numbers that a network made: a category is the level whose column is
largest, a boolean the nearer of its two values, a cell is missing where its mark is above 1/2. What
encoding left out (rare levels, digits beyond +-limit spreads) does not come back.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from neurona.data.encoders import Boolean, Category, Date, Numeric
from neurona.data.table import Column

OTHER = "(other)"
"""Stands for all levels that share a column."""


@singledispatch
def decode(encoder: Any, numbers: Column) -> Column:
    """Return the cells of one table column; `numbers` has a column for each of its features."""
    raise TypeError(f"{encoder!r} is no encoder")


@decode.register
def _(encoder: Numeric, numbers: Column) -> Column:
    values = encoder.center + encoder.scale * numbers[:, 0].astype(np.float64)
    values[_marked(encoder, numbers)] = np.nan
    return values


@decode.register
def _(encoder: Date, numbers: Column) -> Column:
    days = encoder.center + encoder.scale * numbers[:, 0].astype(np.float64)
    dates: Column = np.round(days * 86_400e6).astype(np.int64).astype("datetime64[us]")
    dates[_marked(encoder, numbers)] = np.datetime64("NaT")
    return dates


@decode.register
def _(encoder: Boolean, numbers: Column) -> Column:
    high, missing = numbers[:, 0] > 0.5, _marked(encoder, numbers)
    if (encoder.low, encoder.high) == ("0", "1"):
        return np.where(missing, np.nan, high)
    if (encoder.low, encoder.high) == ("false", "true") and not encoder.indicator:
        return high
    cells = np.array([encoder.low, encoder.high], object)[high.astype(np.intp)]
    cells[missing] = None
    return cells


@decode.register
def _(encoder: Category, numbers: Column) -> Column:
    levels = np.array([*encoder.levels, OTHER], object)
    found: Column = levels[numbers.argmax(axis=1)]
    return found


def _marked(encoder: Numeric | Date | Boolean, numbers: Column) -> Column:
    if not encoder.indicator:
        return np.zeros(len(numbers), bool)
    marked: Column = numbers[:, 1] > 0.5
    return marked
