"""Curvature: the Gauss-Newton matrix or the Jacobian of a problem, with everything allocated once.

Before anything is allocated the memory is reckoned, and refused with an estimate and another way
out when it is too much.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neurona.compiled import members
from neurona.engine.curvature import PANEL, gauss_newton
from neurona.engine.workspace import aligned
from neurona.errors import IncompatibleError
from neurona.network import Network, Vector, padded
from neurona.training.problem import Problem, Work

MIB = 2**20
DOUBLE = 8
"""Bytes of a float64."""


def curvature_work(network: Network, rows: int) -> Work:
    """Return what one Gauss-Newton matrix costs, and into how many pieces it can be cut."""
    size, outputs = network.n_parameters, network.sizes[-1]
    return Work(0.5 * rows * outputs * size * size, padded(size, PANEL) // PANEL)


def bytes_needed(network: Network, rows: int, by_rows: bool, block: int) -> int:
    """Return the memory of a second-order step: the matrix, a copy and a factor of it.

    `by_rows` keeps a row of derivatives per row and output, instead of a matrix of all parameters.
    """
    size, stride = network.n_parameters, padded(network.n_parameters, PANEL)
    derivatives = rows * network.sizes[-1]
    if by_rows:
        return DOUBLE * (2 * derivatives * stride + 2 * derivatives**2)
    return DOUBLE * (stride**2 + 2 * size**2 + block * stride)


def refuse_memory(network: Network, rows: int, needed: float, memory: float) -> None:
    """Raise `IncompatibleError`, with the estimate and a way out, if more is needed than allowed
    (bytes).
    """
    if needed > memory:
        raise IncompatibleError(
            f"A second-order step of {network.n_parameters:,} parameters on {rows:,} rows needs "
            f"{needed / MIB:,.0f} MiB, and {memory / MIB:,.0f} MiB are allowed: use "
            "solver='lbfgs' or 'scg', which need a few vectors only, or fewer units, or allow "
            "more with the solver's option `memory_limit` (in MiB)."
        )


class Curvature:
    """Computes loss, gradient and second-order part at the problem's weights."""

    def __init__(
        self, problem: Problem, seeds: Callable[..., None], by_rows: bool, memory: float
    ) -> None:
        network, binding = problem.network, problem.binding
        self.problem, self.network = problem, network
        self.rows, self.size = problem.batch, network.n_parameters
        needed = bytes_needed(network, self.rows, by_rows, binding.recipe.block)
        refuse_memory(network, self.rows, needed, memory)
        self.stride = padded(self.size, PANEL)
        derivatives = self.rows * network.sizes[-1] if by_rows else binding.recipe.block
        self._jacobian = aligned(derivatives * self.stride, np.float64)
        self._matrix = aligned(0 if by_rows else self.stride**2, np.float64)
        self._loss = np.zeros(1)
        self._order = np.arange(self.rows)
        self._seed = members.address(seeds, members.SEED, network.dtype)
        self._run = gauss_newton.at(network.dtype, *self._arguments(0))

    def _arguments(self, thread: int) -> tuple[Any, ...]:
        b, team = self.problem.binding, self.problem.team
        return (
            b.layout, b.recipe, self._seed, b.options, b.model, b.table, b.buffers, self._order,
            self._jacobian, self._matrix, self.stride, self.size, self._loss, team.counter, thread,
            team.threads,
        )  # fmt: skip

    def _pass(self) -> tuple[float, Vector]:
        """Return mean loss and gradient, without penalties."""
        self.problem.team.run(lambda thread: self._run(*self._arguments(thread)))
        gradient = self.network.parameters(self.problem.binding.model.gradient)
        return float(self._loss[0]), gradient

    def matrix(self) -> tuple[float, Vector, Vector]:
        """Return loss, gradient and the whole symmetric matrix, a new one."""
        loss, gradient = self._pass()
        raw = self._matrix.reshape(self.stride, self.stride)[: self.size, : self.size]
        whole = raw.copy()
        for k in range(self.size):  # row by row: no third matrix is made
            whole[k, k + 1 :] = whole[k + 1 :, k]
        return loss, gradient, whole

    def jacobian(self) -> tuple[float, Vector, Vector]:
        """Return loss, gradient and a view of the rows of derivatives (rows * outputs x size)."""
        loss, gradient = self._pass()
        return loss, gradient, self._jacobian.reshape(-1, self.stride)[:, : self.size]
