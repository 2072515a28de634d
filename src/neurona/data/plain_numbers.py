"""Lines of nothing but numbers, read at once by NumPy."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]


def plain_numbers(text: str, rows: int, columns: int, delimiter: str) -> Matrix | None:
    """Return `rows` lines as a matrix (rows x columns), or None if anything is not a plain number.

    An empty cell, a text, an infinity or a line of another length is for a reader that can say so.
    """
    if not text.endswith("\n"):
        text += "\n"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            cells = np.fromstring(text.replace("\n", delimiter), sep=delimiter)
        except (ValueError, DeprecationWarning):
            return None
    # as many numbers as cells might still stand in lines of different lengths
    even = cells.size == rows * columns and all(
        line.count(delimiter) == columns - 1 for line in text.splitlines()
    )
    return cells.reshape(rows, columns) if even and np.isfinite(cells).all() else None
