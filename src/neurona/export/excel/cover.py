"""The first sheet: what the workbook is, how to use it, and what the colors mean."""

from __future__ import annotations

from typing import Any

from neurona.export.excel import inputs, layers, places
from neurona.export.excel.cells import Look, put, title
from neurona.export.excel.formulas import Unit, activation_value
from neurona.export.source import Exportable, Layers

SHEET = "About"
SINGLE = (
    "The network was trained in single precision (7 digits) and says so much in Python; "
    "the workbook computes with 15 digits, so answers differ in the seventh."
)


def write_cover(book: Any, model: Exportable) -> None:
    """Write the sheet; the others must be there."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    sheet = book.create_sheet(SHEET, 0)
    sizes = [_sizes(one) for one in model.networks]
    several = len(sizes) > 1
    title(
        sheet,
        f"{model.title} {_joined(sizes)}",
        "A trained neural network as formulas: every number is computed in this workbook.",
    )
    row = 4
    for look, text in (
        (Look.INPUT, "yours to change: inputs of the examples, a row each"),
        (Look.WEIGHT, "learned in training: weights, scalings; change them and see"),
        (Look.WORK, "computed: each step from input to answer"),
        (Look.ANSWER, "computed: the answer"),
    ):
        put(sheet, row, 1, None, look)
        put(sheet, row, 2, text)
        row += 1
    row = _section(sheet, row + 1, "Sheets")
    for name in book.sheetnames[1:]:
        cell = put(sheet, row, 1, name)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1")
        cell.style = str(Look.LINK)
        put(sheet, row, 2, _about(name))
        row += 1
    row = _section(sheet, row + 1, "Network")
    put(sheet, row, 1, "inputs", Look.NAME)
    put(sheet, row, 2, f"{len(model.features)} numbers")
    for part in layers.parts(model):
        for layer, (_, biases, activation) in enumerate(part.layers):
            row += 1
            put(sheet, row, 1, layers.sheet_name(part, layer), Look.NAME)
            formula = activation_value(activation, Unit("z", "a", "layer"))
            units = len(biases)
            how = f"{units} {'unit' if units == 1 else 'units'}, {activation.name}: a = {formula}"
            put(sheet, row, 2, how)
    if several:
        row += 1
        put(sheet, row, 1, "Mean", Look.NAME)
        put(sheet, row, 2, f"the mean of the outputs of {len(sizes)} networks is what counts")
    row = _section(sheet, row + 2, "How to use it")
    for text in (
        "For more examples copy the last row of 'Predict' down and type inputs over the blue "
        "cells.",
        *([SINGLE] if model.training.single else []),
    ):
        put(sheet, row, 1, text)
        row += 1
    sheet.column_dimensions["A"].width = 20 if several else 16
    sheet.column_dimensions["B"].width = 100
    book.active = 0


def _sizes(network: Layers) -> str:
    return "-".join(map(str, network.sizes))


def _joined(sizes: list[str]) -> str:
    """Return the sizes of all networks, the same ones once."""
    if len(sizes) == 1:
        return sizes[0]
    return f"{len(sizes)} networks " + ", ".join(dict.fromkeys(sizes))


def _section(sheet: Any, row: int, text: str) -> int:
    put(sheet, row, 1, text, Look.GROUP)
    put(sheet, row, 2, None, Look.GROUP)
    return row + 1


def _about(name: str) -> str:
    known = {
        "Predict": "inputs and answers, and all that is computed between them",
        "Truth table": "the answer to every combination of two-valued inputs",
        "Curve": "the answer along the only input, drawn",
        inputs.SHEET: "how columns of the table become numbers",
        places.SHEET: "what the outputs mean",
        "Training step": "one step of gradient descent on the first example",
    }
    return known.get(name, "weights and biases")
