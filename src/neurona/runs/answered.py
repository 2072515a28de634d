"""What a model says of rows beside the truth, as arrays: of a table, or of block after block of one
that does not fit into memory; and the scores of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.targets import label_matrix, numeric_targets
from neurona.runs import scores
from neurona.runs.examples import Examples, class_codes, known_labels, unknown_classes
from neurona.runs.model import Model
from neurona.runs.scores import Array, Pair
from neurona.runs.sums import Classes, Quantity, spread_of


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


def scored(model: Model, targets: Sequence[str], blocks: Iterable[Answered], source: str) -> Scored:
    """Return the scores of answers, block by block; they are gone through more than once."""
    if not model.classifies:
        return Scored(_quantities(targets, blocks), [], [], [])
    if model.task == "multilabel":
        return Scored(_labels(targets, blocks), [], [], [])
    known = len(model.classes)
    unknown = sorted({text for one in blocks for text in one.unknown})
    labels = [*known_labels(model), *unknown]
    found, rows = Classes(known, len(labels)), 0
    for one in blocks:
        assert one.shares is not None
        truth = _renumbered(one, unknown, known)
        found.add(truth, one.said, one.shares, one.sets)
        rows += int((truth >= known).sum())
    notes = unknown_classes(source, unknown, rows)
    return Scored({targets[0]: found.pair()}, labels, found.confusion.tolist(), notes)


def _quantities(targets: Sequence[str], blocks: Iterable[Answered]) -> dict[str, Pair]:
    found = {
        name: Quantity(spread_of(one.truth[:, k] for one in blocks))
        for k, name in enumerate(targets)
    }
    for one in blocks:
        parts = [one.truth, one.said, one.std, one.low, one.high]
        for k, sums in enumerate(found.values()):
            sums.add(*(part[:, k] for part in parts if part is not None))
    return {name: sums.pair() for name, sums in found.items()}


def _labels(targets: Sequence[str], blocks: Iterable[Answered]) -> dict[str, Pair]:
    found = {name: Classes(2, 2) for name in targets}
    for one in blocks:
        assert one.shares is not None
        for k, sums in enumerate(found.values()):
            both = np.column_stack([1 - one.shares[:, k], one.shares[:, k]])
            sets = None if one.sets is None else one.sets[:, k]
            sums.add(one.truth[:, k].astype(np.intp), one.said[:, k], both, sets)
    return {name: sums.pair() for name, sums in found.items()}


def _renumbered(part: Answered, unknown: Sequence[str], known: int) -> Array:
    """Return the truth with the numbers that classes have which the model does not know."""
    if not part.unknown:
        return part.truth
    numbers = [*range(known), *(known + unknown.index(text) for text in part.unknown)]
    return np.array(numbers)[part.truth]
