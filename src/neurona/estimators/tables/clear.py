"""Whether a model is better than another by more than chance."""

from __future__ import annotations

import numpy as np
from scipy.special import bdtrc

from neurona.data.table import Column

FEW_ROWS = 30


def is_clear(gains: Column) -> list[bool]:
    """Return for each column of gains, row by row over the baseline, if it is more than chance.

    It is if the mean is above 1.64 standard errors, and above nothing (rounding aside). Of a few
    rows, whose standard error one far row may blow up, it is enough if that many of them gain
    (a sign test at 5 %).
    """
    mean, deviation = gains.mean(axis=0), gains.std(axis=0, ddof=1 if len(gains) > 1 else 0)
    size = np.abs(gains).max(axis=0)
    surely = mean > 1.64 * deviation / np.sqrt(len(gains))
    if len(gains) < FEW_ROWS:
        surely |= bdtrc((gains > 0).sum(axis=0) - 1, len(gains), 0.5) < 0.05
    clear = surely & (mean > 1e-6 * size)
    return [bool(one) for one in clear]
