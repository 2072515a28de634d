"""How good a saved model is on a table: read, predict, score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.targets import label_matrix, numeric_targets
from neurona.inference.provenance import Seen
from neurona.metrics import confusion
from neurona.runs import scores
from neurona.runs.absent import REFUSE
from neurona.runs.examples import (
    Examples,
    class_codes,
    flattery,
    prints_of_examples,
    read_examples,
)
from neurona.runs.model import Model
from neurona.runs.scores import Pair


class Scored(NamedTuple):
    """Scores by target, the confusion table of a single target of classes, and notes."""

    pairs: dict[str, Pair]
    labels: list[str]
    confusion: list[list[int]]
    notes: list[str]


class Others(NamedTuple):
    """The rows that the model was not made of, and their scores."""

    rows: int
    pairs: dict[str, Pair]


class Evaluation(NamedTuple):
    """The rows that were scored, from where, their scores, and what is to be said of them.

    `seen` tells how many of them the model was trained or validated on, None if it does not know;
    `others` are the scores of all others, where some were.
    """

    source: str
    rows: int
    scored: Scored
    notes: list[str]
    seen: Seen | None = None
    others: Others | None = None


def evaluate(
    model: Model,
    given: str,
    targets: Sequence[str] = (),
    missing_columns: str = REFUSE,
    **how: Any,
) -> Evaluation:
    """Score a model on the rows of a table whose targets are known.

    `targets` are the names of the target columns, or several between commas, if they are not called
    as in training; `missing_columns` says what of inputs that are not there ("refuse", "impute");
    `how` says how the table is written.
    """
    found = read_examples(model, given, targets, missing_columns, **how)
    scored = _score(model, found.rows)
    said = Evaluation(found.source, found.rows.size, scored, [*found.notes, *scored.notes])
    return said if found.lacks else _with_seen(said, model, found.rows)


def _with_seen(found: Evaluation, model: Model, rows: Examples) -> Evaluation:
    """Return the evaluation with what is known of rows that the model was made of."""
    known, prints = model.seen_rows, prints_of_examples(model, rows)
    if known is None or prints is None:
        return found
    seen, others = known.count(prints), None
    if not seen.rows:
        return found._replace(seen=seen)
    new = np.flatnonzero(~known.known(prints))
    if seen.exact and len(new):
        others = Others(len(new), _score(model, rows.take(new)).pairs)
    return found._replace(
        seen=seen, others=others, notes=[*found.notes, flattery(found.source, found.rows, seen)]
    )


def _score(model: Model, rows: Examples) -> Scored:
    inputs, table, targets = *rows, rows.names
    if not model.classifies:
        truth, said = numeric_targets(table, targets), model.predict(inputs)
        pairs = {n: scores.quantity(truth[:, k], said[:, k]) for k, n in enumerate(targets)}
        if model.has_error_bars:
            known = model.uncertainty(inputs)
            std, ends = known.std, known.interval(0.95)
            pairs = {
                n: scores.with_error_bars(
                    pairs[n], truth[:, k], said[:, k], std[:, k], ends[0][:, k], ends[1][:, k]
                )
                for k, n in enumerate(targets)
            }
        return Scored(pairs, [], [], [])
    shares = model.probabilities(inputs)
    sets = model.sets(inputs, scores.SET_COVERAGE) if model.has_sets else None
    if model.task == "multilabel":
        truth, said = label_matrix(table, targets), model.predict(inputs).astype(int)
        pairs = {}
        for k, name in enumerate(targets):
            both = np.column_stack([1 - shares[:, k], shares[:, k]])
            pairs[name] = scores.classes(truth[:, k], said[:, k], both)
            if sets is not None:
                pairs[name] = scores.with_sets(pairs[name], truth[:, k], sets[:, k])
        return Scored(pairs, [], [], [])
    labels, codes, unknown, notes = class_codes(model, table, targets[0])
    said = shares.argmax(axis=1)
    labels = [*labels, *unknown]
    pair = scores.classes(codes, said, shares)
    if sets is not None:
        pair = scores.with_sets(pair, codes, sets)
    return Scored({targets[0]: pair}, labels, confusion(codes, said, len(labels)), notes)
