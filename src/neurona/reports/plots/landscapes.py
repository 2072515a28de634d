"""A surface with the ways down it: as a map, or in perspective; a line where it has one coordinate.

A surface is anything with `size`, `window`, `start`, `minima`, `value` and `grid`, a path anything
with `label`, `points` and `values`, such as those of `neurona.surfaces`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import DOTS, axes_for, legend_below, need, tidy
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]
LEVELS = 16
MESH = 33
"""Lines of the mesh in perspective, at most, each way."""
STRETCH = 3.0
"""Contours lie closer near the bottom, by this power of the height."""


def surface(
    surface: Any,
    paths: Iterable[Any] = (),
    *,
    window: Any = None,
    resolution: int = 151,
    axis_names: tuple[str, str] = ("$w_1$", "$w_2$"),
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the contours of a surface and the paths of a race on it.

    Parameters
    ----------
    surface : Surface
        One with more than two coordinates shows the first two, the others as in its start; one with
        a single coordinate is drawn as a curve.
    paths : Race, or iterable of Path
    window : ((x from, x to), (y from, y to)), default=None
        None is the surface's own.
    resolution : int, default=151
    axis_names : tuple of str
    title : str
    ax : Axes, default=None

    Returns
    -------
    Axes

    Examples
    --------
    >>> from neurona import surfaces
    >>> from neurona.reports import plots
    >>> way = surfaces.race("saddle", "adam")
    >>> plots.surface(way.surface, way, title="a pass").get_title()
    'a pass'
    """
    paths = list(paths)
    if surface.size == 1:
        return _curve(surface, paths, window, resolution, axis_names[0], title, ax)
    grid = surface.grid(resolution, window)
    ax = axes_for(ax, (5.4, 4.6))
    heights = np.ma.masked_invalid(grid.values)  # type: ignore[no-untyped-call]
    levels = contour_levels(heights)
    colors = need("matplotlib.colors").LinearSegmentedColormap.from_list(
        "neurona-heights", ["#e3ebf1", "#ffffff"]
    )
    ax.contourf(grid.x, grid.y, heights, levels=levels, cmap=colors, extend="max", zorder=0,
                norm=need("matplotlib.colors").BoundaryNorm(levels, 256))  # fmt: skip
    ax.contour(grid.x, grid.y, heights, levels=levels, colors="#9aa5ad", linewidths=0.6, zorder=1)
    for k, path in enumerate(paths):
        _walk(ax, k, path.label, path.points[:, 0], path.points[:, 1])
    if paths:
        ax.plot(*paths[0].points[0, :2], marker="o", color="black", markersize=7, linestyle="",
                label="start", zorder=6)  # fmt: skip
    _mark_minima(ax, surface.minima)
    ax.set(xlim=(grid.x[0], grid.x[-1]), ylim=(grid.y[0], grid.y[-1]))
    tidy(ax, *axis_names, title, grid=False)
    if paths or len(surface.minima):
        legend_below(ax)
    return ax


def surface_3d(
    surface: Any,
    paths: Iterable[Any] = (),
    *,
    window: Any = None,
    resolution: int = 81,
    logarithmic: bool = False,
    axis_names: tuple[str, str] = ("$w_1$", "$w_2$"),
    title: str = "",
    ax: Any = None,
) -> Axes:
    """Draw a surface in perspective, with the paths of a race on it.

    `logarithmic` shows log10(1 + height above the lowest place drawn), for surfaces with steep
    walls; the rest as in `surface`. `ax`, if given, must be of the "3d" projection.

    Examples
    --------
    >>> from neurona import surfaces
    >>> from neurona.reports import plots
    >>> plots.surface_3d(surfaces.Rosenbrock(), logarithmic=True).get_zlabel()
    'log$_{10}$(1 + height)'
    """
    if surface.size == 1:
        raise ValueError("A surface of one coordinate is a curve: use surface, not surface_3d.")
    grid = surface.grid(resolution, window)
    if ax is None:
        figure = need("matplotlib.figure").Figure((5.6, 4.6), DOTS, layout="constrained")
        ax = figure.add_subplot(projection="3d", computed_zorder=False)
    bottom = float(np.nanmin(np.where(np.isfinite(grid.values), grid.values, np.nan)))

    def shown(heights: Array) -> Array:
        seen: Array = np.log10(1 + np.maximum(heights - bottom, 0)) if logarithmic else heights
        return seen

    x, y = np.meshgrid(grid.x, grid.y)
    heights = shown(grid.values)
    ax.plot_surface(x, y, heights, cmap="Greys_r", alpha=0.9, edgecolor="#8a949b",
                    linewidth=0.25, zorder=1, rcount=MESH, ccount=MESH,
                    **_shades(heights))  # fmt: skip
    (left, right), (low, high) = window or surface.window
    for k, path in enumerate(paths):
        inside = (
            (path.points[:, 0] >= left) & (path.points[:, 0] <= right)
            & (path.points[:, 1] >= low) & (path.points[:, 1] <= high)
        )  # fmt: skip
        points, line = path.points[inside], stroke(k)
        ax.plot(points[:, 0], points[:, 1], shown(path.values[inside]), color=line.color,
                linestyle=line.dash, linewidth=2.2, label=path.label, zorder=5)  # fmt: skip
    ax.set(xlabel=axis_names[0], ylabel=axis_names[1])
    ax.set_zlabel("log$_{10}$(1 + height)" if logarithmic else "height")
    ax.set_title(title, fontsize=11)
    ax.tick_params(labelsize=8)
    for axis in (ax.xaxis, ax.yaxis, ax.zaxis):
        axis.set_pane_color((1, 1, 1, 0))
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="upper left", frameon=False, fontsize=9)
    drawn: Axes = ax
    return drawn


def contour_levels(heights: Any, count: int = LEVELS) -> Array:
    """Return the heights of the contours: from the lowest to the highest, closer near the bottom.

    >>> contour_levels(np.array([1.0, 9.0]), 3).tolist()
    [1.0, 2.0, 9.0]
    """
    low, high = float(heights.min()), float(heights.max())
    if not high > low:
        high = low + 1.0
    levels: Array = low + (high - low) * np.linspace(0, 1, count) ** STRETCH
    return levels


def _shades(heights: Array) -> dict[str, float]:
    """Where the grey scale begins and ends: neither black at the bottom nor white at the top."""
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    span = high - low or 1.0
    return {"vmin": low - 1.2 * span, "vmax": high + 0.35 * span}


def _walk(ax: Axes, number: int, label: str, x: Array, y: Array) -> None:
    line = stroke(number)
    every = max(1, len(x) // 12)
    ax.plot(x, y, color=line.color, linestyle=line.dash, linewidth=1.8, marker=line.mark,
            markersize=4.5, markevery=every, markeredgecolor="white", markeredgewidth=0.5,
            label=label, zorder=4 + 0.1 * number)  # fmt: skip


def _mark_minima(ax: Axes, minima: Array) -> None:
    if len(minima):
        ax.plot(minima[:, 0], minima[:, 1], linestyle="", marker="*", markersize=13,
                color="white", markeredgecolor="black", markeredgewidth=1,
                label="minimum" if len(minima) == 1 else "minima", zorder=7)  # fmt: skip


def _curve(
    surface: Any, paths: list[Any], window: Any, resolution: int, name: str, title: str, ax: Any
) -> Axes:
    left, right = (window or surface.window)[0]
    x = np.linspace(left, right, 2 * resolution)
    ax = axes_for(ax)
    ax.plot(x, surface.value(x[:, None]), color="#666666", linewidth=1.6, label="height")
    for k, path in enumerate(paths):
        _walk(ax, k, path.label, path.points[:, 0], path.values)
    ax.set_xlim(left, right)
    tidy(ax, name, "height", title)
    legend_below(ax)
    drawn: Axes = ax
    return drawn
