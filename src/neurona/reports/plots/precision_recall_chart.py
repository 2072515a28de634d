"""Precision over recall: how many alarms are right, and how many of the class are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neurona.reports.measures.ranking import PrecisionRecall, precision_recall
from neurona.reports.plots.canvas import legend_below, tidy, told_apart
from neurona.reports.plots.palette import stroke
from neurona.reports.plots.ranking_curves import Array, RankingDisplay

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(eq=False)
class PrecisionRecallDisplay(RankingDisplay):
    """Precision over recall at every threshold of a class's probability.

    Of two classes the second is drawn, of more each against all others, the most
    frequent ones if these are many. The curves are
    scikit-learn's `precision_recall_curve`. Use `from_estimator` or `from_predictions`, whose
    parameters are those of `RocDisplay`.

    Examples
    --------
    >>> from neurona.reports.plots import PrecisionRecallDisplay
    >>> display = PrecisionRecallDisplay.from_predictions([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    >>> round(display.curves[0].average, 3)
    0.833
    """

    curves: list[PrecisionRecall]

    @staticmethod
    def curve(name: str, on: Array, scores: Array) -> PrecisionRecall:
        """Return the curve of a class."""
        return precision_recall(name, on, scores)

    def caption(self) -> str:
        """Return what it says in a sentence."""
        said = ", ".join(
            f"{one.name} {one.average:.3f} (a guess {one.share:.3f})" for one in self.curves
        )
        return f"Average precision: {said}.{self.drawn.sentence}"

    def draw(self, axes: list[Axes]) -> None:
        """Draw the curves; short lines at the left are what guesses come to."""
        (ax,) = axes
        names = told_apart([one.name for one in self.curves], 16)
        for k, one in enumerate(self.curves):
            line = stroke(k)
            ax.step(one.recall, one.precision, where="post", color=line.color, linestyle=line.dash,
                    linewidth=1.8, label=f"{names[k]}: {one.average:.3f}")  # fmt: skip
            alone = len(self.curves) == 1
            ends, color = ((0, 1), "#888888") if alone else ((0, 0.06), line.color)
            label = f"a guess: {one.share:.3g}" if alone else None
            ax.plot(ends, [one.share] * 2, color=color, linewidth=1, zorder=1, label=label)
        if len(self.curves) > 1:
            ax.plot([], [], color="#888888", linewidth=1, label="at the left: guesses")
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        tidy(ax, "recall, share of the class that is found", "precision, share that is right")
        legend_below(ax, 2, self.drawn.kept)
