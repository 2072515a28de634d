"""Sums over many rows in one written order, whoever adds them up.

Rows are cut into leaves of `LEAF_ROWS`. A leaf's sum is computed in one piece, from its first row
on; leaves are added in pairs, pairs of pairs, and so on: a run of rows is cut where its larger part
is a power of two of leaves,

    sum(n leaves) = sum(first 2^k) + sum(the rest),        2^k < n <= 2^(k + 1).

So whoever holds a branch of this tree adds it up alone, only its one sum travels, and the last bits
do not depend on how many hold the rows. A table of one leaf is added up as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import NamedTuple

import numpy as np

from neurona.network import Network, Vector
from neurona.training.problem import Regularisation

LEAF_ROWS = 16_384
"""Rows that are added up in one piece."""


class Sums(NamedTuple):
    """Sums over some rows: of their weights, and, times these, of losses, slopes by all parameters
    (`Network.parameters`), and the lower triangle of Gauss-Newton matrices, row behind row. What
    was not asked for is empty.
    """

    weight: float
    loss: float
    gradient: Vector
    triangle: Vector

    def mean(self) -> tuple[float, Vector]:
        """Return mean loss and mean gradient."""
        weight = self.weight or 1.0
        return self.loss / weight, self.gradient / weight

    def matrix(self) -> Vector:
        """Return the mean matrix, whole."""
        size = len(self.gradient)
        whole = np.empty((size, size))
        start = 0
        for k in range(size):
            row = self.triangle[start : start + k + 1]
            whole[k, : k + 1] = row
            whole[:k, k] = row[:k]
            start += k + 1
        whole /= self.weight or 1.0
        return whole


def triangle_of(matrix: Vector, factor: float) -> Vector:
    """Return a matrix's lower triangle, row behind row, times a number."""
    size = len(matrix)
    packed = np.empty(size * (size + 1) // 2)
    start = 0
    for k in range(size):
        np.multiply(matrix[k, : k + 1], factor, out=packed[start : start + k + 1])
        start += k + 1
    return packed


def plus(one: Sums, other: Sums) -> Sums:
    """Return the sum of two; the arrays of the first are written over."""
    gradient, triangle = one.gradient, one.triangle
    with np.errstate(all="ignore"):
        gradient += other.gradient
        triangle += other.triangle
        return Sums(one.weight + other.weight, one.loss + other.loss, gradient, triangle)


class Branch(NamedTuple):
    """A branch of the tree: its first leaf, and of how many it is, a power of two, of which `first`
    is a multiple; that of the last rows may have fewer.
    """

    first: int
    size: int


def branches(count: int, largest: int, seams: Iterable[int] = ()) -> Iterator[Branch]:
    """Yield branches that make up a tree of `count` leaves, of `largest` leaves at most (a power of
    two), and none of which lies across a seam.

    >>> [tuple(branch) for branch in branches(11, 4, [5])]
    [(0, 4), (4, 1), (5, 1), (6, 2), (8, 4)]
    """
    first = 0
    for end in sorted({*seams, count}):
        while first < end:
            size = min(largest, first & -first or largest)
            while first + size > end and end < count:
                size //= 2
            yield Branch(first, size)
            first += size


def added(sums: Iterable[Sums], sizes: Iterable[int] = repeat(1)) -> Sums:
    """Return the sum of neighboring branches as the tree has it; at any time no more are kept than
    the tree is high.

    `sizes` are those of `Branch`, if they are not all the same; the last may be shorter.
    """
    waiting: list[tuple[int, Sums]] = []
    for whole, size in zip(sums, sizes, strict=False):
        while waiting and waiting[-1][0] == size:
            whole, size = plus(waiting.pop()[1], whole), 2 * size
        waiting.append((size, whole))
    _, whole = waiting.pop()
    while waiting:
        whole = plus(waiting.pop()[1], whole)
    return whole


def cuts(rows: int, leaf: int) -> Iterator[tuple[int, int]]:
    """Yield the first row of every leaf, and that after its last."""
    for first in range(0, rows, leaf):
        yield first, min(rows, first + leaf)


def height(rows: int, leaf: int) -> int:
    """Return how many sums wait at most while leaves are added up."""
    return max(0, -(-rows // leaf) - 1).bit_length()


def sum_of_losses(losses: Vector, leaf: int) -> float:
    """Return the sum of rows' losses."""
    none = np.zeros(0)
    if len(losses) <= leaf:
        return float(losses.sum())
    return added(
        Sums(0.0, float(losses[first:last].sum()), none, none)
        for first, last in cuts(len(losses), leaf)
    ).loss


def penalised(
    network: Network, given: Regularisation, weights: Vector, sums: Sums
) -> tuple[float, Vector]:
    """Return mean loss and flat gradient with the penalties at flat weights."""
    loss, gradient = sums.mean()
    flat = network.from_parameters(gradient)
    scale, squares, sizes = 1.0 / (sums.weight or 1.0), 0.0, 0.0
    (slopes, _), (matrices, _) = network.views(flat), network.views(weights)
    for k, (slope, matrix) in enumerate(zip(slopes, matrices, strict=True)):
        if network.is_mirror(k):
            slope[...] = 0  # its twin learns for it
        elif given.l2 or given.l1:
            exact = matrix.astype(np.float64)
            pull = (given.l2 * exact + given.l1 * np.sign(exact)) * scale
            slope += pull.astype(network.dtype)
            squares += float((exact**2).sum())
            sizes += float(np.abs(exact).sum())
    return loss + (0.5 * given.l2 * squares + given.l1 * sizes) * scale, flat
