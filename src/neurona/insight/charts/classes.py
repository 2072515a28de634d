"""Charts of a classification: which class is said, how surely, and whether it is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from neurona import metrics
from neurona.data.frames import as_table
from neurona.insight.charts.chart import CHARTS, Chart, Drawing, each, of_part
from neurona.insight.charts.quantities import numeric_columns
from neurona.insight.exhibit import Exhibit
from neurona.reports.answers import is_named
from neurona.reports.plots.boundaries import decision_boundary
from neurona.reports.plots.confusion_chart import ConfusionDisplay
from neurona.reports.plots.precision_recall_chart import PrecisionRecallDisplay
from neurona.reports.plots.reliability_chart import ReliabilityDisplay
from neurona.reports.plots.roc_chart import RocDisplay


@dataclass(frozen=True)
class _OfClasses(Chart):
    """Shared part: charts of a model that predicts classes."""

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if quantities are predicted, or nothing."""
        if exhibit.classifies is None:
            return f"{self.name} needs predictions, and a {exhibit.called} makes none."
        if not exhibit.classifies:
            return (
                f"{self.name} is for classes, and this {exhibit.called} predicts quantities; draw "
                "parity, residuals or errors."
            )
        return ""


@CHARTS.register("confusion")
@dataclass(frozen=True)
class ConfusionChart(_OfClasses):
    """Which class is taken for which."""

    title: ClassVar[str] = "Confusion"
    help: ClassVar[str] = "which class is taken for which, in rows and per cent"

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it; of labels each."""
        found = exhibit.chances(exhibit.telling)
        if not found.several:
            counts = np.array(metrics.confusion(found.codes, found.said(), len(found.labels)))
            display = ConfusionDisplay(counts, found.labels, found.name).plot()
            return [self.one(display, "", of_part(exhibit))]

        def draw(name: str, of: str) -> Drawing:
            k = found.labels.index(name)
            counts = np.array(metrics.confusion(found.codes[:, k], found.said()[:, k], 2))
            display = ConfusionDisplay(counts, ["off", "on"], name).plot()
            return self.one(display, of, of_part(exhibit))

        return each(found.labels, draw)


@dataclass(frozen=True)
class _OfThresholds(_OfClasses):
    """Shared part: curves over all thresholds."""

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if no probabilities are given, or all rows are of one class."""
        found = super().unfit(exhibit)
        if found:
            return found
        if not hasattr(exhibit.model, "predict_proba"):
            return f"{self.name} needs probabilities, and a {exhibit.called} gives none."
        on = exhibit.chances(exhibit.telling).on()
        if not ((on.sum(axis=0) > 0) & (on.sum(axis=0) < len(on))).any():
            return f"{self.name} needs rows of two classes, and all {len(on)} rows are of one."
        return ""


@CHARTS.register("roc")
@dataclass(frozen=True)
class RocChart(_OfThresholds):
    """True against false positives."""

    title: ClassVar[str] = "ROC curve"
    help: ClassVar[str] = "true against false positives at every threshold"

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        return [self.one(RocDisplay.of(exhibit.chances(exhibit.telling)), "", of_part(exhibit))]


@CHARTS.register("precision-recall")
@dataclass(frozen=True)
class PrecisionRecallChart(_OfThresholds):
    """Precision over recall."""

    title: ClassVar[str] = "Precision and recall"
    help: ClassVar[str] = "precision over recall at every threshold"

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        display = PrecisionRecallDisplay.of(exhibit.chances(exhibit.telling))
        return [self.one(display, "", of_part(exhibit))]


@CHARTS.register("reliability")
@dataclass(frozen=True)
class ReliabilityChart(_OfThresholds):
    """Whether probabilities come true."""

    title: ClassVar[str] = "Probabilities"
    help: ClassVar[str] = "how often what is said with 70 % comes true"

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        display = ReliabilityDisplay.of(exhibit.chances(exhibit.telling))
        return [self.one(display, "", of_part(exhibit))]


@CHARTS.register("boundary")
@dataclass(frozen=True)
class BoundaryChart(_OfClasses):
    """Where the model changes its mind."""

    title: ClassVar[str] = "The boundary"
    help: ClassVar[str] = "where a model with two inputs changes its mind"

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if there are not two inputs."""
        found = super().unfit(exhibit)
        if found:
            return found
        two = numeric_columns(exhibit.part.X) == 2 and not exhibit.has_labels
        return "" if two else f"{self.name} is for two inputs that are numbers; draw dependence."

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        X, y = exhibit.part
        if is_named(X):
            X = as_table(X, "X")
        axes = decision_boundary(exhibit.model, X, y)
        caption = f"{of_part(exhibit)}the regions of the classes, and the rows."
        return [Drawing(self.name, "", caption, axes.figure)]
