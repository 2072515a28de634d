"""How good a saved model is on a table: read, predict, score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.encoders import texts_of
from neurona.data.encoders.boolean import boolean_words
from neurona.data.gather import ColumnType
from neurona.data.table import Table
from neurona.data.targets import known_rows, label_matrix, numeric_targets
from neurona.inference.provenance import Seen
from neurona.metrics import confusion
from neurona.runs import scores
from neurona.runs.absent import REFUSE, find_inputs, find_targets
from neurona.runs.columns import listed
from neurona.runs.failures import Failure
from neurona.runs.model import Model
from neurona.runs.remarks import Remarks
from neurona.runs.scores import Array, Pair
from neurona.runs.seen import prints_of
from neurona.runs.sources import read_source


class Scored(NamedTuple):
    """Scores by target, the confusion table of a single target of classes, and notes."""

    pairs: dict[str, Pair]
    labels: list[str]
    confusion: list[list[int]]
    notes: list[str]


class Examples(NamedTuple):
    """Rows with what is predicted from, and what is to be predicted."""

    inputs: Table
    targets: Table

    @property
    def names(self) -> list[str]:
        """The names of the targets."""
        return self.targets.names

    @property
    def both(self) -> Table:
        """Inputs and targets in one table."""
        columns = {**self.inputs.columns, **self.targets.columns}
        return Table(columns, self.inputs.source)

    def take(self, rows: Array) -> Examples:
        """Return some of the rows."""
        return Examples(self.inputs.take(rows), self.targets.take(rows))


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
    words = list(targets) or model.targets
    # columns that the model does not use are not judged
    table = read_source(given, types=_types(model, words), other_types="text", **how)
    targets = find_targets(model, targets, table.names, table.source)
    known = known_rows(table, targets)
    notes = list(table.notes)
    if not len(known):
        raise Failure(f"{table.source} has no row whose target is known; give rows with targets.")
    if len(known) < table.rows:
        notes.append(
            f"{table.source}: {table.rows - len(known):,} of {table.rows:,} rows have no target "
            "and are left out."
        )
        table = table.take(known)
    inputs = [name for name in table.names if name not in targets]
    found = find_inputs(model, inputs, table.source, missing_columns)
    remarks = Remarks(model, table.source, found.present, notes, found)
    rows = Examples(found.whole(table.select(found.present)), table.select(targets))
    remarks.add(rows.inputs)
    scored = _score(model, rows)
    said = Evaluation(table.source, table.rows, scored, [*remarks.all(), *scored.notes])
    return said if found.absent else _with_seen(said, model, rows)


def _with_seen(found: Evaluation, model: Model, rows: Examples) -> Evaluation:
    """Return the evaluation with what is known of rows that the model was made of."""
    known = model.seen_rows
    if known is None:
        return found
    prints = prints_of(
        model.estimator.preparation_, known.salt, rows.both, rows.names, model.estimator.task_
    )
    seen, others = known.count(prints), None
    if not seen.rows:
        return found._replace(seen=seen)
    new = np.flatnonzero(~known.known(prints))
    if seen.exact and len(new):
        others = Others(len(new), _score(model, rows.take(new)).pairs)
    return found._replace(seen=seen, others=others, notes=[*found.notes, _flattery(found, seen)])


def _flattery(found: Evaluation, seen: Seen) -> str:
    if seen.exact and seen.rows == found.rows:
        return (
            f"{found.source}: the model was trained or validated on all of these rows, so the "
            "scores tell how well it learned them, not how good it is; give rows that are new to "
            "it."
        )
    were = "was" if seen.rows == 1 else "were"
    many = f"{seen.rows:,}" if seen.exact else f"about {float(f'{seen.rows:.2g}'):,.0f}"
    return (
        f"{found.source}: {many} of the {found.rows:,} rows {were} trained or "
        "validated on, so the scores flatter the model."
    )


def _types(model: Model, words: Sequence[str]) -> dict[str, ColumnType]:
    """Return how columns are to be read; a word is a target, or a list of targets if the table has
    no column of its name.
    """
    types: dict[str, ColumnType] = dict(model.types([])) if model.of_tables else {}
    kind: ColumnType | None = None
    if not model.classifies:
        kind = "number"
    elif model.task != "multilabel" and isinstance(model.classes[0], str):
        kind = "text"
    else:
        kind = "auto"
    parts = [part for word in words for part in listed(word)]
    return dict.fromkeys(parts, kind) | types | dict.fromkeys(words, kind)


def _score(model: Model, rows: Examples) -> Scored:
    inputs, table, targets = *rows, rows.names
    if not model.classifies:
        truth, said = numeric_targets(table, targets), model.predict(inputs)
        pairs = {n: scores.quantity(truth[:, k], said[:, k]) for k, n in enumerate(targets)}
        if model.has_error_bars:
            std = model.uncertainty(inputs).std
            pairs = {
                n: scores.with_error_bars(pairs[n], truth[:, k], said[:, k], std[:, k])
                for k, n in enumerate(targets)
            }
        return Scored(pairs, [], [], [])
    shares = model.probabilities(inputs)
    if model.task == "multilabel":
        truth, said = label_matrix(table, targets), model.predict(inputs).astype(int)
        pairs = {}
        for k, name in enumerate(targets):
            both = np.column_stack([1 - shares[:, k], shares[:, k]])
            pairs[name] = scores.classes(truth[:, k], said[:, k], both)
        return Scored(pairs, [], [], [])
    labels = [str(text) for text in texts_of(np.asarray(model.classes, _kind(model.classes)))]
    codes, unknown, notes = _codes(table, targets[0], labels)
    said = shares.argmax(axis=1)
    labels = [*labels, *unknown]
    pair = scores.classes(codes, said, shares)
    return Scored({targets[0]: pair}, labels, confusion(codes, said, len(labels)), notes)


def _kind(found: Sequence[Any]) -> Any:
    return object if isinstance(found[0], str) else bool if isinstance(found[0], bool) else float


def _codes(table: Table, target: str, labels: Sequence[str]) -> tuple[Array, list[str], list[str]]:
    """Return the class number of each row, the classes that the model does not know, and notes."""
    texts = [str(text) for text in texts_of(table[target])]
    if len(labels) == 2 and boolean_words(labels):
        # the same words in another case
        known = {label.lower(): label for label in labels}
        texts = [known.get(text.strip().lower(), text) for text in texts]
    unknown = sorted(set(texts) - set(labels))
    numbers = {label: code for code, label in enumerate([*labels, *unknown])}
    notes = []
    if unknown:
        rows = sum(text in set(unknown) for text in texts)
        classes = "the class" if len(unknown) == 1 else "classes like"
        notes.append(
            f"{table.source}: {rows:,} {'row has' if rows == 1 else 'rows have'} {classes} "
            f"{unknown[0]!r}, which training had not; they count as wrong."
        )
    return np.array([numbers[text] for text in texts]), unknown, notes
