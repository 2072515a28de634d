"""Charts of a fitted model, drawn by their names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from neurona.insight.charts import CHARTS, Chart, Drawing
from neurona.insight.exhibit import Exhibit, exhibit_of


def draw(model: Any, X: Any = None, y: Any = None, *names: str, **others: Any) -> list[Drawing]:
    """Return charts of a fitted model, drawn: those that are named, or all that fit.

    Parameters
    ----------
    model : any fitted model
    X, y : as in its `fit`, default=None
        The rows it was fitted to; without them only charts of the model alone are drawn.
    *names : str
        Of `CHARTS`.
    **others
        As in `exhibit_of`: X_val, y_val, X_test, y_test.

    Raises
    ------
    UnknownNameError
        There is no such chart.
    ValueError
        A chart that is named does not fit the model.

    Examples
    --------
    >>> from neurona import MLPRegressor
    >>> from neurona.insight import draw
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0]
    >>> model = MLPRegressor(hidden_layer_sizes=3, solver="lbfgs", random_state=0).fit(X, y)
    >>> (drawing,) = draw(model, X, y, "fit")
    >>> drawing.caption
    "3 training rows: the model's curve over the data."
    """
    return drawings_of(exhibit_of(model, X, y, **others), names)


def drawings_of(exhibit: Exhibit, names: Sequence[str] = ()) -> list[Drawing]:
    """Return charts of an exhibit, drawn: those that are named, or all that fit."""
    chosen = [CHARTS.find(name) for name in names] if names else list(fitting(exhibit))
    for chart in chosen:
        refusal = chart.refusal(exhibit)
        if refusal:
            raise ValueError(refusal)
    return [drawing for chart in chosen for drawing in chart.drawings(exhibit)]


def fitting(exhibit: Exhibit) -> Iterable[Chart]:
    """Yield the charts that fit an exhibit."""
    for name in CHARTS:
        chart: Chart = CHARTS.find(name)
        if not chart.refusal(exhibit):
            yield chart
