"""What a run knows of its model when training is over: scores by part of the rows, and the rows."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from neurona.data.table import Column, Table
from neurona.data.targets import known_rows
from neurona.inference.provenance import PartScore, Provenance, salt_of
from neurona.progress.events import Stream
from neurona.runs.scores import baseline, score
from neurona.runs.seen import seen_rows
from neurona.runs.training_data import TrainingData, target_values

Rows = tuple[Table, Column]
NONE = "no rows held out"


def tested_of(model: Any, data: TrainingData, stream: Stream) -> dict[str, Any] | None:
    """Return a model's scores on the test rows; None, and a note, where there are none."""
    if data.test is None or data.test_values is None:
        return None
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = score(model, data.test, data.test_values)
    except ValueError as error:
        stream.note(f"The test rows could not be scored: {error}", "warning")
        return None
    for text in dict.fromkeys(str(one.message) for one in caught):
        stream.note(f"test rows: {text}")
    return found


def provenance_of(model: Any, data: TrainingData, tested: Any, fingerprints: bool) -> Provenance:
    """Return where a fitted table model comes from; `tested` are its scores on the test rows."""
    train = data.trained_on(model)
    validation = _validation(model, data)
    scores = []
    if tested is not None and data.test is not None and data.test_values is not None:
        usual = baseline(data.task, train[1], data.test_values)["metrics"]
        scores.append(PartScore("test", data.test.rows, tested, usual))
    for part, rows in (("validation", validation), ("training", train)):
        if rows is not None and rows[0].rows:
            usual = baseline(data.task, train[1], rows[1])["metrics"]
            scores.append(PartScore(part, rows[0].rows, _quietly(model, *rows), usual))
    measured: Rows | None = train if validation is None else validation
    if tested is not None and data.test is not None and data.test_values is not None:
        measured = data.test, data.test_values
    seen = None
    if fingerprints and data.large is None:
        salt = salt_of([*model.network_.coefs_, *model.network_.intercepts_])
        tables = [data.train] if data.validation is None else [data.train, data.validation]
        tables = [table.take(known_rows(table, data.targets)) for table in tables]
        seen = seen_rows(model.preparation_, salt, tables, data.targets, data.task)
    return Provenance(
        source=data.train.source,
        test=data.how or "none",
        validation=model.split_.how.removeprefix(NONE).strip(": "),
        scores=scores,
        members=_members(model, measured),
        seen=seen,
    )


def _validation(model: Any, data: TrainingData) -> Rows | None:
    """Return the rows that were validated on; None if there were none."""
    if data.validation is not None:
        known = data.validation.take(known_rows(data.validation, data.targets))
        return known, target_values(known, data.targets, data.task)
    held = model.split_.held if data.large is None else ()
    return (data.train.take(held), data.train_values[held]) if len(held) else None


def _members(model: Any, rows: Rows | None) -> Sequence[dict[str, Any]]:
    """Return the scores of each of several networks that are averaged."""
    count = len(model.network_.learned().members)
    if count < 2 or rows is None:
        return []
    return [_quietly(model.member(k), *rows) for k in range(count)]


def _quietly(model: Any, table: Table, values: Column) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return score(model, table, values)
