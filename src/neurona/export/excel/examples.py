"""Sheets with a row per example: inputs, answers, and every step between them as formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neurona.errors import IncompatibleError
from neurona.export.excel import inputs, layers
from neurona.export.excel.answers import answers
from neurona.export.excel.cells import (
    HEAD_HEIGHT,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Look,
    across,
    at,
    column_letters,
    down,
    put,
    put_formula,
    title,
    widen,
)
from neurona.export.excel.formulas import Unit, activation_value
from neurona.export.excel.source import Source

GROUP_ROW, HEAD_ROW, FIRST_ROW = 3, 4, 5
FIRST_INPUT = 2
FEW = 6
"""So many inputs and answers stay in sight while one scrolls."""


@dataclass(frozen=True)
class Plan:
    """Where an example's cells are: the first column of inputs, answers, features, and of the sums
    and activations of every layer.
    """

    answers: int
    features: int
    sums: tuple[int, ...]
    values: tuple[int, ...]
    last: int

    def below(self, layer: int) -> int:
        """Return the first column of what goes into a layer."""
        return self.features if layer == 0 else self.values[layer - 1]


def plan_of(source: Source) -> Plan:
    """Return the columns of a source's examples."""
    column = FIRST_INPUT + len(source.names)
    count = len(answers(source, 1, 1))
    first_answer, column = column, column + count
    features = FIRST_INPUT
    if source.encoders:
        features, column = column, column + len(source.features)
    sums, values = [], []
    for biases in source.biases:
        sums.append(column)
        values.append(column + len(biases))
        column += 2 * len(biases)
    return Plan(first_answer, features, tuple(sums), tuple(values), column - 1)


def check_size(source: Source, rows: int) -> None:
    """Raise IncompatibleError if examples do not fit into a sheet."""
    columns = plan_of(source).last
    widest = max(len(matrix) for matrix in source.matrices) + layers.FIRST_COLUMN
    if max(columns, widest) > MOST_COLUMNS:
        raise IncompatibleError(
            f"The workbook would need {max(columns, widest):,} columns, a spreadsheet has "
            f"{MOST_COLUMNS:,}: the network is too large for one; save it as a file, or train a "
            "smaller one."
        )
    if rows + FIRST_ROW > MOST_ROWS or rows * columns > MOST_CELLS:
        raise IncompatibleError(
            f"{rows:,} rows of {columns:,} cells are more than the {MOST_CELLS:,} that a "
            f"spreadsheet opens in reasonable time; give at most "
            f"{max(1, min(MOST_CELLS // columns, MOST_ROWS - FIRST_ROW)):,} rows as X."
        )


def write_examples(
    book: Any, name: str, hint: str, source: Source, cells: Sequence[Sequence[Any]]
) -> Any:
    """Write a sheet of examples and return it; a cell that is a `Formula` is computed."""
    sheet = book.create_sheet(name)
    title(sheet, name, hint)
    plan = plan_of(source)
    _heads(sheet, source, plan)
    for row, values in enumerate(cells, FIRST_ROW):
        put(sheet, row, 1, row - FIRST_ROW + 1, Look.HINT)
        for k, value in enumerate(values):
            _input(sheet, source, row, k, value)
        _work(sheet, source, plan, row)
    last = FIRST_ROW + len(cells) - 1
    for k, encoder in enumerate(source.encoders):
        span = down(FIRST_INPUT + k, FIRST_ROW, last)
        inputs.offer_choices(sheet, encoder, inputs.FIRST_ROW + k, span)
    shown = plan.sums[0] if plan.features == FIRST_INPUT else plan.features
    sheet.freeze_panes = at(FIRST_ROW, shown if shown - FIRST_INPUT <= FEW else FIRST_INPUT)
    sheet.column_dimensions["A"].width = 6
    for column in range(shown, plan.last + 1):
        sheet.column_dimensions[column_letters(column)].outlineLevel = 1
    sheet.print_title_rows = f"{GROUP_ROW}:{HEAD_ROW}"
    sheet.print_title_cols = "A:A"
    return sheet


@dataclass(frozen=True)
class Formula:
    """An input cell that is computed."""

    text: str


def _input(sheet: Any, source: Source, row: int, k: int, value: Any) -> None:
    column = FIRST_INPUT + k
    if isinstance(value, Formula):
        put_formula(sheet, row, column, value.text, Look.INPUT).number_format = "0.000"
        return
    cell = put(sheet, row, column, value, Look.INPUT)
    if source.encoders and source.encoders[k].kind == "date":
        whole = value is None or float(value).is_integer()
        cell.number_format = inputs.DATE_FORMAT + ("" if whole else " hh:mm")
        widen(sheet, column, "2000-01-01 00:00" if not whole else "2000-01-01")


def _work(sheet: Any, source: Source, plan: Plan, row: int) -> None:
    """Write the formulas of a row."""
    column = plan.features
    for k, encoder in enumerate(source.encoders):
        x = at(row, FIRST_INPUT + k)
        learned = inputs.FIRST_ROW + k
        for formula in inputs.feature_formulas(encoder, learned, x, row, column):
            put_formula(sheet, row, column, formula)
            column += 1
    for layer, activation in enumerate(source.activations):
        units, below = len(source.biases[layer]), len(source.matrices[layer])
        first = plan.below(layer)
        given = across(row, first, first + below - 1)
        sums = across(row, plan.sums[layer], plan.sums[layer] + units - 1)
        for unit in range(units):
            weights = layers.weights_of(source, layer, unit)
            put_formula(
                sheet, row, plan.sums[layer] + unit,
                f"SUMPRODUCT({given},{weights})+{layers.bias_of(source, layer, unit)}",
            )  # fmt: skip
            cell = Unit(at(row, plan.sums[layer] + unit), at(row, plan.values[layer] + unit), sums)
            put_formula(sheet, row, plan.values[layer] + unit, activation_value(activation, cell))
    for k, answer in enumerate(answers(source, row, plan.values[-1])):
        cell = put_formula(sheet, row, plan.answers + k, answer.formula, Look.ANSWER)
        if answer.label:
            cell.number_format = "General"


def _heads(sheet: Any, source: Source, plan: Plan) -> None:
    """Write two rows of heads: groups, and the names of columns."""
    groups = [
        ("Inputs", FIRST_INPUT, list(source.names)),
        ("Answer", plan.answers, [one.head for one in answers(source, 1, 1)]),
    ]
    if source.encoders:
        groups.append(("Prepared", plan.features, list(source.features)))
    for layer, activation in enumerate(source.activations):
        names = layers.unit_names(source, layer + 1)
        where = layers.sheet_name(layer)
        groups.append((f"{where}: sums", plan.sums[layer], [f"z {name}" for name in names]))
        groups.append((f"{where}: {activation.name}", plan.values[layer], names))
    put(sheet, HEAD_ROW, 1, "#", Look.HEAD)
    put(sheet, GROUP_ROW, 1, None, Look.GROUP)
    for group, first, names in groups:
        for column, name in enumerate(names, first):
            put(sheet, GROUP_ROW, column, group if column == first else None, Look.GROUP)
            put(sheet, HEAD_ROW, column, name, Look.HEAD)
            widen(sheet, column, name, 11, 20)
        if len(names) == 1:
            widen(sheet, first, group, 11, 24)
    sheet.row_dimensions[HEAD_ROW].height = HEAD_HEIGHT
