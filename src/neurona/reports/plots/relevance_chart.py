"""Which inputs matter, as bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from neurona.reports.plots.canvas import INK, tidy, told_apart
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import is_model, relevances_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(eq=False)
class RelevanceDisplay(Display):
    """One bar per input, the largest at the top.

    Use `from_estimator` for a model of solver="bayesian-lm", whose `relevance_` says how far the
    evidence lets each input bend the answer, or `from_values`; `ImportanceDisplay` measures any
    model.

    Parameters
    ----------
    names : list of str
    values : array of shape (inputs,)
    spread : array of shape (inputs,), default=None
        Half the length of each bar's whisker.
    label : str, default="relevance"
        What the values are.
    most : int, default=20
        No more bars than this are drawn: the largest.

    Examples
    --------
    >>> from neurona.reports.plots import RelevanceDisplay
    >>> display = RelevanceDisplay.from_values(["speed", "load"], [0.2, 0.8])
    >>> display.caption()
    'Relevance of the inputs, the largest first: load 0.8, speed 0.2.'
    """

    names: list[str]
    values: Array
    spread: Array | None = None
    label: str = "relevance"
    most: int = 20

    @classmethod
    def from_values(
        cls, names: Any, values: Any, *, spread: Any = None, label: str = "relevance",
        most: int = 20, ax: Any = None,
    ) -> Self:  # fmt: skip
        """Draw values by name; ValueError if there are not as many as names."""
        values = np.asarray(values, np.float64)
        if values.ndim != 1 or len(names) != values.size or not values.size:
            raise ValueError(f"{len(names)} names need as many values. Got shape {values.shape}.")
        if spread is not None and np.shape(spread) != values.shape:
            raise ValueError(f"spread must have the shape of values. Got {np.shape(spread)}.")
        whiskers = None if spread is None else np.asarray(spread, np.float64)
        return cls([str(name) for name in names], values, whiskers, label, most).plot(ax)

    @classmethod
    def from_estimator(cls, model: Any, *, most: int = 20, ax: Any = None) -> Self:
        """Draw what a fitted model knows of its inputs; ValueError if it knows nothing."""
        names, values = relevances_of(model)
        return cls.from_values(names, values, most=most, ax=ax)

    def order(self) -> Array:
        """Return the numbers of the inputs, the largest value first."""
        found: Array = np.argsort(-self.values, kind="stable")
        return found

    def panel_size(self) -> tuple[float, float]:
        """Return the size: it grows with the bars."""
        return 5.6, 0.9 + 0.3 * min(len(self.names), self.most)

    def caption(self) -> str:
        """Return what it says in a sentence."""
        first = ", ".join(f"{self.names[k]} {self.values[k]:.3g}" for k in self.order()[:5])
        more = f", and {len(self.names) - 5} more" if len(self.names) > 5 else ""
        return f"{self.label.capitalize()} of the inputs, the largest first: {first}{more}."

    def draw(self, axes: list[Axes]) -> None:
        """Draw the bars."""
        (ax,) = axes
        order = self.order()[: self.most][::-1]
        whiskers = None if self.spread is None else self.spread[order]
        look = {"ecolor": INK, "elinewidth": 1.2, "capsize": 3}
        ax.barh(range(len(order)), self.values[order], color=stroke(0).color, height=0.65,
                xerr=whiskers, error_kw=look)  # fmt: skip
        ax.set_yticks(range(len(order)), told_apart([self.names[k] for k in order]))
        ax.set_ylim(-0.7, len(order) - 0.3)
        ax.axvline(0, color="#888888", linewidth=0.8)
        left = len(self.names) - len(order)
        tidy(ax, f"{self.label} (the largest {len(order)} of {len(self.names)})" if left else
             self.label)  # fmt: skip
        ax.grid(False, axis="y")
        ax.tick_params(axis="y", length=0)


def relevance(
    names: Any,
    values: Any = None,
    *,
    spread: Any = None,
    label: str = "relevance",
    most: int = 20,
    ax: Axes | None = None,
) -> Axes:
    """Draw one bar per input, the largest at the top.

    Parameters
    ----------
    names : fitted model, or sequence of str
        A model of solver="bayesian-lm" knows what its inputs matter; any other is drawn by names
        and values.
    values : array-like of shape (inputs,), default=None
        Such as permutation importances.
    spread : array-like of shape (inputs,), default=None
        Half the length of each bar's whisker (a standard deviation, say).
    label : str, default="relevance"
        What the values are.
    most : int, default=20
        Draw no more than the largest so many.
    ax : Axes, default=None

    Returns
    -------
    Axes
        Those of a `RelevanceDisplay`.

    Raises
    ------
    ValueError
        The model knows no relevances, or there are not as many values as names.

    Examples
    --------
    >>> from neurona.reports import plots
    >>> ax = plots.relevance(["speed", "load"], [0.2, 0.8])
    >>> [tick.get_text() for tick in ax.get_yticklabels()]  # from the bottom
    ['speed', 'load']
    """
    if is_model(names):
        found, own = relevances_of(names)
        names, values = found, own if values is None else values
    elif values is None:
        raise ValueError("relevance needs a fitted model, or names and values.")
    draw = RelevanceDisplay.from_values
    return draw(names, values, spread=spread, label=label, most=most, ax=ax).ax_
