"""A model with one input as a curve over its points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import axes_for, legend_below, tidy, words
from neurona.reports.plots.pairs import column, dots
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import check_answers, column_names, places_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
    x, y = rows.points[:, 0], column("y", rows.targets)
    along = np.linspace(np.nanmin(x), np.nanmax(x), resolution)
    predicted = column("the prediction", model.predict(rows.given(along[:, None])))
    ax = axes_for(ax)
    dots(ax, x, y, "data")
    line = stroke(1)
    ax.plot(along, predicted, color=line.color, linewidth=2, label="model", zorder=3)
    own = rows.names or column_names(model)
    x_name = input_name or (words(own[0]) if own else "x")
    y_name = target_name or (words(rows.target_name) if rows.target_name else "y")
    tidy(ax, x_name, y_name)
    legend_below(ax)
    return ax
