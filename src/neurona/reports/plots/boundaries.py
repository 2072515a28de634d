"""Where a model changes its mind: the line or boundary between classes, over the points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.reports.plots.canvas import axes_for, legend_below, need, tidy
from neurona.reports.plots.palette import stroke
from neurona.reports.subject import check_answers, column_names, is_model, places_of, unit_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = np.ndarray[Any, np.dtype[Any]]
MARGIN = 0.12
AXES = ("$x_1$", "$x_2$")
FIRES = "#f3e3b3"


def decision_line(
    weights: Any,
    bias: Any = None,
    X: Any = None,
    y: Any = None,
    *,
    input_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the line w'x + b = 0 of a neuron with two inputs; where it fires is tinted.

    Parameters
    ----------
    weights : fitted model, or array-like of shape (2,)
        A model of one unit, such as a `Perceptron` of two classes.
    bias : float, default=None
        Minus the threshold. A model has its own: `decision_line(model, X, y)`.
    X : array-like of shape (rows, 2), or frame of two columns, default=None
    y : array-like of shape (rows,), default=None
        Points and their classes; without points the view is the unit square and some room.
    input_names : sequence of str, default=None
        None are those of the columns, else x1 and x2.
    ax : Axes, default=None

    Returns
    -------
    Axes

    Examples
    --------
    >>> from neurona import Perceptron
    >>> from neurona.reports import plots
    >>> X, y = {"a": [0.0, 0.0, 1.0, 1.0], "b": [0.0, 1.0, 0.0, 1.0]}, [0, 0, 0, 1]
    >>> model = Perceptron(shuffle=False).fit([[0, 0], [0, 1], [1, 0], [1, 1]], y)
    >>> plots.decision_line(model, X, y).get_xlabel()
    'a'
    """
    if is_model(weights):
        unit = unit_of(weights)
        X, y = (X, y) if bias is None else (bias, X if y is None else y)
        input_names = unit.input_names if input_names is None else input_names
        weights, bias = unit.matrices[0][:, 0], float(unit.biases[0][0])
    elif bias is None:
        raise ValueError("decision_line needs a fitted model, or weights and a bias.")
    w = np.asarray(weights, np.float64)
    if w.shape != (2,) or not w.any():
        raise ValueError(
            f"A decision line needs two weights that are not both 0. Got {np.asarray(w).tolist()}."
        )
    points, classes = np.array([[0.0, 0.0], [1.0, 1.0]]), y
    if X is not None:
        rows = places_of(X, y, 2)
        points, classes = rows.points, rows.targets
        input_names = rows.names if input_names is None else input_names
    ax = axes_for(ax, (4.6, 4.2))
    (left, right), (low, high) = window = _window(points, 0.35 if X is None else MARGIN)
    across, up = np.meshgrid(np.linspace(left, right, 200), np.linspace(low, high, 200))
    ax.contourf(across, up, w[0] * across + w[1] * up + bias, levels=[0.0, np.inf],
                colors=[FIRES], zorder=0)  # fmt: skip
    foot = -bias * w / (w @ w)
    along = np.array([-w[1], w[0]]) / np.hypot(*w)
    reach = 2 * np.hypot(right - left, high - low) + np.hypot(*(foot - points.mean(axis=0)))
    ends = np.array([foot - reach * along, foot + reach * along])
    ax.plot(ends[:, 0], ends[:, 1], color="black", linewidth=1.8, label="decision line", zorder=2)
    patches = need("matplotlib.patches")
    ax.add_patch(patches.Rectangle((0, 0), 0, 0, facecolor=FIRES, label="fires"))
    if X is not None:
        _draw_points(ax, points, classes)
    legend_below(ax, 4)
    ax.set(xlim=window[0], ylim=window[1])
    across_name, up_name = input_names or AXES
    tidy(ax, across_name, up_name, grid=False)
    return ax


def decision_boundary(
    model: Any,
    X: Any,
    y: Any,
    *,
    input_names: Sequence[str] | None = None,
    resolution: int = 200,
    ax: Axes | None = None,
) -> Axes:
    """Draw the regions of a classifier with two inputs, and the points with their classes.

    Parameters
    ----------
    model : any classifier with `predict`, fitted
        Where it has `decision_function` or `predict_proba`, the boundary is their smooth level
        line.
    X : array-like of shape (rows, 2), frame, Table or dict of two columns
    y : array-like of shape (rows,), or the name of a third column of X
    input_names : sequence of str, default=None
        None are those of the columns, else x1 and x2.
    resolution : int, default=200
        Places along each side at which the model is asked.
    ax : Axes, default=None

    Returns
    -------
    Axes

    Raises
    ------
    TypeError
        The model predicts no classes.
    ValueError
        X has not two columns of numbers, or y another length.

    Examples
    --------
    >>> from neurona import MLPClassifier
    >>> from neurona.reports import plots
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> model = MLPClassifier(4, "tanh", solver="lbfgs", random_state=0).fit(X, y)
    >>> ax = plots.decision_boundary(model, X, y, input_names=["left", "right"])
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('left', 'right')
    """
    check_answers(model, "classifier", "draw regression_fit, parity or learning_curves")
    rows = places_of(X, y, 2)
    points, y = rows.points, rows.targets
    (left, right), (low, high) = window = _window(points, MARGIN)
    x_side, y_side = np.linspace(left, right, resolution), np.linspace(low, high, resolution)
    across, up = np.meshgrid(x_side, y_side)
    places = rows.given(np.column_stack([across.ravel(), up.ravel()]))
    classes = np.unique(
        np.concatenate([np.unique(y), np.unique(np.asarray(model.predict(places)))])
    )
    margins = _margins(model, places, classes)
    ax = axes_for(ax, (4.8, 4.4))
    if len(classes) > 1:
        _draw_regions(ax, across, up, margins)
    _draw_points(ax, points, y, classes)
    ax.set(xlim=window[0], ylim=window[1])
    across_name, up_name = input_names or rows.names or column_names(model) or AXES
    tidy(ax, across_name, up_name, grid=False)
    legend_below(ax, min(4, len(classes)))
    return ax


def _draw_regions(ax: Axes, across: Array, up: Array, margins: Array) -> None:
    """Tint each class's region and draw a line where its lead over all others is 0."""
    count = margins.shape[1]
    highest = margins.argmax(axis=1).reshape(across.shape)
    tints = [stroke(k).tint for k in range(count)]
    ax.contourf(across, up, highest, levels=np.arange(count + 1) - 0.5, colors=tints, zorder=0)
    for k in range(1 if count == 2 else 0, count):
        others = np.delete(margins, k, axis=1).max(axis=1)
        lead = (margins[:, k] - others).reshape(across.shape)
        if lead.min() < 0 < lead.max():
            ax.contour(across, up, lead, levels=[0.0], colors="black", linewidths=1.5, zorder=2)


def _margins(model: Any, places: Any, classes: Array) -> Array:
    """Return a number per place and class; the largest is the class predicted."""
    known = np.asarray(getattr(model, "classes_", classes))
    for way in ("decision_function", "predict_proba"):
        ask = getattr(model, way, None)
        if ask is None or not np.array_equal(known, classes):
            continue
        found = np.asarray(ask(places), np.float64)
        if found.ndim == 1 and len(classes) == 2:
            return np.column_stack([-found, found])
        if found.ndim == 2 and found.shape[1] == len(classes):
            return found
    chosen: Array = np.asarray(model.predict(places))[:, None] == classes
    return chosen.astype(np.float64)


def _window(points: Array, margin: float) -> tuple[tuple[float, float], tuple[float, float]]:
    low, high = points.min(axis=0), points.max(axis=0)
    room = margin * np.where(high > low, high - low, 1.0)
    (left, bottom), (right, top) = low - room, high + room
    return (float(left), float(right)), (float(bottom), float(top))


def _draw_points(ax: Axes, points: Array, y: Array, classes: Any = None) -> None:
    classes = np.unique(y) if classes is None else classes
    size = float(np.clip(4000 / len(points), 22, 70))
    for k, one in enumerate(classes):
        chosen = y == one
        mark = stroke(k)
        ax.scatter(
            points[chosen, 0], points[chosen, 1], s=size, marker=mark.mark, facecolor=mark.color,
            edgecolor="white", linewidth=0.7, label=f"class {one}", zorder=3,
        )  # fmt: skip
