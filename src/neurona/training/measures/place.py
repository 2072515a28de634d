"""Place: a network's loss on some rows, at some weights, where it can be measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from neurona import autodiff
from neurona.network import Network, Vector
from neurona.numerics.losses import Loss
from neurona.training.graph import NetworkGraph, expand, layers_of, loss_node
from neurona.training.problem import Problem

MOST_ROWS = 1000
"""Rows of a place, unless more are asked for."""
WORK = 4e7
"""Rows times parameters of a place, at most: a product with the Hessian takes some 50 ms."""
LEAST_ROWS = 50
"""So many rows are taken even of a large network."""


@dataclass(frozen=True, eq=False)
class Place:
    """A network's mean loss on some rows, with its penalty, at some weights, in float64.

    Attributes
    ----------
    network : Network
        Of dtype float64.
    loss : Loss
    weights : ndarray
        The flat vector, in the network's layout.
    inputs, targets : ndarray of shape (rows, inputs), (rows, outputs)
        As the network sees them.
    row_weights : ndarray of shape (rows,) or None
    l2 : float
        The penalty of the weights by the weight of all rows that are trained on.

    Examples
    --------
    >>> import neurona
    >>> from neurona.training.measures import Place, sharpness, stable_rate
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 0.5]
    >>> model = neurona.MLPRegressor(hidden_layer_sizes=(3,), solver="sgd", random_state=0)
    >>> training = neurona.begin(model, X, y)
    >>> found = sharpness(Place.of(training.problem))
    >>> round(found.value, 3), round(stable_rate(training.problem.optimizer, found.value), 3)
    (7.038, 0.193)
    """

    network: Network
    loss: Loss
    weights: Vector
    inputs: Vector
    targets: Vector
    row_weights: Vector | None = None
    l2: float = 0.0

    @classmethod
    def of(
        cls,
        problem: Problem,
        weights: Vector | None = None,
        rows: Vector | None = None,
        most_rows: int = MOST_ROWS,
    ) -> Place:
        """Return the place where a problem stands.

        Parameters
        ----------
        problem : Problem
            A training's.
        weights : ndarray, default=None
            Other flat weights than the problem's own.
        rows : ndarray of int, default=None
            Which rows; None is all of the table.
        most_rows : int
            Of more, every so many is taken: the same ones each time.
        """
        given, table = problem.network, problem.table
        network = given
        if given.dtype != np.float64:
            network = Network(given.sizes, given.activations, np.float64, given.tied)
        flat = problem.weights if weights is None else weights
        chosen = np.arange(len(table.targets)) if rows is None else np.asarray(rows)
        by_rows = table.weights.astype(np.float64)[chosen] if table.weights.size else None
        total = float(by_rows.sum()) if by_rows is not None else float(len(chosen))
        work = max(LEAST_ROWS, int(WORK / network.n_parameters))
        thin = thinned(len(chosen), min(most_rows, work))
        return cls(
            network,
            problem.loss,
            network.pack(*(_double(parts) for parts in given.views(flat))),
            _inputs(problem, chosen[thin]),
            table.targets[chosen[thin]].astype(np.float64),
            None if by_rows is None else by_rows[thin],
            problem.regularisation.l2 / total if total > 0 else 0.0,
        )

    @property
    def rows(self) -> int:
        """How many rows are measured on."""
        return len(self.targets)

    @cached_property
    def parameters(self) -> Vector:
        """The weights and biases without padding, as one vector."""
        return self.network.parameters(self.weights)

    @cached_property
    def is_weight(self) -> Vector:
        """Which of the parameters are weights, not biases: 1.0 or 0.0."""
        flat = np.zeros(self.network.size)
        for matrix in self.network.views(flat)[0]:
            matrix[...] = 1
        return self.network.parameters(flat)

    @cached_property
    def graph(self) -> NetworkGraph:
        """Every number between inputs and loss, by name, and its gradient; penalties left out."""
        return expand(
            self.network, self.loss, self.weights, self.inputs, self.targets, self.row_weights
        )

    @cached_property
    def gradient(self) -> Vector:
        """The gradient by the parameters, that of the penalty included."""
        found = self.network.parameters(self.graph.weights_gradient())
        return found + self.l2 * self.is_weight * self.parameters

    def hessian_product(self, direction: Vector) -> Vector:
        """Return the exact Hessian's product with a vector of the size of `parameters`."""
        product: Vector = self._product(self.parameters, direction)
        return product + self.l2 * self.is_weight * direction

    @cached_property
    def _product(self) -> Any:
        return autodiff.hessian_product(self._loss_node)

    def _loss_node(self, x: Any) -> Any:
        layers = layers_of(self.network, x)
        return loss_node(
            self.network, self.loss, layers, self.inputs, self.targets, self.row_weights
        )


def thinned(count: int, most: int) -> Vector:
    """Return at most so many places of `count`, evenly spread."""
    if count <= most:
        return np.arange(count)
    return np.linspace(0, count - 1, most).astype(np.int64)


def _double(parts: list[Vector]) -> list[Vector]:
    return [part.astype(np.float64) for part in parts]


def _inputs(problem: Problem, rows: Vector) -> Vector:
    """Return some rows' inputs as a matrix; of a sparse one only these are unpacked."""
    table = problem.table
    if not table.indptr.size:
        return table.dense[rows].astype(np.float64)
    from scipy import sparse

    shape = (table.indptr.size - 1, table.width)
    whole = sparse.csr_array((table.data, table.indices, table.indptr), shape)
    found: Vector = whole[rows].toarray().astype(np.float64)
    return found
