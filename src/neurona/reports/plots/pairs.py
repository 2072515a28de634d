"""True and predicted quantities by part of the rows: what three charts of a regression show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from neurona.reports.answers import quantities_of
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]
MOST_DOTS, MANY_DOTS = 20_000, 600
"""Dots that are drawn (of more rows every so many), and from which on they are a bitmap."""


class Pairs(NamedTuple):
    """A part of the rows: its name, true and predicted values, and standard deviations if known."""

    part: str
    true: Array
    predicted: Array
    std: Array | None = None

    @property
    def errors(self) -> Array:
        """True minus predicted."""
        return self.true - self.predicted


@dataclass(eq=False)
class PairsDisplay(Display):
    """Shared part of `ParityDisplay`, `ResidualsDisplay` and `ErrorHistogramDisplay`.

    Parameters
    ----------
    parts : list of Pairs
    target, unit : str
        What is predicted, and what it is measured in.
    """

    parts: list[Pairs]
    target: str = ""
    unit: str = ""

    @classmethod
    def from_predictions(
        cls, y: Any, predicted: Any, *, std: Any = None, target: str = "", unit: str = "",
        ax: Any = None,
    ) -> Self:  # fmt: skip
        """Draw from true and predicted values.

        Parameters
        ----------
        y, predicted : array-like of shape (rows,), or dict of such by part ("training", "test")
        std : as `predicted`, default=None
            Standard deviations of the predictions.
        target, unit : str, default=""
        ax : Axes, default=None

        Raises
        ------
        ValueError
            They are not two columns of the same length.
        """
        if not isinstance(y, Mapping):
            y, predicted, std = {"rows": y}, {"rows": predicted}, {"rows": std}
        parts = [
            _pairs(str(name), values, predicted[name], None if std is None else std[name])
            for name, values in y.items()
        ]
        return cls(parts, target, unit).plot(ax)

    @classmethod
    def from_estimator(
        cls, model: Any, X: Any, y: Any, *, target: Any = None, unit: str = "", ax: Any = None
    ) -> Self:
        """Draw what a fitted regressor says of rows.

        Parameters
        ----------
        model : any fitted regressor
        X, y : as in its `fit`; y may be the name of a column of X
        target : str or int, default=None
            Which one, of several.
        unit : str, default=""
        ax : Axes, default=None

        Raises
        ------
        TypeError
            The model predicts classes, or nothing.
        """
        return cls.from_parts(model, {"rows": (X, y)}, target=target, unit=unit, ax=ax)

    @classmethod
    def from_parts(
        cls, model: Any, parts: Mapping[str, Any], *, target: Any = None, unit: str = "",
        ax: Any = None,
    ) -> Self:  # fmt: skip
        """Draw what a fitted regressor says of several parts of the rows, by name: (X, y) each."""
        found, name = [], ""
        for part, (X, y) in parts.items():
            name, true, predicted, std = quantities_of(model, X, y).one(target)
            found.append(Pairs(part, true, predicted, std))
        return cls(found, name, unit).plot(ax)

    def called(self, word: str) -> str:
        """Return a word with what is predicted, and its unit: "true load (kW)"."""
        from neurona.reports.plots.canvas import words

        text = f"{word} {words(self.target)}".strip() if self.target else word
        return f"{text} ({self.unit})" if self.unit else text


def dots(ax: Axes, x: Array, y: Array, label: str, number: int = 0) -> None:
    """Draw a cloud of dots."""
    mark = stroke(number)
    step = -(-len(x) // MOST_DOTS) or 1
    size = float(np.clip(4000 / max(len(x), 1), 6, 36))
    ax.scatter(x[::step], y[::step], s=size, facecolor=mark.color, edgecolor="white",
               linewidth=0.4 if len(x) < MANY_DOTS else 0, alpha=0.75, label=label, zorder=2,
               rasterized=len(x) > MANY_DOTS)  # fmt: skip


def column(word: str, values: Any) -> Array:
    """Return values as one column of numbers; ValueError if they are not."""
    found = np.asarray(values, np.float64)
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim != 1:
        raise ValueError(f"{word} must be one target, to be drawn. Got shape {found.shape}.")
    return found


def _pairs(part: str, y: Any, predicted: Any, std: Any) -> Pairs:
    y, predicted = column("y", y), column("predicted", predicted)
    if y.shape != predicted.shape or not y.size:
        raise ValueError(
            f"y and predicted must be as long as each other. Got {y.size} and {predicted.size}."
        )
    if std is not None:
        std = column("std", std)
        if std.shape != y.shape:
            raise ValueError(f"std must have a value for each of {y.size} rows. Got {std.size}.")
    return Pairs(part, y, predicted, std)
