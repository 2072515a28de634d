"""How good a saved model is on a table: read, predict, score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.inference.provenance import Seen
from neurona.runs.absent import REFUSE
from neurona.runs.answered import Answered, Scored, answered, joined, scored
from neurona.runs.blocks import in_blocks
from neurona.runs.examples import examples_in_blocks, flattery, prints_of_examples, read_whole
from neurona.runs.model import Model
from neurona.runs.scores import Array, Pair


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
    read = examples_in_blocks if in_blocks(given) else read_whole
    parts: list[Answered] = []
    prints: list[Array | None] = []
    names: list[str] = []
    for found in read(model, given, targets, missing_columns, **how):
        parts.append(answered(model, found.rows))
        prints.append(None if found.lacks else prints_of_examples(model, found.rows))
        names = found.rows.names
    # what the last one says is said of all
    all_ = joined(parts, len(model.classes))
    came = scored(model, names, all_, found.source)
    said = Evaluation(found.source, len(all_.truth), came, [*found.notes, *came.notes])
    present = [one for one in prints if one is not None]
    return _with_seen(said, model, names, all_, np.concatenate(present)) if present else said


def _with_seen(
    found: Evaluation, model: Model, names: Sequence[str], rows: Answered, prints: Array
) -> Evaluation:
    """Return the evaluation with what is known of rows that the model was made of."""
    known = model.seen_rows
    if known is None:
        return found
    seen, others = known.count(prints), None
    if not seen.rows:
        return found._replace(seen=seen)
    new = np.flatnonzero(~known.known(prints))
    if seen.exact and len(new):
        of_new = scored(model, names, rows.take(new), found.source)
        others = Others(len(new), of_new.pairs)
    return found._replace(
        seen=seen, others=others, notes=[*found.notes, flattery(found.source, found.rows, seen)]
    )
