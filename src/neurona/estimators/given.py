"""Rows and targets as people hand them over: NumPy's own kinds in the place of other libraries'."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NoReturn

import numpy as np
from scipy.sparse import issparse as is_sparse
from sklearn.utils.multiclass import type_of_target

from neurona.data.frames import first_row, is_absent, unmasked
from neurona.errors import TableError
from neurona.estimators.sentences import TIMES, in_a_sentence, refuse_words

_NUMBER = int | float | np.integer | np.floating
_FLAG = bool | np.bool_


def refuse_no_rows(given: Any, what: str) -> None:
    """Raise TypeError for what is read once, is in no order, or is a single cell."""
    if given is None or isinstance(given, Iterator | AbstractSet) or np.isscalar(given):
        raise TypeError(
            f"{what} is of type {type(given).__name__}; give an array or a list with all rows."
        )


def refuse_times(X: Any) -> None:
    """Raise TypeError for inputs that would count as numbers since 1970."""
    if getattr(getattr(first_row(X), "dtype", None), "kind", "") in ("m", "M"):
        raise TypeError(TIMES)


def targets_given(y: Any, numeric: bool) -> Any:
    """Return targets as an array of NumPy's: quantities if they are to be numbers, else classes.

    ValueError or TypeError, in a sentence, for what can be neither.
    """
    try:
        return _quantities(y) if numeric else _classes(y)
    except (ValueError, TypeError, OverflowError) as error:
        raise in_a_sentence(error, "y", y) from None


def _classes(y: Any) -> Any:
    """Return classes, or labels as 0 and 1, as an array: whole numbers and booleans stay what they
    are, whatever holds them; one that is missing, or neither of these nor a text, is refused.
    """
    cells = _array(y)
    if is_sparse(cells) or cells.dtype.kind not in "OfmMV" or not cells.size:
        return cells
    if cells.dtype.kind == "V":
        raise TypeError("y is a structured array; give one of its fields.")
    if cells.dtype.kind != "O":
        _refuse_gaps(np.isnan(cells))
        return cells
    listed = cells.ravel().tolist()
    kinds = set(map(type, listed))
    if all(issubclass(kind, str) for kind in kinds):
        return cells
    _refuse_gaps(_absent(cells))
    flags = [issubclass(kind, _FLAG) for kind in kinds]
    if all(flags) or (not any(flags) and all(issubclass(kind, _NUMBER) for kind in kinds)):
        plain = np.array(listed)
        if plain.dtype.kind in "biuf":
            return plain.reshape(cells.shape)
    odd = sorted(kind.__name__ for kind in kinds if not issubclass(kind, str))
    raise ValueError(
        f"Unknown label type: y has cells of type {odd[0]}, and classes are texts, or whole "
        "numbers, or booleans; make all of them texts, e.g. with str."
    )


def _quantities(y: Any) -> Any:
    """Return quantities as an array: missing ones are nan, durations seconds; dates and words are
    refused.
    """
    cells = _array(y)
    if is_sparse(cells):
        return cells
    if cells.dtype.kind == "m":
        return cells.astype("timedelta64[us]").astype(np.float64) / 1e6
    if cells.dtype.kind == "O":
        absent = _absent(cells)
        cells = np.where(absent, math.nan, cells) if absent.any() else cells
        dates = isinstance(next(iter(cells[~absent].tolist()), None), datetime.date)
    else:
        dates = cells.dtype.kind == "M"
    if dates:
        raise TableError("The targets y are dates; predict a number, e.g. days until then.")
    refuse_words(cells)
    return cells.astype(np.float64) if cells.dtype.kind == "O" else cells


def _array(y: Any) -> Any:
    """Return targets as an array of the machine's own order of bytes; sparse ones as they are."""
    refuse_no_rows(y, "y")
    if isinstance(y, Mapping) and not is_sparse(y):
        raise TypeError("y is a dict; give its values, as an array or a frame.")
    if hasattr(y, "collect"):
        raise TypeError("y is a lazy frame: collect it first.")
    if is_sparse(y):
        matrix: Any = y
        return matrix.toarray().ravel() if matrix.ndim == 1 or matrix.shape[1] == 1 else matrix
    cells = np.asarray(unmasked(y))
    if cells.dtype.kind == "T":
        return cells.astype(object)
    return cells if cells.dtype.isnative else cells.astype(cells.dtype.newbyteorder("="))


def refuse_several_classes(y: Any, model: Any) -> None:
    """Raise ValueError for several columns that are not labels of 0 and 1."""
    if y.ndim == 2 and y.shape[1] > 1 and type_of_target(y) != "multilabel-indicator":
        raise ValueError(
            f"y of shape {y.shape} has to be 0 and 1, a column for each label; several "
            f"columns of classes are not supported by {type(model).__name__}."
        )


def _absent(cells: Any) -> Any:
    found = [is_absent(cell) for cell in cells.ravel().tolist()]
    return np.array(found, bool).reshape(cells.shape)


def _refuse_gaps(absent: Any) -> None:
    if absent.any():
        refuse_missing(int(np.argwhere(absent)[0][0]))


def refuse_missing(row: int) -> NoReturn:
    """Raise ValueError for a class that is missing in a row, counted from 0."""
    raise ValueError(
        f"Input y contains NaN: the class is missing in row {row}, counted from 0; leave such rows "
        "out, or give TableClassifier the target's column in X and its name as y."
    )
