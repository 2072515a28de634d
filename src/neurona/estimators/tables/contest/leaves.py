"""Leaves of boosted trees, as a network's first two layers: what trees add up to is where its last
layer begins.

Trees are grown one after another, each on the slope of the loss that those before it left (J.
Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29, 2001;
Stochastic gradient boosting, 2002). A leaf is a box: a first layer of steps tells on which side of
each threshold a row lies, a second one which boxes it lies in, and what each leaf adds is the last
layer's weight (G. Biau, E. Scornet and J. Welbl, Neural random forests, 2016). Of the leaves those
few are kept that say nearly the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit, log_softmax, softmax
from sklearn.tree import DecisionTreeRegressor

from neurona.data.table import Column
from neurona.estimators.tables.contest.pruning import chosen
from neurona.estimators.tables.contest.thresholds import (
    HIGH,
    behind_steps,
    between,
    choosing,
)
from neurona.inference.members import Member
from neurona.numerics.activations import Activation

MOST_ROWS = 4_000
"""Rows that a tree sees, drawn anew for each."""
SHARE = 0.8
"""The share of the rows that a tree sees of a smaller table."""
LEAST_CURVATURE = 1e-3


class Boosting(NamedTuple):
    """How trees are grown: how many, the share of what each says that is added, how many leaves
    each has, how few rows a leaf, the share of columns that is looked at for a threshold, and how
    many leaves are kept, 0 for all.
    """

    trees: int = 64
    rate: float = 0.1
    leaves: int = 8
    least_rows: int = 5
    columns: float = 0.5
    kept: int = 128

    @property
    def units(self) -> int:
        """How many leaves there are at most."""
        grown = self.trees * self.leaves
        return min(grown, self.kept or grown)


class Leaves:
    """Units that put out 1 where a row lies in a tree's leaf.

    Parameters
    ----------
    columns, values : ndarray (thresholds,)
    sides : ndarray (thresholds x leaves)
        1 where a leaf lies above a threshold, -1 where it lies below, 0 where it does not ask.
    added : ndarray (leaves x outputs)
        What each adds to the sums before the output activation.
    base : ndarray (outputs,)
        What these are without any.
    inputs : int
        How many columns there are.
    """

    def __init__(
        self,
        columns: Column,
        values: Column,
        sides: Column,
        added: Column,
        base: Column,
        inputs: int,
    ) -> None:
        self.columns, self.values = columns, values.astype(np.float32)
        self.sides = sides.astype(np.float32)
        self.offsets = 0.5 - (sides > 0).sum(axis=0)
        self.added, self.base, self.inputs = added, base, inputs

    def through(self, rows: Column) -> Column:
        """Return rows as the network is shown them, in single precision."""
        above = (rows.astype(np.float32)[:, self.columns] > self.values).astype(np.float32)
        inside: Column = above @ self.sides + self.offsets > 0
        return inside.astype(np.float32)

    def begin(
        self, random: np.random.RandomState, inputs: int, outputs: int, activation: Activation
    ) -> tuple[Column, Column]:
        """Return the first weights of the last layer, as an initializer does."""
        return self.added.astype(float), self.base.astype(float)

    def member(self, member: Member) -> Member:
        """Return the network that says the same of rows as they are."""
        first = choosing(self.columns, self.inputs)
        return behind_steps(member, [first, self.sides], [-self.values, self.offsets])

    def fewer(self, rows: Column, most: int) -> Leaves:
        """Return the leaves that say nearly the same of rows, at most so many."""
        inside = self.through(rows)
        units, added, base = chosen(inside, inside @ self.added + self.base, most)
        if not len(units):
            return _none(base, self.inputs)
        asked = np.flatnonzero((self.sides[:, units] != 0).any(axis=1))
        sides = self.sides[np.ix_(asked, units)]
        return Leaves(self.columns[asked], self.values[asked], sides, added, base, self.inputs)


def leaves_of(
    rows: Column,
    targets: Column,
    weights: Column | None,
    seed: int,
    how: Boosting,
    output: str,
    held: tuple[Column, Column] | None = None,
) -> Leaves:
    """Return the leaves of boosted trees.

    Parameters
    ----------
    rows : ndarray (rows x columns)
    targets : ndarray (rows x outputs)
        Quantities, or 0 and 1.
    weights : ndarray (rows,) or None
    seed : int
        Rows and columns that each tree sees are drawn by it.
    how : Boosting
    output : "identity", "logistic" or "softmax"
        The activation that makes answers of sums.
    """
    random = np.random.RandomState(seed)
    X = rows.astype(np.float32)
    share = np.ones(len(X)) if weights is None else weights / weights.mean()
    middle = np.average(targets, axis=0, weights=share)
    base = _sums_of(middle, output)
    sums = np.tile(base, (len(X), 1))
    found: list[tuple[Any, Column]] = []
    losses: list[float] = []
    rows_held = None if held is None else held[0].astype(np.float32)
    sums_held = np.tile(base, (0 if held is None else len(held[0]), 1))
    seen = min(MOST_ROWS, max(1, int(SHARE * len(X))))
    for _ in range(how.trees):
        slope, curvature = _slopes(sums, targets, output)
        drawn = random.permutation(len(X))[:seen]
        tree = DecisionTreeRegressor(
            max_leaf_nodes=how.leaves,
            min_samples_leaf=how.least_rows,
            max_features=how.columns,
            random_state=random.randint(2**31 - 1),
        )
        tree.fit(X[drawn], slope[drawn], share[drawn])
        at = tree.apply(X)
        count = tree.tree_.node_count
        above = np.stack([np.bincount(at, share * one, count) for one in slope.T], axis=1)
        below = np.stack([np.bincount(at, share * one, count) for one in curvature.T], axis=1)
        added = how.rate * above / np.maximum(below, LEAST_CURVATURE)
        sums += added[at]
        found.append((tree.tree_, added))
        if held is not None:
            sums_held += added[tree.apply(rows_held)]
            losses.append(_loss(sums_held, held[1], output))
            if len(losses) - int(np.argmin(losses)) > 30:
                break
    if losses:
        del found[int(np.argmin(losses)) + 1 :]
    every = _as_layers(found, base, X)
    return every.fewer(X[random.permutation(len(X))[:MOST_ROWS]], how.kept) if how.kept else every


def _loss(sums: Column, targets: Column, output: str) -> float:
    """Return the mean loss of sums."""
    if output == "identity":
        return float(((targets - sums) ** 2).mean())
    if output == "softmax":
        return float(-(log_softmax(sums, axis=1) * targets).sum(axis=1).mean())
    return float((np.logaddexp(0, sums) - targets * sums).mean())


def _sums_of(middle: Column, output: str) -> Column:
    """Return the sums whose answer is the mean."""
    if output == "identity":
        return middle
    middle = np.clip(middle, 1e-4, 1 - 1e-4)
    found: Column = np.log(middle) if output == "softmax" else np.log(middle / (1 - middle))
    return found


def _slopes(sums: Column, targets: Column, output: str) -> tuple[Column, Column]:
    """Return how much less the loss would be for larger sums, and its curvature."""
    if output == "identity":
        return targets - sums, np.ones_like(sums)
    said = softmax(sums, axis=1) if output == "softmax" else expit(sums)
    curvature = said * (1 - said)
    if output == "softmax":  # all sums together are one too many
        curvature = curvature * sums.shape[1] / (sums.shape[1] - 1)
    return targets - said, curvature


def _as_layers(trees: Sequence[tuple[Any, Column]], base: Column, X: Column) -> Leaves:
    """Return the thresholds and leaves of trees, thresholds that divide the rows the same once."""
    columns = np.concatenate([tree.feature for tree, _ in trees])
    values = np.concatenate([tree.threshold for tree, _ in trees])
    inner = columns >= 0
    below, places = between(X, columns[inner], values[inner])
    pairs = np.column_stack([columns[inner], below])
    _, first, same = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    numbers = np.full(len(columns), -1)
    numbers[inner] = same.ravel()
    sides: list[Column] = []
    added: list[Column] = []
    start = 0
    for tree, says in trees:
        own = numbers[start : start + tree.node_count]
        start += tree.node_count
        if tree.node_count == 1:  # it found nothing to divide by
            base = base + says[0]
            continue
        for leaf, path in _paths(tree, own, len(first)):
            sides.append(path)
            added.append(says[leaf])
    if not sides:
        return _none(base, X.shape[1])
    of_thresholds = columns[inner][first], places[first]
    return Leaves(*of_thresholds, np.stack(sides, axis=1), np.array(added), base, X.shape[1])


def _none(base: Column, inputs: int) -> Leaves:
    """Return a leaf that no row lies in."""
    off = np.zeros(1, np.intp), np.full(1, HIGH), np.ones((1, 1))
    return Leaves(*off, 0 * base[None], base, inputs)


def _paths(tree: Any, numbers: Column, count: int) -> Iterator[tuple[int, Column]]:
    """Yield each leaf of a tree, with the side on which it lies of each threshold by its number."""
    waiting = [(0, np.zeros(count, np.int8))]
    while waiting:
        node, path = waiting.pop()
        children = tree.children_left[node], tree.children_right[node]
        if children[0] < 0:
            yield node, path
            continue
        for child, side in zip(children, (-1, 1), strict=True):
            longer = path.copy()
            longer[numbers[node]] = side
            waiting.append((child, longer))
