"""Pruning: the few leaves that say nearly what many trees add up to.

Boosted trees ask the same again and again, so most of their leaves tell little that others do not.
Leaves are taken one by one, each the one that explains most of the sums that those before it left,
and are fitted together (S. Chen, S. Billings and W. Luo, Orthogonal least squares methods,
International Journal of Control 50, 1989).
"""

from __future__ import annotations

import numpy as np

from neurona.data.table import Column

PENALTY = 1.0
"""How strongly what the chosen leaves add is held back, in rows."""
TOLD = 1e-6
"""The share of a unit's variance, and of the sums', below which nothing is left to tell."""


def chosen(inside: Column, sums: Column, most: int) -> tuple[Column, Column, Column]:
    """Return which units are kept, what each adds, and what the sums are without any.

    Parameters
    ----------
    inside : ndarray (rows x units)
        Where each unit is on.
    sums : ndarray (rows x outputs)
        What all units together say.
    most : int
        How many are kept.

    Examples
    --------
    >>> import numpy as np
    >>> units = np.random.default_rng(0).integers(0, 2, (200, 9)).astype(float)
    >>> kept, added, base = chosen(units, 1 - 3 * units[:, [4]], most=1)
    >>> kept.tolist(), added.round(1).tolist(), base.round(1).tolist()
    ([4], [[-2.9]], [1.0])
    """
    middle, goal = inside.mean(axis=0, dtype=float), sums.mean(axis=0)
    left = sums - goal
    # how often units are on together: whole numbers, which single precision holds
    products = (inside.T @ inside).astype(float) - len(inside) * np.outer(middle, middle)
    moments = inside.T.astype(float) @ left
    told = TOLD * (left**2).sum()
    # each unit's variance, and its moments with the sums, beyond what those chosen say
    variance, own = products.diagonal().copy(), moments.copy()
    least = TOLD * max(variance.max(initial=0.0), 1.0)
    directions = np.zeros((min(most, len(variance)), len(variance)))
    kept: list[int] = []
    for k in range(len(directions)):
        gains = (own**2).sum(axis=1) / np.maximum(variance, least)
        gains[variance <= least] = 0
        gains[kept] = 0
        best = int(gains.argmax())
        if gains[best] <= told:
            break
        root = np.sqrt(variance[best])
        directions[k] = (products[best] - directions[:k].T @ directions[:k, best]) / root
        own = own - np.outer(directions[k], own[best] / root)
        variance -= directions[k] ** 2
        kept.append(best)
    units = np.sort(np.array(kept, np.intp))
    square = products[np.ix_(units, units)] + PENALTY * np.eye(len(units))
    added = np.linalg.solve(square, moments[units])
    base: Column = goal - middle[units] @ added
    return units, added, base
