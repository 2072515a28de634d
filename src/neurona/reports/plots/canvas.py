"""The paper to draw on: axes of a figure that needs no display and no global state."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK = "#333333"
PALE = "#dddddd"
DOTS = 140
"""Dots per inch of a picture, unless savefig is told otherwise."""
STEEP = 20.0
"""What differs by more than this factor is drawn on a logarithmic scale."""
COUNTED = ("epoch", "rows", "weights", "validation fails")
"""Axes of what is counted: whole numbers."""
LARGE, SMALL = 1e5, 1e-3
"""Numbers that are written with a letter for their thousands: k, M; m, and so on."""
MOST_LETTERS = 28
CUT = "\N{HORIZONTAL ELLIPSIS}"
BELOW = 0.46
"""Inches from the chart to its legend: room for the numbers and the name of the x axis."""


def need(module: str) -> Any:
    """Return a module of matplotlib, or say how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ImportError("Drawings need matplotlib: pip install matplotlib") from None


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


def panels(
    ax: Any, count: int, size: tuple[float, float] = (5.6, 3.6), columns: int = 3
) -> list[Axes]:
    """Return axes for panels: those given, one that is divided, or those of a new figure in which
    each has a size in inches.
    """
    if isinstance(ax, list | tuple | np.ndarray):
        given: list[Axes] = list(np.ravel(np.asarray(ax, object)))
        if len(given) != count:
            raise ValueError(f"This chart has {count} panels, and needs as many axes; give one "
                             f"that is divided, or {count}. Got {len(given)}.")  # fmt: skip
        return given
    if count == 1:
        return [axes_for(ax, size)]
    columns = min(columns, count)
    rows = -(-count // columns)
    places = [(k // columns, k % columns) for k in range(count)]
    if ax is None:
        whole = (size[0] * columns, size[1] * rows)
        figure = need("matplotlib.figure").Figure(whole, DOTS, layout="constrained")
        grid = figure.add_gridspec(rows, columns)
    else:
        figure = ax.figure
        ax.axis("off")
        spec = ax.get_subplotspec() or figure.add_gridspec(1, 1)[0]
        grid = spec.subgridspec(rows, columns, wspace=0.4, hspace=0.5)
    return [figure.add_subplot(grid[place]) for place in places]


def words(text: Any, most: int = MOST_LETTERS) -> str:
    """Return a name from somebody's table as matplotlib is to write it: no formula, not too long.

    The end of a long one stays, which often tells it from its neighbors.

    >>> words("temperature at station " + "a" * 40 + " 7"), words("cost in $")
    ('temperature at sta…aaaaaaa 7', 'cost in \\\\$')
    """
    flat = " ".join(str(text).split())
    return _middle_cut(flat, most).replace("$", r"\$")


def said(names: Sequence[Any] | None, most: int = MOST_LETTERS) -> list[str] | None:
    """Return names from somebody's table as matplotlib is to write them; None stays None."""
    return None if names is None else told_apart(names, most)


def told_apart(names: Sequence[Any], most: int = MOST_LETTERS) -> list[str]:
    """Return names as `words`, cut at another place where they would look the same.

    >>> told_apart(["sensor at station 1, north-west wall", "sensor at station 2, north-west wall"])
    ['sensor at station 1, north-…', 'sensor at station 2, north-…']
    """
    flat = [" ".join(str(one).split()) for one in names]
    long = [one for one in flat if len(one) > most]
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*long, strict=False))
    shared = len(list(same))
    ways: list[Callable[[str], str]] = [
        lambda one: _middle_cut(one, most),
        lambda one: one[: most - 1] + CUT,
        lambda one: CUT + one[1 - most :],
        lambda one: _middle_cut(CUT + one[shared:], most),
    ]
    for way in ways:
        found = [one if len(one) <= most else way(one) for one in flat]
        if len(set(found)) == len(set(flat)):
            break
    else:
        found = [_middle_cut(one, most) for one in flat]
    return [one.replace("$", r"\$") for one in found]


def _middle_cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 1]}{CUT}{text[-end:]}"


def rows_text(number: int) -> str:
    """Return how many rows there are: 1 row, 1,200 rows."""
    return f"{number:,} row{'' if number == 1 else 's'}"


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


def readable(ax: Axes) -> None:
    """Give the numbers on a chart's axes room: fewer on a narrow one, 25 M rather than 25000000.

    Axes with ticks of their own, or a logarithmic scale, are left alone.
    """
    ticker = need("matplotlib.ticker")
    whole = ax.get_figure(root=True)
    inches = ax.get_position().width * whole.get_figwidth() if whole is not None else 4.0
    for axis, name in ((ax.xaxis, ax.get_xlabel()), (ax.yaxis, ax.get_ylabel())):
        if not isinstance(axis.get_major_formatter(), ticker.ScalarFormatter):
            continue
        if not isinstance(axis.get_major_locator(), ticker.AutoLocator):
            continue
        most = 7 if axis is ax.yaxis else 6 if inches > 2.9 else 5
        counts = name in COUNTED
        steps = [1, 2, 5, 10] if counts else [1, 2, 2.5, 5, 10]
        axis.set_major_locator(ticker.MaxNLocator(nbins=most, steps=steps, integer=counts))
        low, high = axis.get_view_interval()
        farthest = max(abs(low), abs(high))
        near = high - low < 1e-3 * farthest  # thousands of units would all be the same number
        if (farthest >= LARGE or 0 < farthest < SMALL) and not near:
            thin = "\N{THIN SPACE}"
            axis.set_major_formatter(ticker.EngFormatter(sep=thin))


def logarithmic(ax: Axes, heights: Any) -> None:
    """Give a chart a logarithmic scale if its heights, all above 0, differ by more than STEEP."""
    finite = np.asarray(heights, np.float64)
    finite = finite[np.isfinite(finite)]
    if finite.size and finite.min() > 0 and finite.max() > STEEP * finite.min():
        ax.set_yscale("log")
        ax.yaxis.set_minor_formatter(need("matplotlib.ticker").NullFormatter())


def bare(ax: Axes, title: str = "") -> None:
    """Leave nothing but the drawing: equal units, no axes."""
    ax.set_aspect("equal")
    ax.axis("off")
    if title:
        ax.set_title(title, color=INK, fontsize=11)


def legend_below(
    ax: Axes, columns: int = 3, title: str = "", lower: float = 0.0, drawn: Axes | None = None
) -> None:
    """Put the legend under the labels of the x axis, where it hides nothing; a title is over it.

    `lower` are inches that the labels need more than usual; `drawn` has what is told of, if it is
    not on these axes.
    """
    inches = -BELOW - lower
    moved = need("matplotlib.transforms").ScaledTranslation(0, inches, ax.figure.dpi_scale_trans)
    whole = ax.get_figure(root=True)
    narrow = whole is not None and ax.get_position().width * whole.get_figwidth() < 2.6
    ax.legend(
        *(drawn or ax).get_legend_handles_labels(), loc="upper center", bbox_to_anchor=(0.5, 0),
        bbox_transform=ax.transAxes + moved,
        ncols=columns, frameon=False, fontsize=8 if narrow else 9, title=title or None,
        title_fontsize=8 if narrow else 9,
    )  # fmt: skip
