"""How the loss went, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import axes_for, legend_below, tidy
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import epochs_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurona.training.history import EpochRecord

Array = np.ndarray[Any, np.dtype[Any]]
STEEP = 20.0
"""Losses that fall by more than this factor are drawn on a logarithmic scale."""


def learning_curves(history: Any, ax: Axes | None = None) -> Axes:
    """Draw the training loss and, where there is one, the validation loss with its best epoch.

    Parameters
    ----------
    history : fitted model or its `history_`, or mapping of names to such
        Of several models, by name, the training losses are compared.
    ax : Axes, default=None

    Returns
    -------
    Axes

    Examples
    --------
    >>> from neurona import MLPRegressor
    >>> from neurona.reports import plots
    >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit([[0.0], [1.0]], [0.0, 1.0])
    >>> plots.learning_curves(model).get_xlabel()
    'epoch'
    """
    if isinstance(history, Mapping):
        history = {str(name): epochs_of(one) for name, one in history.items()}
    else:
        history = epochs_of(history)
    if not history or (isinstance(history, Mapping) and not all(map(len, history.values()))):
        raise ValueError("The history is empty: nothing was trained yet.")
    ax = axes_for(ax)
    if isinstance(history, Mapping):
        for k, (name, records) in enumerate(history.items()):
            _curve(ax, k, records, "loss", name)
    else:
        _curve(ax, 0, history, "loss", "training")
        if all(record.val_loss is not None for record in history):
            _mark_best(ax, *_curve(ax, 1, history, "val_loss", "validation"))
    heights = np.concatenate([np.asarray(line.get_ydata(), np.float64) for line in ax.get_lines()])
    finite = heights[np.isfinite(heights)]
    if finite.size and finite.min() > 0 and finite.max() > STEEP * finite.min():
        ax.set_yscale("log")
    tidy(ax, "epoch", "loss")
    legend_below(ax)
    return ax


def _curve(
    ax: Axes, number: int, records: Sequence[EpochRecord], field: str, label: str
) -> tuple[Array, Array]:
    line = stroke(number)
    epochs = np.array([record.epoch for record in records])
    losses = np.array([getattr(record, field) for record in records], np.float64)
    ax.plot(epochs, losses, color=line.color, linestyle=line.dash, linewidth=1.8, label=label)
    return epochs, losses


def _mark_best(ax: Axes, epochs: Array, losses: Array) -> None:
    if np.isfinite(losses).any():
        best = int(np.nanargmin(losses))
        ax.plot(epochs[best], losses[best], marker="o", markersize=7, linestyle="", color="white",
                markeredgecolor="black", zorder=5, label=f"best: epoch {epochs[best]}")  # fmt: skip
