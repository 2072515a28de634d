"""How the errors are spread: a histogram, its parts stacked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neurona.reports.plots.canvas import legend_below, rows_text, tidy
from neurona.reports.plots.pairs import PairsDisplay
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 24
HATCHES = ("", "///", "\\\\\\", "xx")


@dataclass(eq=False)
class ErrorHistogramDisplay(PairsDisplay):
    """How many rows have which error (true - predicted), the parts of the rows on each other.

    The outermost bars hold what lies further out. Use `from_estimator`, `from_parts` or
    `from_predictions`.

    Examples
    --------
    >>> from neurona.reports.plots import ErrorHistogramDisplay
    >>> display = ErrorHistogramDisplay.from_predictions([1.0, 2.0, 3.0], [1.1, 1.9, 3.2])
    >>> int(sum(bar.get_height() for bar in display.ax_.patches))
    3
    """

    def caption(self) -> str:
        """Return what it says in a sentence."""
        errors = np.concatenate([one.errors for one in self.parts])
        low, middle, high = np.quantile(errors, [0.05, 0.5, 0.95])
        return (
            f"Errors (true \N{MINUS SIGN} predicted) of {rows_text(errors.size)}: "
            f"median {middle:.3g}, nine of ten between {low:.3g} and {high:.3g}."
        )

    def draw(self, axes: list[Axes]) -> None:
        """Draw the bars."""
        (ax,) = axes
        errors = np.concatenate([one.errors for one in self.parts])
        low, high = np.quantile(errors, [0.005, 0.995]) if errors.size > 400 else (
            errors.min(), errors.max())  # fmt: skip
        if not high > low:
            low, high = low - 0.5, high + 0.5
        edges = np.linspace(low, high, BINS + 1)
        below = np.zeros(BINS)
        for k, one in enumerate(self.parts):
            counts = np.histogram(np.clip(one.errors, low, high), edges)[0].astype(float)
            look = stroke(k)
            ax.bar(edges[:-1], counts, np.diff(edges), bottom=below, align="edge", label=one.part,
                   facecolor=look.tint if k else look.color, edgecolor="white" if not k else
                   look.color, hatch=HATCHES[k % len(HATCHES)], linewidth=0.6)  # fmt: skip
            below += counts
        ax.axvline(0, color="black", linewidth=1.2, label="no error")
        tidy(ax, self._word(), "rows")
        ax.grid(False, axis="x")
        legend_below(ax, 4)

    def _word(self) -> str:
        text = "true \N{MINUS SIGN} predicted"
        return f"{text} ({self.unit})" if self.unit else text
