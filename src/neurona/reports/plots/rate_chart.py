"""What short trainings came to at the rates that were tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from neurona.reports.plots.canvas import axes_for, legend_below, tidy
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def rate_curve(
    rates: Sequence[float],
    losses: Sequence[float],
    best: float,
    start: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw losses over rates, both on logarithmic scales, and mark the best rate.

    Parameters
    ----------
    rates, losses : sequence of float
        As `RateCurve` has them; a loss that is not finite is drawn as a cross at the top.
    best : float
    start : float, default=None
        The loss before, drawn as a line.
    ax : Axes, default=None

    Returns
    -------
    Axes

    Raises
    ------
    ValueError
        There is no rate, or not a loss for each.

    Examples
    --------
    >>> from neurona.reports import plots
    >>> plots.rate_curve([0.01, 0.1, 1.0], [0.5, 0.1, float("inf")], best=0.1).get_xlabel()
    'learning rate'
    """
    x, y = np.asarray(rates, np.float64), np.asarray(losses, np.float64)
    if not len(x) or x.shape != y.shape:
        raise ValueError("Give as many losses as rates, at least one.")
    ax = axes_for(ax)
    line, finite = stroke(0), np.isfinite(y)
    shown = y[finite]
    floor = 0.0 if start is None else float(start)
    top = 10 * max(floor, float(shown.min())) if shown.size else 1.0
    # a loss far above that of the start says no more than that it is
    within = finite & (y <= top)
    ax.plot(x[within], y[within], color=line.color, linestyle=line.dash, linewidth=1.8,
            marker="o", markersize=5, label="after a short training")  # fmt: skip
    if not within.all():
        count = int((~within).sum())
        ax.plot(x[~within], np.full(count, top), color="black", linestyle="", marker="x",
                markersize=7, label="far above, or diverged")  # fmt: skip
    if start is not None:
        ax.axhline(start, color="black", linewidth=1, linestyle=":", label="before")
    ax.axvline(best, color="black", linewidth=1.4, linestyle="--", label=f"taken: {best:g}")
    ax.set_xscale("log")
    if shown.size and shown.min() > 0:
        ax.set_yscale("log")
    tidy(ax, "learning rate", "loss")
    legend_below(ax)
    return ax
