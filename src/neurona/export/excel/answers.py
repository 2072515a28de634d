"""From the network's outputs to answers: the user's units, the most probable label, labels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.data.task import Task
from neurona.export.excel import error_bars, reconstruction
from neurona.export.excel.cells import Look, across, at, down, put, title, widen
from neurona.export.excel.places import FIRST_ROW, SHEET, Answer, Places, in_learned, learned
from neurona.export.excel.turned import back
from neurona.export.source import Exportable


class _Page(NamedTuple):
    """What the sheet says: a hint, heads, rows, and how many of the first columns are names."""

    hint: str
    heads: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    names: int


def write_answers(book: Any, model: Exportable) -> None:
    """Write the sheet of scalings, labels or usual errors, if there is anything to say."""
    page = _page(model)
    if page is None:
        return
    sheet = book.create_sheet(SHEET)
    title(sheet, "Answers", page.hint)
    for column, head in enumerate(page.heads, 1):
        put(sheet, FIRST_ROW - 1, column, head, Look.HEAD)
        widen(sheet, column, head, 14)
    for row, values in enumerate(page.rows, FIRST_ROW):
        for column, value in enumerate(values, 1):
            look = Look.NAME if column <= page.names else Look.WEIGHT
            put(sheet, row, column, value, look).number_format = "General"
            widen(sheet, column, str(value))


def _page(model: Exportable) -> _Page | None:
    scaling, classes = model.answers.scaling, model.answers.classes
    if model.reconstruction is not None:
        return _Page(*reconstruction.page(model), names=1)
    if scaling is not None:
        heads: tuple[str, ...] = ("target", "mean", "spread")
        columns = [model.answers.names, scaling.center, scaling.scale]
        hint = "An output times the spread plus the mean is the answer."
        if scaling.transform:
            hint = (
                f"An output times the spread plus the mean is the {scaling.transform.name} of the "
                "target; the answer, turned back, is a median."
            )
        if model.errors is not None:
            heads += error_bars.HEADS
            columns += error_bars.columns(model.errors.scaled(np.array(scaling.scale)))
            hint += " The errors are those on rows that no network saw."
            if model.noise_scale is not None:
                hint += " Python has them by the inputs; here they are of one size for all rows."
        return _Page(hint, heads, list(zip(*columns, strict=True)), names=1)
    if classes is not None:
        labels = [(label,) for label in classes.tolist()]
        return _Page("The labels, in the order of the outputs.", ("label",), labels, names=0)
    return None


def answers(model: Exportable, places: Places) -> list[Answer]:
    """Return the answers of a row."""
    if model.reconstruction is not None:
        return reconstruction.answers(model, places)
    row, task, names = places.row, model.answers.task, model.answers.names
    outputs = [at(row, places.outputs + k) for k in range(model.outputs)]
    if task is Task.REGRESSION:
        if model.answers.scaling is None:
            return [Answer(name, cell) for name, cell in zip(names, outputs, strict=True)]
        found = [
            Answer(name, back(model.answers.scaling.transform, k, in_learned(k, cell)))
            for k, (name, cell) in enumerate(zip(names, outputs, strict=True))
        ]
        return found if model.errors is None else [*found, *error_bars.answers(model, places)]
    return [*_said(model, places, outputs), *_chances(model, outputs)]


def _said(model: Exportable, places: Places, outputs: list[str]) -> list[Answer]:
    """Return the class, or the labels that are on."""
    threshold = f"{model.answers.threshold:g}"
    if model.answers.task is Task.MULTILABEL:
        return [
            Answer(name, f"IF({cell}>{threshold},1,0)", True)
            for name, cell in zip(model.answers.names, outputs, strict=True)
        ]
    classes = model.answers.classes
    assert classes is not None
    if model.answers.task is Task.BINARY:
        low, high = (learned(min(k, len(classes) - 1), 1) for k in (0, 1))
        return [Answer("prediction", f"IF({outputs[0]}>{threshold},{high},{low})", True)]
    labels = down(1, FIRST_ROW, FIRST_ROW + len(classes) - 1, True, SHEET)
    every = across(places.row, places.outputs, places.outputs + model.outputs - 1)
    return [Answer("prediction", f"INDEX({labels},MATCH(MAX({every}),{every},0))", True)]


def _chances(model: Exportable, outputs: list[str]) -> list[Answer]:
    """Return the probabilities of classes or labels, if outputs are such."""
    if not model.answers.probabilities:
        return []
    names = model.answers.names
    if model.answers.task is Task.BINARY:
        formulas = [f"1-{outputs[0]}", outputs[0]] if len(names) > 1 else ["1"]
        return [Answer(f"P({n})", f) for n, f in zip(names, formulas, strict=False)]
    return [Answer(f"P({n})", cell) for n, cell in zip(names, outputs, strict=True)]
