"""How a weight is drawn: its size as the line's width, its sign as color and dash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import need
from neurona.reports.plots.palette import BLUE, VERMILLION

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THINNEST, THICKEST = 0.4, 4.0
MANY = 40
"""With more lines than this they are drawn half as thick, so that none hides the others."""
POSITIVE: tuple[str, Any] = (BLUE, "-")
NEGATIVE: tuple[str, Any] = (VERMILLION, (0, (3, 1.5)))


def widths(weights: Any) -> np.ndarray[Any, Any]:
    """Return the line widths of weights: in proportion to their size."""
    sizes = np.abs(np.asarray(weights, np.float64))
    largest = sizes.max(initial=0.0) or 1.0
    thickest = THICKEST if sizes.size <= MANY else THICKEST / 2
    found: np.ndarray[Any, Any] = np.maximum(thickest * sizes / largest, THINNEST)
    return found


def draw_edges(ax: Axes, ends: Any, weights: Any) -> None:
    """Draw lines (number, 2 ends, 2 coordinates) for weights; zeros are left out.

    Positive ones are the collection labelled "positive", negative ones "negative".
    """
    collections = need("matplotlib.collections")
    ends, weights = np.asarray(ends, np.float64), np.asarray(weights, np.float64)
    wide = widths(weights)
    for label, (color, dash), chosen in (
        ("positive", POSITIVE, weights > 0),
        ("negative", NEGATIVE, weights < 0),
    ):
        lines = collections.LineCollection(
            ends[chosen], colors=color, linestyles=[dash], linewidths=wide[chosen], label=label,
            zorder=1, capstyle="butt",
        )  # fmt: skip
        ax.add_collection(lines)


def sign_legend(ax: Axes, **options: Any) -> None:
    """Say which line is a positive weight and which a negative one."""
    lines = need("matplotlib.lines")
    handles = [
        lines.Line2D([], [], color=color, linestyle=dash, linewidth=2, label=label)
        for label, (color, dash) in (("positive weight", POSITIVE), ("negative weight", NEGATIVE))
    ]
    ax.legend(handles=handles, frameon=False, fontsize=9, **options)


def number(value: float) -> str:
    """Return a number for a label, in three digits."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
