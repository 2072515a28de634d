"""The sheets of the weights: one per layer, a row per unit, a column per input, the bias last."""

from __future__ import annotations

from typing import Any

from neurona.export.excel.cells import HEAD_HEIGHT, Look, across, at, down, put, title, widen
from neurona.export.excel.source import Source

FIRST_ROW, FIRST_COLUMN = 5, 2


def sheet_name(layer: int) -> str:
    """Return the name of a layer's sheet; layers count from 0 here, from 1 there."""
    return f"Layer {layer + 1}"


def unit_names(source: Source, layer: int) -> list[str]:
    """Return names for the values that go into layer `layer` (0: the network's inputs)."""
    if layer == 0:
        return list(source.features)
    if layer == len(source.biases):
        outputs = len(source.biases[-1])
        return list(source.output_names[-outputs:])
    return [f"h{layer}.{unit + 1}" for unit in range(len(source.biases[layer - 1]))]


def weights_of(source: Source, layer: int, unit: int) -> str:
    """Return the reference to the weights that go into a unit."""
    count = len(source.matrices[layer])
    row, sheet = FIRST_ROW + unit, sheet_name(layer)
    return across(row, FIRST_COLUMN, FIRST_COLUMN + count - 1, True, sheet)


def weights_from(source: Source, layer: int, below: int) -> str:
    """Return the reference to the weights that lead from unit `below` into a layer."""
    last = FIRST_ROW + len(source.biases[layer]) - 1
    return down(FIRST_COLUMN + below, FIRST_ROW, last, True, sheet_name(layer))


def weight(layer: int, below: int, unit: int) -> str:
    """Return the reference to one weight; the bias is the one after the last input."""
    return at(FIRST_ROW + unit, FIRST_COLUMN + below, True, sheet_name(layer))


def bias_of(source: Source, layer: int, unit: int) -> str:
    """Return the reference to a unit's bias."""
    return weight(layer, len(source.matrices[layer]), unit)


def write_layers(book: Any, source: Source) -> None:
    """Write a sheet per layer."""
    for layer, (matrix, biases) in enumerate(zip(source.matrices, source.biases, strict=True)):
        sheet = book.create_sheet(sheet_name(layer))
        activation = source.activations[layer]
        title(
            sheet,
            f"{sheet_name(layer)}: {activation.name}",
            f"{len(biases)} units, a row each; the weights of {len(matrix)} inputs and the bias. "
            "Change a number and every sheet follows.",
        )
        put(sheet, FIRST_ROW - 1, 1, "unit", Look.HEAD)
        sheet.row_dimensions[FIRST_ROW - 1].height = HEAD_HEIGHT
        for column, name in enumerate([*unit_names(source, layer), "bias"], FIRST_COLUMN):
            put(sheet, FIRST_ROW - 1, column, name, Look.HEAD)
            widen(sheet, column, name, 10, 18)
        for unit, name in enumerate(unit_names(source, layer + 1)):
            row = FIRST_ROW + unit
            put(sheet, row, 1, name, Look.NAME)
            widen(sheet, 1, name)
            for column, value in enumerate([*matrix[:, unit], biases[unit]], FIRST_COLUMN):
                put(sheet, row, column, float(value), Look.WEIGHT)
        sheet.freeze_panes = at(FIRST_ROW, FIRST_COLUMN)
