"""Charts of a training and of what it left: losses, state, weights, network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from neurona.insight.charts.chart import CHARTS, Chart, Drawing
from neurona.insight.exhibit import Exhibit
from neurona.reports.plots.history_chart import HistoryDisplay
from neurona.reports.plots.network_diagram import network
from neurona.reports.plots.training_state import TrainingStateDisplay
from neurona.reports.plots.weights_chart import WeightsDisplay
from neurona.reports.subject import layers_of

MOST_UNITS = 10
"""Units of a layer of which none is left out on a diagram."""


@CHARTS.register("history")
@dataclass(frozen=True)
class HistoryChart(Chart):
    """Losses over epochs."""

    title: ClassVar[str] = "Losses"
    help: ClassVar[str] = "losses over epochs, the best one, why training stopped"
    of_rows: ClassVar[bool] = False

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if no losses were kept."""
        model = exhibit.learner
        kept = getattr(model, "history_", None) or getattr(model, "loss_curve_", None)
        return "" if kept else f"A {exhibit.called} kept no losses (history_ or loss_curve_)."

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        return [self.one(HistoryDisplay.from_estimator(exhibit.learner))]


@CHARTS.register("state")
@dataclass(frozen=True)
class StateChart(Chart):
    """Gradient, damping and validation fails."""

    title: ClassVar[str] = "State of the training"
    help: ClassVar[str] = "gradient, damping or learning rate, validation fails over epochs"
    of_rows: ClassVar[bool] = False

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if no gradients were kept."""
        kept = getattr(exhibit.learner, "history_", None)
        return "" if kept else f"A {exhibit.called} kept no gradients (history_)."

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        return [self.one(TrainingStateDisplay.from_estimator(exhibit.learner))]


@CHARTS.register("weights")
@dataclass(frozen=True)
class WeightsChart(Chart):
    """Histograms of the weights."""

    title: ClassVar[str] = "Weights"
    help: ClassVar[str] = "how large the weights of each layer are"
    of_rows: ClassVar[bool] = False

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if there are no weights."""
        return _no_weights(exhibit)

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        return [self.one(WeightsDisplay.from_estimator(exhibit.learner))]


@CHARTS.register("network")
@dataclass(frozen=True)
class NetworkChart(Chart):
    """The units and their weights."""

    title: ClassVar[str] = "The network"
    help: ClassVar[str] = "units in layers, weights as lines of their size and sign"
    of_rows: ClassVar[bool] = False

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if there are no weights."""
        return _no_weights(exhibit)

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        layers = layers_of(exhibit.learner)
        sizes = [layers.matrices[0].shape[0], *(one.shape[1] for one in layers.matrices)]
        left = (
            " Large layers show the units with the largest weights."
            if max(sizes) > MOST_UNITS
            else ""
        )
        note = f"; drawn is {layers.note}" if layers.note else ""
        caption = (
            f"Layers of {', '.join(map(str, sizes))} units{note}. A line is as wide as its weight "
            f"is large, dashed if it is negative.{left}"
        )
        axes = network(exhibit.learner, most_units=MOST_UNITS)
        return [Drawing(self.name, "", caption, axes.figure)]


def _no_weights(exhibit: Exhibit) -> str:
    has = hasattr(exhibit.learner, "coefs_") or hasattr(exhibit.learner, "coef_")
    return "" if has else f"A {exhibit.called} has no weights (coefs_ or coef_)."
