"""A regression beside its data: the fitted curve, the residuals, predicted against true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neurona import metrics
from neurona.reports.plots.canvas import axes_for, legend_below, tidy
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import check_answers, column_names, places_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]


def regression_fit(
    model: Any,
    X: Any,
    y: Any,
    *,
    input_name: str | None = None,
    target_name: str | None = None,
    resolution: int = 400,
    ax: Axes | None = None,
) -> Axes:
    """Draw a model with one input as a curve over its points.

    Parameters
    ----------
    model : any regressor with `predict`, fitted
    X : array-like of shape (rows, 1), frame, Table or dict of one column
    y : array-like of shape (rows,), or the name of a second column of X
    input_name, target_name : str, default=None
        None are those of the columns, else x and y.
    resolution : int, default=400
        Places along the axis at which the model is asked.
    ax : Axes, default=None

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        The model predicts classes, or nothing.
    ValueError
        X has not one column of numbers, or y another length.

    Examples
    --------
    >>> from neurona import MLPRegressor
    >>> from neurona.reports import plots
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0]
    >>> model = MLPRegressor(hidden_layer_sizes=3, solver="lbfgs", random_state=0).fit(X, y)
    >>> plots.regression_fit(model, X, y, input_name="load").get_xlabel()
    'load'
    """
    check_answers(model, "regressor", "draw decision_boundary, confusion or learning_curves")
    rows = places_of(X, y, 1)
    x, y = rows.points[:, 0], _column("y", rows.targets)
    along = np.linspace(np.nanmin(x), np.nanmax(x), resolution)
    predicted = _column("the prediction", model.predict(rows.given(along[:, None])))
    ax = axes_for(ax)
    _dots(ax, x, y, "data")
    line = stroke(1)
    ax.plot(along, predicted, color=line.color, linewidth=2, label="model", zorder=3)
    own = rows.names or column_names(model)
    tidy(ax, input_name or (own[0] if own else "x"), target_name or rows.target_name or "y")
    legend_below(ax)
    return ax


def residuals(y: Any, predicted: Any, *, unit: str = "", ax: Axes | None = None) -> Axes:
    """Draw what is left (true - predicted) over what was predicted, with the root mean square.

    A cloud without shape around 0 is what a good model leaves. Parameters and errors as in
    `parity`.

    >>> from neurona.reports import plots
    >>> axes = plots.residuals([1.0, 2.0, 3.0], [1.1, 1.9, 3.2], unit="kW")
    >>> axes.get_xlabel()
    'predicted (kW)'
    """
    y, predicted = _pair(y, predicted)
    left = y - predicted
    size = float(metrics.rmse(left))
    ax = axes_for(ax)
    _dots(ax, predicted, left, "rows")
    ax.axhline(0, color="black", linewidth=1.2)
    for k, height in enumerate((size, -size)):
        label = f"\N{PLUS-MINUS SIGN} RMSE = {size:.3g}{_in(unit)}" if k == 0 else None
        ax.axhline(height, color=stroke(1).color, linestyle=(0, (5, 2)), linewidth=1.4, label=label)
    tidy(ax, f"predicted{_of(unit)}", f"true \N{MINUS SIGN} predicted{_of(unit)}")
    legend_below(ax)
    return ax


def parity(y: Any, predicted: Any, *, unit: str = "", ax: Axes | None = None) -> Axes:
    """Draw predicted over true; a perfect model lies on the diagonal.

    Parameters
    ----------
    y, predicted : array-like of shape (n_rows,)
        True and predicted, both in `unit`.
    unit : str, default=""
        What they are measured in; stands at both axes.
    ax : Axes, optional
        Where to draw; a new figure by default.

    Raises
    ------
    ValueError
        They are not two columns of the same length.

    Examples
    --------
    >>> from neurona.reports import plots
    >>> axes = plots.parity([1.0, 2.0, 3.0], [1.1, 1.9, 3.2], unit="kW")
    >>> axes.get_xlabel()
    'true (kW)'
    """
    y, predicted = _pair(y, predicted)
    constant = not metrics.squares(y, predicted).total.all()
    score = float("nan") if constant else metrics.r2(y, predicted)
    ax = axes_for(ax, (4.4, 4.4))
    low, high = min(y.min(), predicted.min()), max(y.max(), predicted.max())
    room = 0.05 * (high - low or 1.0)
    side = (float(low - room), float(high + room))
    _dots(ax, y, predicted, f"rows, R\N{SUPERSCRIPT TWO} = {score:.3f}")
    ax.plot(side, side, color="black", linewidth=1.2, label="predicted = true", zorder=1)
    ax.set(xlim=side, ylim=side, aspect="equal")
    tidy(ax, f"true{_of(unit)}", f"predicted{_of(unit)}")
    legend_below(ax, 2)
    return ax


def _dots(ax: Axes, x: Array, y: Array, label: str) -> None:
    mark = stroke(0)
    size = float(np.clip(3000 / max(len(x), 1), 12, 36))
    ax.scatter(x, y, s=size, facecolor=mark.color, edgecolor="white", linewidth=0.4, alpha=0.75,
               label=label, zorder=2)  # fmt: skip


def _pair(y: Any, predicted: Any) -> tuple[Array, Array]:
    y, predicted = _column("y", y), _column("predicted", predicted)
    if y.shape != predicted.shape or not y.size:
        raise ValueError(
            f"y and predicted must be as long as each other. Got {y.size} and {predicted.size}."
        )
    return y, predicted


def _column(word: str, values: Any) -> Array:
    found = np.asarray(values, np.float64)
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim != 1:
        raise ValueError(f"{word} must be one target, to be drawn. Got shape {found.shape}.")
    return found


def _in(unit: str) -> str:
    return f" {unit}" if unit else ""


def _of(unit: str) -> str:
    return f" ({unit})" if unit else ""
