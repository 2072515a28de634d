"""Rows as scikit-learn checks them, with a word on who takes what networks cannot."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from traceback import format_tb
from typing import Any

import numpy as np
from scipy.sparse import issparse as is_sparse
from sklearn.base import is_classifier
from sklearn.utils.validation import validate_data

from neurona.data.frames import is_absent, unmasked
from neurona.data.table import Table
from neurona.estimators.given import refuse_no_rows, refuse_times, targets_given
from neurona.estimators.sentences import TIMES, in_a_sentence

UNFIT = re.compile(
    r"^Input X contains NaN|could not convert string to float|could not be promoted|NAType"
    r"|dtype='numeric' is not compatible|Unable to convert array of bytes/strings"
    r"|argument must be a string or a real number|" + TIMES
)
"""What is said of missing values, texts and dates among the inputs."""


OF_TARGETS = re.compile("in (_check_y|column_or_1d|check_classification_targets)$", re.MULTILINE)
"""Where scikit-learn looks at targets."""


def validated(model: Any, X: Any, y: Any = "no_validation", **checks: Any) -> Any:
    """Return X, or X and y, as `validate_data` does.

    Its sentence on inputs that are missing or text ends with the estimator that takes such tables.
    """
    name = type(model).__name__
    refuse_no_rows(X, "X")
    X = unmasked(X)
    if isinstance(X, Table | Mapping) and not is_sparse(X):
        raise _told(TypeError(f"{name} takes arrays and frames of numbers."), model)
    if hasattr(X, "collect"):
        raise _told(TypeError(f"{name} takes no lazy frame: collect it first."), model)
    if y is not None and not (isinstance(y, str) and y == "no_validation"):
        y = targets_given(y, checks.get("y_numeric", False))
    try:
        refuse_times(X)
        return validate_data(model, X, y, **checks)
    except Exception as error:
        about_y = OF_TARGETS.search("".join(format_tb(error.__traceback__))) is not None
        found = placed(in_a_sentence(error, *(("y", y) if about_y else ("X", X))), X=X, y=y)
        if found is error and not isinstance(error, ValueError | TypeError):
            raise
        if not UNFIT.search(str(found)):
            raise found from None
        raise _told(found, model) from None


def placed(error: Exception, **given: Any) -> Exception:
    """Return an error of scikit-learn's on cells that are no finite numbers, with the place of the
    first of them; any other as it is.
    """
    said, newline, more = str(error).partition("\n")
    what = re.match(r"Input (X|y) contains (NaN|infinity)", said)
    try:
        cells = _numbers(given[what[1]]) if what else np.zeros(0)
    except (KeyError, TypeError, ValueError):  # sparse, text or mixed
        return error
    wrong = np.argwhere(np.isnan(cells) if what and what[2] == "NaN" else np.isinf(cells))
    if not len(wrong):
        return error
    row, *columns = wrong[0].tolist()
    column = f", column {columns[0]}" if columns else ""
    return ValueError(f"{said} The first is in row {row}{column}, counted from 0.{newline}{more}")


def _numbers(given: Any) -> Any:
    """Return numbers as an array, those that another library calls missing as nan."""
    try:
        return np.asarray(given, np.float64)
    except TypeError:
        cells = np.asarray(given, object)
        numbers = [math.nan if is_absent(cell) else float(cell) for cell in cells.ravel().tolist()]
        return np.reshape(numbers, cells.shape)


def _told(error: Exception, model: Any) -> Exception:
    tables = "TableClassifier" if is_classifier(model) else "TableRegressor"
    tables = "TableAutoencoder" if hasattr(model, "inverse_transform") else tables
    kind = ValueError if isinstance(error, ValueError) else TypeError
    return kind(
        f"{error}\nneurona.{tables} takes such a table as it is: it fills missing values, encodes "
        "text and dates, and scales."
    )
