"""Shared part of the charts of scores at every threshold: which classes are drawn, and of what."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np

from neurona.reports.answers import Chances, chances_of, coded
from neurona.reports.plots.display import Display

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


@dataclass(eq=False)
class RankingDisplay(Display):
    """A curve of each class's scores at every threshold.

    Of two classes the second is drawn, of more each against all others, the most frequent ones if
    these are many.
    """

    curves: list[Any]
    drawn: Drawn = field(default_factory=lambda: Drawn([]))

    @staticmethod
    @abstractmethod
    def curve(name: str, on: Array, scores: Array) -> Any:
        """Return the curve of a class: its name, which rows are of it, and their scores."""

    @classmethod
    def from_predictions(cls, y: Any, scores: Any, *, names: Any = None, ax: Any = None) -> Self:
        """Draw from true classes and scores.

        Parameters
        ----------
        y : array-like of shape (rows,), or (rows, labels) of 0 and 1
        scores : array-like of shape (rows,) for two classes, or (rows, classes)
            The larger, the surer.
        names : sequence of str, default=None
            Of the classes.
        ax : Axes, default=None
        """
        return cls.of(chances_given(y, scores, names), ax)

    @classmethod
    def from_estimator(cls, model: Any, X: Any, y: Any, *, ax: Any = None) -> Self:
        """Draw what a fitted classifier says of rows; y may be the name of a column of X.

        TypeError if the model predicts quantities; ValueError if all rows are of one class.
        """
        return cls.of(chances_of(model, X, y), ax)

    @classmethod
    def of(cls, found: Chances, ax: Any = None) -> Self:
        """Draw what is known of rows (`reports.answers.Chances`)."""
        drawn = classes_drawn(found)
        return cls([cls.curve(*one) for one in drawn.classes], drawn).plot(ax)

    def panel_size(self) -> tuple[float, float]:
        """Return the size."""
        return 4.4, 4.5 + 0.2 * (len(self.curves) > 2)


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
