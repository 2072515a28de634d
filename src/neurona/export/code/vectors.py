"""Test vectors: rows that are hard, and what must come of them, to the last bit.

A column's numbers lie where those of training did (its middle and spread), at the limits where they
are cut off, just beyond, and at infinity; words are each that there is and one that there is not;
cells are missing, one at a time and all at once. Half of the rows are usual in every column.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.data.table import Table
from neurona.export.code.evaluate import evaluate
from neurona.export.code.form import Input, Program
from neurona.export.source import Exportable
from neurona.network import Vector

ROWS = 64
QUANTILES = np.array([-2.33, -1.64, -1.28, -0.67, -0.25, 0.0, 0.25, 0.67, 1.28, 1.64, 2.33])
"""Of the normal law: 1, 5, 10, 25, 40, 50 % and so on."""
HUGE = 1e300
DAY = 86_400e6


class Vectors(NamedTuple):
    """Rows of numbers, the answers to them, and which have none."""

    rows: Vector
    answers: Vector
    refused: Vector


def vectors_of(program: Program, rows: Any = None) -> Vectors:
    """Return the test vectors of a program; `rows` are used as well where they are given."""
    found = sample_rows(program)
    if rows is not None:
        some = np.asarray(rows, np.float64)[:: max(1, len(rows) // (ROWS // 4))][: ROWS // 4]
        found[: len(some)] = some
    if program.single:
        with np.errstate(over="ignore"):
            found = found.astype(np.float32).astype(np.float64)
    answers, refused = evaluate(program, found)
    return Vectors(found, answers.astype(np.float64), refused)


def sample_rows(program: Program) -> Vector:
    """Return 64 rows of numbers, the same for the same program."""
    random = np.random.default_rng(64)
    usual = [_usual(one) for one in program.inputs]
    odd = [_odd(one) for one in program.inputs]
    rows = np.column_stack([random.choice(values, ROWS) for values in usual])
    for turn, row in enumerate(range(ROWS // 2, ROWS - 2)):
        # one odd cell a row, until each has been
        values = odd[turn % len(odd)]
        rows[row, turn % len(odd)] = values[(turn // len(odd)) % len(values)]
    for k, values in enumerate(odd):
        rows[-2, k], rows[-1, k] = values[-1], values[0]
    return rows


def _usual(one: Input) -> Vector:
    if one.words:
        return np.array([c for c, word in enumerate(one.words) if word is not None], np.float64)
    if one.limit is None and one.kind != "number":
        return np.array([0.0, 1.0])
    return _days(one, one.usual + one.spread * QUANTILES)


def _odd(one: Input) -> Vector:
    """Return cells that are unusual, the last one missing if it may be."""
    if one.words:
        found = [float(len(one.words)), -1.0]
    elif one.kind == "number":
        found = [30.0, -30.0, 0.0, -0.0, 1e-300, np.inf, -np.inf]
    elif one.limit is None:
        found = [0.5, 100.0, -100.0]
    else:
        edge = one.limit * one.spread
        inside = [one.usual, one.usual + edge, one.usual - edge, one.usual + 1.01 * edge]
        found = [*_days(one, np.array(inside)), np.inf, -np.inf]
    return np.array([*found, np.nan], np.float64)


def _days(one: Input, values: Vector) -> Vector:
    """Return numbers that a date, or a time of whole seconds, can be."""
    if one.kind == "date":
        return np.round(values * DAY) / DAY
    return np.round(values * 86_400) / 86_400 if one.kind == "time" else values


class Difference(NamedTuple):
    """How far answers are from `predict`, in spreads of their target: the largest and the root of
    the mean square; and over how many rows. Where answers are `named`, another one counts 1.
    """

    largest: float
    rms: float
    rows: int
    named: bool = False

    def __str__(self) -> str:
        """Return it for a person."""
        if self.named:
            return f"another answer than predict in {self.rms**2:.2%} of {self.rows} rows"
        return (
            f"at most {self.largest:.1e} of the target's spread from predict over {self.rows} rows"
        )


def difference(model: Exportable, program: Program, vectors: Vectors) -> Difference:
    """Return how far the answers are from the model's own."""
    rows, answers = vectors.rows[~vectors.refused], vectors.answers[~vectors.refused]
    fits = np.array([_as_cells(program, row) for row in rows], bool)
    rows, answers = rows[fits], answers[fits]
    if not len(rows):
        return Difference(0.0, 0.0, 0)
    with np.errstate(all="ignore"):
        known = _own_answers(model, cells(model, program, rows), program)
        return _difference(program, answers, known)


def _difference(program: Program, answers: Vector, known: Vector) -> Difference:
    spreads = np.array([one.spread for one in program.outputs])
    gaps = np.abs(answers - known)[:, ~np.isnan(known).all(axis=0)]
    units = np.broadcast_to(spreads, known.shape)[:, ~np.isnan(known).all(axis=0)]
    # an answer far out, of rows far out, is told by its own size
    sizes = np.maximum(units, np.abs(known[:, ~np.isnan(known).all(axis=0)]))
    parts = np.nan_to_num(gaps / sizes)
    return Difference(float(parts.max(initial=0)), float(np.sqrt((parts**2).mean())), len(answers))


def _as_cells(program: Program, row: Vector) -> bool:
    """Whether a row of codes can be written as cells: a date cannot be infinite, and neither of two
    words is no cell.
    """
    for one, value in zip(program.inputs, row.tolist(), strict=True):
        if one.kind in ("date", "time") and np.isinf(value):
            return False
        if one.kind == "boolean" and one.words and value not in (0.0, 1.0) and value == value:
            return False
    return True


def cells(model: Exportable, program: Program, rows: Vector) -> Any:
    """Return rows of codes as the model's `predict` takes them."""
    if model.preparation is None:
        return rows
    columns = {one.name: _cells(one, rows[:, k]) for k, one in enumerate(program.inputs)}
    return Table(columns, "test vectors")


def _cells(one: Input, values: Vector) -> Any:
    if one.words:
        texts = [_word(one, value) for value in values.tolist()]
        return np.array([*texts, None], object)[:-1]
    if one.kind == "date":
        days = np.where(np.isnan(values), 0, values)
        dates = np.round(days * DAY).astype(np.int64).astype("datetime64[us]")
        return np.where(np.isnan(values), np.datetime64("NaT", "us"), dates)
    if one.kind == "time":
        return np.array([*map(_clock, values.tolist()), None], object)[:-1]
    return np.clip(values, -HUGE, HUGE)


def _word(one: Input, value: float) -> str | None:
    if value != value:
        return None
    known = 0 <= value < len(one.words) and value % 1 == 0
    return one.words[int(value)] if known else "\x01 no such word"


def _clock(days: float) -> str | None:
    if days != days:
        return None
    seconds = round(abs(days) * 86_400)
    sign = "-" if days < 0 else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _own_error_bars(model: Exportable, program: Program, X: Any) -> list[Vector]:
    """Return the model's own deviations and ends of intervals, those that the program has."""
    known, found = model.predict_uncertainty(X), []
    if any(one.kind == "deviation" for one in program.outputs):
        found.append(known.std)
    if program.coverage is not None:
        found += known.interval(program.coverage)
    return found


def _own_answers(model: Exportable, X: Any, program: Program) -> Vector:
    """Return what the program's answers must be near, a column of not-a-number where that is not
    a number of `predict`.
    """
    from neurona.data.task import Task

    if model.reconstruction is not None:
        score = model.anomaly_score(X)
        if model.preparation is None:
            return np.column_stack([model.predict(X), score])
        return np.column_stack([np.full((len(score), len(model.names)), np.nan), score])
    found = model.predict(X)
    if model.answers.task is Task.REGRESSION:
        values = np.asarray(found, np.float64).reshape(len(found), -1)
        if len(program.outputs) == values.shape[1]:
            return values
        return np.column_stack([values, *_own_error_bars(model, program, X)])
    if model.answers.task is not Task.MULTILABEL:
        assert model.answers.classes is not None
        places = {value: k for k, value in enumerate(model.answers.classes.tolist())}
        found = np.array([places[one] for one in found.tolist()], np.float64)
    parts = [model.predict_proba(X)] if model.answers.probabilities else []
    return np.column_stack([*parts, found])


def csv_of(program: Program, vectors: Vectors) -> str:
    """Return the vectors as a file: hexadecimal floats, which lose nothing, and the status."""
    heads = [f"x{k}" for k in range(len(program.inputs))]
    heads += [f"y{k}" for k in range(len(program.outputs))]
    lines = [",".join([*heads, "status"])]
    for row, answer, bad in zip(*vectors, strict=True):
        texts = [value.hex() for value in (*row.tolist(), *answer.tolist())]
        lines.append(",".join([*texts, str(int(bad))]))
    return "\n".join(lines) + "\n"
