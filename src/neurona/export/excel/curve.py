"""The sheet of a curve: the answer along the only input, drawn."""

from __future__ import annotations

from typing import Any

from neurona.export.excel.cells import at, column_letters
from neurona.export.excel.examples import (
    FIRST_INPUT,
    FIRST_ROW,
    HEAD_ROW,
    Formula,
    plan_of,
    write_examples,
)
from neurona.export.source import Exportable

CURVE_POINTS = 41
LINES = ("0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9")
"""Colors of the curves, of Okabe and Ito's palette for all kinds of eyes."""


def write_curve(book: Any, model: Exportable, low: float, high: float) -> None:
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
    sheet = write_examples(book, "Curve", hint, model, points)
    plan = plan_of(model)
    chart = ScatterChart()
    chart.style, chart.height, chart.width = 13, 10, 18
    chart.title = None
    chart.x_axis.title = model.names[0]
    chart.y_axis.title = "answer"
    chart.x_axis.delete = chart.y_axis.delete = False
    for axis in (chart.x_axis, chart.y_axis):
        axis.tickLblPos, axis.number_format = "low", "General"
    chart.x_axis.majorGridlines = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9D9D9"))
    xs = Reference(sheet, FIRST_INPUT, first, FIRST_INPUT, last)
    for column in range(plan.answers, plan.answers + _answer_columns(model)):
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
    folded = plan.answers + _answer_columns(model)
    sheet.column_dimensions.group(column_letters(folded), column_letters(plan.last), hidden=True)
    sheet.add_chart(chart, at(FIRST_ROW, plan.last + 2))


def _answer_columns(model: Exportable) -> int:
    plan = plan_of(model)
    following = plan.features if model.encoders else plan.sums[0][0]
    return following - plan.answers
