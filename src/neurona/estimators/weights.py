"""Weights of rows: numbers of 0 or more, with a sum that can be divided by."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
from sklearn.base import is_regressor
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import _check_sample_weight

from neurona.data.frames import unmasked
from neurona.estimators.given import targets_given
from neurona.network import Vector

SAMPLE_WEIGHT = "sample_weight"
# scikit-learn 1.8 does not look at the sum, 1.9 may be told not to
_SUM_IS_OURS = (
    {"allow_all_zero_weights": True}
    if "allow_all_zero_weights" in inspect.signature(_check_sample_weight).parameters
    else {}
)


def row_weights(given: Any, X: Any, dtype: Any, name: str = SAMPLE_WEIGHT) -> Vector:
    """Return a user's weights of the rows of X in a dtype.

    ValueError, in a sentence, for weights of another number, for what is no number, negative ones,
    and sums that no mean can be computed by.
    """
    if given is not None and not np.isscalar(given):
        given = _numbers(given, name)
        check_weights(given.ravel(), name)
    weights: Vector = _check_sample_weight(given, X, dtype=dtype, **_SUM_IS_OURS)
    check_weights(weights, name)
    return weights


def _numbers(given: Any, name: str) -> Vector:
    try:
        return np.asarray(unmasked(given), np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} takes a number for each row; {error}.") from None


def check_weights(weights: Vector, name: str, rows: str = "The rows") -> None:
    """ValueError unless weights are numbers of 0 or more whose sum can be divided by.

    `name` is the parameter that gives them, `rows` says whose they are.
    """
    # also a nan is not
    wrong = np.flatnonzero(~((weights >= 0) & (weights < math.inf)))
    if len(wrong):
        raise ValueError(
            f"{name} gives row {wrong[0]} the weight {weights[wrong[0]]:g}: a weight is a number "
            "of 0 or more, by which the row counts. Correct it, or give 0 to leave the row out."
        )
    with np.errstate(over="ignore"):
        total = float(weights.sum(dtype=np.float64))
    if total == 0:
        raise ValueError(
            f"{rows} all have the weight 0 ({name}): Sample weights must contain at least one "
            "non-zero number."
        )
    # what is multiplied by a weight must not leave the numbers, either
    limits = np.finfo(weights.dtype)
    mean = total / len(weights)
    if not float(limits.tiny) ** 0.75 <= mean <= float(limits.max) ** 0.75:
        raise ValueError(
            f"The weights ({name}) sum to {total:g}, by which no mean can be computed: scale them, "
            "for example by their largest."
        )


def class_weights(class_weight: Any, y: Any, rows: str = "The rows") -> Vector:
    """Return the weight of each row by its class (or its labels), checked.

    `y` are classes, or rows x labels.
    """
    with np.errstate(divide="ignore"):
        weights: Vector = compute_sample_weight(class_weight, y)
    check_weights(weights, "class_weight", rows)
    return weights


class ScoresWeighedRows:
    """The `score` of scikit-learn's mixins, which stand behind this one, with weights checked."""

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return how well the rows of X are predicted: accuracy of classes, R2 of quantities.

        Parameters
        ----------
        X : as in `predict`
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            What is true.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, 0 or more.

        Returns
        -------
        score : float, at most 1

        Raises
        ------
        ValueError
            Weights that are negative, not finite, or all 0.
        """
        if sample_weight is not None:
            sample_weight = _numbers(sample_weight, SAMPLE_WEIGHT)
            check_weights(np.atleast_1d(sample_weight), SAMPLE_WEIGHT, "The rows to score")
        if y is not None:
            y = targets_given(y, is_regressor(self))
        found: float = super().score(X, y, sample_weight=sample_weight)  # type: ignore[misc]
        return found
