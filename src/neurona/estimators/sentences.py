"""What other libraries say of arrays that are none, in one sentence that names X or y."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from neurona.errors import TableError

COMPLEX = "Complex data not supported"
"""How scikit-learn begins, and expects others to."""
TIMES = "X has dates or durations, which are no numbers."


def in_a_sentence(error: Exception, what: str, given: Any) -> Exception:
    """Return an error on `given`, which a person handed over as `what` ("X" or "y"), in words of
    ours: complex numbers, rows of several lengths, cells of several values, fields or names twice,
    numbers too large. Any other is returned as it is.
    """
    said = str(error)
    if said.startswith(COMPLEX):
        return ValueError(
            f"{COMPLEX}: {what} has complex numbers; give real and imaginary parts as columns."
        )
    if "inhomogeneous" in said:
        return TableError(_lengths(what, given))
    if said.startswith("setting an array element with a sequence"):
        return TableError(f"{what} has cells of several values; make them columns of their own.")
    if (
        "Cannot cast array data from dtype(" in said
        and getattr(given, "dtype", np.dtype("f8")).names
    ):
        return TypeError(
            f"{what} is a structured array; give a matrix, as structured_to_unstructured of "
            "numpy.lib.recfunctions makes it."
        )
    if type(error).__name__ == "DuplicateError":
        return TableError(f"{what} has several columns of the same name; give each its own name.")
    if "could not be promoted" in said and what == "X":
        return TypeError(TIMES)
    if said.startswith("at least one array or dtype is required"):
        return TableError(f"{what} has no columns; give at least one.")
    if isinstance(error, OverflowError):
        return TableError(f"{what} has a number that is too large for a float, 1.8e308 at most.")
    if "signaling NaN" in said:
        return TableError(f"{what} has a signaling NaN; replace it by a number.")
    other = re.search(r"argument must be a string or a real number, not '([\w.]+)'", said)
    if other and what == "y":
        kind = other[1].rpartition(".")[2]
        return TypeError(f"The targets y are to be numbers; {other[0]}: y has a {kind}.")
    return error


def _lengths(what: str, given: Any) -> str:
    if isinstance(given, list | tuple):
        lengths = [len(row) for row in given if hasattr(row, "__len__")]
        for row, length in enumerate(lengths):
            if length != lengths[0]:
                return (
                    f"{what} has {lengths[0]} cells in its first row and {length} in row "
                    f"{row + 1}; give all rows as many."
                )
    return f"{what}, a {type(given).__name__}, is no table of rows and columns."


def refuse_words(y: Any) -> None:
    """Raise ValueError for targets of a regression of which one is a text and no number."""
    cells = np.asarray(y)
    if cells.dtype.kind not in "OUST":
        return
    for cell in cells.ravel().tolist():
        if isinstance(cell, str | bytes):
            try:
                float(cell)
            except ValueError:
                raise ValueError(
                    "The targets y are to be numbers; could not convert string to float: "
                    f"{cell!r}. MLPClassifier and TableClassifier predict classes."
                ) from None
