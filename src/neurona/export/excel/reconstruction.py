"""What an autoencoder answers: the row given back, each column's error, and the anomaly score."""

from __future__ import annotations

import itertools
from typing import Any

from neurona.export.excel import inputs
from neurona.export.excel.cells import across, at
from neurona.export.excel.places import Answer, Places, learned
from neurona.export.source import Exportable

USUAL, LIMIT = 2, 3
"""Columns of the sheet."""


def page(model: Exportable) -> tuple[str, tuple[str, ...], list[tuple[Any, ...]]]:
    """Return hint, heads and rows of the sheet of usual errors."""
    assert model.reconstruction is not None
    reference = model.reconstruction.reference
    rows: list[tuple[Any, ...]] = [
        (name, float(usual)) for name, usual in zip(model.names, reference.usual, strict=True)
    ]
    rows[0] = (*rows[0], float(reference.limit))
    hint = (
        "An error is the squared difference from the row given back by the column's usual one; "
        "the score is the mean of the errors by the limit that most rows stay below."
    )
    return hint, ("column", "usual error", "limit"), rows


def answers(model: Exportable, places: Places) -> list[Answer]:
    """Return the columns given back, their errors, and the score of a row."""
    assert model.reconstruction is not None
    row, count = places.row, len(model.names)
    starts = [*model.reconstruction.reference.starts.tolist(), len(model.features)]
    spans = list(itertools.pairwise(starts))
    errors = [
        Answer(f"error of {name}", _error(places, k, first, last))
        for k, (name, (first, last)) in enumerate(zip(model.names, spans, strict=True))
    ]
    cells = across(row, places.answers + count, places.answers + 2 * count - 1)
    score = Answer("anomaly score", f"AVERAGE({cells})/{learned(0, LIMIT)}")
    return [*_restored(model, places, spans), *errors, score]


def _restored(model: Exportable, places: Places, spans: list[tuple[int, int]]) -> list[Answer]:
    heads = [f"{name} given back" for name in model.names]
    if not model.encoders:
        cells = [at(places.row, places.outputs + k) for k in range(len(heads))]
        return list(map(Answer, heads, cells))
    found = []
    for k, (head, encoder) in enumerate(zip(heads, model.encoders, strict=True)):
        columns = range(places.outputs + spans[k][0], places.outputs + spans[k][1])
        outputs = [at(places.row, column) for column in columns]
        formula, number_format = inputs.restored(encoder, inputs.FIRST_ROW + k, outputs)
        found.append(Answer(head, formula, number_format=number_format))
    return found


def _error(places: Places, k: int, first: int, last: int) -> str:
    usual = learned(k, USUAL)
    row, given, back = places.row, places.features, places.outputs
    if last - first == 1:
        return f"({at(row, given + first)}-{at(row, back + first)})^2/{usual}"
    ones, others = (across(row, start + first, start + last - 1) for start in (given, back))
    return f"SUMPRODUCT(({ones}-{others})^2)/{usual}"
