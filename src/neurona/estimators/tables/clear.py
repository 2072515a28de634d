"""Whether a model is better than another by more than chance."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtrc

from neurona.data.table import Column

FEW_ROWS = 30
MOST = 0.5
"""The share of all gains from which one row is most of them."""
SURE = 1.64
"""Standard errors of a mean that is above 0 by more than chance, in 19 of 20 cases."""
LEAST_GAIN, FAR = 0.01, 100
"""The share of an error below which there is nothing to gain, and times the rows that are too many
to ask for.
"""


def is_clear(gains: Column, sure: float = SURE) -> list[bool]:
    """Return for each column of gains, row by row over the baseline, if it is more than chance.

    It is if the mean is above `sure` standard errors, and above nothing (rounding aside). Of a few
    rows, whose standard error one far row may blow up, it is enough if that many of them gain
    (a sign test at 5 %).
    """
    mean, deviation = gains.mean(axis=0), gains.std(axis=0, ddof=1 if len(gains) > 1 else 0)
    size = np.abs(gains).max(axis=0)
    surely = mean > sure * deviation / np.sqrt(len(gains))
    if len(gains) < FEW_ROWS:
        surely |= bdtrc((gains > 0).sum(axis=0) - 1, len(gains), 0.5) < 0.05
    clear = surely & (mean > 1e-6 * size)
    return [bool(one) for one in clear]


def clearness(gains: Column) -> float:
    """Return how many standard errors the mean of gains is above 0."""
    mean, deviation = float(gains.mean()), float(gains.std(ddof=1))
    return mean / max(deviation / float(np.sqrt(len(gains))), float(np.finfo(float).tiny))


def is_clear_of_most(errors: Column, usual: Column) -> list[bool]:
    """Return for each column if most errors are smaller than those from the median, by more than
    chance.

    Sizes are compared by their logarithms, from about a usual one on, so that a few rows far off
    are no more than rows: with heavy tails these are all that a mean of squares knows.
    """
    sizes, others = np.abs(errors), np.abs(usual)
    one = np.median(others, axis=0)
    one = np.where(one > 0, one, 1.0)
    return is_clear(np.log1p(others / one) - np.log1p(sizes / one))


def rows_to_tell(gains: Column) -> int | None:
    """Return how many rows would show that gains such as these are more than chance; None if they
    are no gains, or that many cannot be asked for.
    """
    mean, rows = float(gains.mean()), len(gains)
    if rows < 2 or not mean > 0:
        return None
    needed = (SURE * float(gains.std(ddof=1)) / mean) ** 2
    return None if needed > FAR * rows else max(rows + 1, int(np.ceil(needed)))


def what_would_tell(gains: Column) -> str:
    """Return why gains are no more than chance, and what would tell; nothing where they are none,
    or there is little hope.
    """
    needed, sizes = rows_to_tell(gains), np.abs(gains).ravel()
    if needed is None:
        return ""
    share = sizes.max() / sizes.sum()
    if share > MOST:
        return f"but one row makes up {share:.0%} of the difference. Give more rows like it"
    enough = f"about {rows_in_words(needed)} would tell"
    return f"but by no more than chance; {enough}. Give more, or inputs that tell more"


def rows_in_words(rows: int) -> str:
    """Return a number of rows with two digits: about what it is."""
    step = 10 ** max(len(str(rows)) - 2, 0)
    return f"{-(-rows // step) * step:,} rows"
