"""Cholesky factors and the like in pieces: a signal is heard between two of them.

LAPACK's functions hold Python until they have ended, for 10,000 parameters most of a minute. From
`WHOLE` rows on the same is done block by block, each of a fraction of a second; below, LAPACK does
it at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy  # its parts are imported when they are used

Matrix = np.ndarray[Any, np.dtype[np.float64]]

WHOLE = 2048
"""Rows up to which LAPACK has the whole matrix."""
BLOCK = 512
PIECE = 5e9
"""Products of two numbers that a piece may take."""


def lower_factor(matrix: Matrix) -> Matrix | None:
    """Return the lower Cholesky factor of a symmetric matrix, which it may write over; None if the
    matrix is not positive definite.

    >>> lower_factor(np.array([[4.0, 2.0], [2.0, 2.0]]))
    array([[2., 0.],
           [1., 1.]])
    >>> lower_factor(np.array([[1.0, 2.0], [2.0, 1.0]]))
    """
    if len(matrix) <= WHOLE:
        factor, info = scipy.linalg.lapack.dpotrf(matrix, lower=True, clean=True, overwrite_a=True)
        return np.asarray(factor) if info == 0 and np.isfinite(factor[-1, -1]) else None
    for first, end in _blocks(len(matrix)):
        done = matrix[first:end, :first]
        block = matrix[first:end, first:end] - done @ done.T
        try:
            corner = matrix[first:end, first:end] = np.linalg.cholesky(block)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(corner).all():
            return None
        matrix[first:end, end:] = 0.0
        for low, high in _blocks(len(matrix), end):
            left = matrix[low:high, first:end] - matrix[low:high, :first] @ done.T
            matrix[low:high, first:end] = scipy.linalg.solve_triangular(
                corner, left.T, lower=True, check_finite=False
            ).T
    return matrix


def lower_inverse(factor: Matrix) -> Matrix:
    """Return the inverse of a lower triangular matrix.

    >>> lower_inverse(np.array([[2.0, 0.0], [1.0, 1.0]]))
    array([[ 0.5,  0. ],
           [-0.5,  1. ]])
    """
    size = len(factor)
    if size <= WHOLE:
        return np.asarray(scipy.linalg.lapack.dtrtri(factor, lower=1)[0])
    inverse = np.zeros_like(factor)
    for first, end in _blocks(size, 0, min(BLOCK, max(16, int(PIECE / size**2)))):
        inverse[first:, first:end] = scipy.linalg.solve_triangular(
            factor[first:, first:], np.eye(size - first, end - first), lower=True,
            check_finite=False,
        )  # fmt: skip
    return inverse


def products_of_rows(rows: Matrix) -> Matrix:
    """Return the products of all rows with each other, R R'.

    >>> products_of_rows(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[ 5., 11.],
           [11., 25.]])
    """
    count = len(rows)
    if count * rows.size <= PIECE:
        product: Matrix = rows @ rows.T
        return product
    out = np.empty((count, count))
    for first, end in _blocks(count, 0, max(16, int(PIECE / rows.size))):
        out[first:end] = rows[first:end] @ rows.T
    return out


def _blocks(size: int, first: int = 0, block: int = BLOCK) -> Iterator[tuple[int, int]]:
    for start in range(first, size, block):
        yield start, min(size, start + block)
