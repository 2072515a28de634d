"""Thresholds that trees find, as a network's first layer: steps along single columns are the first
thing that it sees.

Mini-batches find where a column's effect jumps only slowly, a tree by one look at sorted values.
So small trees are grown on the rows that a network trains on (L. Breiman, Random Forests, Machine
Learning 45, 2001), the thresholds that they gained most by are kept, and the network learns what
they mean together. The trees are forgotten: each threshold is a unit that puts out 1 above it.
"""

from __future__ import annotations

import numpy as np
from sklearn.tree import DecisionTreeRegressor

from neurona.data.table import Column
from neurona.inference.members import Member
from neurona.network import Network
from neurona.numerics.activations import Step
from neurona.numerics.initializers import Initializer

TREES, LEAVES, LEAST_ROWS, COLUMNS = 30, 32, 5, 0.5
"""How many trees, how large, how few rows a leaf has, and the share of columns that each looks at
for a threshold.
"""
MOST_ROWS = 4_000
"""Rows that a tree sees, drawn anew for each."""
MOST = 128
"""Thresholds that are kept."""
HIGH = 1e6
"""What no prepared column reaches."""
PLACE = 0.4786
"""Where a threshold lies between two neighbouring values of training: not in the middle, where a
value may lie in turn and rounding would decide.
"""


class Thresholds:
    """Units that put out 1 where a column is above a threshold.

    Parameters
    ----------
    columns, values : ndarray (units,)
    inputs : int
        How many columns there are.
    """

    begin: Initializer | None = None

    def __init__(self, columns: Column, values: Column, inputs: int) -> None:
        self.columns, self.values = columns, values.astype(np.float32)
        self.inputs = inputs

    def through(self, rows: Column) -> Column:
        """Return rows as the network is shown them, in single precision."""
        return (rows.astype(np.float32)[:, self.columns] > self.values).astype(np.float32)

    def member(self, member: Member) -> Member:
        """Return the network that says the same of rows as they are."""
        return behind_steps(member, [choosing(self.columns, self.inputs)], [-self.values])


def choosing(columns: Column, inputs: int) -> Column:
    """Return the matrix of a layer whose units see one of the inputs each."""
    matrix = np.zeros((inputs, len(columns)))
    matrix[columns, np.arange(len(columns))] = 1
    return matrix


def behind_steps(member: Member, matrices: list[Column], biases: list[Column]) -> Member:
    """Return a network with layers of steps before it."""
    network = member.network
    last, own = network.views(member.weights)
    whole = Network(
        [*(len(one) for one in matrices), *network.sizes],
        [*(Step() for _ in matrices), *network.activations],
        network.dtype,
    )
    return member._replace(network=whole, weights=whole.pack([*matrices, *last], [*biases, *own]))


def thresholds_of(
    rows: Column, targets: Column, weights: Column | None, seed: int, most: int = MOST
) -> Thresholds:
    """Return the thresholds by which trees gain most.

    Parameters
    ----------
    rows : ndarray (rows x columns)
    targets : ndarray (rows x outputs)
    weights : ndarray (rows,) or None
    seed : int
        Rows and columns that each tree sees are drawn by it.
    most : int
        How many are kept.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.random.default_rng(0).normal(size=(300, 4))
    >>> found = thresholds_of(rows, 1.0 * (rows[:, [2]] > 0.7), None, seed=0, most=1)
    >>> found.columns.tolist(), bool(abs(found.values[0] - 0.7) < 0.05)
    ([2], True)
    """
    random = np.random.RandomState(seed)
    X = rows.astype(np.float32)
    found = []
    for _ in range(TREES):
        drawn = random.randint(len(X), size=min(len(X), MOST_ROWS))
        tree = DecisionTreeRegressor(
            max_leaf_nodes=LEAVES,
            min_samples_leaf=LEAST_ROWS,
            max_features=COLUMNS,
            random_state=random.randint(2**31 - 1),
        )
        tree.fit(X[drawn], targets[drawn], None if weights is None else weights[drawn])
        found.append(_inner_nodes(tree.tree_))
    columns, values, gains = map(np.concatenate, zip(*found, strict=True))
    if not len(columns):
        # nothing to divide by: a unit that is always 0
        return Thresholds(np.zeros(1, np.intp), np.full(1, HIGH), X.shape[1])
    # those that divide the rows the same are one
    below, values = between(X, columns, values)
    pairs = np.column_stack([columns, below])
    _, first, same = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    total = np.bincount(same.ravel(), gains)
    best = np.sort(np.argsort(-total, kind="stable")[:most])
    return Thresholds(columns[first[best]], values[first[best]], X.shape[1])


def between(rows: Column, columns: Column, values: Column) -> tuple[Column, Column]:
    """Return how many different values of its column lie below each threshold, and where between
    two of them it is to lie.
    """
    below, places = np.zeros(len(columns), np.intp), np.zeros(len(columns))
    for column in np.unique(columns):
        ordered, own = np.unique(rows[:, column]), columns == column
        found = np.searchsorted(ordered, values[own], side="right")
        found = np.clip(found, 1, max(len(ordered) - 1, 1))
        below[own] = found
        low, high = ordered[found - 1].astype(float), ordered[found].astype(float)
        places[own] = low + PLACE * (high - low)
    return below, places


def _inner_nodes(tree) -> tuple[Column, Column, Column]:  # type: ignore[no-untyped-def]
    """Return column, threshold and gain of each division of a tree."""
    at = np.flatnonzero(tree.feature >= 0)
    off = tree.weighted_n_node_samples * tree.impurity
    gains = off[at] - off[tree.children_left[at]] - off[tree.children_right[at]]
    return tree.feature[at].astype(np.intp), tree.threshold[at].copy(), gains
