"""Leaves of boosted trees, as a network's first two layers: what trees add up to is where its last
layer begins.

A leaf is a box: a first layer of steps tells on which side of each threshold a row lies, a second
one which boxes it lies in, and what each leaf adds is the last layer's weight (G. Biau, E. Scornet
and J. Welbl, Neural random forests, 2016). Of the leaves those few are kept that say nearly the
same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from neurona.data.table import Column
from neurona.estimators.tables.contest.boosting import Boosted, Boosting, boosted
from neurona.estimators.tables.contest.levels import Seen, seen_of
from neurona.estimators.tables.contest.pruning import chosen
from neurona.estimators.tables.contest.thresholds import HIGH, behind_steps, between
from neurona.inference.members import Member
from neurona.numerics.activations import Activation

MOST_GROWN = 2000
"""Leaves, those that add most, of which some are kept."""
LEAST_ROWS, MOST_ROWS = 2000, 4000
"""Rows by which it is told which leaves say nearly what all say: of small tables mixed ones, too,
for a few leaves agree with all on some hundred rows and nowhere else.
"""


class Leaves:
    """Units that put out 1 where a row lies in a tree's leaf.

    Parameters
    ----------
    columns, values : ndarray (thresholds,)
        Of what trees see.
    sides : ndarray (thresholds x leaves)
        1 where a leaf lies above a threshold, -1 where it lies below, 0 where it does not ask.
    added : ndarray (leaves x outputs)
        What each adds to the sums before the output activation.
    base : ndarray (outputs,)
        What these are without any.
    seen : Seen
        What trees see of rows.
    """

    def __init__(
        self,
        columns: Column,
        values: Column,
        sides: Column,
        added: Column,
        base: Column,
        seen: Seen,
    ) -> None:
        self.columns, self.values = columns, values.astype(np.float32)
        self.sides = sides.astype(np.float32)
        self.offsets = 0.5 - (sides > 0).sum(axis=0)
        self.added, self.base, self.seen = added, base, seen

    def through(self, rows: Column) -> Column:
        """Return rows as the network is shown them, in single precision."""
        return self.inside(self.seen.through(rows))

    def inside(self, seen: Column) -> Column:
        """Return the same of rows as trees see them."""
        above = (seen[:, self.columns] > self.values).astype(np.float32)
        inside: Column = above @ self.sides + self.offsets > 0
        return inside.astype(np.float32)

    def begin(
        self, random: np.random.RandomState, inputs: int, outputs: int, activation: Activation
    ) -> tuple[Column, Column]:
        """Return the first weights of the last layer, as an initializer does."""
        return self.added.astype(float), self.base.astype(float)

    def member(self, member: Member) -> Member:
        """Return the network that says the same of rows as they are."""
        first, biases = self.seen.steps(self.columns, self.values)
        return behind_steps(member, [first, self.sides], [biases, self.offsets])

    def fewer(self, seen: Column, sums: Column, most: int) -> Leaves:
        """Return the leaves by which nearly these sums are said of rows, as trees see them, at most
        so many.
        """
        units, added, base = chosen(self.inside(seen), sums, most)
        if not len(units):
            return _none(base, self.seen)
        asked = np.flatnonzero((self.sides[:, units] != 0).any(axis=1))
        sides = self.sides[np.ix_(asked, units)]
        return Leaves(self.columns[asked], self.values[asked], sides, added, base, self.seen)


def leaves_of(
    rows: Column,
    targets: Column,
    weights: Column | None,
    seed: int,
    how: Boosting,
    output: str,
    held: tuple[Column, Column] | None = None,
    categories: Sequence[Column] = (),
) -> Leaves:
    """Return the leaves of boosted trees.

    Parameters
    ----------
    rows : ndarray (rows x columns)
    targets : ndarray (rows x outputs)
        Quantities, or 0 and 1.
    weights : ndarray (rows,) or None
    seed : int
        Columns that each division looks at, and the rows by which leaves are chosen, are drawn by
        it.
    how : Boosting
    output : "identity", "logistic" or "softmax"
        The activation that makes answers of sums.
    held : pair of ndarrays, default=None
        Rows and targets that say how many trees are enough.
    categories : sequence of ndarrays
        Which columns are a category's levels, for each category.
    """
    seen = seen_of(rows, targets, weights, categories)
    X = seen.through(rows)
    asked = _asked(X, np.random.RandomState(seed))
    aside = None if held is None else (seen.through(held[0]), held[1])
    grown = boosted(X, targets, weights, seed, how, output, aside, asked)
    return every_leaf(grown, X, seen).fewer(asked, grown.sums, how.kept)


def _asked(X: Column, random: np.random.RandomState) -> Column:
    """Return rows to ask all leaves about: some of the table, and, where these are few, ones that
    have each value from either of two.
    """
    drawn = X[random.permutation(len(X))[:MOST_ROWS]]
    more = max(0, LEAST_ROWS - len(drawn))
    pairs, first = random.randint(len(X), size=(2, more)), random.rand(more, X.shape[1]) < 0.5
    return np.vstack([drawn, np.where(first, X[pairs[0]], X[pairs[1]])])


def every_leaf(grown: Boosted, X: Column, seen: Seen) -> Leaves:
    """Return the thresholds and leaves of trees that saw X, thresholds that divide the rows the
    same once.
    """
    outputs = grown.sums.shape[1]
    trees = [(nodes, place) for nodes, place in grown.trees if len(nodes) > 1]
    if not trees:
        return _none(np.zeros(outputs), seen)
    nodes = np.concatenate([one for one, _ in trees])
    counts = [len(one) for one, _ in trees]
    start = np.repeat(np.cumsum([0, *counts[:-1]]), counts)
    place = np.repeat([place for _, place in trees], counts)
    inner = np.flatnonzero(nodes["is_leaf"] == 0)
    columns, values = nodes["feature_idx"][inner].astype(np.intp), nodes["num_threshold"][inner]
    below, values = between(X, columns, values)
    pairs = np.column_stack([columns, below])
    _, first, same = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    number, above, side = np.full((3, len(nodes)), -1)
    for child, which in (("left", -1), ("right", 1)):
        of = nodes[child][inner] + start[inner]
        number[of], above[of], side[of] = same.ravel(), inner, which
    at = np.flatnonzero(nodes["is_leaf"])
    share = nodes["count"][at] / len(X)
    adds = nodes["value"][at] ** 2 * share * (1 - share)
    at = np.sort(at[np.argsort(-adds, kind="stable")[:MOST_GROWN]])
    added = np.zeros((len(at), outputs))
    added[np.arange(len(at)), place[at]] = nodes["value"][at]
    sides, leaf = np.zeros((len(first), len(at)), np.int8), np.arange(len(at))
    while len(at):  # towards the roots
        leaf, at = leaf[above[at] >= 0], at[above[at] >= 0]
        sides[number[at], leaf] = side[at]
        at = above[at]
    return Leaves(columns[first], values[first], sides, added, np.zeros(outputs), seen)


def _none(base: Column, seen: Seen) -> Leaves:
    """Return a leaf that no row lies in."""
    off = np.zeros(1, np.intp), np.full(1, HIGH), np.ones((1, 1))
    return Leaves(*off, 0 * base[None], base, seen)
