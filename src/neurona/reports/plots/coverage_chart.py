"""Whether error bars can be believed: how many rows are in an interval that should hold 95 %."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from neurona.reports.answers import quantities_of
from neurona.reports.plots.canvas import legend_below, tidy
from neurona.reports.plots.display import Display
from neurona.reports.plots.pairs import column
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]
LEVELS = np.linspace(0.05, 0.99, 48)


@dataclass(eq=False)
class CoverageDisplay(Display):
    """The share of rows within an interval, over the share that it should hold.

    Above the diagonal error bars are too wide, below too narrow. Use `from_estimator` for models
    that know how sure they are (solver="bayesian-lm"), or `from_predictions`.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona.reports.plots import CoverageDisplay
    >>> errors = np.random.default_rng(0).standard_normal(4000)
    >>> display = CoverageDisplay.from_predictions(errors, np.zeros(4000), np.ones(4000))
    >>> display.caption()
    'Intervals of 95 % hold 95 % of 4,000 rows, those of 50 % hold 50 %.'
    """

    away: Array

    @classmethod
    def from_predictions(cls, y: Any, predicted: Any, std: Any, *, ax: Any = None) -> Self:
        """Draw from true values, predictions, and their standard deviations, each (rows,)."""
        y, predicted, std = column("y", y), column("predicted", predicted), column("std", std)
        if not y.shape == predicted.shape == std.shape or not y.size or (std < 0).any():
            raise ValueError(
                "y, predicted and std must be as long as each other, and std not negative. Got "
                f"{y.size}, {predicted.size} and {std.size}."
            )
        with np.errstate(divide="ignore", invalid="ignore"):
            away = np.nan_to_num(np.abs(y - predicted) / std, nan=0.0, posinf=np.inf)
        return cls(away).plot(ax)

    @classmethod
    def from_estimator(
        cls, model: Any, X: Any, y: Any, *, target: Any = None, ax: Any = None
    ) -> Self:
        """Draw what a fitted regressor says of rows; y may be the name of a column of X.

        TypeError if it predicts classes; ValueError if it does not know how sure it is.
        """
        _, true, predicted, std = quantities_of(model, X, y).one(target)
        if std is None:
            raise ValueError(
                f'This {type(model).__name__} has no error bars: fit with solver="bayesian-lm", '
                "or draw parity."
            )
        return cls.from_predictions(true, predicted, std, ax=ax)

    def held(self, level: Any) -> Any:
        """Return the share of the rows within the interval that should hold a share `level`."""
        from scipy.special import ndtri

        reach = ndtri(0.5 + np.asarray(level) / 2)
        return (self.away[:, None] <= np.atleast_1d(reach)).mean(axis=0)

    def panel_size(self) -> tuple[float, float]:
        """Return the size."""
        return 4.4, 4.5

    def caption(self) -> str:
        """Return what it says in a sentence."""
        most, half = self.held([0.95, 0.5])
        return (
            f"Intervals of 95 % hold {100 * most:.0f} % of {self.away.size:,} rows, those of 50 % "
            f"hold {100 * half:.0f} %."
        )

    def draw(self, axes: list[Axes]) -> None:
        """Draw the curve; the band is what chance allows (95 %)."""
        (ax,) = axes
        line = stroke(0)
        chance = 1.96 * np.sqrt(LEVELS * (1 - LEVELS) / self.away.size)
        ax.fill_between(LEVELS, LEVELS - chance, LEVELS + chance, color="#e8e8e8", zorder=0,
                        label="chance, 95 %")  # fmt: skip
        ax.plot([0, 1], [0, 1], color="#888888", linewidth=1, label="as it should", zorder=1)
        ax.plot(LEVELS, self.held(LEVELS), color=line.color, linewidth=1.8, label="these rows")
        ax.set(xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
        tidy(ax, "share that the interval should hold", "share of rows within it")
        legend_below(ax, 3)
