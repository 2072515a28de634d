"""Shared part of the charts of scores at every threshold: which classes are drawn."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.reports.answers import Chances, coded

Array = np.ndarray[Any, np.dtype[Any]]
MOST = 7
"""Classes that are drawn; of more, the most frequent."""
PLURAL = {"class": "classes", "label": "labels"}


class Drawn(NamedTuple):
    """The classes that are drawn, each with its name, 0 and 1, and scores; and in words what is not
    drawn: nothing if all are.
    """

    classes: list[tuple[str, Array, Array]]
    kept: str = ""
    without: str = ""

    @property
    def sentence(self) -> str:
        """What a caption says of classes that are not drawn."""
        kept = f" Drawn are {self.kept}." if self.kept else ""
        return f"{kept} {self.without}." if self.without else kept


def classes_drawn(found: Chances) -> Drawn:
    """Return the classes that are to be drawn: of two the second, of more the most frequent; those
    that all rows or none are of have no curve.

    ValueError if none is left.
    """
    on, shares = found.on(), found.shares
    count = shares.shape[1]
    places = [k for k in range(count) if 0 < on[:, k].sum() < len(on)]
    if not places:
        raise ValueError("All these rows are of one class, so no threshold tells it from another.")
    what = "label" if found.several else "class"
    if count == 2 and not found.several:
        places = [1]
        missing: list[str] = []
    else:
        missing = [found.labels[k] for k in range(count) if k not in places]
    kept = f"the {MOST} most frequent of {len(places)} {PLURAL[what]}"
    kept = kept if len(places) > MOST else ""
    without = f"No curve for {_listed(missing)}: no row, or every one, is of the {what}"
    places = sorted(sorted(places, key=lambda k: -on[:, k].sum())[:MOST])
    classes = [(found.labels[k], on[:, k], shares[:, k]) for k in places]
    return Drawn(classes, kept, without if missing else "")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[:4]) + more


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
