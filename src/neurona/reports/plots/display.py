"""Display: a chart as a value, in scikit-learn's manner; numbers first, then a drawing of them."""

from __future__ import annotations

import io
import warnings
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

from neurona.reports.plots.canvas import panels, readable
from neurona.reports.plots.letters import with_letters

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")


class Display(ABC):
    """Shared part of the charts: `plot` draws the numbers that a display holds.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where it was drawn last; of several panels the first.
    axes_ : list of Axes
        All its panels.
    figure_ : matplotlib Figure
        `display.figure_.savefig("name.png")` writes it.
    """

    ax_: Axes
    axes_: list[Axes]
    figure_: Figure

    @abstractmethod
    def caption(self) -> str:
        """Return what the chart says, in a sentence with its main numbers."""

    @abstractmethod
    def draw(self, axes: list[Axes]) -> None:
        """Draw on as many axes as there are panels."""

    def panels(self) -> int:
        """Return how many panels it has."""
        return 1

    def panel_size(self) -> tuple[float, float]:
        """Return the width and height of a panel of its own, in inches."""
        return 5.6, 3.6

    def columns(self) -> int:
        """Return how many panels stand side by side."""
        return min(self.panels(), 3)

    def plot(self, ax: Any = None) -> Self:
        """Draw on the axes given, or on those of a new figure that needs no display.

        Parameters
        ----------
        ax : Axes, or list of as many as there are panels, default=None
            One that is given for several panels is divided among them.

        Returns
        -------
        self : object
            With `ax_`, `axes_` and `figure_`.
        """
        self.axes_ = panels(ax, self.panels(), self.panel_size(), self.columns())
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure  # type: ignore[assignment]
        self.draw(self.axes_)
        for one in self.axes_:
            readable(one)
        with_letters(self.figure_)
        return self

    def picture(self, kind: str = "png") -> bytes:
        """Return the drawing as a file's content: "png", "svg" or "pdf"; same drawing, same bytes.

        Texts stay texts in an SVG.
        """
        if "figure_" not in vars(self):
            self.plot()
        return picture_of(self.figure_, kind)

    def _repr_png_(self) -> bytes:
        return self.picture()


def picture_of(figure: Any, kind: str) -> bytes:
    """Return a figure as the content of a file, without a date in it."""
    from matplotlib import rc_context

    if kind not in FORMATS:
        raise ValueError(f"A picture is {', '.join(FORMATS[:-1])} or {FORMATS[-1]}. Got {kind!r}.")
    undated: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": None},
        "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
        "png": {"Software": None},
    }
    out = io.BytesIO()
    with_letters(figure)
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "neurona", "pdf.fonttype": 42}
    with rc_context(settings), warnings.catch_warnings():
        # letters that the font has not are shown as boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(out, format=kind, metadata=undated[kind], facecolor="white",
                       bbox_inches="tight", pad_inches=0.08)  # fmt: skip
    return out.getvalue()
