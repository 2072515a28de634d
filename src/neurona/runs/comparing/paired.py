"""Paired differences of two models on the same rows, or over the same folds, with intervals.

A score that is a mean of losses by row (log loss, accuracy) differs by the mean of the rows'
differences, whose uncertainty is that of a paired t-test; where rows come in groups, of one over
what each group adds. A root of a mean (RMSE) is linearized
about both means (the delta method). Folds share training rows, so their differences are not
independent: their variance is raised as C. Nadeau and Y. Bengio (2003, Inference for the
generalization error, Machine Learning 52) say.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
COVERAGE = 0.95


class Difference(NamedTuple):
    """A difference of two scores and the interval that holds it with 95 %.

    `over` is the number of rows or folds, `groups` that of the groups or stretches of time that the
    rows lie in, 0 if each row stands for itself; `low` and `high` are infinite where one alone, or
    several that differ by the same, tell nothing.
    """

    value: float
    low: float
    high: float
    over: int
    groups: int = 0

    @property
    def none(self) -> bool:
        """Whether there is no difference in any row or fold."""
        return self.low == self.high == 0

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out that there is no difference."""
        return self.low > 0 or self.high < 0


def of_rows(
    first: Array, second: Array, root: bool = False, relatives: Array | None = None
) -> Difference:
    """Return how much larger a score of the second is: the mean of its losses by row, or its root.

    `relatives` are the numbers of the groups that rows lie in, within which they may depend on each
    other as they like.

    >>> of_rows(np.array([1.0, 2, 3, 4]), np.array([2.0, 3, 4, 5])).value
    1.0
    """
    if not root:
        return _of_means(float((second - first).mean()), second - first, relatives)
    roots = math.sqrt(first.mean()), math.sqrt(second.mean())
    # d sqrt(m) = dm / (2 sqrt(m)); a perfect model has no slope, and no errors that vary
    parts = [
        losses / (2 * size) if size else losses
        for losses, size in zip((first, second), roots, strict=True)
    ]
    return _of_means(roots[1] - roots[0], parts[1] - parts[0], relatives)


def of_folds(first: Array, second: Array, held_share: float) -> Difference:
    """Return how much larger a score of the second is over folds that both were trained on.

    `held_share` is the rows held out for every row trained on.
    """
    differences = np.asarray(second, np.float64) - np.asarray(first, np.float64)
    return _interval(float(differences.mean()), differences, 1 / len(differences) + held_share)


def _of_means(value: float, parts: Array, relatives: Array | None) -> Difference:
    """Return a difference that is as sure as the mean of its parts.

    Where rows have relatives the sums of groups vary, not rows (K.-Y. Liang and S. Zeger 1986,
    Longitudinal data analysis using generalized linear models, Biometrika 73).
    """
    rows = len(parts)
    if relatives is None:
        return _interval(value, parts, 1 / rows)
    codes = np.unique(relatives, return_inverse=True)[1]
    groups = int(codes.max()) + 1
    # what a group adds to the mean, as if there were `groups` rows
    sums = np.bincount(codes, parts - parts.mean()) * groups / rows
    found = _interval(value, sums, 1 / groups)
    return found._replace(over=rows, groups=groups)


def _interval(value: float, parts: Array, share: float) -> Difference:
    """Return a difference whose variance is a share of the variance of its parts."""
    from scipy.special import stdtrit

    count = len(parts)
    # so few that they all agree: how they vary is not known (of none there is no difference)
    if count < 2 or (value and not parts.var()):
        return Difference(value, -math.inf, math.inf, count)
    error = math.sqrt(parts.var(ddof=1) * share)
    reach = float(stdtrit(count - 1, (1 + COVERAGE) / 2)) * error
    return Difference(value, value - reach, value + reach, count)
