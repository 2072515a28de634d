"""Small tables for the tests of the estimators."""

from __future__ import annotations

import numpy as np

ROWS = 83


def inputs(rows: int = ROWS, columns: int = 5, seed: int = 0):
    return np.random.default_rng(seed).normal(size=(rows, columns))


def regression(rows: int = ROWS):
    X = inputs(rows)
    return X, np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + 0.1 * X[:, 3]


def two_outputs(rows: int = ROWS):
    X, y = regression(rows)
    return X, np.column_stack([y, X[:, 4] - y])


def counts(rows: int = ROWS):
    X = inputs(rows)
    rate = np.exp(0.5 + 0.7 * X[:, 0] - 0.5 * X[:, 1])
    return X, np.random.default_rng(1).poisson(rate).astype(float)


def two_classes(rows: int = ROWS):
    X, y = regression(rows)
    return X, np.where(y > 0, "yes", "no")


def three_classes(rows: int = ROWS):
    X, y = regression(rows)
    return X, np.digitize(y, [-0.5, 0.5]) + 1


def three_labels(rows: int = ROWS):
    X = inputs(rows)
    return X, (X[:, :3] + X[:, 2:] > 0).astype(int)
