"""From the network's outputs to answers: the user's units, the most probable label, labels."""

from __future__ import annotations

from typing import Any, NamedTuple

from neurona.data.targets import Task
from neurona.export.excel.cells import Look, across, at, down, put, title, widen
from neurona.export.excel.source import Source

SHEET = "Answers"
FIRST_ROW = 5


class Answer(NamedTuple):
    """A column of answers: its head, and its formula; a `label` is shown as it is."""

    head: str
    formula: str
    label: bool = False


def write_answers(book: Any, source: Source) -> None:
    """Write the sheet of scalings or labels, if there is anything to say."""
    if source.scaling is None and not source.classes:
        return
    sheet = book.create_sheet(SHEET)
    heads: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    if source.scaling is not None:
        title(sheet, "Answers", "An output times the spread plus the mean is the answer.")
        heads = ("target", "mean", "spread")
        rows = list(
            zip(source.output_names, source.scaling.center, source.scaling.scale, strict=True)
        )
    else:
        title(sheet, "Answers", "The labels, in the order of the outputs.")
        heads, rows = ("label",), [(label,) for label in source.classes]
    for column, head in enumerate(heads, 1):
        put(sheet, FIRST_ROW - 1, column, head, Look.HEAD)
        widen(sheet, column, head, 14)
    for row, values in enumerate(rows, FIRST_ROW):
        for column, value in enumerate(values, 1):
            look = Look.NAME if source.scaling is not None and column == 1 else Look.WEIGHT
            put(sheet, row, column, value, look).number_format = "General"
            widen(sheet, column, str(value))


def answers(source: Source, row: int, first: int) -> list[Answer]:
    """Return the answers of a row whose outputs begin in column `first`."""
    count = len(source.biases[-1])
    outputs = [at(row, first + k) for k in range(count)]
    names = source.output_names
    if source.task is Task.REGRESSION:
        if source.scaling is None:
            return [Answer(name, cell) for name, cell in zip(names, outputs, strict=True)]
        return [
            Answer(name, f"{cell}*{_scaling(k, 3)}+{_scaling(k, 2)}")
            for k, (name, cell) in enumerate(zip(names, outputs, strict=True))
        ]
    if source.task is Task.MULTILABEL:
        said = [
            Answer(name, f"IF({cell}>0.5,1,0)", True)
            for name, cell in zip(names, outputs, strict=True)
        ]
        chances = [Answer(f"P({name})", c) for name, c in zip(names, outputs, strict=True)]
        return said + chances
    labels = down(1, FIRST_ROW, FIRST_ROW + len(source.classes) - 1, True, SHEET)
    if source.task is Task.BINARY:
        low, high = (
            at(FIRST_ROW + min(k, len(source.classes) - 1), 1, True, SHEET) for k in (0, 1)
        )
        chosen = Answer("prediction", f"IF({outputs[0]}>0.5,{high},{low})", True)
        return [
            chosen,
            Answer(f"P({names[0]})", f"1-{outputs[0]}"),
            *([Answer(f"P({names[1]})", outputs[0])] if len(names) > 1 else []),
        ]
    every = across(row, first, first + count - 1)
    chosen = Answer("prediction", f"INDEX({labels},MATCH(MAX({every}),{every},0))", True)
    return [chosen, *(Answer(f"P({n})", c) for n, c in zip(names, outputs, strict=True))]


def _scaling(output: int, column: int) -> str:
    return at(FIRST_ROW + output, column, True, SHEET)
