"""What each column tells by itself, and networks that begin by listening to those that tell.

A network shown a hundred columns of which five matter fits the others' noise. So columns are shown
the larger the more they explain: by the square root of F - 1, F the variance of the targets between
eight groups of a column's values over that within them (R. A. Fisher, 1925). It is reckoned on the
rows that a network trains on, and afterwards the factors are a part of its first weights.

It is what RealMLP's scaling layer learns (D. Holzmueller, L. Grinsztajn and I. Steinwart, 2024,
arXiv:2407.04491), read off beforehand.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.table import Column
from neurona.inference.members import Member
from neurona.numerics.initializers import Initializer

GROUPS = 8
LEAST, MOST = 0.05, 4.0
"""The factors' bounds, where their mean square is 1: no column is lost."""


class Relevance:
    """Rows whose columns are multiplied by what they tell.

    Parameters
    ----------
    factors : ndarray (columns,)

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(0)
    >>> rows = random.normal(size=(200, 3))
    >>> tells = f_minus_one(rows, rows[:, :1] > 0, None)
    >>> bool(tells[0] > 20 * tells[1:].max())
    True
    """

    begin: Initializer | None = None

    def __init__(self, factors: Column) -> None:
        self.factors = factors.astype(np.float32)

    def through(self, rows: Column) -> Column:
        """Return rows as the network is shown them, in single precision."""
        return rows.astype(np.float32, copy=False) * self.factors

    def member(self, member: Member) -> Member:
        """Return the network that says the same of rows as they are."""
        matrices, biases = member.network.views(member.weights)
        matrices = [matrices[0] * self.factors[:, None], *matrices[1:]]
        return member._replace(weights=member.network.pack(matrices, biases))


def factors_of(tells: Column, narrow: Any, wide: Any) -> Column:
    """Return the factors of the columns of preparation `wide`, by what those of `narrow` tell; all
    that one column of the table became has the factor of its best.
    """
    each, start = [], 0
    for few in narrow.encoders:
        count = len(few.features())
        each.append(tells[start : start + count].max(initial=0.0))
        start += count
    roots = np.sqrt(each)
    size = np.sqrt(np.mean(roots**2))
    roots = np.clip(roots / size, LEAST, MOST) if size > 0 else np.ones(len(roots))
    return np.repeat(roots, [len(many.features()) for many in wide.encoders])


def f_minus_one(rows: Column, targets: Column, weights: Column | None) -> Column:
    """Return by how much each column's F is above 1, as it is of noise in the mean.

    Parameters
    ----------
    rows : ndarray (rows x columns)
    targets : ndarray (rows x outputs)
    weights : ndarray (rows,) or None
    """
    count = len(rows)
    share = np.ones(count) if weights is None else weights * (count / weights.sum())
    off = targets - np.average(targets, axis=0, weights=share)
    total = float(share @ (off**2).sum(axis=1))
    found = np.zeros(rows.shape[1])
    for column in range(rows.shape[1]):
        values = rows[:, column]
        edges = np.unique(np.quantile(values, np.arange(1, GROUPS) / GROUPS))
        group = np.unique(np.searchsorted(edges, values), return_inverse=True)[1]
        groups = int(group.max()) + 1
        inside = count - groups
        if groups < 2 or inside < 1:
            continue
        sizes = np.bincount(group, share)
        sums = np.stack([np.bincount(group, share * one) for one in off.T])
        between = float((sums**2 / np.maximum(sizes, np.finfo(float).tiny)).sum())
        within = max(total - between, 1e-9 * total)
        if within > 0:
            found[column] = max(between / (groups - 1) / (within / inside) - 1, 0.0)
    return found
