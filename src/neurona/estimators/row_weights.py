"""The weights of rows, checked as the newest scikit-learn checks them, whichever there is."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np
from sklearn.utils.validation import _check_sample_weight

_KNOWS_ZEROS = "allow_all_zero_weights" in signature(_check_sample_weight).parameters


def row_weights(given: Any, X: Any, dtype: Any, may_all_be_zero: bool = False) -> Any:
    """Return weights as an array, one for each row of X; ValueError if they are all zero."""
    words = {"allow_all_zero_weights": True} if _KNOWS_ZEROS else {}
    weights = _check_sample_weight(given, X, dtype=dtype, **words)
    if not may_all_be_zero and not np.any(weights):
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return weights
