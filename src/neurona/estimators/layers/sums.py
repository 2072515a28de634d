"""Sums of linear units beyond the largest number: their signs are right, and they stay finite."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.engine.unit_memory import Vector


def sums_within(X: Any, model: Any) -> Vector:
    """Return the sums of a fitted layer for the rows of X, cut at the largest number.

    Rows and weights are scaled to 1 first, so that nothing overflows on the way.
    """
    X = np.asarray(dense_weights(X), np.float64)
    weights = np.column_stack([dense_weights(model.coef_), model.intercept_]).astype(np.float64)
    rows = np.column_stack([X, np.ones(len(X))])
    large = [np.abs(one).max(axis=1, keepdims=True) for one in (rows, weights)]
    large = [np.where(one > 0, one, 1.0) for one in large]
    sums = (rows / large[0]) @ (weights / large[1]).T
    sums = sums * large[0] * large[1].T
    dtype = model.coef_.dtype
    most = float(np.finfo(dtype).max)
    found: Vector = np.clip(sums, -most, most).astype(dtype)
    return found.ravel() if found.shape[1] == 1 else found


def dense_weights(weights: Any) -> Any:
    """Return weights as an array, also after `sparsify`."""
    return weights.toarray() if hasattr(weights, "toarray") else weights
