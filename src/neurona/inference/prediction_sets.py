"""Prediction sets: the classes that a new row may well have, by errors on held-out rows.

A class is in the set of a row unless the model finds it less likely than nearly all held-out rows
their own class: split conformal prediction with the score 1 - p (M. Sadinle, J. Lei, L. Wasserman,
JASA 114, 2019). Of new rows that come as those of training did the set holds the class of a share.
"""

from __future__ import annotations

import numpy as np

from neurona.inference.held_out import HeldOutErrors
from neurona.network import Vector


def class_errors(said: Vector, truth: Vector, sums_to_one: bool) -> Vector:
    """Return by how much the probability of what came fell short of 1: rows x 1, or x labels.

    `said` and `truth` are rows x outputs as a network says them.
    """
    if not sums_to_one:
        off: Vector = np.abs(said - truth)
        return off
    short: Vector = 1 - (said * truth).sum(axis=1, keepdims=True)
    return short


def class_sets(errors: HeldOutErrors, chances: Vector, coverage: float) -> Vector:
    """Return which classes are in the set of each row, rows x classes; the likeliest always is.

    Where the held-out rows are too few for the coverage, every class is.
    """
    most = errors.half_width(coverage)[0] if _suffice(errors, coverage) else np.inf
    return _within(chances, most)


def label_sets(errors: HeldOutErrors, chances: Vector, coverage: float) -> Vector:
    """Return whether each label may be off, and on: rows x labels x 2; see `class_sets`."""
    most = errors.half_width(coverage) if _suffice(errors, coverage) else np.full(1, np.inf)
    return _within(np.stack([1 - chances, chances], axis=2), most[:, None])


def _suffice(errors: HeldOutErrors, coverage: float) -> bool:
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must be in the range (0, 1). Got {coverage!r} instead.")
    return (errors.rows + 1) * coverage <= errors.rows


def _within(chances: Vector, most: Vector | float) -> Vector:
    found: Vector = (1 - chances <= most) | (chances == chances.max(axis=-1, keepdims=True))
    return found
