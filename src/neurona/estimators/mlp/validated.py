"""Rows as scikit-learn checks them, with a word on who takes what networks cannot."""

from __future__ import annotations

import re
from typing import Any

from sklearn.utils.validation import validate_data

UNFIT = re.compile(
    r"^Input X contains NaN|could not convert string to float|could not be promoted|NAType"
    r"|dtype='numeric' is not compatible|Unable to convert array of bytes/strings"
    r"|argument must be a string or a real number"
)
"""What scikit-learn says of missing values, texts and dates among the inputs."""


def validated(model: Any, X: Any, y: Any = "no_validation", **checks: Any) -> Any:
    """Return X, or X and y, as `validate_data` does.

    Its sentence on inputs that are missing or text ends with the estimator that takes such tables.
    """
    try:
        return validate_data(model, X, y, **checks)
    except (ValueError, TypeError) as error:
        if not UNFIT.search(str(error)):
            raise
        raise _told(error, type(model).__name__) from None


def _told(error: Exception, name: str) -> Exception:
    tables = name.replace("MLP", "Table") if name.startswith("MLP") else "TableRegressor"
    tables = "TableAutoencoder" if name == "Autoencoder" else tables
    kind = ValueError if isinstance(error, ValueError) else TypeError
    return kind(
        f"{error}\nneurona.{tables} takes such a table as it is: it fills missing values, encodes "
        "text and dates, and scales."
    )
