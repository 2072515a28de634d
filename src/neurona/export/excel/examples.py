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
from neurona.export.excel.layers import Part
from neurona.export.excel.places import Places
from neurona.export.source import Exportable

GROUP_ROW, HEAD_ROW, FIRST_ROW = 3, 4, 5
FIRST_INPUT = 2
FEW = 6
"""So many inputs and answers stay in sight while one scrolls."""


@dataclass(frozen=True)
class Plan:
    """Where an example's cells are: the first column of answers, features, outputs, and of the sums
    and activations of every layer of each network.
    """

    answers: int
    features: int
    outputs: int
    sums: tuple[tuple[int, ...], ...]
    values: tuple[tuple[int, ...], ...]
    last: int

    def below(self, network: int, layer: int) -> int:
        """Return the first column of what goes into a layer."""
        return self.features if layer == 0 else self.values[network][layer - 1]

    def places(self, row: int) -> Places:
        """Return where the answers of a row find what they need."""
        each = tuple(values[-1] for values in self.values)
        return Places(row, self.answers, self.features, self.outputs, each)


def plan_of(model: Exportable) -> Plan:
    """Return the columns of a model's examples."""
    column = FIRST_INPUT + len(model.names)
    count = len(answers(model, Places(1, 1, 1, 1)))
    first_answer, column = column, column + count
    features = FIRST_INPUT
    if model.encoders:
        features, column = column, column + len(model.features)
    sums, values = [], []
    for network in model.networks:
        starts = []
        for units in network.sizes[1:]:
            starts.append((column, column + units))
            column += 2 * units
        sums.append(tuple(first for first, _ in starts))
        values.append(tuple(second for _, second in starts))
    outputs = values[0][-1]
    if len(model.networks) > 1:
        outputs, column = column, column + model.outputs
    return Plan(first_answer, features, outputs, tuple(sums), tuple(values), column - 1)


def check_size(model: Exportable, rows: int) -> None:
    """Raise IncompatibleError if examples do not fit into a sheet."""
    layers.check_sheets(model)
    columns = plan_of(model).last
    most = max(max(network.sizes[:-1]) for network in model.networks)
    widest = most + layers.FIRST_COLUMN
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
    book: Any, name: str, hint: str, model: Exportable, cells: Sequence[Sequence[Any]]
) -> Any:
    """Write a sheet of examples and return it; a cell that is a `Formula` is computed."""
    sheet = book.create_sheet(name)
    title(sheet, name, hint)
    plan = plan_of(model)
    _heads(sheet, model, plan)
    for row, values in enumerate(cells, FIRST_ROW):
        put(sheet, row, 1, row - FIRST_ROW + 1, Look.HINT)
        for k, value in enumerate(values):
            _input(sheet, model, row, k, value)
        _work(sheet, model, plan, row)
    last = FIRST_ROW + len(cells) - 1
    for k, encoder in enumerate(model.encoders):
        span = down(FIRST_INPUT + k, FIRST_ROW, last)
        inputs.offer_choices(sheet, encoder, inputs.FIRST_ROW + k, span)
    shown = plan.sums[0][0] if plan.features == FIRST_INPUT else plan.features
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


def _input(sheet: Any, model: Exportable, row: int, k: int, value: Any) -> None:
    column = FIRST_INPUT + k
    if isinstance(value, Formula):
        put_formula(sheet, row, column, value.text, Look.INPUT).number_format = "0.000"
        return
    cell = put(sheet, row, column, value, Look.INPUT)
    if model.encoders and model.encoders[k].kind == "date":
        whole = value is None or float(value).is_integer()
        cell.number_format = inputs.DATE_FORMAT + ("" if whole else " hh:mm")
        widen(sheet, column, "2000-01-01 00:00" if not whole else "2000-01-01")


def _work(sheet: Any, model: Exportable, plan: Plan, row: int) -> None:
    """Write the formulas of a row."""
    column = plan.features
    for k, encoder in enumerate(model.encoders):
        x = at(row, FIRST_INPUT + k)
        learned = inputs.FIRST_ROW + k
        for formula in inputs.feature_formulas(encoder, learned, x, row, column):
            put_formula(sheet, row, column, formula)
            column += 1
    parts = layers.parts(model)
    for network, part in enumerate(parts):
        for layer in range(len(part.layers)):
            _layer_work(sheet, part, plan, network, layer, row)
    if len(parts) > 1:
        for k in range(model.outputs):
            cells = [at(row, values[-1] + k) for values in plan.values]
            if model.counts_equally:
                mean = f"({'+'.join(cells)})/{len(parts)}"
            else:
                pairs = zip(model.networks, cells, strict=True)
                mean = "+".join(f"{network.share!r}*{cell}" for network, cell in pairs)
            put_formula(sheet, row, plan.outputs + k, mean)
    for k, answer in enumerate(answers(model, plan.places(row))):
        cell = put_formula(sheet, row, plan.answers + k, answer.formula, Look.ANSWER)
        if answer.label or answer.number_format:
            cell.number_format = answer.number_format or "General"


def _layer_work(sheet: Any, part: Part, plan: Plan, network: int, layer: int, row: int) -> None:
    """Write the sums and the activations of a layer."""
    units, below = part.units(layer), part.inputs(layer)
    sums_at, values_at = plan.sums[network][layer], plan.values[network][layer]
    first = plan.below(network, layer)
    given = across(row, first, first + below - 1)
    sums = across(row, sums_at, sums_at + units - 1)
    for unit in range(units):
        weights = layers.weights_of(part, layer, unit)
        formula = f"SUMPRODUCT({given},{weights})+{layers.bias_of(part, layer, unit)}"
        put_formula(sheet, row, sums_at + unit, formula)
        cell = Unit(at(row, sums_at + unit), at(row, values_at + unit), sums)
        value = activation_value(part.layers[layer].activation, cell)
        put_formula(sheet, row, values_at + unit, value)


def _heads(sheet: Any, model: Exportable, plan: Plan) -> None:
    """Write two rows of heads: groups, and the names of columns."""
    groups = [
        ("Inputs", FIRST_INPUT, list(model.names)),
        ("Answer", plan.answers, [one.head for one in answers(model, plan.places(1))]),
    ]
    if model.encoders:
        groups.append(("Prepared", plan.features, list(model.features)))
    parts = layers.parts(model)
    for network, part in enumerate(parts):
        for layer, (_, _, activation) in enumerate(part.layers):
            names = layers.unit_names(part, layer + 1)
            where = layers.sheet_name(part, layer)
            sums = [f"z {name}" for name in names]
            groups.append((f"{where}: sums", plan.sums[network][layer], sums))
            groups.append((f"{where}: {activation.name}", plan.values[network][layer], names))
    if len(parts) > 1:
        groups.append(("Mean of the networks", plan.outputs, list(parts[0].outputs)))
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
