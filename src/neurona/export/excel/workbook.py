"""xlsx: a trained network as a workbook whose cells compute what `predict` computes."""

from __future__ import annotations

import io
import itertools
import os
from typing import Any

import numpy as np

from neurona.errors import IncompatibleError
from neurona.estimators.next_step import next_step
from neurona.export.excel import inputs, training
from neurona.export.excel.answers import write_answers
from neurona.export.excel.cells import add_styles, at, column_letters
from neurona.export.excel.cover import write_cover
from neurona.export.excel.examples import (
    FIRST_INPUT,
    FIRST_ROW,
    HEAD_ROW,
    Formula,
    check_size,
    plan_of,
    write_examples,
)
from neurona.export.excel.layers import write_layers
from neurona.export.excel.neurons import source_of_neurons
from neurona.export.excel.source import Source, source_of
from neurona.files.atomic import write_atomically

MOST_GATE_INPUTS = 6
CURVE_POINTS = 41
LINES = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9")
"""Colors of the curves, of Okabe and Ito's palette for all kinds of eyes."""
MOST_COLUMNS_A_PAGE = 16


def xlsx(
    model: Any,
    path: str | os.PathLike[str],
    X: Any = None,
    *,
    y: Any = None,
    training_step: bool = False,
) -> None:
    """Write a fitted model as an Excel workbook with live formulas.

    Every step from the inputs to the answer is a formula: the preparation of a table's columns, the
    sums and activations of every layer, the scaling back to the target's units, softmax and labels.
    Weights stand in cells that can be changed. A sheet "Truth table" is added where every input has
    two values (up to 6 inputs), a sheet "Curve" with a chart where there is one numeric input.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, TableRegressor or TableClassifier
        Fitted; or a single neuron or network of gates of `neurona.neuron`.
    path : str or PathLike
        The file to write; an old one is replaced as a whole.
    X : as in the model's `predict`, default=None
        The examples, a row each; without them one row of zeros, or of usual values; of a gate all
        rows of zeros and ones.
    y : targets of X, default=None
        For `training_step`: what the first example should have given.
    training_step : bool, default=False
        Whether to add one step of plain gradient descent on the first example: errors, gradient
        and new weights.

    Raises
    ------
    IncompatibleError
        The network does not fit into a spreadsheet, or has an activation without a formula.
    ImportError
        openpyxl is missing; `pip install neurona[excel]` brings it.
    OSError
        The file cannot be written.

    Examples
    --------
    >>> import tempfile, numpy as np, neurona
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> model = neurona.MLPClassifier((2,), "tanh", solver="lbfgs", random_state=0)
    >>> model = model.fit(X, [0, 1, 1, 0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     neurona.export.xlsx(model, f"{folder}/xor.xlsx", X)
    """
    try:
        from openpyxl import Workbook
    except ImportError:
        raise ImportError(
            "Writing workbooks needs openpyxl; install it with `pip install neurona[excel]`."
        ) from None
    source = source_of_neurons(model, X) or source_of(model, X)
    _check_finite(source)
    cells = _example_cells(source)
    check_size(source, len(cells))
    book = Workbook()
    book.remove(book.active)
    add_styles(book)
    write_examples(book, "Predict", "An example per row: type over the blue cells.", source, cells)
    gates = _gate_cells(source, cells)
    if gates:
        write_examples(
            book, "Truth table", "Every combination of the inputs' two values.", source, gates
        )
    ends = _curve_ends(source, cells)
    if ends is not None:
        _write_curve(book, source, *ends)
    if training_step:
        training.write_training(book, source, _targets(model, X, y, source))
    write_layers(book, source)
    if source.encoders:
        inputs.write_preparation(book, source.encoders)
    write_answers(book, source)
    write_cover(book, source)
    _print_setup(book)
    book.properties.creator = "neurona"
    book.properties.title = source.title
    content = io.BytesIO()
    book.save(content)
    write_atomically(path, [content.getvalue()])


def _check_finite(source: Source) -> None:
    if not all(np.isfinite(array).all() for array in (*source.matrices, *source.biases)):
        raise IncompatibleError(
            "The network has weights that are not finite, which a spreadsheet cannot hold; train "
            "it anew with a lower learning rate."
        )


def _example_cells(source: Source) -> list[list[Any]]:
    """Return the rows of examples, cell by cell."""
    if not source.encoders:
        return [list(row) for row in np.asarray(source.rows).tolist()]
    if source.table is None:
        return [[inputs.typical_cell(encoder) for encoder in source.encoders]]
    columns = [inputs.example_cells(encoder, source.table) for encoder in source.encoders]
    return [list(row) for row in zip(*columns, strict=True)]


def _gate_cells(source: Source, cells: list[list[Any]]) -> list[list[Any]]:
    """Return every combination of inputs that have two values each; none if one has not."""
    if len(source.names) > MOST_GATE_INPUTS:
        return []
    if source.encoders:
        pairs: list[Any] = [encoder.pair() for encoder in source.encoders]
        if None in pairs:
            return []
    else:
        pairs = [sorted(set(column)) for column in zip(*cells, strict=True)]
        if not all(len(pair) == 2 for pair in pairs):
            return []
    return [list(row) for row in itertools.product(*pairs)]


def _curve_ends(source: Source, cells: list[list[Any]]) -> tuple[float, float] | None:
    """Return where a curve over the only input begins and ends, None if there is no such input."""
    if len(source.names) != 1:
        return None
    center, spread = 0.0, 1.0
    if source.encoders:
        line = source.encoders[0].line()
        if line is None:
            return None
        center, spread = line
    known = [row[0] for row in cells if row[0] is not None]
    low, high = min(known, default=center), max(known, default=center)
    return (low, high) if low < high else (low - 3 * spread, low + 3 * spread)


def _write_curve(book: Any, source: Source, low: float, high: float) -> None:
    """Write a sheet of points between two ends that can be changed, and the chart over them."""
    from openpyxl.chart import Reference, ScatterChart, Series
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    first, last = FIRST_ROW, FIRST_ROW + CURVE_POINTS - 1
    start, end = at(first, FIRST_INPUT, True), at(last, FIRST_INPUT, True)
    points: list[list[Any]] = [
        [Formula(f"{start}+({end}-{start})*{k}/{CURVE_POINTS - 1}")] for k in range(CURVE_POINTS)
    ]
    points[0], points[-1] = [low], [high]
    hint = "The answer along the input: change the first and the last point, the rest follows."
    sheet = write_examples(book, "Curve", hint, source, points)
    plan = plan_of(source)
    chart = ScatterChart()
    chart.style, chart.height, chart.width = 13, 10, 18
    chart.title = None
    chart.x_axis.title = source.names[0]
    chart.y_axis.title = "answer"
    chart.x_axis.delete = chart.y_axis.delete = False
    for axis in (chart.x_axis, chart.y_axis):
        axis.tickLblPos, axis.number_format = "low", "General"
    chart.x_axis.majorGridlines = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    xs = Reference(sheet, FIRST_INPUT, first, FIRST_INPUT, last)
    for column in range(plan.answers, plan.answers + _answer_columns(source)):
        if sheet.cell(first, column).number_format == "General":
            continue  # a label
        values = Reference(sheet, column, HEAD_ROW, column, last)
        series = Series(values, xs, title_from_data=True)
        series.smooth = False
        series.marker.symbol = "none"
        series.graphicalProperties.line.width = 28_000
        color = LINES[len(chart.series) % len(LINES)]
        series.graphicalProperties.line.solidFill = color
        chart.series.append(series)
    if len(chart.series) == 1:
        chart.legend = None
    # the workings are folded away, so that the chart stands beside the answers
    folded = plan.answers + _answer_columns(source)
    sheet.column_dimensions.group(column_letters(folded), column_letters(plan.last), hidden=True)
    sheet.add_chart(chart, at(FIRST_ROW, plan.last + 2))


def _answer_columns(source: Source) -> int:
    plan = plan_of(source)
    following = plan.features if source.encoders else plan.sums[0]
    return following - plan.answers


def _targets(model: Any, X: Any, y: Any, source: Source) -> list[float]:
    """Return the targets of the first example, in the user's units."""
    if y is None:
        return training.usual_targets(source)
    if X is None:
        raise ValueError("y is the targets of X; give X, too.")
    step = next_step(model, X, y, dtype=np.float64)
    found = step.targets if step.scaling is None else step.scaling.back(step.targets)
    return [float(value) for value in found[0]]


def _print_setup(book: Any) -> None:
    """Let pages be wide, and sheets that are not too wide fit on one."""
    for sheet in book.worksheets:
        sheet.page_setup.orientation = "landscape"
        if sheet.max_column <= MOST_COLUMNS_A_PAGE or sheet.title == "Curve":
            sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
            sheet.sheet_properties.pageSetUpPr.fitToPage = True
