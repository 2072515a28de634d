"""The receiver operating characteristic: right and false alarms at every threshold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from neurona.reports.answers import Chances, chances_of
from neurona.reports.measures.ranking import Roc, roc
from neurona.reports.plots.canvas import legend_below, tidy, told_apart
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke
from neurona.reports.plots.ranking_curves import Drawn, chances_given, classes_drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(eq=False)
class RocDisplay(Display):
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
    drawn: Drawn = field(default_factory=lambda: Drawn([]))

    @classmethod
    def from_predictions(cls, y: Any, scores: Any, *, names: Any = None, ax: Any = None) -> Self:
        """Draw from true classes and scores.

        Parameters
        ----------
        y : array-like of shape (rows,), or (rows, labels) of 0 and 1
        scores : array-like of shape (rows,) for two classes, or (rows, classes)
            The larger, the surer.
        names : sequence of str, default=None
            Of the classes.
        ax : Axes, default=None
        """
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
        return cls([roc(*one) for one in drawn.classes], drawn).plot(ax)

    def panel_size(self) -> tuple[float, float]:
        """Return the size."""
        return 4.4, 4.5 + 0.2 * (len(self.curves) > 2)

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
