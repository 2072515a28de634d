"""Which class was taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from neurona import metrics
from neurona.reports.answers import chances_of
from neurona.reports.plots.canvas import INK, rows_text, told_apart, words
from neurona.reports.plots.display import Display

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]
MOST_NUMBERS = 20
"""Classes up to which numbers are written into the cells."""


@dataclass(eq=False)
class ConfusionDisplay(Display):
    """How many rows of each true class (down) were predicted as which class (across).

    Numbers are rows, and their share of the true class in per cent, which is a cell's shade, too.
    Use `from_estimator` or `from_predictions`.

    Parameters
    ----------
    counts : array of shape (classes, classes)
    names : list of str
    target : str, default=""

    Examples
    --------
    >>> from neurona.reports.plots import ConfusionDisplay
    >>> display = ConfusionDisplay.from_predictions(["a", "b", "b"], ["a", "b", "a"])
    >>> display.counts.tolist()
    [[1, 0], [1, 1]]
    >>> display.caption()
    '2 of 3 rows (67 %) are right; most often b was taken for a (1 row).'
    """

    counts: Array
    names: list[str]
    target: str = ""

    @classmethod
    def from_predictions(
        cls, y: Any, predicted: Any, *, names: Sequence[str] | None = None, ax: Any = None
    ) -> Self:
        """Draw from true and predicted classes.

        Parameters
        ----------
        y, predicted : array-like of shape (rows,)
        names : sequence of str, default=None
            One per class, in the order of `numpy.unique`.
        ax : Axes, default=None
        """
        y, predicted = np.asarray(y), np.asarray(predicted)
        if y.ndim != 1 or y.shape != predicted.shape or not y.size:
            raise ValueError(
                "y and predicted must be one class per row, as many each. Got shapes "
                f"{y.shape} and {predicted.shape}."
            )
        classes, codes = np.unique(np.concatenate([y, predicted]), return_inverse=True)
        count = len(classes)
        if names is not None and len(names) != count:
            raise ValueError(f"{count} classes need as many names. Got {len(names)}.")
        table = np.array(metrics.confusion(codes[: y.size], codes[y.size :], count))
        return cls(table, list(names or map(str, classes))).plot(ax)

    @classmethod
    def from_estimator(
        cls, model: Any, X: Any, y: Any, *, label: Any = None, ax: Any = None
    ) -> Self:
        """Draw what a fitted classifier says of rows.

        Parameters
        ----------
        model : any fitted classifier
        X, y : as in its `fit`; y may be the name of a column of X
        label : str or int, default=None
            Which one, of several labels that may be on at once.
        ax : Axes, default=None

        Raises
        ------
        TypeError
            The model predicts quantities, or nothing.
        """
        found = chances_of(model, X, y)
        if not found.several:
            count = len(found.labels)
            table = np.array(metrics.confusion(found.codes, found.said(), count))
            return cls(table, found.labels, found.name).plot(ax)
        k = label_place(found.labels, label)
        table = np.array(metrics.confusion(found.codes[:, k], found.said()[:, k], 2))
        return cls(table, ["off", "on"], found.labels[k]).plot(ax)

    def panel_size(self) -> tuple[float, float]:
        """Return the size: it grows with the classes."""
        side = (0.72 if len(self.names) <= 6 else 0.46) * min(len(self.names), 14)
        return 2.2 + side, 1.7 + side

    def caption(self) -> str:
        """Return what it says in a sentence."""
        rows, right = int(self.counts.sum()), int(np.trace(self.counts))
        share = f"({right / max(rows, 1):.0%}) {'is' if rows == 1 else 'are'} right"
        said = f"{right:,} of {rows_text(rows)} {share}"
        wrong = self.counts * (1 - np.eye(len(self.names), dtype=np.int64))
        if wrong.any():
            i, j = np.unravel_index(int(wrong.argmax()), wrong.shape)
            many = int(wrong[i, j])
            said += (
                f"; most often {self.names[int(i)]} was taken for {self.names[int(j)]} "
                f"({many:,} row{'' if many == 1 else 's'})"
            )
        told = (
            " The darker, the larger a share of the true class."
            if (len(self.names) > MOST_NUMBERS)
            else ""
        )
        return f"{said.replace('%)', ' %)', 1)}.{told}"

    def draw(self, axes: list[Axes]) -> None:
        """Draw the table."""
        (ax,) = axes
        count = len(self.names)
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        ax.imshow(shares, cmap="Blues", vmin=0, vmax=1.15)
        small = count > 8
        for i in range(count if count <= MOST_NUMBERS else 0):
            for j in range(count):
                rows = int(self.counts[i, j])
                percent = f"\n{100 * shares[i, j]:.0f} %" if rows and not small else ""
                ax.text(j, i, f"{rows:,}{percent}", ha="center", va="center",
                        fontsize=7 if small else 9.5, linespacing=1.25,
                        color="white" if shares[i, j] > 0.6 else INK,
                        fontweight="bold" if i == j else "normal")  # fmt: skip
        self._label(ax)

    def _label(self, ax: Axes) -> None:
        count = len(self.names)
        said = told_apart(self.names, 18)
        slanted = max(map(len, said)) > 6
        ax.set_xticks(range(count), said, rotation=35 if slanted else 0,
                      ha="right" if slanted else "center", rotation_mode="anchor")  # fmt: skip
        ax.set_yticks(range(count), said)
        ax.tick_params(length=0, colors=INK, labelsize=9 if count <= 14 else 7)
        if not slanted:
            ax.tick_params(axis="x", pad=12)
        ax.spines[:].set_visible(False)
        ax.set_xticks(np.arange(1, count) - 0.5, minor=True)
        ax.set_yticks(np.arange(1, count) - 0.5, minor=True)
        ax.grid(which="minor", color="white", linewidth=2 if count <= 14 else 0.5)
        ax.tick_params(which="minor", length=0)
        name = f" ({words(self.target)})" if self.target else ""
        ax.set_xlabel(f"predicted class{name}", color=INK)
        ax.set_ylabel("true class", color=INK)


def label_place(labels: Sequence[str], label: Any) -> int:
    """Return the number of a label, given by name or number; ValueError if there is none such."""
    if label is None:
        raise ValueError(
            f"The model says which of {len(labels)} labels are on ({', '.join(labels[:4])}); say "
            f"which is to be drawn: label={labels[0]!r}."
        )
    if isinstance(label, int | np.integer) and 0 <= label < len(labels):
        return int(label)
    if label not in labels:
        raise ValueError(f"There is no label {label!r}; there are {', '.join(labels)}.")
    return list(labels).index(label)


def confusion(
    y: Any, predicted: Any, *, names: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how many rows of each true class (down) were predicted as which class (across).

    Numbers are rows, and their share of the true class, which is a cell's shade, too.

    Parameters
    ----------
    y, predicted : array-like of shape (rows,)
    names : sequence of str, default=None
        One per class, in the order of `numpy.unique`.
    ax : Axes, default=None

    Returns
    -------
    Axes
        Those of a `ConfusionDisplay`.

    Examples
    --------
    >>> from neurona.reports import plots
    >>> ax = plots.confusion(["a", "b", "b"], ["a", "b", "a"])
    >>> [text.get_text().replace("\\n", ", ") for text in ax.texts]
    ['1, 100 %', '0', '1, 50 %', '1, 50 %']
    """
    return ConfusionDisplay.from_predictions(y, predicted, names=names, ax=ax).ax_
