"""Which inputs matter, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import INK, axes_for, tidy
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def relevance(
    names: Sequence[str],
    values: Any,
    *,
    spread: Any = None,
    label: str = "relevance",
    most: int = 20,
    ax: Axes | None = None,
) -> Axes:
    """Draw one bar per input, the largest at the top.

    Parameters
    ----------
    names : sequence of str
    values : array-like of shape (inputs,)
        Such as permutation importances.
    spread : array-like of shape (inputs,), default=None
        Half the length of each bar's whisker (a standard deviation, say).
    label : str, default="relevance"
        What the values are.
    most : int, default=20
        Draw no more than the largest so many.
    ax : Axes, default=None
    """
    values = np.asarray(values, np.float64)
    if values.ndim != 1 or len(names) != values.size or not values.size:
        raise ValueError(f"{len(names)} names need as many values. Got shape {values.shape}.")
    if spread is not None and np.shape(spread) != values.shape:
        raise ValueError(f"spread must have the shape of values. Got {np.shape(spread)}.")
    order = np.argsort(-values, kind="stable")[:most][::-1]
    bar = stroke(0)
    ax = axes_for(ax, (5.6, 0.9 + 0.3 * len(order)))
    whiskers = None if spread is None else np.asarray(spread, np.float64)[order]
    ax.barh(range(len(order)), values[order], color=bar.color, height=0.65, xerr=whiskers,
            error_kw={"ecolor": INK, "elinewidth": 1.2, "capsize": 3})  # fmt: skip
    ax.set_yticks(range(len(order)), [names[k] for k in order])
    ax.axvline(0, color="#888888", linewidth=0.8)
    tidy(ax, label)
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    return ax
