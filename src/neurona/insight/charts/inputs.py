"""Charts of the inputs: what they matter, and how the answer goes with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from neurona.insight.charts.chart import CHARTS, Chart, Drawing, of_part
from neurona.insight.exhibit import Exhibit
from neurona.reports.plots.dependence_chart import MOST_PANELS, DependenceDisplay
from neurona.reports.plots.importance_chart import ImportanceDisplay
from neurona.reports.plots.relevance_chart import RelevanceDisplay

MOST_ASKED = 3
"""Targets that are followed as inputs change."""


@dataclass(frozen=True)
class _OfAnswers(Chart):
    """Shared part: charts of a model that predicts anything."""

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if nothing is predicted, or the inputs are too many to be looked at."""
        if exhibit.classifies is None:
            return f"{self.name} needs predictions, and a {exhibit.called} makes none."
        if hasattr(exhibit.part.X, "nnz"):
            return f"{self.name} is not drawn of sparse inputs; give the columns of interest dense."
        if exhibit.part.rows < 2:
            return f"{self.name} compares rows, and there is but one."
        return ""


@CHARTS.register("importance")
@dataclass(frozen=True)
class ImportanceChart(_OfAnswers):
    """What is lost without each input."""

    title: ClassVar[str] = "What the inputs matter"
    help: ClassVar[str] = "how much worse the model is when an input is shuffled"

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        display = ImportanceDisplay.of(exhibit.importance)
        return [self.one(display, "", of_part(exhibit))]


@CHARTS.register("dependence")
@dataclass(frozen=True)
class DependenceChart(_OfAnswers):
    """How the answer goes with the inputs."""

    title: ClassVar[str] = "How the answer goes with the inputs"
    help: ClassVar[str] = "the mean answer over each of the inputs that matter most"

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it; of several targets the first three each."""
        chosen, count = exhibit.inputs[:MOST_PANELS], len(exhibit.inputs)
        about = of_part(exhibit)
        if count > MOST_PANELS:
            about += f"The {MOST_PANELS} of {count} inputs that matter most. "

        def draw(answer: Any) -> Drawing:
            asked = DependenceDisplay.from_estimator
            display = asked(exhibit.model, exhibit.part.X, chosen, answer=answer)
            return self.one(display, "" if answer is None else str(answer), about)

        if exhibit.classifies or len(exhibit.targets) < 2:
            return [draw(None)]
        known = getattr(exhibit.model, "target_names_", None) is not None
        several = exhibit.targets[:MOST_ASKED]
        if len(several) < len(exhibit.targets):
            about += f"The first {MOST_ASKED} of {len(exhibit.targets)} targets are drawn. "
        return [draw(name if known else k) for k, name in enumerate(several)]


@CHARTS.register("relevance")
@dataclass(frozen=True)
class RelevanceChart(Chart):
    """How far the evidence lets each input bend the answer."""

    title: ClassVar[str] = "Relevance"
    help: ClassVar[str] = "how far a Bayesian training lets each input bend the answer"
    of_rows: ClassVar[bool] = False

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if training did not look."""
        if getattr(exhibit.learner, "relevance_", None) is not None:
            return ""
        return (
            f"This {exhibit.called} does not know what its inputs matter; fit with "
            "solver='bayesian-lm', or draw importance."
        )

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        about = (
            "Each input's share of the variances that the evidence gives the first weights: one "
            "that acts in a straight line needs small ones, so see its importance, too. "
        )
        return [self.one(RelevanceDisplay.from_estimator(exhibit.model), about=about)]
