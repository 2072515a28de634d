"""A network's loss over all rows as a function of its parameters: what solvers minimise.

The parameters are `Network.parameters`: weights and biases without padding, in float64. The value
is the mean loss with its penalties, as everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import numpy as np

from neurona import autodiff
from neurona.errors import IncompatibleError
from neurona.network import Vector
from neurona.numerics.linear_solvers import DualModel, NormalModel
from neurona.optimizers.solver import MEMORY_LIMIT, Believed, Need, QuadraticModel
from neurona.training.engine import Curvature
from neurona.training.graph import layers_of, loss_node
from neurona.training.memory import DOUBLE, MIB, refuse_memory
from neurona.training.problem import Problem
from neurona.training.rows import dense_inputs

HESSIAN_BLOCK = 64 * MIB
"""Bytes that one node of a block's graph may take while the Hessian is added up, about."""


def _to_nobody() -> None:
    """Hear nothing."""


class NetworkObjective:
    """The loss of a problem (one without an optimizer, whose batch is all its rows).

    Parameters
    ----------
    problem : Problem
    memory : float
        MiB that its matrices may take; more is refused, with an estimate.
    by_rows : bool, optional
        Whether models keep J instead of J'J; None: where rows are fewer than parameters.

    `listen` is called before every evaluation: an iteration of a solver may take many, and be left
    between two by KeyboardInterrupt.
    """

    def __init__(
        self, problem: Problem, memory: float = MEMORY_LIMIT, by_rows: bool | None = None
    ) -> None:
        self.problem, self.network, self.memory = problem, problem.network, memory
        self.rows = problem.batch
        self._order = np.arange(self.rows)
        weights = problem.table.weights
        self.weight = float(weights.sum()) if weights.size else float(self.rows)
        self._seeds = problem.loss.seeds(self.network.activations[-1])
        double = self.network.dtype == np.float64
        exact = {Need.HESSIAN, Need.HESSIAN_PRODUCT}
        bends = self._seeds is not None and double and problem.session.curved
        curved = {Need.MODEL, Need.EVIDENCE} if bends else set()
        self.gives = frozenset(exact | curved)
        outputs = self.network.sizes[-1]
        self.has_noise = problem.loss.has_noise
        self.observations = self.weight * outputs
        few = self.rows * outputs < self.network.n_parameters
        self._by_rows = few if by_rows is None else by_rows
        flat = np.zeros(self.network.size, self.network.dtype)
        for matrix in self.network.views(flat)[0]:
            matrix[...] = 1
        self._is_weight = self.network.parameters(flat).astype(np.float64)
        self._curvature: Curvature | None = None
        self._last: tuple[Vector, QuadraticModel] | None = None
        self.listen: Callable[[], None] = _to_nobody

    @cached_property
    def _inputs(self) -> Vector:
        return dense_inputs(self.problem.table)

    def place(self, x: Vector) -> None:
        """Give the network these parameters."""
        self.problem.set_weights(self.network.from_parameters(x))

    def parameters_of(self, weights: Vector) -> Vector:
        """Return the parameters at flat weights."""
        return self.network.parameters(weights).astype(np.float64)

    def loss_of(self, value: float) -> float:
        """Return the loss that a value stands for."""
        return value

    def believed_outside(self, believed: Believed) -> Believed:
        """Return what a solver believes of its parameters as belief in the network's."""
        return believed

    def value(self, x: Vector) -> float:
        """Return the loss; inf where it leaves the finite numbers."""
        self.listen()
        self.place(x)
        value = self.problem.session.loss() + self._penalty(x)
        return value if math.isfinite(value) else math.inf

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Return loss and gradient."""
        self.listen()
        self.place(x)
        value, gradient = self.problem.value_and_gradient(self._order)
        return value, self.network.parameters(gradient).astype(np.float64)

    def model(self, x: Vector) -> QuadraticModel:
        """Return the Gauss-Newton model: J'J or, where rows are fewer than parameters, J."""
        if self._last is None or not np.array_equal(self._last[0], x):
            self.listen()
            self._last = None  # before the next one takes as much
            self._last = x.copy(), self._model(x)
        return self._last[1]

    def groups(self, by_input: bool) -> Vector:
        """Return the group of every parameter: a layer's weights, its biases, or, `by_input`, the
        weights of each input.
        """
        return self.network.parameter_groups(by_input)

    def hessian(self, x: Vector) -> Vector:
        """Return the exact Hessian, from the computation graph of one block of rows at a time.

        The graph carries every parameter's direction at once, so a block has few rows.
        """
        size, width = self.network.n_parameters, max(self.network.sizes)
        refuse_memory(self.network, self.rows, 6 * DOUBLE * size**2, self.memory * MIB)
        block = max(1, int(HESSIAN_BLOCK / (DOUBLE * size * width)))
        whole = np.diag(self.problem.regularisation.l2 / self.weight * self._is_weight)
        for start in range(0, self.rows, block):
            self.listen()
            whole += autodiff.hessian(partial(self._rows_loss, start, start + block))(x)
        return whole

    def hessian_product(self, x: Vector, direction: Vector) -> Vector:
        """Return the exact Hessian's product with a vector, from the computation graph."""
        self.listen()
        product: Vector = autodiff.hessian_product(self._graph)(x, direction)
        return product

    def bend(self, x: Vector, direction: Vector) -> Vector:
        """Networks do not give it (Need.BEND): it would cost as much as the Jacobian."""
        raise NotImplementedError

    def _graph(self, x: Any) -> Any:
        problem, table = self.problem, self.problem.table
        layers = layers_of(self.network, x)
        given = problem.regularisation
        weights = table.weights if table.weights.size else None
        return loss_node(
            self.network, problem.loss, layers, self._inputs, table.targets, weights,
            given.l2, given.l1,
        )  # fmt: skip

    def _rows_loss(self, first: int, last: int, x: Any) -> Any:
        """Return some rows' part of the loss, without penalties, as a node."""
        network, loss, table = self.network, self.problem.loss, self.problem.table
        weights = (
            table.weights[first:last] if table.weights.size else np.ones(self.rows)[first:last]
        )
        share = float(weights.sum()) / self.weight
        if share == 0:
            return np.sum(x) * 0.0
        inputs, targets = self._inputs[first:last], table.targets[first:last]
        layers = layers_of(network, x)
        return loss_node(network, loss, layers, inputs, targets, weights) * share

    def _model(self, x: Vector) -> QuadraticModel:
        if self._curvature is None:
            if self._seeds is None:
                raise IncompatibleError(
                    f"The loss {self.problem.loss.name!r} says nothing of its curvature, which "
                    "Gauss-Newton methods need; use solver='lbfgs'."
                )
            self._curvature = self.problem.session.curvature(self._by_rows, self.memory * MIB)
        self.place(x)
        given, weights = self.problem.regularisation, x * self._is_weight
        slope = (given.l2 * weights + given.l1 * np.sign(weights)) / self.weight
        bend = given.l2 / self.weight * self._is_weight
        if not self._by_rows:
            loss, gradient, matrix = self._curvature.matrix()
            matrix[np.diag_indices_from(matrix)] += bend
            return NormalModel(loss + self._penalty(x), gradient + slope, matrix)
        loss, gradient, jacobian = self._curvature.jacobian()
        residuals = self._residuals()
        if residuals is None:
            nothing, pull, offset = np.zeros(len(jacobian)), gradient + slope, loss
            return DualModel(jacobian, nothing, bend, pull, offset + self._penalty(x))
        return DualModel(jacobian, residuals, bend, slope, self._penalty(x))

    def squared_errors(self, x: Vector) -> Vector:
        """Return each output's sum of squared errors, weighted."""
        self.place(x)
        found: Vector = (self._differences() ** 2).sum(axis=0)
        return found

    def _differences(self) -> Vector:
        """Return outputs less targets, times the root of the rows' weights."""
        outputs, _ = self.problem.evaluate(self.problem.table, self.rows)
        differences = outputs - self.problem.table.targets
        weights = self.problem.table.weights
        if weights.size:
            differences = differences * np.sqrt(weights)[:, None]
        return differences

    def _residuals(self) -> Vector | None:
        """Return differences whose half squares sum to the loss, None if it is not squared."""
        if not self.problem.loss.has_noise:
            return None
        scaled: Vector = self._differences().ravel() / math.sqrt(self.weight)
        return scaled

    def _penalty(self, x: Vector) -> float:
        given = self.problem.regularisation
        if given.l2 == 0 and given.l1 == 0:
            return 0.0
        weights = x * self._is_weight
        total = 0.5 * given.l2 * float(weights @ weights) + given.l1 * float(np.abs(weights).sum())
        return total / self.weight
