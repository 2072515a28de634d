"""An activation beside its slope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neurona.numerics.activations import Activation
from neurona.numerics.evaluate import evaluate
from neurona.reports.plots.canvas import axes_for, legend_below, tidy
from neurona.reports.plots.named import activation_named
from neurona.reports.plots.palette import stroke

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def activation(
    activation: str | Activation, ax: Axes | None = None, *, low: float = -5.0, high: float = 5.0
) -> Axes:
    """Draw an activation and its slope over the sum z.

    Parameters
    ----------
    activation : str or Activation
        A name of ours, or another tool's: "sigmoid" draws "logistic", and says so.
    ax : Axes, default=None
        None draws on a new figure.
    low, high : float
        The sums shown; heights beyond them are cut off.

    Returns
    -------
    Axes
        `ax.figure.savefig("activation.png")` writes the picture.

    Examples
    --------
    >>> from neurona.reports import plots
    >>> plots.activation("sigmoid").get_title()
    'logistic'
    """
    found = activation_named(activation)
    if not low < high:
        raise ValueError(f"low must be less than high. Got {low!r} and {high!r}.")
    sums = np.linspace(low, high, 801)
    values, slopes = evaluate(found, sums)
    ax = axes_for(ax)
    for k, (label, heights) in enumerate((("value g(z)", values), ("slope g\N{PRIME}(z)", slopes))):
        line = stroke(k)
        ax.plot(sums, heights, color=line.color, linestyle=line.dash, linewidth=2, label=label)
    shown = np.concatenate([values, slopes]).clip(low, high)
    margin = 0.06 * float(np.ptp(shown))
    ax.set_ylim(float(shown.min()) - margin, float(shown.max()) + margin)
    ax.set_xlim(low, high)
    ax.axhline(0, color="#888888", linewidth=0.8, zorder=1)
    ax.axvline(0, color="#888888", linewidth=0.8, zorder=1)
    tidy(ax, "sum z", "", found.name)
    legend_below(ax)
    return ax
