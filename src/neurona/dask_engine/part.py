"""What a worker holds, and what it is asked: a run of rows, and their sums at some weights."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from neurona.engine.session import CompiledSession
from neurona.network import Network, Vector
from neurona.numerics.losses import Loss
from neurona.training.engine import EngineTask
from neurona.training.leaves import Sums, added
from neurona.training.problem import Regularisation
from neurona.training.rows import Table


def rows_between(table: Table, first: int, last: int) -> Table:
    """Return a run of a table's rows; views, but for the places of a sparse one."""
    indptr, indices, data, dense = table.indptr, table.indices, table.data, table.dense
    if indptr.size:
        start, end = int(indptr[first]), int(indptr[last])
        indptr = indptr[first : last + 1] - start
        indices, data = indices[start:end], data[start:end]
    else:
        dense = dense[first:last]
    weights = table.weights[first:last] if table.weights.size else table.weights
    return Table(table.width, dense, indptr, indices, data, table.targets[first:last], weights)


class Part:
    """A branch of the tree of rows (see `training.leaves`), bound to kernels where it is asked.

    It travels as rows and values only. One question at a time: one that nobody waits for any more
    may still be answered when the next one comes.
    """

    def __init__(self, network: Network, loss: Loss, table: Table, leaf: int) -> None:
        self._given = network, loss, table, leaf
        self._session: CompiledSession | None = None
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return Part, self._given

    def __sizeof__(self) -> int:
        """Return its bytes: a scheduler sees that work comes to rows, and not the reverse."""
        return sum(one.nbytes for one in self._given[2][1:])

    def _at(self, weights: Vector) -> CompiledSession:
        """Return the session at some weights."""
        if self._session is None:
            network, loss, table, leaf = self._given
            # what has come over a wire may lie anywhere, and be there to be read only
            own = Table(table.width, *(np.require(one, None, ["C", "A", "W"]) for one in table[1:]))
            self._given = network, loss, own, leaf
            # one thread: a worker asks as many parts at a time as it has threads
            task = EngineTask(network, loss, None, own, len(own.targets), Regularisation(), 1, True)
            self._session = CompiledSession(task, leaf)
        self._session.set_weights(weights)
        return self._session

    def slopes(self, weights: Vector) -> Sums:
        """Return the sums of losses and slopes."""
        with self._lock:
            return self._at(weights).sums(np.arange(len(self._given[2].targets)))

    def bends(self, weights: Vector) -> Sums:
        """Return the sums of losses, slopes and Gauss-Newton matrices."""
        with self._lock:
            # its matrices are given back: a worker may hold many parts
            return self._at(weights).curvature(False, np.inf).sums()

    def losses(self, weights: Vector) -> Sums:
        """Return the sum of losses."""
        with self._lock:
            return Sums(0.0, self._at(weights).loss_sum(), np.zeros(0), np.zeros(0))

    def outputs(self, weights: Vector) -> Vector:
        """Return the outputs for all rows."""
        with self._lock:
            table = self._given[2]
            return self._at(weights).evaluate(table, len(table.targets))[0]


def ask(part: Part, what: str, weights: Vector) -> Any:
    """Ask a part something: what a worker is sent."""
    return getattr(part, what)(weights)


def add(branches: list[Sums], sizes: list[int]) -> Sums:
    """Add neighboring branches: what a worker is sent. They may be asked for again, and stay."""
    copies = (Sums(a, b, c.copy(), d.copy()) for a, b, c, d in branches)
    return added(copies, sizes)


def installed() -> str:
    """Return the version of neurona here."""
    import neurona

    return neurona.__version__
