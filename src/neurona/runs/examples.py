"""Rows of a table whose targets are known: what a saved model is scored on, or shown with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from neurona.data.encoders import texts_of
from neurona.data.encoders.boolean import boolean_words
from neurona.data.gather import ColumnType
from neurona.data.table import Table
from neurona.data.targets import known_rows
from neurona.inference.provenance import Seen
from neurona.runs.absent import REFUSE, find_inputs, find_targets
from neurona.runs.blocks import blocks_of, names_of
from neurona.runs.column_kinds import kinds_said, read_as
from neurona.runs.columns import listed
from neurona.runs.failures import Failure
from neurona.runs.model import Model
from neurona.runs.remarks import Remarks
from neurona.runs.scores import Array
from neurona.runs.seen import prints_of
from neurona.runs.sources import read_source


class Examples(NamedTuple):
    """Rows with what is predicted from, and what is to be predicted."""

    inputs: Table
    targets: Table

    @property
    def names(self) -> list[str]:
        """The names of the targets."""
        return self.targets.names

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self.targets.rows

    @property
    def both(self) -> Table:
        """Inputs and targets in one table."""
        columns = {**self.inputs.columns, **self.targets.columns}
        return Table(columns, self.inputs.source)

    def take(self, rows: Array) -> Examples:
        """Return some of the rows."""
        return Examples(self.inputs.take(rows), self.targets.take(rows))


class Given(NamedTuple):
    """Rows that were read for a model: from where, what is to be said of them, and whether columns
    that the model takes are not there.
    """

    source: str
    rows: Examples
    notes: list[str]
    lacks: bool


def read_whole(*given: Any, **how: Any) -> Iterator[Given]:
    """Yield the rows that `read_examples` returns."""
    yield read_examples(*given, **how)


def examples_in_blocks(
    model: Model,
    given: str,
    targets: Sequence[str] = (),
    missing_columns: str = REFUSE,
    kinds: Sequence[str] = (),
    **how: Any,
) -> Iterator[Given]:
    """Yield the same block by block; what the last one says is said of all."""
    path = Path(given)
    types = types_to_score(model, targets)
    how.pop("max_cells", None)
    names = names_of(path, **how)
    said = read_as(kinds_said(kinds, names, path.name))
    targets = find_targets(model, targets, names, path.name)
    inputs = [name for name in names if name not in targets]
    found = find_inputs(model, inputs, path.name, missing_columns)
    remarks = Remarks(model, path.name, found.present, [], found)
    left_out, rows = 0, 0
    columns = [*found.present, *(one for one in targets if one not in found.present)]
    for block in blocks_of(path, columns, {**types, **said}, **how):
        known = known_rows(block, targets)
        left_out, rows = left_out + block.rows - len(known), rows + block.rows
        if not len(known):
            continue
        table = block if len(known) == block.rows else block.take(known)
        examples = Examples(found.whole(table.select(found.present)), table.select(targets))
        remarks.add(examples.inputs)
        notes = [_left_out(path.name, left_out, rows)] if left_out else []
        yield Given(path.name, examples, [*notes, *remarks.all()], bool(found.absent))
    if left_out == rows:
        raise Failure(f"{path.name} has no row whose target is known; give rows with targets.")


def _left_out(source: str, count: int, rows: int) -> str:
    return f"{source}: {count:,} of {rows:,} rows have no target and are left out."


def read_examples(
    model: Model,
    given: str,
    targets: Sequence[str] = (),
    missing_columns: str = REFUSE,
    **how: Any,
) -> Given:
    """Read the rows of a table whose targets are known; parameters as in `evaluate`."""
    # columns that the model does not use are not judged
    types = types_to_score(model, targets)
    table = read_source(given, types=types, other_types="text", **how)
    targets = find_targets(model, targets, table.names, table.source)
    known = known_rows(table, targets)
    notes = list(table.notes)
    if not len(known):
        raise Failure(f"{table.source} has no row whose target is known; give rows with targets.")
    if len(known) < table.rows:
        notes.append(_left_out(table.source, table.rows - len(known), table.rows))
        table = table.take(known)
    inputs = [name for name in table.names if name not in targets]
    found = find_inputs(model, inputs, table.source, missing_columns)
    remarks = Remarks(model, table.source, found.present, notes, found)
    rows = Examples(found.whole(table.select(found.present)), table.select(targets))
    remarks.add(rows.inputs)
    return Given(table.source, rows, remarks.all(), bool(found.absent))


def prints_of_examples(model: Model, rows: Examples) -> Array | None:
    """Return a fingerprint of each row; None if the model knows none of its own."""
    known = model.seen_rows
    if known is None:
        return None
    prepared, task = model.estimator.preparation_, model.estimator.task_
    return prints_of(prepared, known.salt, rows.both, rows.names, task)


def flattery(source: str, rows: int, seen: Seen) -> str:
    """Return what is to be said where a model was made of some of the rows that are scored."""
    if seen.exact and seen.rows == rows:
        return (
            f"{source}: the model was trained or validated on all of these rows, so the "
            "scores tell how well it learned them, not how good it is; give rows that are new to "
            "it."
        )
    were = "was" if seen.rows == 1 else "were"
    many = f"{seen.rows:,}" if seen.exact else f"about {float(f'{seen.rows:.2g}'):,.0f}"
    return (
        f"{source}: {many} of the {rows:,} rows {were} trained or "
        "validated on, so the scores flatter the model."
    )


class Coded(NamedTuple):
    """Classes by name, the class number of each row, classes that the model does not know (their
    numbers are beyond), and notes.
    """

    labels: list[str]
    codes: Array
    unknown: list[str]
    notes: list[str]


def class_codes(model: Model, table: Table, target: str) -> Coded:
    """Return the classes of rows as numbers of the model's."""
    labels = known_labels(model)
    texts = [str(text) for text in texts_of(table[target])]
    if len(labels) == 2 and boolean_words(labels):
        # the same words in another case
        known = {label.lower(): label for label in labels}
        texts = [known.get(text.strip().lower(), text) for text in texts]
    unknown = sorted(set(texts) - set(labels))
    numbers = {label: code for code, label in enumerate([*labels, *unknown])}
    notes = unknown_classes(table.source, unknown, sum(text in set(unknown) for text in texts))
    return Coded(labels, np.array([numbers[text] for text in texts]), unknown, notes)


def known_labels(model: Model) -> list[str]:
    """Return the classes that a model knows as texts."""
    return [str(text) for text in texts_of(np.asarray(model.classes, _kind(model.classes)))]


def unknown_classes(source: str, unknown: Sequence[str], rows: int) -> list[str]:
    """Return what is to be said of classes that a model does not know, if there are any."""
    if not unknown:
        return []
    classes = "the class" if len(unknown) == 1 else "classes like"
    return [
        f"{source}: {rows:,} {'row has' if rows == 1 else 'rows have'} {classes} "
        f"{unknown[0]!r}, which training had not; they count as wrong."
    ]


def _kind(found: Sequence[Any]) -> Any:
    return object if isinstance(found[0], str) else bool if isinstance(found[0], bool) else float


def types_to_score(model: Model, targets: Sequence[str]) -> dict[str, ColumnType]:
    """Return how columns are to be read; a word is a target, or a list of targets if the table has
    no column of its name.
    """
    words = list(targets) or model.targets
    types: dict[str, ColumnType] = dict(model.types([])) if model.of_tables else {}
    kind: ColumnType
    if not model.classifies:
        kind = "number"
    elif model.task != "multilabel" and isinstance(model.classes[0], str):
        kind = "text"
    else:
        kind = "auto"
    parts = [part for word in words for part in listed(word)]
    return dict.fromkeys(parts, kind) | types | dict.fromkeys(words, kind)
