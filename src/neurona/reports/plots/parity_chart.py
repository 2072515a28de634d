"""Predicted against true: a perfect model lies on the diagonal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neurona import metrics
from neurona.reports.plots.canvas import legend_below, rows_text, tidy
from neurona.reports.plots.pairs import Pairs, PairsDisplay, dots
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 300
"""Rows whose error bars are drawn; of more, every so many."""


class Agreement(NamedTuple):
    """How predicted goes with true: correlation R, R squared (explained variance, not the square of
    R), and the least-squares line predicted = slope * true + offset; nan where nothing varies.
    """

    r: float
    r2: float
    slope: float
    offset: float


def agreement(pairs: Pairs) -> Agreement:
    """Return how predictions go with the truth.

    >>> import numpy as np
    >>> agreement(Pairs("rows", np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 4.0])))
    Agreement(r=1.0, r2=-0.5, slope=1.0, offset=1.0)
    """
    true, predicted = pairs.true, pairs.predicted
    nothing = float("nan")
    if not metrics.squares(true, predicted).total.all():
        return Agreement(nothing, nothing, nothing, nothing)
    r2 = metrics.r2(true, predicted)
    a, b = true - true.mean(), predicted - predicted.mean()
    slope = float(a @ b / (a @ a))
    offset = float(predicted.mean() - slope * true.mean())
    both = float(np.sqrt((a @ a) * (b @ b)))
    return Agreement(float(a @ b / both) if both > 0 else nothing, r2, slope, offset)


@dataclass(eq=False)
class ParityDisplay(PairsDisplay):
    """Predicted over true values, a panel a part of the rows: R, fitted line, error bars.

    Use `from_estimator`, `from_parts` or `from_predictions`.

    Examples
    --------
    >>> from neurona.reports.plots import ParityDisplay
    >>> display = ParityDisplay.from_predictions([1.0, 2.0, 3.0], [1.1, 1.9, 3.2], unit="kW")
    >>> display.ax_.get_xlabel()
    'true (kW)'
    >>> display.caption()
    'Predicted against true: rows R 0.991, R² 0.970 (3 rows).'
    """

    def panels(self) -> int:
        """Return how many panels it has."""
        return len(self.parts)

    def panel_size(self) -> tuple[float, float]:
        """Return the size of a panel."""
        return {1: (4.4, 5.2), 2: (3.6, 4.7)}.get(len(self.parts), (2.7, 3.8))

    def caption(self) -> str:
        """Return what it says in a sentence."""
        said = []
        for one in self.parts:
            found = agreement(one)
            told = f"R {found.r:.3f}, " if np.isfinite(found.r) else ""
            told += f"R\N{SUPERSCRIPT TWO} {found.r2:.3f}" if np.isfinite(found.r2) else "no R"
            said.append(f"{one.part} {told} ({rows_text(len(one.true))})")
        return f"Predicted against true: {'; '.join(said)}."

    def draw(self, axes: list[Axes]) -> None:
        """Draw the parts, all on the same scales."""
        both = np.concatenate([v for one in self.parts for v in (one.true, one.predicted)])
        both = both[np.isfinite(both)]
        low, high = (float(both.min()), float(both.max())) if both.size else (0.0, 1.0)
        room = 0.05 * (high - low or 1.0)
        side = (low - room, high + room)
        for k, (ax, one) in enumerate(zip(axes, self.parts, strict=True)):
            self._one(ax, one, side)
            several = len(self.parts) > 1
            tidy(ax, self.called("true"), self.called("predicted") if k == 0 else "",
                 f"{one.part}: {rows_text(len(one.true))}" if several else "")  # fmt: skip
            legend_below(ax, 1)

    def _one(self, ax: Axes, pairs: Pairs, side: tuple[float, float]) -> None:
        found = agreement(pairs)
        if pairs.std is not None:
            _bars(ax, pairs)
        score = f", R\N{SUPERSCRIPT TWO} = {found.r2:.3f}" if np.isfinite(found.r2) else ""
        word = "rows" if pairs.part == "rows" or len(self.parts) > 1 else pairs.part
        dots(ax, pairs.true, pairs.predicted, f"{word}{score}")
        ax.plot(side, side, color="black", linewidth=1.2, label="predicted = true", zorder=1)
        if np.isfinite(found.slope):
            line = stroke(1)
            ends = np.array(side)
            sign = "+" if found.offset >= 0 else "\N{MINUS SIGN}"
            said = f"fit: {found.slope:.3g} true {sign} {abs(found.offset):.3g}, R = {found.r:.3f}"
            ax.plot(ends, found.slope * ends + found.offset, color=line.color, linestyle=line.dash,
                    linewidth=1.4, label=said, zorder=3)  # fmt: skip
        ax.set(xlim=side, ylim=side, aspect="equal")


def _bars(ax: Axes, pairs: Pairs) -> None:
    assert pairs.std is not None
    step = -(-len(pairs.true) // MOST_BARS)
    half = metrics.WITHIN_95 * pairs.std[::step]
    ax.errorbar(pairs.true[::step], pairs.predicted[::step], yerr=half, linestyle="",
                ecolor="#8fb8d6", elinewidth=0.8, label="95 % interval", zorder=1)  # fmt: skip


def parity(y: Any, predicted: Any, *, unit: str = "", ax: Axes | None = None) -> Axes:
    """Draw predicted over true; a perfect model lies on the diagonal.

    Parameters
    ----------
    y, predicted : array-like of shape (n_rows,)
        True and predicted, both in `unit`.
    unit : str, default=""
        What they are measured in; stands at both axes.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    Axes
        Those of a `ParityDisplay`.

    Raises
    ------
    ValueError
        They are not two columns of the same length.

    Examples
    --------
    >>> from neurona.reports import plots
    >>> axes = plots.parity([1.0, 2.0, 3.0], [1.1, 1.9, 3.2], unit="kW")
    >>> axes.get_xlabel()
    'true (kW)'
    """
    return ParityDisplay.from_predictions(y, predicted, unit=unit, ax=ax).ax_
