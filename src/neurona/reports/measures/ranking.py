"""How well scores tell the rows of a class from the others, at every threshold."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


class Roc(NamedTuple):
    """False against true positives, as shares, and the area below; for one class."""

    name: str
    false_positives: Array
    true_positives: Array
    area: float


class PrecisionRecall(NamedTuple):
    """Precision against recall, the average precision, and the share of rows that are of the class:
    what a guess is worth.
    """

    name: str
    recall: Array
    precision: Array
    average: float
    share: float


def roc(name: str, on: Array, scores: Array) -> Roc:
    """Return the receiver operating characteristic; `on` is 1 for rows of the class.

    >>> import numpy as np
    >>> roc("a", np.array([0, 1, 1]), np.array([0.1, 0.3, 0.9])).area
    1.0
    """
    from sklearn.metrics import auc, roc_curve

    false, true, _ = roc_curve(on, scores)
    return Roc(name, false, true, float(auc(false, true)))


def precision_recall(name: str, on: Array, scores: Array) -> PrecisionRecall:
    """Return precision over recall; `on` is 1 for rows of the class."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    precision, recall, _ = precision_recall_curve(on, scores)
    average = float(average_precision_score(on, scores))
    return PrecisionRecall(name, recall, precision, average, float(np.mean(on)))
