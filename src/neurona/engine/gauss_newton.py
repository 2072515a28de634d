"""Curvature: the Gauss-Newton matrix or the Jacobian of all rows, with everything allocated once.

Before anything is allocated the memory is reckoned, and refused with an estimate and another way
out when it is too much.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.compiled import members
from neurona.engine.by_output import row_of, whole_of
from neurona.engine.curvature import PANEL, gauss_newton
from neurona.engine.threads import Team, Work
from neurona.engine.workspace import aligned
from neurona.network import Network, Vector, padded
from neurona.training.leaves import LEAF_ROWS, Sums, added, cuts, height, triangle_of
from neurona.training.memory import DOUBLE, refuse_memory
from neurona.training.problem import PIECE_SECONDS

if TYPE_CHECKING:
    from neurona.engine.session import Binding


def curvature_work(network: Network, rows: int, apart: bool) -> Work:
    """Return what one Gauss-Newton matrix costs, and into how many pieces it can be cut; `apart`
    tells whether each output has an error of its own.
    """
    row = row_of(network, apart)
    return Work(0.5 * rows * network.sizes[-1] * row.size**2, row.panels)


def bytes_needed(
    network: Network, rows: int, by_rows: bool, block: int, leaf: int = LEAF_ROWS
) -> int:
    """Return the memory of a second-order step: the matrix, a copy and a factor of it, and halves
    of others that wait to be added.

    `by_rows` keeps a row of derivatives per row and output, instead of a matrix of all parameters.
    """
    size, stride = network.n_parameters, padded(network.n_parameters, PANEL)
    derivatives = rows * network.sizes[-1]
    if by_rows:
        return DOUBLE * (2 * derivatives * stride + 2 * derivatives**2)
    waiting = height(rows, leaf) * (size * (size + 1) // 2)
    return DOUBLE * (stride**2 + 2 * size**2 + block * stride + waiting)


class Curvature:
    """Computes loss, gradient and second-order part at the weights of a binding."""

    def __init__(
        self,
        network: Network,
        binding: Binding,
        team: Team,
        seeds: Callable[..., None],
        rows: int,
        by_rows: bool,
        memory: float,
        leaf: int = LEAF_ROWS,
        apart: bool = False,
    ) -> None:
        self._network, self._binding, self._team, self._rows = network, binding, team, rows
        # a Jacobian is kept, and nothing of it is added up
        self._leaf = rows if by_rows else leaf
        self._size = network.n_parameters
        block = binding.recipe.block
        refuse_memory(network, rows, bytes_needed(network, rows, by_rows, block, leaf), memory)
        row = self._row = row_of(network, apart and not by_rows)
        outputs = network.sizes[-1]
        derivatives = rows * outputs if by_rows else block
        self._jacobian = aligned(derivatives * row.stride, np.float64)
        self._matrix = aligned(0 if by_rows else row.numbers(outputs), np.float64)
        self._loss = np.zeros(1)
        self._order = np.arange(rows)
        # a kernel call lasts about PIECE_SECONDS, so that Ctrl-C is heard
        each = max(1.0, curvature_work(network, 1, apart).multiply_adds)
        self._blocks = max(1, int(PIECE_SECONDS * 1e10 / (each * block)))
        self._seed = members.address(seeds, members.SEED, network.dtype)
        self._run = gauss_newton.at(network.dtype, *self._arguments(self._order, 0, rows, 0))

    def _arguments(self, order: Vector, begin: int, end: int, thread: int) -> tuple[Any, ...]:
        b, team, row = self._binding, self._team, self._row
        return (
            b.layout, b.recipe, self._seed, b.options, b.model, b.table, b.buffers, order,
            begin, end, self._jacobian, self._matrix, row.stride, row.own, row.size, self._loss,
            team.counter, thread, team.threads,
        )  # fmt: skip

    def _part(self, order: Vector, begin: int, end: int, thread: int) -> int:
        return int(self._run(*self._arguments(order, begin, end, thread)))

    def _pass(self, order: Vector) -> tuple[float, Vector]:
        """Return mean loss and gradient over some rows, without penalties."""
        begin, rows = 0, order.size
        while begin < rows:
            blocks = self._blocks
            end = min(rows, begin + blocks * self._binding.recipe.block)
            started = time.perf_counter()
            self._team.run(partial(self._part, order, begin, end))
            seconds = time.perf_counter() - started
            if end < rows:
                self._blocks = max(1, int(blocks * min(10.0, PIECE_SECONDS / seconds)))
            begin = end
        gradient = self._network.parameters(self._binding.model.gradient)
        return float(self._loss[0]), gradient

    def _raw(self) -> Vector:
        return whole_of(self._matrix, self._network, self._row)

    def sums(self) -> Sums:
        """Return the sums over all rows."""
        cut = cuts(self._rows, self._leaf)
        return added(self._sums(self._order[first:last]) for first, last in cut)

    def _sums(self, order: Vector) -> Sums:
        loss, gradient = self._pass(order)
        given = self._binding.table.weights
        weight = float(given[order].sum() if given.size else order.size)
        return Sums(weight, loss * weight, gradient * weight, triangle_of(self._raw(), weight))

    def matrix(self) -> tuple[float, Vector, Vector]:
        """Return loss, gradient and the whole symmetric matrix, a new one."""
        if self._rows > self._leaf:
            sums = self.sums()
            return *sums.mean(), sums.matrix()
        loss, gradient = self._pass(self._order)
        whole = self._raw().copy()
        for k in range(self._size):  # row by row: no third matrix is made
            whole[k, k + 1 :] = whole[k + 1 :, k]
        return loss, gradient, whole

    def jacobian(self) -> tuple[float, Vector, Vector]:
        """Return loss, gradient and a view of the rows of derivatives (rows * outputs x size)."""
        loss, gradient = self._pass(self._order)
        return loss, gradient, self._jacobian.reshape(-1, self._row.stride)[:, : self._size]
