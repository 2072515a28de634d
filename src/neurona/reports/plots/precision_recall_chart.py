"""Precision over recall: how many alarms are right, and how many of the class are found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from neurona.reports.answers import Chances, chances_of
from neurona.reports.measures.ranking import PrecisionRecall, precision_recall
from neurona.reports.plots.canvas import legend_below, tidy, told_apart
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke
from neurona.reports.plots.ranking_curves import Drawn, chances_given, classes_drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(eq=False)
class PrecisionRecallDisplay(Display):
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
    drawn: Drawn = field(default_factory=lambda: Drawn([]))

    @classmethod
    def from_predictions(cls, y: Any, scores: Any, *, names: Any = None, ax: Any = None) -> Self:
        """Draw from true classes and scores; parameters as in `RocDisplay.from_predictions`."""
        return cls.of(chances_given(y, scores, names), ax)

    @classmethod
    def from_estimator(cls, model: Any, X: Any, y: Any, *, ax: Any = None) -> Self:
        """Draw what a fitted classifier says of rows; y may be the name of a column of X.

        TypeError if the model predicts quantities; ValueError if all rows are of one class.
        """
        return cls.of(chances_of(model, X, y), ax)

    @classmethod
    def of(cls, found: Chances, ax: Any = None) -> Self:
        """Draw what is known of rows (`reports.answers.Chances`)."""
        drawn = classes_drawn(found)
        return cls([precision_recall(*one) for one in drawn.classes], drawn).plot(ax)

    def panel_size(self) -> tuple[float, float]:
        """Return the size."""
        return 4.4, 4.5 + 0.2 * (len(self.curves) > 2)

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
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
        tidy(ax, "recall, share of the class that is found", "precision, share that is right")
        legend_below(ax, 2, self.drawn.kept)
