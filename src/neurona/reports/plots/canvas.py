"""The paper to draw on: axes of a figure that needs no display and no global state."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK = "#333333"
PALE = "#dddddd"
DOTS = 140
"""Dots per inch of a picture, unless savefig is told otherwise."""
BELOW = 0.46
"""Inches from the chart to its legend: room for the numbers and the name of the x axis."""


def need(module: str) -> Any:
    """Return a module of matplotlib, or say how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ImportError("Drawings need matplotlib: pip install 'neurona[plots]'") from None


def axes_for(
    ax: Axes | None, size: tuple[float, float] = (5.6, 3.6), projection: str | None = None
) -> Axes:
    """Return the axes given, or those of a new figure of a size in inches.

    The figure is not pyplot's: no window, nothing to close. `ax.figure.savefig("x.png")` writes it.
    """
    if ax is not None:
        return ax
    figure = need("matplotlib.figure").Figure(size, DOTS, layout="constrained")
    axes: Axes = figure.add_subplot(projection=projection)
    return axes


def tidy(ax: Axes, x: str = "", y: str = "", title: str = "", grid: bool = True) -> None:
    """Label a chart and take away what is not needed to read it."""
    ax.set_xlabel(x, color=INK)
    ax.set_ylabel(y, color=INK)
    if title:
        ax.set_title(title, color=INK, fontsize=11)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color("#888888")
    ax.tick_params(colors=INK, labelsize=9)
    if grid:
        ax.grid(True, color=PALE, linewidth=0.6)
        ax.set_axisbelow(True)


def bare(ax: Axes, title: str = "") -> None:
    """Leave nothing but the drawing: equal units, no axes."""
    ax.set_aspect("equal")
    ax.axis("off")
    if title:
        ax.set_title(title, color=INK, fontsize=11)


def legend_below(ax: Axes, columns: int = 3) -> None:
    """Put the legend under the labels of the x axis, where it hides nothing."""
    moved = need("matplotlib.transforms").ScaledTranslation(0, -BELOW, ax.figure.dpi_scale_trans)
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, 0), bbox_transform=ax.transAxes + moved,
        ncols=columns, frameon=False, fontsize=9,
    )  # fmt: skip
