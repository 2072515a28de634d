"""Charts: what each is for, and the registry of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from neurona.insight.exhibit import Exhibit
from neurona.progress.numbers import count
from neurona.registry import Registry
from neurona.reports.plots.display import Display, picture_of
from neurona.values import Value

CHARTS = Registry(
    "chart",
    {
        **dict.fromkeys(
            ("learning curves", "loss", "losses", "curves", "performance", "plotperform"), "history"
        ),
        **dict.fromkeys(("gradient", "damping", "plottrainstate"), "state"),
        **dict.fromkeys(
            ("regression", "plotregression", "predicted", "actual", "scatter"), "parity"
        ),
        **dict.fromkeys(("histogram", "ploterrhist", "errorhistogram"), "errors"),
        **dict.fromkeys(("confusion matrix", "plotconfusion"), "confusion"),
        **dict.fromkeys(("auc", "plotroc"), "roc"),
        **dict.fromkeys(("pr", "prc"), "precision-recall"),
        **dict.fromkeys(("calibration", "probabilities"), "reliability"),
        **dict.fromkeys(("intervals", "error bars"), "coverage"),
        **dict.fromkeys(("permutation", "features"), "importance"),
        **dict.fromkeys(("pdp", "partial dependence", "ice"), "dependence"),
        **dict.fromkeys(("diagram", "architecture", "graph"), "network"),
        **dict.fromkeys(("curve", "plotfit"), "fit"),
        **dict.fromkeys(("decision boundary",), "boundary"),
    },
)
"""Charts by name, and what other tools call them."""
MOST_TARGETS = 6
"""Targets, or labels, of which each has a drawing of its own."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A chart that was drawn.

    Attributes
    ----------
    chart : str
        Its name.
    of : str
        The target that it is of, nothing if there is but one.
    caption : str
        What it says, in a sentence with its main numbers.
    figure : matplotlib Figure
    """

    chart: str
    of: str
    caption: str
    figure: Any

    @property
    def stem(self) -> str:
        """What a file of it is called: its name, and the target's."""
        of = "".join(one if one.isalnum() else "-" for one in self.of)[:40].strip("-")
        return f"{self.chart}-{of or 'target'}" if self.of else self.chart

    def content(self, kind: str = "png") -> bytes:
        """Return the drawing as a file's content: "png", "svg" or "pdf"."""
        return picture_of(self.figure, kind)


@dataclass(frozen=True)
class Chart(Value):
    """Base of the charts: a value without options.

    Attributes
    ----------
    title : str
        What stands over it on a page.
    help : str
        What it shows, in a line.
    of_rows : bool
        Whether it shows rows, and not the model alone.
    """

    title: ClassVar[str] = ""
    help: ClassVar[str] = ""
    of_rows: ClassVar[bool] = True

    def refusal(self, exhibit: Exhibit) -> str:
        """Return why it does not fit a model, in a sentence; nothing if it does."""
        if self.of_rows and not exhibit.parts:
            return f"{self.name} shows rows; give those that the model was fitted to."
        return self.unfit(exhibit)

    @abstractmethod
    def unfit(self, exhibit: Exhibit) -> str:
        """Return why it does not fit a model with rows; nothing if it does."""

    @abstractmethod
    def drawings(self, exhibit: Exhibit) -> list[Drawing]:
        """Return it drawn: one picture, or one a target."""

    def one(self, display: Display, of: str = "", about: str = "") -> Drawing:
        """Return a display as a drawing of this chart."""
        return Drawing(self.name, of, f"{about}{display.caption()}", display.figure_)


def each(names: Sequence[str], draw: Callable[[str, str], Drawing]) -> list[Drawing]:
    """Return a drawing for each of a few names; of a single one it is not named. Of many the last
    one says that there are more.
    """
    drawn = [draw(name, name if len(names) > 1 else "") for name in names[:MOST_TARGETS]]
    if len(names) > MOST_TARGETS:
        more = f" There are {len(names)}; the first {MOST_TARGETS} are drawn."
        drawn[-1] = replace(drawn[-1], caption=drawn[-1].caption + more)
    return drawn


def of_part(exhibit: Exhibit) -> str:
    """Return which rows are shown: "30 test rows: "."""
    which = "" if exhibit.telling == "rows" else f"{exhibit.telling} "
    return f"{count(exhibit.part.rows, f'{which}row')}: "
