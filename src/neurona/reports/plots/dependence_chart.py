"""How the answer goes with one input, the others as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from neurona.reports.answers import classifies, has_labels
from neurona.reports.measures.coded import Coded
from neurona.reports.measures.inspection import Dependence, input_place, partial_dependence
from neurona.reports.plots.canvas import legend_below, need, tidy, told_apart, words
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_PANELS, MOST_LEVELS, MOST_LINES = 6, 12, 7
MOST_SLANTED = 8
"""Levels whose names stand slanted; more stand upright."""
SLANT = 0.4
"""Inches that slanted names of levels need."""


@dataclass(eq=False)
class DependenceDisplay(Display):
    """The mean answer over one input, a panel an input (Friedman 2001).

    Every row is given each value of the input in turn; the band holds the middle 80 % of the rows'
    answers. Of several classes each is a curve. Computed by scikit-learn's `partial_dependence` on
    at most 500 rows. Use `from_estimator`.

    Parameters
    ----------
    answers : dict of str to list of Dependence
        What is answered, and how it goes with each input.
    classes : int, default=0
        How many there are, if only some are answered.
    kind : {"classes", "labels"}, default="classes"
        Which of them; several labels may be on at once.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor
    >>> from neurona.reports.plots import DependenceDisplay
    >>> X = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit(X, X[:, 1])
    >>> display = DependenceDisplay.from_estimator(model, X)
    >>> display.inputs
    ['x1', 'x2']
    """

    answers: dict[str, list[Dependence]]
    classes: int = 0
    kind: str = "classes"

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
        answer : str, int or list of such, default=None
            Which targets, or the probabilities of which classes, of several; None is the first
            target, of two classes the second, of more, and of labels, each.
        ax : Axes, default=None
        """
        names = Coded(X).names
        labels, classes = _answers(model)
        if answer is None:
            two = classes and len(labels) == 2 and not has_labels(model)
            places = [1] if two else list(range(min(len(labels), MOST_LINES) if classes else 1))
        else:
            given = answer if isinstance(answer, list | tuple) else [answer]
            places = [input_place(labels, _as_label(one, labels)) for one in given]
        chosen = list(range(min(len(names), MOST_PANELS)) if inputs is None else inputs)
        found = {
            labels[place]: partial_dependence(model, X, chosen, answer=place) for place in places
        }
        if classes and len(found) == 1:
            found = {f"probability of {label}": one for label, one in found.items()}
        kind = "labels" if has_labels(model) else "classes"
        return cls(found, len(labels) if classes else 0, kind).plot(ax)

    @property
    def inputs(self) -> list[str]:
        """The names of the inputs that are drawn."""
        return [one.name for one in next(iter(self.answers.values()))]

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
        said = []
        kept = self._kept()
        for name, found in self.answers.items():
            most = max(found, key=lambda one: float(np.ptp(one.mean)))
            low, high = float(most.mean.min()), float(most.mean.max())
            said.append(f"{name} most with {most.name}, from {low:.3g} to {high:.3g}")
        return f"The mean answer as one input changes: {'; '.join(said)}." + (
            f" Drawn are {kept}." if kept else ""
        )

    def _kept(self) -> str:
        """Return which answers are drawn, if not all are."""
        left = self.classes > len(self.answers) > 1
        return f"the first {len(self.answers)} of {self.classes} {self.kind}" if left else ""

    def draw(self, axes: list[Axes]) -> None:
        """Draw the panels, all with the same heights."""
        several = len(self.answers) > 1
        found = [one for answer in self.answers.values() for one in answer]
        low = min(float((one.mean if several else one.low).min()) for one in found)
        high = max(float((one.mean if several else one.high).max()) for one in found)
        room = 0.05 * (high - low or 1.0)
        label = "probability" if several else words(next(iter(self.answers)))
        names, kinds = told_apart(self.inputs), told_apart(list(self.answers))
        for k, (ax, name) in enumerate(zip(axes, names, strict=True)):
            for number, inputs in enumerate(self.answers.values()):
                _draw(ax, inputs[k], number, kinds[number] if several else "")
            ax.set_ylim(low - room, high + room)
            levels = next(iter(self.answers.values()))[k].levels or []
            if len(levels) > MOST_LEVELS:
                name += f" ({MOST_LEVELS} of {len(levels)} values)"
            tidy(ax, name, label if k % self.columns() == 0 else "")
        if several:
            corner = len(axes) - 1 - (len(axes) - 1) % self.columns()
            shown = next(iter(self.answers.values()))[corner].levels
            room = SLANT if shown is not None and _slanted(shown) else 0.0
            legend_below(axes[corner], 2 if self.columns() > 1 else 4, self._kept(), room)


def _answers(model: Any) -> tuple[list[str], bool]:
    """Return what a model answers, and whether these are classes."""
    targets = [str(one) for one in getattr(model, "target_names_", None) or []]
    if not classifies(model):
        outputs = int(getattr(model, "n_outputs_", 1) or 1)
        many = [f"y{k + 1}" for k in range(outputs)] if outputs > 1 else ["prediction"]
        return targets or many, False
    known = [str(one) for one in getattr(model, "classes_", [])]
    return targets if len(targets) > 1 else known, True


def _draw(ax: Axes, one: Dependence, number: int, label: str) -> None:
    line = stroke(number)
    if one.levels is not None:
        shown = one.levels[:MOST_LEVELS]
        places = np.arange(len(shown))
        reach = np.abs([one.mean - one.low, one.high - one.mean])[:, : len(shown)]
        ax.errorbar(places, one.mean[: len(shown)], yerr=None if label else reach, linestyle="",
                    marker=line.mark, color=line.color, elinewidth=3, ecolor="#b9d3e6",
                    label=label)  # fmt: skip
        turned: dict[str, Any] = {"rotation": 35, "ha": "right"} if _slanted(shown) else {}
        if turned and len(shown) > MOST_SLANTED:
            turned = {"rotation": 90}
        ax.set_xticks(places, told_apart(shown, 12), **turned)
        ax.set_xlim(-0.5, len(shown) - 0.5)
        return
    if not label:
        ax.fill_between(one.values, one.low, one.high, color=line.tint, zorder=1)
    ax.plot(one.values, one.mean, color=line.color, linestyle=line.dash, linewidth=1.8, zorder=2,
            label=label)  # fmt: skip
    if one.is_date:
        dates = need("matplotlib.dates")
        ticks = dates.AutoDateLocator(minticks=2, maxticks=5)
        ax.xaxis.set_major_locator(ticks)
        ax.xaxis.set_major_formatter(dates.ConciseDateFormatter(ticks))


def _slanted(levels: Sequence[str]) -> bool:
    shown = levels[:MOST_LEVELS]
    return max(map(len, shown)) * len(shown) > 18


def _as_label(answer: Any, labels: Sequence[str]) -> Any:
    return str(answer) if str(answer) in labels else answer
