"""A training whose rows lie with workers: what is a sum over rows is asked of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from neurona.dask_engine.cluster import Cluster
from neurona.dask_engine.rows import SpreadRows
from neurona.engine.gauss_newton import bytes_needed
from neurona.engine.session import CompiledSession
from neurona.network import Vector
from neurona.training.engine import EngineTask
from neurona.training.leaves import penalised
from neurona.training.memory import refuse_memory
from neurona.training.rows import Table

if TYPE_CHECKING:
    from neurona.training import engine as seam


class DaskSession:
    """Weights are here, rows with the workers; see `training.engine.Session`.

    What is no sum over all rows (an order of some of them, other tables, Jacobians) and tables of a
    single leaf are computed here.
    """

    curved = True

    def __init__(self, task: EngineTask, cluster: Cluster) -> None:
        self._task, self._rows = task, len(task.table.targets)
        self._home = CompiledSession(task._replace(second_order=True))
        self._leaf = self._home.leaf_rows
        self._all = np.arange(self._rows)
        self.threads = sum(cluster.threads().values())
        self._spread: SpreadRows | None = None
        if self._rows > self._leaf:
            cluster.check_versions()
            self._spread = SpreadRows(cluster, task, self._leaf)

    # -- what is here

    @property
    def weights(self) -> Vector:
        """The flat weights, live, to be read only."""
        return self._home.weights

    def set_weights(self, weights: Vector) -> None:
        """Copy flat weights in; ValueError if they are not this network's."""
        self._home.set_weights(weights)

    def optimizer_state(self) -> tuple[Vector, Vector]:
        """Return what no optimizer has."""
        return self._home.optimizer_state()

    def set_optimizer_state(self, state: Vector, memory: Vector) -> None:
        """Take what no optimizer has; ValueError for another one's."""
        self._home.set_optimizer_state(state, memory)

    def rows_changed(self) -> None:
        """Let the workers forget their rows: they get others with the next question."""
        if self._spread is not None:
            self._spread.release()

    def mark(self) -> None:
        """Remember the weights."""
        self._home.mark()

    def back(self) -> None:
        """Go back to what was remembered."""
        self._home.back()

    def train(self, order: Vector, rates: Vector, first_step: int, totals: Vector) -> int:
        """Compute a gradient step by step, here."""
        return self._home.train(order, rates, first_step, totals)

    def close(self) -> None:
        """End the threads here, and let the workers forget their rows."""
        self._home.close()
        self.rows_changed()

    # -- what is asked of the workers

    def evaluate(self, table: Table, rows: int) -> tuple[Vector, float]:
        """Return the outputs for the rows of a table and their mean loss, no penalties."""
        if self._spread is None or table is not self._task.table:
            return self._home.evaluate(table, rows)
        return np.concatenate(self._spread.each("outputs", self.weights)), self.loss()

    def loss(self) -> float:
        """Return the mean loss over all rows."""
        if self._spread is None:
            return self._home.loss()
        weights = self._task.table.weights
        weight = float(weights.sum()) if weights.size else float(self._rows)
        total = self._spread.sums("losses", self.weights).loss
        return total / weight if weight > 0 else math.nan

    def value_and_gradient(self, order: Vector) -> tuple[float, Vector]:
        """Return loss and gradient, penalties included."""
        if self._spread is None or not np.array_equal(order, self._all):
            return self._home.value_and_gradient(order)
        sums = self._spread.sums("slopes", self.weights)
        given = self._task.regularisation
        loss, gradient = penalised(self._task.network, given, self.weights, sums)
        return loss if math.isfinite(loss) else math.inf, gradient

    def curvature(self, by_rows: bool, memory: float) -> seam.Curvature:
        """Return the Gauss-Newton matrix as the workers' sum; a Jacobian is computed here."""
        if self._spread is None or by_rows:
            return self._home.curvature(by_rows, memory)
        network = self._task.network
        needed = bytes_needed(network, self._rows, False, self._leaf, self._leaf)
        refuse_memory(network, self._rows, needed, memory)
        return SummedCurvature(self, self._spread)


class SummedCurvature:
    """Curvature that workers have computed and added up."""

    def __init__(self, session: DaskSession, spread: SpreadRows) -> None:
        self._session, self._spread = session, spread

    def matrix(self) -> tuple[float, Vector, Vector]:
        """Return loss, gradient and the whole symmetric matrix, a new one."""
        sums = self._spread.sums("bends", self._session.weights)
        return *sums.mean(), sums.matrix()

    def jacobian(self) -> tuple[float, Vector, Vector]:
        """Jacobians are not sums, and not asked for here."""
        raise NotImplementedError
