"""Whether probabilities can be believed: how often what is said with 70 % comes true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from neurona.reports.answers import Chances, chances_of
from neurona.reports.plots.canvas import legend_below, tidy, words
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke
from neurona.reports.plots.ranking_curves import chances_given

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]
BINS = 10
SURE = 1.959964


class Bins(NamedTuple):
    """By bin of what was said: rows, mean probability, how often it came true, and its 95 %
    interval (Wilson 1927).
    """

    rows: Array
    said: Array
    true: Array
    low: Array
    high: Array

    @property
    def off(self) -> float:
        """The mean distance of what was said from what came true, over the rows."""
        return float(np.average(np.abs(self.said - self.true), weights=self.rows))


def bins_of(said: Array, true: Array) -> Bins:
    """Return rows in ten bins of equal width; empty ones are left out.

    >>> import numpy as np
    >>> found = bins_of(np.array([0.05, 0.05, 0.95]), np.array([0, 1, 1]))
    >>> found.rows.tolist(), found.true.tolist()
    ([2, 1], [0.5, 1.0])
    """
    places = np.minimum((said * BINS).astype(np.int64), BINS - 1)
    rows = np.bincount(places, minlength=BINS)
    some = rows > 0
    count = rows[some]
    mean = np.bincount(places, said, BINS)[some] / count
    share = np.bincount(places, true, BINS)[some] / count
    squared = SURE**2
    middle = (share + squared / (2 * count)) / (1 + squared / count)
    half = (
        SURE
        / (1 + squared / count)
        * np.sqrt(share * (1 - share) / count + squared / (4 * count**2))
    )
    return Bins(count, mean, share, middle - half, middle + half)


@dataclass(eq=False)
class ReliabilityDisplay(Display):
    """How often something comes true, over the probability that was given to it.

    Of two classes this is the probability of the second one, of more that of the class that was
    said; of labels that of each being on. Bars are 95 % intervals; below, how often each
    probability is given. Use `from_estimator` or `from_predictions`, whose parameters are those of
    `RocDisplay`.

    Examples
    --------
    >>> from neurona.reports.plots import ReliabilityDisplay
    >>> display = ReliabilityDisplay.from_predictions([0, 1, 1, 1], [0.25, 0.75, 0.75, 0.75])
    >>> display.bins.true.tolist(), display.bins.off
    ([0.0, 1.0], 0.25)
    """

    bins: Bins
    what: str

    @classmethod
    def from_predictions(cls, y: Any, scores: Any, *, names: Any = None, ax: Any = None) -> Self:
        """Draw from true classes and probabilities; parameters as `RocDisplay.from_predictions`."""
        return cls.of(chances_given(y, scores, names), ax)

    @classmethod
    def from_estimator(cls, model: Any, X: Any, y: Any, *, ax: Any = None) -> Self:
        """Draw what a fitted classifier says of rows; y may be the name of a column of X.

        TypeError if the model predicts quantities, or no probabilities.
        """
        found = chances_of(model, X, y)
        if not hasattr(model, "predict_proba"):
            raise TypeError(f"A {type(model).__name__} gives no probabilities (predict_proba).")
        return cls.of(found, ax)

    @classmethod
    def of(cls, found: Chances, ax: Any = None) -> Self:
        """Draw what is known of rows (`reports.answers.Chances`)."""
        if found.several:
            said, true, what = found.shares.ravel(), found.codes.ravel(), "a label"
        elif found.shares.shape[1] == 2:
            said, true, what = found.shares[:, 1], found.codes == 1, found.labels[1]
        else:
            said = found.shares.max(axis=1)
            true, what = found.codes == found.said(), "the class that is said"
        if said.min() < 0 or said.max() > 1:
            raise ValueError("Probabilities lie between 0 and 1.")
        return cls(bins_of(said, true.astype(np.float64)), what).plot(ax)

    def panels(self) -> int:
        """Return how many panels it has."""
        return 2

    def columns(self) -> int:
        """Return how many stand side by side: the second is below the first."""
        return 1

    def panel_size(self) -> tuple[float, float]:
        """Return half of the size."""
        return 4.4, 2.25

    def caption(self) -> str:
        """Return what it says in a sentence."""
        return (
            f"Probabilities of {self.what} are off by {self.bins.off:.3f} on average, over "
            f"{int(self.bins.rows.sum()):,} rows; on the diagonal they come true as said."
        )

    def draw(self, axes: list[Axes]) -> None:
        """Draw what came true, and below it how often each probability was given."""
        ax, below = axes
        found, line = self.bins, stroke(0)
        ax.plot([0, 1], [0, 1], color="#888888", linewidth=1, label="as said", zorder=1)
        reach = np.clip([found.true - found.low, found.high - found.true], 0, None)
        ax.errorbar(found.said, found.true, yerr=reach, color=line.color, marker=line.mark,
                    markersize=6, linestyle="", elinewidth=1.2, capsize=3,
                    label=words(f"{self.what}, 95 %", 40))  # fmt: skip
        ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        tidy(ax, "", "share that came true")
        below.bar(found.said, found.rows, width=0.07, color=line.color)
        below.set_xlim(-0.02, 1.02)
        tidy(below, f"probability of {words(self.what)}", "rows")
        below.grid(False, axis="x")
        legend_below(below, 2, drawn=ax)
