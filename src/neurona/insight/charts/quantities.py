"""Charts of a regression: predicted beside true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from neurona.data.frames import as_table
from neurona.insight.charts.chart import CHARTS, Chart, Drawing, each, of_part
from neurona.insight.exhibit import Exhibit
from neurona.reports.answers import is_named
from neurona.reports.plots.canvas import words
from neurona.reports.plots.coverage_chart import CoverageDisplay
from neurona.reports.plots.error_histogram import ErrorHistogramDisplay
from neurona.reports.plots.pairs import Pairs, PairsDisplay
from neurona.reports.plots.parity_chart import ParityDisplay
from neurona.reports.plots.regression_fit import regression_fit
from neurona.reports.plots.residuals_chart import ResidualsDisplay


@dataclass(frozen=True)
class _OfQuantities(Chart):
    """Shared part: charts of a model that predicts quantities."""

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if classes are predicted, or nothing."""
        if exhibit.classifies is None:
            return f"{self.name} needs predictions, and a {exhibit.called} makes none."
        if exhibit.classifies:
            return (
                f"{self.name} is for quantities, and this {exhibit.called} predicts classes; "
                "draw confusion, roc or reliability."
            )
        return ""


@dataclass(frozen=True)
class _OfPairs(_OfQuantities):
    """Shared part: all parts of the rows, a picture a target."""

    display: ClassVar[type[PairsDisplay]]

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw each target."""
        return each(exhibit.targets, lambda name, of: self.one(self._of(exhibit, name), of))

    def _of(self, exhibit: Exhibit, target: str) -> PairsDisplay:
        parts = []
        for part in exhibit.parts:
            _, true, predicted, std = exhibit.quantities(part).one(target)
            parts.append(Pairs(part, true, predicted, std))
        return self.display(parts, target).plot()


@CHARTS.register("parity")
@dataclass(frozen=True)
class ParityChart(_OfPairs):
    """Predicted against true."""

    title: ClassVar[str] = "Predicted against true"
    help: ClassVar[str] = "predicted against true: R, fitted line, error bars"
    display: ClassVar[type[PairsDisplay]] = ParityDisplay


@CHARTS.register("residuals")
@dataclass(frozen=True)
class ResidualsChart(_OfPairs):
    """True minus predicted over predicted."""

    title: ClassVar[str] = "Residuals"
    help: ClassVar[str] = "true minus predicted, over predicted"
    display: ClassVar[type[PairsDisplay]] = ResidualsDisplay


@CHARTS.register("errors")
@dataclass(frozen=True)
class ErrorsChart(_OfPairs):
    """How the errors are spread."""

    title: ClassVar[str] = "Errors"
    help: ClassVar[str] = "how the errors are spread, as a histogram"
    display: ClassVar[type[PairsDisplay]] = ErrorHistogramDisplay


@CHARTS.register("coverage")
@dataclass(frozen=True)
class CoverageChart(_OfQuantities):
    """Whether the error bars hold what they say."""

    title: ClassVar[str] = "Error bars"
    help: ClassVar[str] = "how many rows lie within the interval that should hold 95 %"

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if there are no error bars."""
        found = super().unfit(exhibit)
        if found or exhibit.quantities(exhibit.telling).std is not None:
            return found
        return (
            f"This {exhibit.called} does not know how sure it is; fit with solver='bayesian-lm', "
            "or draw parity."
        )

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw each target."""

        def draw(name: str, of: str) -> Drawing:
            _, true, predicted, std = exhibit.quantities(exhibit.telling).one(name)
            display = CoverageDisplay.from_predictions(true, predicted, std)
            return self.one(display, of, of_part(exhibit))

        return each(exhibit.targets, draw)


@CHARTS.register("fit")
@dataclass(frozen=True)
class FitChart(_OfQuantities):
    """The curve of a model with one input."""

    title: ClassVar[str] = "The fitted curve"
    help: ClassVar[str] = "the curve of a model with one input, over its rows"

    def unfit(self, exhibit: Exhibit) -> str:
        """Say so if there are several inputs or targets."""
        found = super().unfit(exhibit)
        if found:
            return found
        columns = numeric_columns(exhibit.part.X)
        if columns != 1 or len(exhibit.targets) != 1:
            return (
                f"{self.name} is for one input that is a number, and one target; draw dependence "
                "for more."
            )
        return ""

    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Draw it."""
        (target,) = exhibit.targets
        axes = regression_fit(exhibit.model, *exhibit.part, target_name=words(target))
        caption = f"{of_part(exhibit)}the model's curve over the data."
        return [Drawing(self.name, "", caption, axes.figure)]


def numeric_columns(X: Any) -> int:
    """Return how many columns there are, 0 if one of them is no number."""
    if is_named(X):
        table = as_table(X, "X")
        numbers = all(column.dtype.kind == "f" for column in table.columns.values())
        return len(table.names) if numbers else 0
    shape = getattr(X, "shape", None) or (len(X), len(X[0]))
    return int(shape[1]) if getattr(getattr(X, "dtype", None), "kind", "f") in "fiu" else 0
