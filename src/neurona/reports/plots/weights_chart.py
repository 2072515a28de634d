"""How large the weights of each layer are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from neurona.reports.plots.canvas import legend_below, need, tidy
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import layers_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]


class LayerWeights(NamedTuple):
    """A layer's weights and biases, each in a row."""

    weights: Array
    biases: Array


ALIKE = 5.0
"""How many times as far the weights of a layer may reach as those of another on one scale."""


@dataclass(eq=False)
class WeightsDisplay(Display):
    """Histograms of weights and biases, a panel a layer; all on the same scale, unless one layer's
    weights would then be a single bar.

    Use `from_estimator`, or `from_weights` for matrices.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona.reports.plots import WeightsDisplay
    >>> display = WeightsDisplay.from_weights([np.eye(2)], [np.zeros(2)])
    >>> display.caption()
    'Weights by layer, root mean square: 1: 0.707 (6 numbers).'
    """

    layers: list[LayerWeights]
    note: str = ""

    @classmethod
    def from_weights(
        cls, coefs: Sequence[Any], intercepts: Sequence[Any] = (), *, ax: Any = None
    ) -> Self:
        """Draw matrices (inputs x outputs) and, if there are any, biases, by layer."""
        biases = list(intercepts) or [np.zeros(0)] * len(coefs)
        layers = [
            LayerWeights(np.ravel(w).astype(np.float64), np.ravel(b).astype(np.float64))
            for w, b in zip(coefs, biases, strict=True)
        ]
        if not layers or not all(one.weights.size for one in layers):
            raise ValueError("coefs must be a list of matrices (inputs, outputs), one per layer.")
        return cls(layers).plot(ax)

    @classmethod
    def from_estimator(cls, model: Any, *, ax: Any = None) -> Self:
        """Draw a fitted model's weights; of several networks that are averaged the best's.

        TypeError if it has none.
        """
        found = layers_of(model)
        layers = [
            LayerWeights(np.ravel(w).astype(np.float64), np.ravel(b).astype(np.float64))
            for w, b in zip(found.matrices, found.biases, strict=True)
        ]
        return cls(layers, found.note).plot(ax)

    def panels(self) -> int:
        """Return how many panels it has."""
        return len(self.layers)

    def panel_size(self) -> tuple[float, float]:
        """Return the size of a panel."""
        return {1: (5.6, 3.4), 2: (3.6, 3.0)}.get(len(self.layers), (2.7, 2.7))

    def caption(self) -> str:
        """Return what it says in a sentence."""
        said = ", ".join(
            f"{k}: {np.sqrt(np.mean(one.weights**2)):.3g} "
            f"({one.weights.size + one.biases.size:,} numbers)"
            for k, one in enumerate(self.layers, 1)
        )
        return f"Weights by layer, root mean square: {said}{'; ' + self.note if self.note else ''}."

    def draw(self, axes: list[Axes]) -> None:
        """Draw a histogram a layer."""
        reach = [float(np.abs(np.concatenate(one)).max()) or 1.0 for one in self.layers]
        alike = max(reach) <= ALIKE * min(reach)
        for k, (ax, one) in enumerate(zip(axes, self.layers, strict=True)):
            largest = max(reach) if alike else reach[k]
            bins = int(np.clip(np.sqrt(one.weights.size) * 2, 10, 60))
            edges = np.linspace(-largest, largest, bins + 1)
            ax.hist(one.weights, edges.tolist(), color=stroke(0).color, label="weights")
            if one.biases.size:
                ax.plot(one.biases, np.zeros_like(one.biases), linestyle="", marker="|",
                        markersize=11, color=stroke(1).color, label="biases", clip_on=False,
                        zorder=4)  # fmt: skip
            ax.axvline(0, color="#888888", linewidth=0.8)
            title = f"layer {k + 1} of {len(axes)}" if len(axes) > 1 else ""
            tidy(ax, "value", "weights" if k % self.columns() == 0 else "", title)
            ax.grid(False, axis="x")
            ax.yaxis.set_major_locator(need("matplotlib.ticker").MaxNLocator(5, integer=True))
            legend_below(ax, 2)
