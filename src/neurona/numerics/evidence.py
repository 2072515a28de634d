"""The evidence for a regularised model, and the hyper-parameters that raise it.

The weights w have a Gaussian prior whose precision is alpha_g in group g, the data a cost E(w) that
is beta times a sum of half squared errors (or a negative log likelihood, beta = 1). Around the
best weights, with A = diag(alpha) and the Hessian H = beta B + A,

    log p(data) = -beta E - w'Aw / 2 - log|H| / 2 + log|A| / 2 + N / 2 log(beta / 2 pi)

(D. J. C. MacKay, Neural Computation 4, 1992; the terms of the hyper-parameters' own widths after
his equation 4.17). Group g uses

    gamma_g = sum over its weights of 1 - alpha_g (H^-1)_ii

effective parameters of its many, and the evidence is highest where

    alpha_g = gamma_g / |w_g|^2,        beta = (N - sum gamma) / 2E

The logarithm of each alpha has a flat prior from LEAST_PRECISION to LARGEST_PRECISION, whose width
a likelihood without noise pays for, since probabilities of labels are in sum 1. Densities of
quantities, which depend on units, leave it out, for beta has no bounds.

(F. D. Foresee and M. T. Hagan, ICNN 1997, put these into Levenberg-Marquardt). One group for all
weights is MacKay's first model; a group per input is automatic relevance determination.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from neurona.numerics.cholesky import lower_factor, lower_inverse

Vector = np.ndarray[Any, np.dtype[Any]]

LEAST_PRECISION, LARGEST_PRECISION = 1e-6, 1e8
WIDTH = math.log(LARGEST_PRECISION / LEAST_PRECISION)
"""How wide the flat prior of the logarithm of a precision is."""
LARGEST_SHARE = 0.95
"""Effective parameters are taken as at most this share of the observations: noise stays above 0."""


class Hyperparameters(NamedTuple):
    """The prior precision of each group of weights, and that of the noise."""

    precisions: Vector
    noise: float


class Evidence(NamedTuple):
    """What one look at the evidence tells.

    `factor` is the lower Cholesky factor of H, `effective` gamma per group, `log` the log evidence,
    `improved` the hyper-parameters that raise it.
    """

    factor: Vector
    effective: Vector
    log: float
    improved: Hyperparameters


def hessian_factor(curvature: Vector, given: Hyperparameters, groups: Vector) -> Vector | None:
    """Return the Cholesky factor of H = beta B + A, None if it is not positive definite."""
    matrix = given.noise * curvature
    matrix[np.diag_indices_from(matrix)] += given.precisions[groups]
    return lower_factor(matrix.T)


def evidence(
    weights: Vector,
    cost: float,
    curvature: Vector,
    groups: Vector,
    given: Hyperparameters,
    observations: float,
    has_noise: bool,
) -> Evidence | None:
    """Look at the evidence at some weights.

    Parameters
    ----------
    weights : ndarray of shape (n,)
    cost : float
        E: the sum of half squared errors, or the negative log likelihood.
    curvature : ndarray of shape (n, n)
        B, the Hessian of E (or its Gauss-Newton matrix).
    groups : ndarray of int of shape (n,)
        The group of every weight, from 0.
    given : Hyperparameters
    observations : float
        N, how many errors were squared.
    has_noise : bool
        Whether beta is to be found; else it is 1 (a likelihood without a noise of its own).

    Returns
    -------
    Evidence, or None if H is not positive definite
    """
    factor = hessian_factor(curvature, given, groups)
    if factor is None:
        return None
    inverse = lower_inverse(factor)
    variances = np.einsum("ij,ij->j", inverse, inverse)
    prior = given.precisions[groups]
    count = len(given.precisions)
    shares = np.clip(1 - prior * variances, 0.0, 1.0)
    effective = np.bincount(groups, shares, minlength=count)
    squares = np.bincount(groups, weights**2, minlength=count)
    log = (
        -given.noise * cost
        - 0.5 * float(prior @ weights**2)
        - float(np.log(factor.diagonal()).sum())
        + 0.5 * float(np.log(prior).sum())
        + 0.5 * float(np.log(4 * math.pi / np.maximum(effective, 1.0)).sum())
    )
    noise = 1.0
    if has_noise:
        used = min(float(effective.sum()), LARGEST_SHARE * observations)
        noise = (observations - used) / max(2 * cost, 1e-300)
        log += 0.5 * observations * math.log(given.noise / (2 * math.pi))
        log += 0.5 * math.log(4 * math.pi / max(observations - used, 1.0))
    else:
        # a probability of labels is at most 1: what a prior is wide, its evidence has to pay
        log -= count * math.log(WIDTH)
    precisions = np.maximum(effective, 1e-3) / (squares + 1e-9)
    precisions = np.clip(precisions, LEAST_PRECISION, LARGEST_PRECISION)
    return Evidence(factor, effective, log, Hyperparameters(precisions, noise))
