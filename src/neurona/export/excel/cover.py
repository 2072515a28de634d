"""The first sheet: what the workbook is, how to use it, and what the colors mean."""

from __future__ import annotations

from typing import Any

from neurona.export.excel import answers, inputs, layers
from neurona.export.excel.cells import Look, put, title
from neurona.export.excel.formulas import Unit, activation_value
from neurona.export.excel.source import Source

SHEET = "About"


def write_cover(book: Any, source: Source) -> None:
    """Write the sheet; the others must be there."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    sheet = book.create_sheet(SHEET, 0)
    sizes = "-".join(map(str, source.sizes))
    title(
        sheet,
        f"{source.title} {sizes}",
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
    put(sheet, row, 2, f"{source.sizes[0]} numbers")
    for layer, activation in enumerate(source.activations):
        row += 1
        put(sheet, row, 1, layers.sheet_name(layer), Look.NAME)
        formula = activation_value(activation, Unit("z", "a", "layer"))
        units = len(source.biases[layer])
        how = f"{units} {'unit' if units == 1 else 'units'}, {activation.name}: a = {formula}"
        put(sheet, row, 2, how)
    row = _section(sheet, row + 2, "How to use it")
    for text in (
        "For more examples copy the last row of 'Predict' down and type inputs over the blue "
        "cells.",
        *source.notes,
    ):
        put(sheet, row, 1, text)
        row += 1
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 100
    book.active = 0


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
        answers.SHEET: "what the outputs mean",
        "Training step": "one step of gradient descent on the first example",
    }
    return known.get(name, "weights and biases")
