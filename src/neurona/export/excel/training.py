"""One step of plain gradient descent as formulas: errors back through the layers, new weights.

The step is on the first example of the sheet "Predict". The new weights stand as those of the layer
sheets do, so that they can be copied over them, and the step done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.errors import IncompatibleError
from neurona.export.excel import examples, layers, places
from neurona.export.excel.cells import HEAD_HEIGHT, Look, at, down, put, put_formula, title, widen
from neurona.export.excel.examples import Plan, plan_of
from neurona.export.excel.formulas import Said, Unit, activation_slope, output_slope
from neurona.export.excel.layers import Part
from neurona.export.excel.turned import forward
from neurona.export.source import Exportable

SHEET = "Training step"
MOST_PARAMETERS = 5_000
RATE, L2, L1 = 4, 5, 6
"""Rows of the numbers that a person may change; they are in column 2."""
UNIT, SUM, VALUE, TARGET, SCALED, ARRIVING, SLOPE, ERROR = range(1, 9)
"""Columns of the way back."""


def check(model: Exportable) -> None:
    """Raise IncompatibleError if the step cannot be written."""
    if len(model.networks) > 1:
        raise IncompatibleError(
            f"The predictions of this model are the mean of {len(model.networks)} networks, and a "
            "training step shows one: give one of them, model.member(0) to "
            f"model.member({len(model.networks) - 1}), or leave training_step out."
        )
    if model.reconstruction is not None:
        raise IncompatibleError(
            "A training step needs a target to type, and an autoencoder's is its input; leave "
            "training_step out."
        )
    count = sum(layer.weights.size for layer in model.networks[0].layers)
    if count > MOST_PARAMETERS:
        raise IncompatibleError(
            f"A training step of {count:,} weights would be no sheet to look at; it is written for "
            f"up to {MOST_PARAMETERS:,}."
        )
    for layer in model.networks[0].layers[:-1]:
        if layer.activation.sums_to_one:
            raise IncompatibleError(
                f"A training step through a hidden {layer.activation.name!r} layer has no formulas "
                "here; leave training_step out."
            )


def write_training(book: Any, model: Exportable, targets: Sequence[float]) -> None:
    """Write the sheet; `targets` are those of the first example, in the user's units."""
    check(model)
    sheet = book.create_sheet(SHEET)
    title(
        sheet,
        SHEET,
        "Gradient descent on the first example of 'Predict'. Copy new weights over a layer's "
        "sheet (paste values) to take the step, and again for the next.",
    )
    for row, name, value in (
        (RATE, "learning rate", model.training.rate),
        (L2, "L2 penalty", model.training.l2),
        (L1, "L1 penalty", model.training.l1),
    ):
        put(sheet, row, 1, name, Look.NAME)
        put(sheet, row, 2, value, Look.INPUT)
    widen(sheet, 1, "gradient, Layer 1", 16)
    part, plan = layers.parts(model)[0], plan_of(model)
    row, starts = L1 + 2, {}
    for layer in range(len(part.layers) - 1, -1, -1):
        starts[layer] = row + 2
        row = _way_back(sheet, model, part, plan, layer, row, starts, targets) + 1
    for layer in range(len(part.layers)):
        row = _update(sheet, part, plan, layer, row, starts) + 1


def _group(sheet: Any, row: int, text: str, columns: int) -> None:
    for column in range(1, columns + 1):
        put(sheet, row, column, text if column == 1 else None, Look.GROUP)


def _way_back(
    sheet: Any, model: Exportable, part: Part, plan: Plan, layer: int, row: int,
    starts: dict[int, int], targets: Sequence[float],
) -> int:  # fmt: skip
    """Write a layer's units with their errors; returns the row after them."""
    output = layer == len(part.layers) - 1
    scaling = model.answers.scaling
    scaled = output and scaling is not None
    _group(sheet, row, f"Errors of {layers.sheet_name(part, layer)}", ERROR)
    heads = {UNIT: "unit", SUM: "z", VALUE: "a", ARRIVING: "dE/da", SLOPE: "g'(z)", ERROR: "error"}
    if output:
        heads |= {TARGET: "target"} | ({SCALED: "target scaled"} if scaled else {})
    for column in range(UNIT, ERROR + 1):
        put(sheet, row + 1, column, heads.get(column), Look.HEAD)
        widen(sheet, column, heads.get(column, ""), 12)
    units = part.units(layer)
    example = examples.FIRST_ROW
    for unit, name in enumerate(layers.unit_names(part, layer + 1)):
        r = row + 2 + unit
        put(sheet, r, UNIT, name, Look.NAME)
        put_formula(sheet, r, SUM, at(example, plan.sums[0][layer] + unit, True, "Predict"))
        put_formula(sheet, r, VALUE, at(example, plan.values[0][layer] + unit, True, "Predict"))
        cells = Unit(at(r, SUM), at(r, VALUE), "")
        if output:
            put(sheet, r, TARGET, float(targets[unit]), Look.INPUT)
            if scaled:
                mean, spread = (places.learned(unit, column) for column in (2, 3))
                target = at(r, TARGET)
                if scaling is not None:
                    target = forward(scaling.transform, unit, target)
                put_formula(sheet, r, SCALED, f"({target}-{mean})/{spread}")
            joined = _output_error(sheet, model, r, SCALED if scaled else TARGET, units)
        else:
            above = starts[layer + 1]
            last = above + part.units(layer + 1) - 1
            weights = layers.weights_from(part, layer + 1, unit)
            errors = down(ERROR, above, last, True)
            put_formula(sheet, r, ARRIVING, f"SUMPRODUCT({weights},{errors})")
            joined = False
        if not joined:
            slope = activation_slope(part.layers[layer].activation, cells)
            put_formula(sheet, r, SLOPE, slope)
            put_formula(sheet, r, ERROR, f"{at(r, ARRIVING)}*{at(r, SLOPE)}")
    return row + 2 + units


def _output_error(sheet: Any, model: Exportable, row: int, target: int, units: int) -> bool:
    """Write the slope of the loss; returns whether it is the error already."""
    loss, activation = model.training.loss, model.networks[0].layers[-1].activation
    if loss is None:
        raise IncompatibleError("A training step needs a loss, and this network has none.")
    formula, joined = output_slope(loss, activation, Said(at(row, target), at(row, VALUE), units))
    put_formula(sheet, row, ERROR if joined else ARRIVING, formula)
    return joined


def _update(
    sheet: Any, part: Part, plan: Plan, layer: int, row: int, starts: dict[int, int]
) -> int:
    """Write a layer's gradient and its new weights; returns the row after them."""
    names = [*layers.unit_names(part, layer), "bias"]
    below, units = part.inputs(layer), part.units(layer)
    heads = ("Gradient", "New weights")
    for block, head in enumerate(heads):
        start = row + block * (units + 3)
        _group(sheet, start, f"{head} of {layers.sheet_name(part, layer)}", len(names) + 1)
        put(sheet, start + 1, 1, "unit", Look.HEAD)
        sheet.row_dimensions[start + 1].height = HEAD_HEIGHT
        for column, name in enumerate(names, layers.FIRST_COLUMN):
            put(sheet, start + 1, column, name, Look.HEAD)
            widen(sheet, column, name, 12, 18)
    for unit, name in enumerate(layers.unit_names(part, layer + 1)):
        first, second = row + 2 + unit, row + units + 5 + unit
        error = at(starts[layer] + unit, ERROR, True)
        for r in (first, second):
            put(sheet, r, 1, name, Look.NAME)
        for k in range(below + 1):
            column, w = layers.FIRST_COLUMN + k, layers.weight(part, layer, k, unit)
            if k == below:
                gradient = error
            elif layer == 0:
                cell = at(examples.FIRST_ROW, plan.features + k, True, "Predict")
                gradient = f"{error}*{cell}"
            else:
                gradient = f"{error}*{at(starts[layer - 1] + k, VALUE, True)}"
            if k < below:
                gradient += f"+{at(L2, 2, True)}*{w}+{at(L1, 2, True)}*SIGN({w})"
            put_formula(sheet, first, column, gradient)
            put_formula(
                sheet, second, column, f"{w}-{at(RATE, 2, True)}*{at(first, column)}", Look.ANSWER
            )
    return row + 2 * (units + 3)


def usual_targets(model: Exportable) -> list[float]:
    """Return targets to begin with where none were given: the mean, or the first class."""
    if model.answers.scaling is not None:
        scaling = model.answers.scaling
        return scaling.back(np.zeros(len(scaling.center))).tolist()  # type: ignore[no-any-return]
    if model.networks[0].layers[-1].activation.sums_to_one:
        return np.eye(model.outputs)[0].tolist()  # type: ignore[no-any-return]
    return [0.0] * model.outputs
