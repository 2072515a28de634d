"""Rows and classes as a user hands them to a layer of units."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from neurona.estimators.available import NO_EARLY_STOPPING
from neurona.estimators.given import refuse_several_classes
from neurona.estimators.validated import validated
from neurona.training.rows import check_places

DTYPES = [np.float64, np.float32]
DISCRETE = "biuUS"
"""Kinds of arrays that can hold nothing but classes."""


def rows_and_classes(model: Any, X: Any, y: Any, reset: bool) -> tuple[Any, Any]:
    """Return rows and classes (or rows x labels of 0 and 1) as units learn them, checked."""
    X, y = validated(
        model, X, y, accept_sparse="csr", dtype=DTYPES, order="C", accept_large_sparse=False,
        multi_output=True, reset=reset,
    )  # fmt: skip
    check_places(X)
    y = y.toarray() if hasattr(y, "toarray") else y
    if y.ndim == 2 and y.shape[1] == 1:
        y = column_or_1d(y, warn=True)
    if y.ndim == 2 or y.dtype.kind not in DISCRETE:
        check_classification_targets(y)
    refuse_several_classes(y, model)
    return X, y


def check_chunks(early_stopping: bool, class_weight: Any) -> None:
    """Refuse parameters that cannot be used one chunk of rows at a time."""
    if early_stopping:
        raise ValueError(NO_EARLY_STOPPING)
    if isinstance(class_weight, str) and class_weight == "balanced":
        raise ValueError(
            "class_weight='balanced' is not supported for partial_fit, because one chunk does "
            "not show how frequent the classes are. Pass sample_weight, or class_weight as a "
            "dict."
        )
