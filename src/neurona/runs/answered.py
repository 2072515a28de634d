"""What a model says of rows beside the truth, as arrays: of a table, or of block after block of one
that does not fit into memory; and the scores of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.targets import label_matrix, numeric_targets
from neurona.metrics import confusion
from neurona.runs import scores
from neurona.runs.examples import Examples, class_codes, known_labels, unknown_classes
from neurona.runs.model import Model
from neurona.runs.scores import Array, Pair


class Scored(NamedTuple):
    """Scores by target, the confusion table of a single target of classes, and notes."""

    pairs: dict[str, Pair]
    labels: list[str]
    confusion: list[list[int]]
    notes: list[str]


class Answered(NamedTuple):
    """The truth, rows x targets (one target of classes: its classes by number), and what was said.

    `said` are quantities or labels, rows x targets, or classes by number; `shares` probabilities,
    `std` deviations, `low` and `high` ends of intervals of 95 %, `sets` classes in a set. Of arrays
    without a meaning for a model there are none. `unknown` are classes that the model does not
    know, whose numbers follow those it does.
    """

    truth: Array
    said: Array
    shares: Array | None = None
    std: Array | None = None
    low: Array | None = None
    high: Array | None = None
    sets: Array | None = None
    unknown: tuple[str, ...] = ()

    def take(self, rows: Array) -> Answered:
        """Return some of the rows."""
        parts: list[Any] = [None if part is None else part[rows] for part in self[:-1]]
        return Answered(*[*parts, self.unknown])


def answered(model: Model, rows: Examples) -> Answered:
    """Return what a model says of rows whose targets are known."""
    inputs, table, targets = *rows, rows.names
    if not model.classifies:
        truth, said = numeric_targets(table, targets), model.predict(inputs)
        if not model.has_error_bars:
            return Answered(truth, said)
        known = model.uncertainty(inputs)
        return Answered(truth, said, None, known.std, *known.interval(0.95))
    shares = model.probabilities(inputs)
    sets = model.sets(inputs, scores.SET_COVERAGE) if model.has_sets else None
    if model.task == "multilabel":
        truth, said = label_matrix(table, targets), model.predict(inputs).astype(int)
        return Answered(truth, said, shares, sets=sets)
    found = class_codes(model, table, targets[0])
    return Answered(
        found.codes, shares.argmax(axis=1), shares, None, None, None, sets, tuple(found.unknown)
    )


def joined(parts: Sequence[Answered], known: int) -> Answered:
    """Return the answers to blocks as those to the whole; a model knows so many classes."""
    if len(parts) == 1:
        return parts[0]
    unknown = tuple(sorted({text for part in parts for text in part.unknown}))
    truths = [_renumbered(part, unknown, known) for part in parts]
    rest = zip(*(part[1:-1] for part in parts), strict=True)
    columns: list[Any] = [None if one[0] is None else np.concatenate(one) for one in rest]
    return Answered(*[np.concatenate(truths), *columns, unknown])


def _renumbered(part: Answered, unknown: Sequence[str], known: int) -> Array:
    """Return the truth with the numbers that classes have which the model does not know."""
    if not part.unknown:
        return part.truth
    numbers = [*range(known), *(known + unknown.index(text) for text in part.unknown)]
    return np.array(numbers)[part.truth]


def scored(model: Model, targets: Sequence[str], found: Answered, source: str) -> Scored:
    """Return the scores of answers."""
    truth, said, shares, std, low, high, sets, unknown = found
    if not model.classifies:
        pairs = {n: scores.quantity(truth[:, k], said[:, k]) for k, n in enumerate(targets)}
        if std is not None and low is not None and high is not None:
            pairs = {
                n: scores.with_error_bars(
                    pairs[n], truth[:, k], said[:, k], std[:, k], low[:, k], high[:, k]
                )
                for k, n in enumerate(targets)
            }
        return Scored(pairs, [], [], [])
    assert shares is not None
    if model.task == "multilabel":
        pairs = {}
        for k, name in enumerate(targets):
            both = np.column_stack([1 - shares[:, k], shares[:, k]])
            pairs[name] = scores.classes(truth[:, k], said[:, k], both)
            if sets is not None:
                pairs[name] = scores.with_sets(pairs[name], truth[:, k], sets[:, k])
        return Scored(pairs, [], [], [])
    labels = [*known_labels(model), *unknown]
    pair = scores.classes(truth, said, shares)
    if sets is not None:
        pair = scores.with_sets(pair, truth, sets)
    notes = unknown_classes(source, unknown, int((truth >= shares.shape[1]).sum()))
    return Scored({targets[0]: pair}, labels, confusion(truth, said, len(labels)), notes)
