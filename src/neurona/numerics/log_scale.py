"""How large errors are, by inputs: the logarithm of their mean size is a line.

Sizes over what is expected of them have a mean of 1; a quasi-likelihood that knows no more (that of
exponentially distributed sizes: P. McCullagh and J. Nelder, Generalized Linear Models, 1989) holds
under heavy tails, too. How strongly the slope of each input is held back the evidence sets
(D. MacKay, 1992), so that inputs that tell nothing count nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Vector = np.ndarray[Any, np.dtype[Any]]

STEPS = 12
"""Newton's, after each of which the slopes' precisions are found anew."""
LEAST, MOST = 20.0, 1e7
"""A slope's precision: of an input in spreads, a priori about a fifth, or none."""
LONGEST = 1.0
"""A step changes no logarithm by more."""
CLIP = 5.0
"""A size this far above the mean tells no more of an input than this."""
INPUTS = 8
"""Inputs that are taken in, those that tell most by themselves."""


class LogScale(NamedTuple):
    """The size expected of an error is exp(bias + inputs . slopes)."""

    bias: float
    slopes: Vector

    def __call__(self, inputs: Vector) -> Vector:
        """Return the size of each row."""
        found: Vector = np.exp(self.bias + inputs @ self.slopes)
        return found


def fit_log_scale(inputs: Vector, sizes: Vector) -> LogScale:
    """Learn how large errors are of inputs (rows x inputs) and their absolute values (rows,), of
    which one is above 0; without inputs that is their mean.

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(0)
    >>> inputs = random.normal(size=(2000, 3))
    >>> errors = np.exp(inputs[:, 1]) * random.normal(size=2000)
    >>> fit_log_scale(inputs, abs(errors)).slopes.round(1) + 0
    array([0., 1., 0.])
    """
    usual = sizes.mean()
    if not inputs.shape[1]:
        return LogScale(float(np.log(usual)), np.zeros(0))
    center, spread = inputs.mean(axis=0), inputs.std(axis=0)
    varies = spread > 1e-9 * (1 + np.abs(center))
    whole = np.where(varies, (inputs - center) / np.where(varies, spread, 1.0), 0.0)
    relative = sizes / usual
    telling = np.abs(whole.T @ np.minimum(relative, CLIP))
    kept = np.sort(np.argsort(-telling, kind="stable")[:INPUTS])
    own = _weights(np.column_stack([np.ones(len(sizes)), whole[:, kept]]), relative)
    slopes = np.zeros(inputs.shape[1])
    slopes[kept] = own[1:] * varies[kept] / np.where(varies, spread, 1.0)[kept]
    return LogScale(float(np.log(usual) + own[0] - center @ slopes), slopes)


def _weights(design: Vector, relative: Vector) -> Vector:
    """Return bias and slopes of standard inputs, behind a column of ones."""
    moments = design.T @ design
    weights, dispersion = np.zeros(design.shape[1]), 1.0
    precisions = np.full(design.shape[1], LEAST)
    precisions[0] = 1 / MOST  # the bias is free
    gaps = relative - 1
    for _ in range(STEPS):
        slope = design.T @ gaps / dispersion - precisions * weights
        step = np.linalg.solve(moments / dispersion + np.diag(precisions), slope)
        longest = float(np.abs(design @ step).max())
        weights = weights + step * (LONGEST / max(longest, LONGEST))
        gaps = relative * np.exp(-(design @ weights)) - 1
        dispersion = max(float(np.mean(gaps**2)), 1 / LEAST)
        left = np.linalg.inv(moments / dispersion + np.diag(precisions)).diagonal()
        known = (1 - precisions * left)[1:]
        precisions[1:] = np.clip(known / np.maximum(weights[1:] ** 2, 1 / MOST), LEAST, MOST)
    return weights
