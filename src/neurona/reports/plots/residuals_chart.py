"""What is left over: true minus predicted, over what was predicted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from neurona import metrics
from neurona.reports.plots.canvas import legend_below, tidy
from neurona.reports.plots.pairs import PairsDisplay, dots
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(eq=False)
class ResidualsDisplay(PairsDisplay):
    """What is left (true - predicted) over what was predicted, with the root mean square.

    A cloud without shape around 0 is what a good model leaves. Use `from_estimator`, `from_parts`
    or `from_predictions`.

    Examples
    --------
    >>> from neurona.reports.plots import ResidualsDisplay
    >>> ResidualsDisplay.from_predictions([1.0, 2.0, 3.0], [1.1, 1.9, 3.2]).caption()
    'What is left after prediction: rows RMSE 0.141, mean -0.0667.'
    """

    def panels(self) -> int:
        """Return how many panels it has."""
        return len(self.parts)

    def panel_size(self) -> tuple[float, float]:
        """Return the size of a panel."""
        return {1: (5.6, 3.6), 2: (3.6, 3.3)}.get(len(self.parts), (2.7, 3.0))

    def caption(self) -> str:
        """Return what it says in a sentence."""
        said = "; ".join(
            f"{one.part} RMSE {metrics.rmse(one.errors):.3g}, mean {one.errors.mean():.3g}"
            for one in self.parts
        )
        return f"What is left after prediction: {said}."

    def draw(self, axes: list[Axes]) -> None:
        """Draw the parts, all on the same scales."""
        several = len(self.parts) > 1
        largest = max(float(abs(one.errors).max()) for one in self.parts)
        for k, (ax, one) in enumerate(zip(axes, self.parts, strict=True)):
            size = float(metrics.rmse(one.errors))
            dots(ax, one.predicted, one.errors, "rows")
            ax.axhline(0, color="black", linewidth=1.2)
            unit = f" {self.unit}" if self.unit else ""
            line = stroke(1)
            label: str | None = f"\N{PLUS-MINUS SIGN} RMSE = {size:.3g}{unit}"
            for height in (size, -size):
                ax.axhline(
                    height, color=line.color, linestyle=line.dash, linewidth=1.4, label=label
                )
                label = None
            if several and largest > 0:
                ax.set_ylim(-1.05 * largest, 1.05 * largest)
            left = "true \N{MINUS SIGN} predicted"
            tidy(ax, self.called("predicted"), self._left(left) if k == 0 else "",
                 one.part if several else "")  # fmt: skip
            legend_below(ax)

    def _left(self, text: str) -> str:
        return f"{text} ({self.unit})" if self.unit else text


def residuals(y: Any, predicted: Any, *, unit: str = "", ax: Axes | None = None) -> Axes:
    """Draw what is left (true - predicted) over what was predicted, with the root mean square.

    A cloud without shape around 0 is what a good model leaves. Parameters and errors as in
    `parity`; the axes are those of a `ResidualsDisplay`.

    >>> from neurona.reports import plots
    >>> axes = plots.residuals([1.0, 2.0, 3.0], [1.1, 1.9, 3.2], unit="kW")
    >>> axes.get_xlabel()
    'predicted (kW)'
    """
    return ResidualsDisplay.from_predictions(y, predicted, unit=unit, ax=ax).ax_
