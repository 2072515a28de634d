"""Stacking: how much each of several models counts, by their answers to rows they did not see.

Weights are at least 0 and sum to 1 (L. Breiman, Machine Learning 24, 1996), and make the likelihood
of the held-out targets largest (M. van der Laan, E. Polley and A. Hubbard, 2007). A few pseudo-rows
of a prior keep the simple models in where rows are few.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy  # its parts are imported when they are used

Vector = np.ndarray[Any, np.dtype[Any]]

STRENGTH = 3.0
"""Pseudo-rows of the prior."""
LEAST = 0.01
"""A model that counts less is left out."""
TINY = 1e-12


def weights_of_errors(
    errors: Vector, prior: Vector, rows: Vector | None = None, strength: float = STRENGTH
) -> Vector:
    """Return the weights of models of quantities, by Gaussian likelihood.

    Parameters
    ----------
    errors : ndarray (models x rows x outputs)
        Answers less targets, held out, in units of the targets' spread. All outputs share the
        weights; each has a variance of its own.
    prior : ndarray (models,)
        How much each is believed in beforehand.
    rows : ndarray (rows,), default=None
        Weights of the rows.
    strength : float
        Pseudo-rows of the prior.

    Returns
    -------
    weights : ndarray (models,)

    Examples
    --------
    >>> import numpy as np
    >>> exact, off = np.zeros((100, 1)), np.ones((100, 1))
    >>> weights_of_errors(np.stack([exact, off]), np.array([1.0, 1.0])).round(2)
    array([1., 0.])
    """
    share = _shares(errors.shape[1], rows)
    moments = np.einsum("mro,nro,r->omn", errors, errors, share)
    # what no model explains at all must not make a perfect one infinitely sure
    floor = TINY * np.einsum("omm->o", moments)[:, None, None] + np.finfo(float).tiny

    def cost(w: Vector) -> tuple[float, Vector]:
        products = (moments + floor) @ w
        variances = products @ w
        value = 0.5 * float(np.log(variances).mean())
        return value, (products / variances[:, None]).mean(axis=0)

    return _solve(cost, prior, strength / errors.shape[1])


def weights_of_chances(
    chances: Vector, prior: Vector, rows: Vector | None = None, strength: float = STRENGTH
) -> Vector:
    """Return the weights of classifiers, by the likelihood of the classes that came.

    Parameters
    ----------
    chances : ndarray (models x rows) or (models x rows x labels)
        The probability that each held-out row's class (or whether a label is on) was given.
    prior, rows, strength : as in `weights_of_errors`

    Returns
    -------
    weights : ndarray (models,)

    Examples
    --------
    >>> import numpy as np
    >>> sure, unsure = np.full(200, 0.9), np.full(200, 0.5)
    >>> weights_of_chances(np.stack([sure, unsure]), np.ones(2)).round(1)
    array([1., 0.])
    """
    chances = chances.reshape(*chances.shape[:2], -1)
    labels, count = chances.shape[2], chances.shape[1]
    share = np.repeat(_shares(count, rows) / labels, labels)
    flat = np.clip(chances.reshape(len(chances), -1), TINY, 1.0)

    def cost(w: Vector) -> tuple[float, Vector]:
        mixed = w @ flat
        value = -float(share @ np.log(mixed))
        return value, -(flat / mixed) @ share

    return _solve(cost, prior, strength / count)


def _shares(count: int, rows: Vector | None) -> Vector:
    if rows is None:
        return np.full(count, 1 / count)
    shares: Vector = rows / rows.sum()
    return shares


def _solve(
    cost: Callable[[Vector], tuple[float, Vector]], prior: Vector, strength: float
) -> Vector:
    """Minimise a row's cost and the prior's over the simplex, whose weights are a softmax."""
    believed = np.asarray(prior, float) / np.sum(prior)

    def value(v: Vector) -> tuple[float, Vector]:
        w = np.exp(v - v.max())
        w /= w.sum()
        found, slope = cost(w)
        found -= strength * float(believed @ np.log(w + TINY))
        slope = slope - strength * believed / (w + TINY)
        return found, w * (slope - w @ slope)

    start = np.log(believed)
    bounds = [(-30.0, 10.0)] * len(start)
    best = scipy.optimize.minimize(value, start, jac=True, method="L-BFGS-B", bounds=bounds)
    w = np.exp(best.x - best.x.max())
    w /= w.sum()
    w = np.where(w < LEAST, 0.0, w)
    kept: Vector = w / w.sum()
    return kept
