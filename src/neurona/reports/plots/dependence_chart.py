"""How the answer goes with one input, the others as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from neurona.reports.answers import classifies
from neurona.reports.measures.coded import Coded
from neurona.reports.measures.inspection import Dependence, input_place, partial_dependence
from neurona.reports.plots.canvas import need, tidy, words
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PANELS, MOST_LEVELS = 6, 12


@dataclass(eq=False)
class DependenceDisplay(Display):
    """The mean answer over one input, a panel an input (Friedman 2001).

    Every row is given each value of the input in turn; the band holds the middle 80 % of the rows'
    answers. Computed by scikit-learn's `partial_dependence` on at most 500 rows. Use
    `from_estimator`.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor
    >>> from neurona.reports.plots import DependenceDisplay
    >>> X = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit(X, X[:, 1])
    >>> display = DependenceDisplay.from_estimator(model, X)
    >>> [one.name for one in display.inputs]
    ['x1', 'x2']
    """

    inputs: list[Dependence]
    answer: str

    @classmethod
    def from_estimator(
        cls, model: Any, X: Any, inputs: Sequence[Any] | None = None, *, answer: Any = None,
        ax: Any = None,
    ) -> Self:  # fmt: skip
        """Ask a fitted model about rows, and draw.

        Parameters
        ----------
        model : any fitted model that predicts
        X : as in its `fit`, without targets
        inputs : sequence of str or int, default=None
            Which to draw, by name or number; None are the first six.
        answer : str or int, default=None
            Which target, or the probability of which class, of several; None is the first target,
            of two classes the second, of more the first.
        ax : Axes, default=None
        """
        names, place, said = Coded(X).names, 0, ""
        if classifies(model):
            known = [str(one) for one in getattr(model, "classes_", [])]
            targets = getattr(model, "target_names_", None) or []
            labels = [str(t) for t in targets] if len(targets) > 1 else known
            default = 1 if len(labels) == 2 and len(targets) < 2 else 0
            place = default if answer is None else input_place(labels, _as_label(answer, labels))
            said = f"probability of {labels[place]}"
        else:
            targets = [str(t) for t in getattr(model, "target_names_", None) or []]
            if answer is not None:
                place = input_place(targets or [str(answer)], answer)
            said = targets[place] if targets else "prediction"
        chosen = range(min(len(names), MOST_PANELS)) if inputs is None else inputs
        return cls(partial_dependence(model, X, list(chosen), answer=place), said).plot(ax)

    def panels(self) -> int:
        """Return how many panels it has."""
        return len(self.inputs)

    def panel_size(self) -> tuple[float, float]:
        """Return the size of a panel."""
        return {1: (5.6, 3.6), 2: (3.6, 2.3)}.get(self.columns(), (2.7, 2.3))

    def columns(self) -> int:
        """Return how many panels stand side by side."""
        return 2 if self.panels() in (2, 4) else min(self.panels(), 3)

    def caption(self) -> str:
        """Return what it says in a sentence."""
        said = ", ".join(
            f"{one.name} from {one.mean.min():.3g} to {one.mean.max():.3g}" for one in self.inputs
        )
        return f"Mean {self.answer} as one input changes: {said}."

    def draw(self, axes: list[Axes]) -> None:
        """Draw the panels, all with the same heights."""
        low = min(float(one.low.min()) for one in self.inputs)
        high = max(float(one.high.max()) for one in self.inputs)
        room = 0.05 * (high - low or 1.0)
        for k, (ax, one) in enumerate(zip(axes, self.inputs, strict=True)):
            _draw(ax, one)
            ax.set_ylim(low - room, high + room)
            tidy(ax, words(one.name), words(self.answer) if k % self.columns() == 0 else "")


def _draw(ax: Axes, one: Dependence) -> None:
    line = stroke(0)
    if one.levels is not None:
        shown = one.levels[:MOST_LEVELS]
        places = np.arange(len(shown))
        reach = np.abs([one.mean - one.low, one.high - one.mean])[:, : len(shown)]
        ax.errorbar(places, one.mean[: len(shown)], yerr=reach, linestyle="", marker=line.mark,
                    color=line.color, elinewidth=3, ecolor="#b9d3e6")  # fmt: skip
        slanted = max(map(len, shown)) * len(shown) > 18
        turned: dict[str, Any] = {"rotation": 35, "ha": "right"} if slanted else {}
        ax.set_xticks(places, [words(level, 12) for level in shown], **turned)
        ax.set_xlim(-0.5, len(shown) - 0.5)
        return
    ax.fill_between(one.values, one.low, one.high, color=line.tint, zorder=1)
    ax.plot(one.values, one.mean, color=line.color, linewidth=1.8, zorder=2)
    if one.is_date:
        dates = need("matplotlib.dates")
        places = dates.AutoDateLocator(minticks=2, maxticks=5)
        ax.xaxis.set_major_locator(places)
        ax.xaxis.set_major_formatter(dates.ConciseDateFormatter(places))


def _as_label(answer: Any, labels: Sequence[str]) -> Any:
    return str(answer) if str(answer) in labels else answer
