"""Shared part of the charts of scores at every threshold: which classes are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from neurona.reports.answers import Chances, coded

Array = np.ndarray[Any, np.dtype[Any]]
MOST = 7
"""Classes that are drawn; of more, the most frequent."""


def classes_drawn(found: Chances) -> Iterator[tuple[str, Array, Array]]:
    """Yield name, 0 and 1, and scores of each class that is to be drawn: of two the second, of more
    the most frequent; those that all rows or none are of are left out.

    ValueError if none is left.
    """
    on, shares = found.on(), found.shares
    places = [k for k in range(shares.shape[1]) if 0 < on[:, k].sum() < len(on)]
    if not places:
        raise ValueError("All these rows are of one class, so no threshold tells it from another.")
    if shares.shape[1] == 2 and not found.several:
        places = [1]
    places = sorted(sorted(places, key=lambda k: -on[:, k].sum())[:MOST])
    for k in places:
        yield found.labels[k], on[:, k], shares[:, k]


def chances_given(y: Any, scores: Any, names: Any) -> Chances:
    """Return true classes and scores, as they are given, as if a model had said so.

    `scores` are those of the second of two classes (the larger, as `numpy.unique` sorts), or rows x
    classes; or rows x labels, if y is so, too.
    """
    y, scores = np.asarray(y), np.asarray(scores, np.float64)
    if y.ndim == 2:
        labels = [str(k) for k in range(y.shape[1])] if names is None else list(names)
        codes: Array = y.astype(np.int64)
    else:
        classes = np.unique(y).tolist()
        labels, codes = coded(classes, y)
        labels = labels if names is None else list(names)
    if scores.ndim == 1:
        scores = np.column_stack([1 - scores, scores])
    if len(scores) != len(y) or scores.shape[1] != len(labels) or not len(y):
        raise ValueError(
            f"scores must be one for each of {len(y)} rows and {len(labels)} classes. Got shape "
            f"{scores.shape}."
        )
    return Chances("", labels, codes, scores)
