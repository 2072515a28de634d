"""What outputs become, as statements: quantities, probabilities and classes, rows back."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from neurona.data.encoders import Boolean, Category
from neurona.data.task import Task
from neurona.export.code.form import (
    Counted,
    Counter,
    Let,
    Loop,
    Name,
    NotANumber,
    Number,
    Output,
    Program,
    Put,
    less,
    pick,
    place,
)
from neurona.export.code.turned import LEARNED, turned_back
from neurona.export.source import Exportable

i, k = Counter("i"), Counter("k")


def write_answers(
    program: Program, model: Exportable, found: str, in_units: bool = False
) -> tuple[Output, ...]:
    """Add the statements that make `y` of the outputs in `found`, which may be in the targets'
    units already; returns what is in `y`.
    """
    if model.answers.task is Task.REGRESSION:
        return _quantities(program, model, found, in_units)
    if model.answers.task is Task.MULTILABEL:
        return _labels(program, model, found)
    return _classes(program, model, found)


def _quantities(
    program: Program, model: Exportable, found: str, in_units: bool
) -> tuple[Output, ...]:
    names, scaling = model.answers.names, model.answers.scaling
    value = place(found, i)
    spreads = [1.0] * len(names)
    if scaling is not None and not in_units:
        scales, centers = (
            program.table("unit", scaling.scale),
            program.table("zero", scaling.center),
        )
        value = value * place(scales, i) + place(centers, i)
    if scaling is not None:
        spreads = list(scaling.spread)
    if scaling is None or not scaling.transform:
        program.body.append(Loop("i", len(names), (Put("y", i, value),)))
    else:
        program.array(LEARNED, len(names))
        said = turned_back(program, scaling.transform, place(LEARNED, i))
        program.body.append(Loop("i", len(names), (Put(LEARNED, i, value), Put("y", i, said))))
    return tuple(Output(n, "quantity", s) for n, s in zip(names, spreads, strict=True))


def _labels(program: Program, model: Exportable, found: str) -> tuple[Output, ...]:
    answers, count = model.answers, len(model.answers.names)
    on = pick(less(answers.threshold, place(found, i)), 1.0, 0.0)
    if not answers.probabilities:
        program.body.append(Loop("i", count, (Put("y", i, on),)))
        return tuple(Output(name, "label") for name in answers.names)
    body = (Put("y", i, place(found, i)), Put("y", i + count, on))
    program.body.append(Loop("i", count, body))
    return (
        *(Output(name, "probability") for name in answers.names),
        *(Output(name, "label") for name in answers.names),
    )


def _classes(program: Program, model: Exportable, found: str) -> tuple[Output, ...]:
    answers = model.answers
    count = len(answers.names)
    own = Output(answers.targets[0], "class", words=answers.names)
    first = count if answers.probabilities else 0
    if answers.task is Task.MULTICLASS:
        if answers.probabilities:
            program.body.append(Loop("i", count, (Put("y", i, place(found, i)),)))
        largest(program, found, 0, count, "best")
        program.put("y", first, Name("best"))
    else:
        value = place(found, 0)
        if answers.probabilities and count == 1:
            program.put("y", 0, 1.0)
        elif answers.probabilities:
            program.put("y", 0, 1.0 - value)
            program.put("y", 1, value)
        code = pick(less(answers.threshold, value), 1.0, 0.0)
        program.put("y", first, code if count > 1 else 0.0)
    if not answers.probabilities:
        return (own,)
    return (*(Output(name, "probability") for name in answers.names), own)


def largest(program: Program, array: str, first: int, count: int, name: str) -> None:
    """Add statements that let a name be the place of the largest of some elements, the first of
    equal ones.
    """
    top, z = Name(f"{name}_top"), place(array, i + first)
    program.let(f"{name}_top", place(array, first))
    program.let(name, 0.0)
    body = (
        Let(name, pick(less(top, z), Counted(i), Name(name)), True),
        Let(f"{name}_top", pick(less(top, z), z, top), True),
    )
    program.body.append(Loop("i", count, body))


def write_row_back(
    program: Program, model: Exportable, features: str, found: str
) -> tuple[Output, ...]:
    """Add the statements of an autoencoder: the columns given back, and the anomaly score."""
    assert model.reconstruction is not None
    reference, columns = model.reconstruction.reference, len(model.names)
    if not model.encoders:
        program.body.append(Loop("i", columns, (Put("y", i, place(found, i)),)))
    starts = [*reference.starts.tolist(), len(model.features)]
    outputs = [Output(name, "column") for name in model.names]
    for c, encoder in enumerate(model.encoders):
        value, output = _cell(program, encoder, found, starts[c], starts[c + 1])
        program.put("y", c, value)
        outputs[c] = output
    score: Number = Name("score")
    program.let("score", 0.0)
    usual = reference.usual
    for c, (first, last) in enumerate(itertools.pairwise(starts)):
        error = f"error{c + 1}"
        program.let(error, 0.0)
        gap = place(features, i + first) - place(found, i + first)
        program.body.append(Loop("i", last - first, (Let(error, Name(error) + gap * gap, True),)))
        program.let("score", score + Name(error) / float(usual[c]), True)
    program.put("y", columns, score / float(columns) / float(reference.limit))
    return (*outputs, Output("anomaly score", "score"))


def _cell(
    program: Program, encoder: Any, found: str, first: int, last: int
) -> tuple[Number, Output]:
    """Return what a column's outputs stand for; a missing cell is not-a-number."""
    if isinstance(encoder, Category):
        name = f"level{first + 1}"
        largest(program, found, first, last - first, name)
        words = tuple("(missing)" if one is None else one for one in encoder.levels)
        return Name(name), Output(encoder.name, "column", 1.0, words)
    if isinstance(encoder, Boolean):
        value = pick(less(0.5, place(found, first)), 1.0, 0.0)
        words = () if encoder.as_numbers() else (encoder.low, encoder.high)
        return _unless(encoder, value, found, last - 1), Output(encoder.name, "column", 1.0, words)
    value = encoder.center + encoder.scale * place(found, first)
    return (
        _unless(encoder, value, found, last - 1),
        Output(encoder.name, "column", float(encoder.scale)),
    )


def _unless(encoder: Any, value: Number, found: str, mark: int) -> Number:
    if not encoder.indicator:
        return value
    return pick(less(0.5, place(found, mark)), NotANumber(), value)


def finite_tables(program: Program) -> bool:
    """Whether all constants are finite numbers of the program's type."""
    with np.errstate(over="ignore"):
        dtype = np.float32 if program.single else np.float64
        return all(np.isfinite(one.astype(dtype)).all() for one in program.tables.values())
