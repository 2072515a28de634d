"""How the losses went, epoch by epoch: one training, several, or many seeds as bands."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from neurona.reports.plots.canvas import INK, legend_below, logarithmic, tidy, words
from neurona.reports.plots.display import Display
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import epochs_of, is_model

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]
MOST_CHANGES = 12
"""A rate that changes more often is no series of steps, and is not marked."""
MARKS = 8
"""Marks on a dotted curve, about."""


class Curve(NamedTuple):
    """A name, epochs, and the loss at each; `low` and `high` are the edges of a band."""

    name: str
    epochs: Array
    losses: Array
    low: Array | None = None
    high: Array | None = None


@dataclass(eq=False)
class HistoryDisplay(Display):
    """Losses over epochs.

    Use `from_estimator` for a model or its history, `from_several` for some beside each other,
    `from_seeds` for trainings that differ in their seed.

    Parameters
    ----------
    curves : list of Curve
    best : (epoch, loss), default=None
        Of the validation loss.
    reason : str, default=""
        Why training stopped, or what the curves are.
    changes : list of int, default=[]
        Epochs at which the learning rate was changed.

    Examples
    --------
    >>> from neurona import MLPRegressor
    >>> from neurona.reports.plots import HistoryDisplay
    >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit([[0.0], [1.0]], [0.0, 1.0])
    >>> display = HistoryDisplay.from_estimator(model)
    >>> [curve.name for curve in display.curves], display.ax_.get_xlabel()
    (['training'], 'epoch')
    """

    curves: list[Curve]
    best: tuple[int, float] | None = None
    reason: str = ""
    changes: list[int] = field(default_factory=list)

    @classmethod
    def from_estimator(cls, model: Any, *, watched: Any = None, ax: Any = None) -> Self:
        """Draw training loss, validation loss with its best epoch, and rows that were watched only.

        Parameters
        ----------
        model : fitted model, or its `history_`
        watched : dict of str to losses, default=None
            A loss an epoch of other rows by name, such as a test's; None takes those that the
            model's callbacks kept (`neurona.Watch`).
        ax : Axes, default=None

        Raises
        ------
        ValueError
            Nothing was trained yet.
        """
        records = _some(epochs_of(model))
        curves = [_curve("training", records, "loss")]
        best = None
        if any(record.val_loss is not None for record in records):
            curves.append(_curve("validation", records, "val_loss"))
            losses = curves[-1].losses
            if np.isfinite(losses).any():
                place = int(np.nanargmin(losses))
                best = int(curves[-1].epochs[place]), float(losses[place])
        curves += _watched(model) if watched is None else [
            _given(str(name), curves[0].epochs, losses) for name, losses in watched.items()
        ]  # fmt: skip
        reason = str(getattr(model, "stop_reason_", "")) if is_model(model) else ""
        reason = f"ended: {reason}" if reason else ""
        return cls(curves, best, reason, _changes(records)).plot(ax)

    @classmethod
    def from_several(
        cls, models: Mapping[str, Any], *, validation: bool = False, ax: Any = None
    ) -> Self:
        """Draw several trainings over each other.

        Parameters
        ----------
        models : dict of str to fitted model or history
        validation : bool, default=False
            Whether validation losses are drawn, too, dotted.
        ax : Axes, default=None
        """
        curves = []
        for name, model in models.items():
            records = _some(epochs_of(model))
            curves.append(_curve(str(name), records, "loss"))
            if validation and any(record.val_loss is not None for record in records):
                curves.append(_curve(f"{name}, validation", records, "val_loss"))
        return cls(curves).plot(ax)

    @classmethod
    def from_seeds(cls, models: Sequence[Any], *, ax: Any = None) -> Self:
        """Draw trainings that differ in their seed: the median, and the band that holds the middle
        80 % of them at each epoch; those that have stopped keep their last loss.

        Parameters
        ----------
        models : sequence of fitted models or histories, at least two
        ax : Axes, default=None
        """
        several = [_some(epochs_of(model)) for model in models]
        if len(several) < 2:
            raise ValueError(f"Bands need two trainings or more. Got {len(several)}.")
        curves = []
        for name, kind in (("training", "loss"), ("validation", "val_loss")):
            if all(getattr(r, kind) is not None for records in several for r in records):
                curves.append(_band(name, several, kind))
        return cls(curves, reason=f"median and middle 80 % of {len(several)} trainings").plot(ax)

    def caption(self) -> str:
        """Return what it says in a sentence."""
        last = max(int(curve.epochs[-1]) for curve in self.curves)
        said = [f"Losses over {last:,} epochs"]
        if self.best is not None:
            said.append(f"the best validation loss is {self.best[1]:.4g}, at epoch {self.best[0]}")
        if self.changes:
            said.append(f"the learning rate was changed {_times(len(self.changes))}")
        if self.reason:
            said.append(self.reason)
        return "; ".join(said).rstrip(".") + "."

    def draw(self, axes: list[Axes]) -> None:
        """Draw the curves."""
        (ax,) = axes
        number = -1
        for curve in self.curves:
            dotted = curve.name.endswith(", validation")
            number += not dotted
            line = stroke(number)
            dash: Any = (0, (1, 1.5)) if dotted else line.dash
            # all that are dotted have the same dash: marks tell whose they are in grey
            marks: dict[str, Any] = {}
            if dotted:
                few = max(1, len(curve.epochs) // MARKS)
                marks = {"marker": line.mark, "markersize": 4, "markevery": few}
            if curve.low is not None and curve.high is not None:
                ax.fill_between(curve.epochs, curve.low, curve.high, color=line.color, alpha=0.16,
                                linewidth=0, zorder=1)  # fmt: skip
            ax.plot(curve.epochs, curve.losses, color=line.color, linestyle=dash, linewidth=1.8,
                    label=words(curve.name), zorder=3, **marks)  # fmt: skip
        for k, epoch in enumerate(self.changes):
            ax.axvline(epoch, color="#999999", linewidth=0.8, linestyle=(0, (2, 2)), zorder=0,
                       label="learning rate changed" if not k else None)  # fmt: skip
        if self.best is not None:
            epoch, loss = self.best
            ax.plot(epoch, loss, marker="o", markersize=7, linestyle="", color="white",
                    markeredgecolor="black", zorder=5, label=f"best: epoch {epoch}")  # fmt: skip
        self._scale(ax)
        tidy(ax, "epoch", "loss")
        if self.reason:
            lines = textwrap.wrap(words(self.reason, 160), 80)
            ax.set_title("\n".join(lines), loc="left", fontsize=8, color=INK)
        legend_below(ax)

    def _scale(self, ax: Axes) -> None:
        logarithmic(ax, np.concatenate([curve.losses for curve in self.curves]))


def learning_curves(history: Any, ax: Axes | None = None) -> Axes:
    """Draw the training loss and, where there is one, the validation loss with its best epoch.

    Parameters
    ----------
    history : fitted model or its `history_`, or mapping of names to such
        Several models, by name, are compared.
    ax : Axes, default=None

    Returns
    -------
    Axes
        Those of a `HistoryDisplay`.

    Examples
    --------
    >>> from neurona import MLPRegressor
    >>> from neurona.reports import plots
    >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit([[0.0], [1.0]], [0.0, 1.0])
    >>> plots.learning_curves(model).get_xlabel()
    'epoch'
    """
    if isinstance(history, Mapping):
        if not history:
            raise ValueError("The history is empty: nothing was trained yet.")
        return HistoryDisplay.from_several(history, ax=ax).ax_
    return HistoryDisplay.from_estimator(history, ax=ax).ax_


def _some(records: Sequence[Any]) -> Sequence[Any]:
    if not len(records):
        raise ValueError("The history is empty: nothing was trained yet.")
    return records


def _curve(name: str, records: Sequence[Any], kind: str) -> Curve:
    epochs = np.array([record.epoch for record in records])
    return Curve(name, epochs, np.array([getattr(record, kind) for record in records], np.float64))


def _band(name: str, several: Sequence[Sequence[Any]], kind: str) -> Curve:
    longest = max(records[-1].epoch for records in several)
    epochs = np.arange(1, longest + 1)
    rows = []
    for records in several:
        one = _curve(name, records, kind)
        places = np.searchsorted(one.epochs, epochs, "right") - 1
        rows.append(one.losses[np.clip(places, 0, len(one.losses) - 1)])
    low, middle, high = np.quantile(np.array(rows), [0.1, 0.5, 0.9], axis=0)
    return Curve(name, epochs, middle, low, high)


def _changes(records: Sequence[Any]) -> list[int]:
    """Return the epochs that began with another rate, if these are a few steps."""
    rates = np.array([getattr(record, "learning_rate", None) for record in records], np.float64)
    if not np.isfinite(rates).all():
        return []
    found = [
        records[k].epoch for k in range(1, len(rates)) if not np.isclose(rates[k], rates[k - 1])
    ]
    return found if len(found) <= MOST_CHANGES else []


def _watched(model: Any) -> list[Curve]:
    """Return the losses that a model's callbacks kept of rows that they watched."""
    given: Any = getattr(model, "callbacks", None)
    several: Sequence[Any] = given if isinstance(given, list | tuple) else [given]
    return [
        Curve(str(one.name), np.array(one.epochs), np.array(one.losses, np.float64))
        for one in several
        if getattr(one, "losses", None)
    ]


def _given(name: str, epochs: Array, losses: Any) -> Curve:
    values = np.asarray(losses, np.float64)
    if values.shape != epochs.shape:
        raise ValueError(
            f"{name!r} must have a loss for each of {epochs.size} epochs. Got shape {values.shape}."
        )
    return Curve(name, epochs, values)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
