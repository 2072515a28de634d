"""The state of a training, epoch by epoch: gradient, damping or rate, validation fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from neurona.reports.plots.canvas import logarithmic, tidy
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import epochs_of, name_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]


class Track(NamedTuple):
    """A quantity over the epochs: its name, its values, and whether they are counted."""

    name: str
    values: Array
    counted: bool = False


@dataclass(eq=False)
class TrainingStateDisplay(Display):
    """Gradient norm, damping (or learning rate), and validation fails over epochs, a panel each.

    A validation fail is an epoch after which the validation loss is above the best so far; they are
    counted in a row. Use `from_estimator` for a model or its history.

    Examples
    --------
    >>> from neurona import MLPRegressor
    >>> from neurona.reports.plots import TrainingStateDisplay
    >>> model = MLPRegressor(solver="lbfgs", random_state=0)
    >>> model = model.fit([[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 4.0, 9.0])
    >>> [track.name for track in TrainingStateDisplay.from_estimator(model).tracks]
    ['gradient norm', 'learning rate']
    """

    epochs: Array
    tracks: list[Track]

    @classmethod
    def from_estimator(cls, model: Any, *, ax: Any = None) -> Self:
        """Draw the state of the training of a fitted model, or of its `history_`.

        ValueError if it kept losses only, or nothing.
        """
        records: Sequence[Any] = epochs_of(model)
        if not len(records):
            raise ValueError("The history is empty: nothing was trained yet.")
        if not hasattr(records[0], "gradient_norm"):
            raise ValueError(
                f"A {name_of(model)} kept its losses only, and no gradients; draw history."
            )
        tracks = [Track("gradient norm", _column(records, "gradient_norm"))]
        for name, words in (("damping", "damping"), ("learning_rate", "learning rate")):
            values = _column(records, name)
            if np.isfinite(values).any():
                tracks.append(Track(words, values))
                break
        losses = _column(records, "val_loss")
        if np.isfinite(losses).any():
            tracks.append(Track("validation fails", fails(losses), True))
        return cls(np.array([record.epoch for record in records]), tracks).plot(ax)

    def panels(self) -> int:
        """Return how many panels it has."""
        return len(self.tracks)

    def columns(self) -> int:
        """Return how many stand side by side: they are on each other."""
        return 1

    def panel_size(self) -> tuple[float, float]:
        """Return the size of a panel."""
        return 5.6, 1.7

    def caption(self) -> str:
        """Return what it says in a sentence."""
        said = [f"{one.name} {one.values[-1]:.3g}" for one in self.tracks]
        return f"State of the training at epoch {self.epochs[-1]}: {', '.join(said)}."

    def draw(self, axes: list[Axes]) -> None:
        """Draw the tracks under each other."""
        for k, (ax, track) in enumerate(zip(axes, self.tracks, strict=True)):
            line = stroke(k)
            if track.counted:
                ax.step(self.epochs, track.values, where="mid", color=line.color, linewidth=1.5)
                ax.set_ylim(0, max(1.0, float(np.nanmax(track.values))) * 1.08)
            else:
                ax.plot(self.epochs, track.values, color=line.color, linewidth=1.5)
                logarithmic(ax, track.values)
            tidy(ax, "epoch" if k == len(axes) - 1 else "", track.name)
            if k < len(axes) - 1:
                ax.tick_params(labelbottom=False)
        for ax in axes[1:]:
            ax.sharex(axes[0])


def fails(losses: Array) -> Array:
    """Return for each epoch how many in a row have not been better than the best before.

    >>> import numpy as np
    >>> fails(np.array([3.0, 2.0, 2.5, 2.0, 1.0])).tolist()
    [0.0, 0.0, 1.0, 2.0, 0.0]
    """
    best, count, found = np.inf, 0.0, []
    for loss in losses:
        count = 0.0 if loss < best else count + 1
        best = min(best, loss) if loss == loss else best
        found.append(count)
    return np.array(found)


def _column(records: Sequence[Any], name: str) -> Array:
    return np.array([getattr(record, name, None) for record in records], np.float64)
