"""How good a saved model is on a table: read, predict, score."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

import numpy as np

from neurona.inference.provenance import Seen, SeenRows
from neurona.runs.absent import REFUSE
from neurona.runs.answered import Answered, Scored, answered, scored
from neurona.runs.blocks import in_blocks
from neurona.runs.examples import examples_in_blocks, flattery, prints_of_examples, read_whole
from neurona.runs.kept_answers import KeptAnswers
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
    large = in_blocks(given)
    read = examples_in_blocks if large else read_whole
    room: AbstractContextManager[Any] = KeptAnswers() if large else nullcontext([])
    with room as kept:
        rows, prints = 0, _Prints(model.seen_rows)
        for found in read(model, given, targets, missing_columns, **how):
            kept.append(answered(model, found.rows))
            prints.add(None if found.lacks else prints_of_examples(model, found.rows), rows)
            rows, names = rows + found.rows.size, found.rows.names
        # what the last one says is said of all
        came = scored(model, names, kept, found.source)
        said = Evaluation(found.source, rows, came, [*found.notes, *came.notes])
        return _with_seen(said, model, names, kept, prints)


class _Prints:
    """Fingerprints of rows, those alone that a model may know."""

    def __init__(self, seen: SeenRows | None) -> None:
        self.seen = seen
        self._rows: list[Array] = []
        self._prints: list[Array] = []

    def add(self, prints: Array | None, first: int) -> None:
        """Take the fingerprints of rows in, of which the first has this number; None: no more."""
        if prints is None or self.seen is None:
            self.seen = None
            return
        among = self.seen.among(prints)
        self._rows.append(first + among)
        self._prints.append(prints[among])

    def count(self, rows: int) -> Seen | None:
        """Return how many of so many rows the model was made of; None if it does not know."""
        return None if self.seen is None else self.seen.count(np.concatenate(self._prints), rows)

    def known(self) -> Array:
        """Return the numbers of the rows that the model was made of."""
        assert self.seen is not None
        here = self.seen.known(np.concatenate(self._prints))
        return np.concatenate(self._rows)[here]


class _New:
    """Blocks of answers without some rows."""

    def __init__(self, blocks: Iterable[Answered], known: Array) -> None:
        self._blocks, self._known = blocks, known

    def __iter__(self) -> Iterator[Answered]:
        first = 0
        for block in self._blocks:
            count = len(block.truth)
            new = np.setdiff1d(np.arange(first, first + count), self._known) - first
            first += count
            if len(new):
                yield block.take(new)


def _with_seen(
    found: Evaluation,
    model: Model,
    names: Sequence[str],
    blocks: Iterable[Answered],
    prints: _Prints,
) -> Evaluation:
    """Return the evaluation with what is known of rows that the model was made of."""
    seen, others = prints.count(found.rows), None
    if seen is None or not seen.rows:
        return found._replace(seen=seen)
    new = found.rows - seen.rows
    if seen.exact and new:
        others = Others(new, scored(model, names, _New(blocks, prints.known()), found.source).pairs)
    return found._replace(
        seen=seen, others=others, notes=[*found.notes, flattery(found.source, found.rows, seen)]
    )
