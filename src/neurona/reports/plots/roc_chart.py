"""The receiver operating characteristic: right and false alarms at every threshold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neurona.reports.measures.ranking import Roc, roc
from neurona.reports.plots.canvas import legend_below, tidy, told_apart
from neurona.reports.plots.palette import stroke
from neurona.reports.plots.ranking_curves import Array, RankingDisplay

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(eq=False)
class RocDisplay(RankingDisplay):
    """True against false positives at every threshold of a class's probability.

    Of two classes the second is drawn, of more each against all others, the most
    frequent ones if these are many. The curves are
    scikit-learn's `roc_curve`. Use `from_estimator` or `from_predictions`.

    Examples
    --------
    >>> from neurona.reports.plots import RocDisplay
    >>> display = RocDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> display.curves[0].area
    0.75
    """

    curves: list[Roc]

    @staticmethod
    def curve(name: str, on: Array, scores: Array) -> Roc:
        """Return the curve of a class."""
        return roc(name, on, scores)

    def caption(self) -> str:
        """Return what it says in a sentence."""
        said = ", ".join(f"{one.name} {one.area:.3f}" for one in self.curves)
        return f"Area under the ROC curve (1 is perfect, 0.5 a guess): {said}.{self.drawn.sentence}"

    def draw(self, axes: list[Axes]) -> None:
        """Draw the curves."""
        (ax,) = axes
        names = told_apart([one.name for one in self.curves], 16)
        for k, one in enumerate(self.curves):
            line = stroke(k)
            ax.plot(one.false_positives, one.true_positives, color=line.color, linestyle=line.dash,
                    linewidth=1.8, label=f"{names[k]}: {one.area:.3f}")  # fmt: skip
        ax.plot([0, 1], [0, 1], color="#888888", linewidth=1, label="a guess: 0.5", zorder=1)
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        tidy(ax, "false positives, share of the others", "true positives, share of the class")
        legend_below(ax, 2, self.drawn.kept)
