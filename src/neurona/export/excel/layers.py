"""The sheets of the weights: one per layer, a row per unit, a column per input, the bias last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from neurona.errors import IncompatibleError
from neurona.export.excel.cells import (
    HEAD_HEIGHT,
    MOST_CELLS,
    Look,
    across,
    at,
    down,
    put,
    title,
    widen,
)
from neurona.export.source import Exportable, Layer

FIRST_ROW, FIRST_COLUMN = 5, 2
MOST_SHEETS = 100
"""Sheets of several networks' layers: one does not find one's way among more."""


class Part(NamedTuple):
    """One of the networks: its layers, what its sheets' names begin with, and the names of what
    goes in and comes out.
    """

    layers: Sequence[Layer]
    prefix: str
    features: tuple[str, ...]
    outputs: tuple[str, ...]

    def units(self, layer: int) -> int:
        """Return the units of a layer."""
        return len(self.layers[layer].biases)

    def inputs(self, layer: int) -> int:
        """Return how many values go into a layer."""
        return len(self.layers[layer].weights)


def parts(model: Exportable) -> list[Part]:
    """Return the networks as sheets have them; only several are numbered."""
    names = model.answers.names[-model.outputs :]
    several = len(model.networks) > 1
    return [
        Part(one.layers, f"Network {k} " if several else "", model.features, names)
        for k, one in enumerate(model.networks, 1)
    ]


def check_sheets(model: Exportable) -> None:
    """Raise IncompatibleError if several networks are more than a workbook should hold."""
    if len(model.networks) == 1:
        return
    sheets = sum(len(one.layers) for one in model.networks)
    weights = sum(one.count for one in model.networks)
    if sheets > MOST_SHEETS or weights > MOST_CELLS:
        raise IncompatibleError(
            f"The mean of {len(model.networks)} networks would need {sheets:,} sheets with "
            f"{weights:,} weights, and a workbook is written of up to {MOST_SHEETS} with "
            f"{MOST_CELLS:,}: give one network, model.member(0), or fit with fewer starts."
        )


def sheet_name(part: Part, layer: int) -> str:
    """Return the name of a layer's sheet; layers count from 0 here, from 1 there."""
    return f"{part.prefix}Layer {layer + 1}"


def unit_names(part: Part, layer: int) -> list[str]:
    """Return names for the values that go into layer `layer` (0: the network's inputs)."""
    if layer == 0:
        return list(part.features)
    if layer == len(part.layers):
        return list(part.outputs)
    return [f"h{layer}.{unit + 1}" for unit in range(part.units(layer - 1))]


def weights_of(part: Part, layer: int, unit: int) -> str:
    """Return the reference to the weights that go into a unit."""
    row, sheet = FIRST_ROW + unit, sheet_name(part, layer)
    return across(row, FIRST_COLUMN, FIRST_COLUMN + part.inputs(layer) - 1, True, sheet)


def weights_from(part: Part, layer: int, below: int) -> str:
    """Return the reference to the weights that lead from unit `below` into a layer."""
    last = FIRST_ROW + part.units(layer) - 1
    return down(FIRST_COLUMN + below, FIRST_ROW, last, True, sheet_name(part, layer))


def weight(part: Part, layer: int, below: int, unit: int) -> str:
    """Return the reference to one weight; the bias is the one after the last input."""
    return at(FIRST_ROW + unit, FIRST_COLUMN + below, True, sheet_name(part, layer))


def bias_of(part: Part, layer: int, unit: int) -> str:
    """Return the reference to a unit's bias."""
    return weight(part, layer, part.inputs(layer), unit)


def write_layers(book: Any, model: Exportable) -> None:
    """Write a sheet per layer of every network."""
    for part in parts(model):
        for layer in range(len(part.layers)):
            _write_layer(book, part, layer)


def _write_layer(book: Any, part: Part, layer: int) -> None:
    matrix, biases, activation = part.layers[layer]
    sheet = book.create_sheet(sheet_name(part, layer))
    title(
        sheet,
        f"{sheet_name(part, layer)}: {activation.name}",
        f"{len(biases)} units, a row each; the weights of {len(matrix)} inputs and the bias. "
        "Change a number and every sheet follows.",
    )
    put(sheet, FIRST_ROW - 1, 1, "unit", Look.HEAD)
    sheet.row_dimensions[FIRST_ROW - 1].height = HEAD_HEIGHT
    for column, name in enumerate([*unit_names(part, layer), "bias"], FIRST_COLUMN):
        put(sheet, FIRST_ROW - 1, column, name, Look.HEAD)
        widen(sheet, column, name, 10, 18)
    for unit, name in enumerate(unit_names(part, layer + 1)):
        row = FIRST_ROW + unit
        put(sheet, row, 1, name, Look.NAME)
        widen(sheet, 1, name)
        for column, value in enumerate([*matrix[:, unit], biases[unit]], FIRST_COLUMN):
            put(sheet, row, column, float(value), Look.WEIGHT)
    sheet.freeze_panes = at(FIRST_ROW, FIRST_COLUMN)
