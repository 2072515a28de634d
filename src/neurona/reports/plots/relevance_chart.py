"""Which inputs matter, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import INK, axes_for, tidy
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import is_model, relevances_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def relevance(
    names: Any,
    values: Any = None,
    *,
    spread: Any = None,
    label: str = "relevance",
    most: int = 20,
    ax: Axes | None = None,
) -> Axes:
    """Draw one bar per input, the largest at the top.

    Parameters
    ----------
    names : fitted model, or sequence of str
        A model of solver="bayesian-lm" knows what its inputs matter; any other is drawn by names
        and values.
    values : array-like of shape (inputs,), default=None
        Such as permutation importances.
    spread : array-like of shape (inputs,), default=None
        Half the length of each bar's whisker (a standard deviation, say).
    label : str, default="relevance"
        What the values are.
    most : int, default=20
        Draw no more than the largest so many.
    ax : Axes, default=None

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        The model knows no relevances, or there are not as many values as names.

    Examples
    --------
    >>> from neurona.reports import plots
    >>> ax = plots.relevance(["speed", "load"], [0.2, 0.8])
    >>> [tick.get_text() for tick in ax.get_yticklabels()]  # from the bottom
    ['speed', 'load']
    """
    if is_model(names):
        found, own = relevances_of(names)
        names, values = found, own if values is None else values
    elif values is None:
        raise ValueError("relevance needs a fitted model, or names and values.")
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
