"""Which class was taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import INK, axes_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def confusion(
    y: Any, predicted: Any, *, names: Sequence[str] | None = None, ax: Axes | None = None
) -> Axes:
    """Draw how many rows of each true class (down) were predicted as which class (across).

    Numbers are rows; a cell's shade is its share of its true class.

    Parameters
    ----------
    y, predicted : array-like of shape (rows,)
    names : sequence of str, default=None
        One per class, in the order of `numpy.unique`.
    ax : Axes, default=None

    Returns
    -------
    Axes

    Examples
    --------
    >>> from neurona.reports import plots
    >>> ax = plots.confusion(["a", "b", "b"], ["a", "b", "a"])
    >>> [text.get_text() for text in ax.texts]
    ['1', '0', '1', '1']
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
    table = np.zeros((count, count), np.int64)
    np.add.at(table, (codes[: y.size], codes[y.size :]), 1)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    ax = axes_for(ax, (2.2 + 0.62 * count, 1.7 + 0.62 * count))
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1.15)
    for i in range(count):
        for j in range(count):
            ax.text(j, i, f"{table[i, j]:,}", ha="center", va="center", fontsize=10,
                    color="white" if shares[i, j] > 0.6 else INK,
                    fontweight="bold" if i == j else "normal")  # fmt: skip
    words = [str(one) for one in classes] if names is None else list(names)
    slanted = max(map(len, words)) > 6
    ax.set_xticks(range(count), words, rotation=35 if slanted else 0,
                  ha="right" if slanted else "center", rotation_mode="anchor")  # fmt: skip
    ax.set_yticks(range(count), words)
    if not slanted:
        ax.tick_params(axis="x", pad=6)
    ax.tick_params(length=0, colors=INK, labelsize=9)
    ax.spines[:].set_visible(False)
    ax.set_xticks(np.arange(1, count) - 0.5, minor=True)
    ax.set_yticks(np.arange(1, count) - 0.5, minor=True)
    ax.grid(which="minor", color="white", linewidth=2)
    ax.tick_params(which="minor", length=0)
    ax.set_xlabel("predicted class", color=INK)
    ax.set_ylabel("true class", color=INK)
    return ax
