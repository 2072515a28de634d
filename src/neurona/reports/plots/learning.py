"""How the loss went, epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import axes_for, legend_below, tidy
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurona.training.history import EpochRecord

STEEP = 20.0
"""Losses that fall by more than this factor are drawn on a logarithmic scale."""


def learning_curves(history: Sequence[EpochRecord], ax: Axes | None = None) -> Axes:
    """Draw the training loss and, where there is one, the validation loss with its best epoch.

    Parameters
    ----------
    history : History
        A fitted model's `history_`.
    ax : Axes, default=None
    """
    if not len(history):
        raise ValueError("The history is empty: nothing was trained yet.")
    epochs = [record.epoch for record in history]
    losses = [record.loss for record in history]
    checks: list[Any] = [record.val_loss for record in history]
    ax = axes_for(ax)
    line, other = stroke(0), stroke(1)
    ax.plot(epochs, losses, color=line.color, linestyle=line.dash, linewidth=1.8, label="training")
    everything = np.array(losses, np.float64)
    if all(check is not None for check in checks):
        ax.plot(epochs, checks, color=other.color, linestyle=other.dash, linewidth=1.8,
                label="validation")  # fmt: skip
        everything = np.concatenate([everything, np.array(checks, np.float64)])
        if np.isfinite(np.array(checks, np.float64)).any():
            best = int(np.nanargmin(np.array(checks, np.float64)))
            ax.plot(epochs[best], checks[best], marker="o", markersize=7, linestyle="",
                    color="white", markeredgecolor="black", zorder=5,
                    label=f"best: epoch {epochs[best]}")  # fmt: skip
    finite = everything[np.isfinite(everything)]
    if finite.size and finite.min() > 0 and finite.max() > STEEP * finite.min():
        ax.set_yscale("log")
    tidy(ax, "epoch", "loss")
    legend_below(ax)
    return ax
