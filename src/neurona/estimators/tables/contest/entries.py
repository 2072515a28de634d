"""What a contest is held over: rows in both preparations, the folds, and the candidates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.data.preparation import Preparation
from neurona.data.split import Split
from neurona.data.table import Column
from neurona.estimators.tables.contest.boosting import Boosting
from neurona.estimators.tables.contest.candidates import Candidate, Effort
from neurona.estimators.tables.contest.lenses import THRESHOLDS, Lens, lens_of
from neurona.estimators.tables.contest.roster import WHOLE
from neurona.estimators.tables.contest.thresholds import MOST
from neurona.estimators.tables.plan import Task
from neurona.inference.members import Member
from neurona.network import Network

MOST_WIDTH = 600
"""Columns up to which numbers are cut into pieces besides."""


@dataclass(frozen=True, eq=False)
class Entries:
    """What a contest is held over.

    Attributes
    ----------
    task : Task
    effort : Effort
    narrow, wide : Preparation
        How the columns become numbers: as they are, and in pieces, too.
    matrix, wide_matrix : arrays
        The rows in both.
    targets : array
        As networks learn them: rows x outputs, or the codes of classes.
    outputs : array (rows x outputs)
        As networks say them: quantities, or 0 and 1.
    weights : array or None
        Of the rows, those of their classes among them.
    folds : list of Split
    seed : int
        The candidates' networks draw theirs from it.
    network : function (words) that returns an unfitted MLP
    given_weights : array or None
        Of the rows, as they were given.
    again : list of Split
        Further sets of folds.
    """

    task: Task
    effort: Effort
    narrow: Preparation
    wide: Preparation
    matrix: Column
    wide_matrix: Column
    targets: Column
    outputs: Column
    weights: Column | None
    folds: list[Split]
    seed: int
    network: Callable[[dict[str, Any]], Any]
    given_weights: Column | None = None
    again: Sequence[Split] = ()

    @property
    def judged(self) -> Column:
        """The rows that some fold holds out, ascending."""
        return np.sort(np.concatenate([one.held for one in self.folds]))

    def fold(self, part: int) -> Split:
        """Return a fold, counted over all sets of them; WHOLE holds nothing out."""
        if part == WHOLE:
            rows = np.arange(len(self.outputs))
            return Split(rows, rows[:0], "all rows")
        return [*self.folds, *self.again][part]

    def width_of(self, candidate: Candidate) -> int:
        """Return how many columns a candidate's network is shown, at most."""
        if isinstance(candidate.lens, Boosting):
            return candidate.lens.kept
        if candidate.lens == THRESHOLDS:
            return MOST
        return (self.wide if candidate.pieces else self.narrow).width

    def rows_for(self, pieces: bool) -> tuple[Column, Column, Column | None]:
        """Return rows in one of the preparations, targets and the rows' weights; those of
        mini-batch networks, which see pieces, in single precision.
        """
        dtype = np.float32 if pieces else np.float64
        matrix = self.wide_matrix if pieces else self.matrix
        y = self.targets.astype(dtype) if self.targets.dtype.kind == "f" else self.targets
        return matrix.astype(dtype, copy=False), y, self.given_weights

    def lens(self, name: str | Boosting, part: int, seed: int) -> Lens:
        """Return a lens found on the rows that a fold trains on."""
        train, held = self.fold(part).train, self.fold(part).held
        weights = None if self.weights is None else self.weights[train]
        rows, targets = self.matrix[train], self.outputs[train]
        output = "identity" if self.task.loss.has_noise else self.task.output.name
        aside = self.matrix[held], self.outputs[held]
        return lens_of(name, self.narrow, self.wide, rows, targets, weights, seed, aside, output)

    def on_all_columns(self, member: Member, pieces: bool, dtype: Any) -> Member:
        """Return a network that takes all columns and says the same: what it did not see counts
        nothing.
        """
        network = member.network
        matrices, biases = network.views(member.weights)
        if not pieces:
            first = np.zeros((self.wide.width, network.sizes[1]))
            first[positions_of(self.narrow, self.wide)] = matrices[0]
            matrices = [first, *matrices[1:]]
        sizes = [self.wide.width, *network.sizes[1:]]
        whole = Network(sizes, network.activations, dtype)
        return member._replace(network=whole, weights=whole.pack(matrices, biases))

    def constant(self, answer: Column, dtype: Any, share: float) -> Member:
        """Return a network that always says the same."""
        output = self.task.output
        if output.sums_to_one:
            sums = np.log(answer)
        elif self.task.loss.has_noise:
            sums = answer
        else:
            sums = np.log(answer / (1 - answer))
        network = Network([self.wide.width, len(answer)], [output], dtype)
        zeros = np.zeros((self.wide.width, len(answer)))
        return Member(network, network.pack([zeros], [sums]), share=share)


def positions_of(narrow: Preparation, wide: Preparation) -> Column:
    """Return where each column of a preparation stands in the one with pieces."""
    found, start = [], 0
    for few, many in zip(narrow.encoders, wide.encoders, strict=True):
        names = many.features()
        found += [start + names.index(name) for name in few.features()]
        start += len(names)
    return np.array(found, np.intp)


def pieces_for(narrow: Preparation, numbers: int) -> int:
    """Return into how many pieces so many columns of numbers are cut, 0 for none."""
    for bins in (16, 8):
        if narrow.width + bins * numbers <= MOST_WIDTH:
            return bins
    return 0
