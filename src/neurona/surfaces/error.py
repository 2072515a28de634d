"""The error surface of a network: its loss on a table, by a few of its weights or along directions.

f(c) = loss(origin + sum_k c_k axis_k) over all rows, penalties included: the loss that full-batch
training lowers. Directions may be filter-normalised: every unit's part has the length of that
unit's weights, so that two networks' pictures can be compared though ReLU lets weights grow and
shrink without effect (H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein, Visualizing the loss
landscape of neural nets, 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurona.engine.choice import current_engine
from neurona.network import Network
from neurona.numerics.losses import Loss
from neurona.surfaces.base import UNIT_WINDOW, Array, Surface, Window, as_points
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import make_table

STEP = float(np.cbrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, eq=False)
class ErrorSurface(Surface):
    """The loss of a network on a table along some axes of its weight space.

    `origin` and the rows of `axes` are vectors as `Network.parameters` makes them: all weight
    matrices, then all biases. Not for use by two threads at once.
    """

    network: Network
    loss: Loss
    X: Any = field(repr=False)
    targets: Array = field(repr=False)
    origin: Array = field(repr=False)
    axes: Array = field(repr=False)
    view: Window = UNIT_WINDOW
    begin: tuple[float, ...] | None = field(default=None, repr=False)
    l2: float = 0.0
    l1: float = 0.0
    row_weights: Array | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        rows = self.X.shape[0]
        table = make_table(self.X, self.targets, self.row_weights, self.network.dtype)
        penalties = Regularisation(self.l2, self.l1)
        problem = Problem(
            self.network, self.loss, None, table, rows, penalties, 1, engine=current_engine()
        )
        object.__setattr__(self, "_problem", problem)
        object.__setattr__(self, "_order", np.arange(rows))

    @property
    def start(self) -> Array:
        """Where the given network stands, or `begin`."""
        return np.zeros(len(self.axes)) if self.begin is None else np.array(self.begin)

    @property
    def window(self) -> Window:
        """The view that it was made with."""
        return self.view

    @property
    def minima(self) -> Array:
        """No rows: nobody knows them."""
        return np.zeros((0, len(self.axes)))

    def parameters(self, point: Any) -> Array:
        """Return all weights and biases of the network at one point."""
        found: Array = self.origin + np.asarray(point, np.float64) @ self.axes
        return found

    def _look(self, point: Array) -> tuple[float, Array]:
        problem: Problem = vars(self)["_problem"]
        problem.set_weights(self.network.from_parameters(self.parameters(point)))
        value, gradient = problem.value_and_gradient(vars(self)["_order"])
        return value, self.axes @ self.network.parameters(gradient)

    def value(self, points: Any) -> Array:
        """Return the loss; inf where it leaves the finite numbers."""
        points = as_points(points, len(self.axes))
        flat = [self._look(point)[0] for point in points.reshape(-1, len(self.axes))]
        return np.array(flat).reshape(points.shape[:-1])

    def gradient(self, points: Any) -> Array:
        """Return the gradients, by backpropagation."""
        points = as_points(points, len(self.axes))
        flat = [self._look(point)[1] for point in points.reshape(-1, len(self.axes))]
        return np.array(flat).reshape(points.shape)

    def hessian(self, point: Any) -> Array:
        """Return the Hessian, by central differences of the gradient (about 9 digits)."""
        point = as_points(point, len(self.axes))
        steps = STEP * np.maximum(np.abs(point), 1.0)
        around = np.diag(steps)
        rows = (self.gradient(point + around) - self.gradient(point - around)) / (
            2 * steps[:, None]
        )
        matrix: Array = (rows + rows.T) / 2
        return matrix


def filter_normalised(network: Network, direction: Array, parameters: Array) -> Array:
    """Return a direction with every unit's part (incoming weights and bias) as long as the unit's
    own weights.
    """
    scaled = network.from_parameters(direction)
    matrices, biases = network.views(scaled)
    own_matrices, own_biases = network.views(network.from_parameters(parameters))
    for w, b, own_w, own_b in zip(matrices, biases, own_matrices, own_biases, strict=True):
        length = np.sqrt((w**2).sum(axis=0) + b**2)
        own = np.sqrt((own_w**2).sum(axis=0) + own_b**2)
        factor = own / np.where(length > 0, length, 1.0)
        w *= factor
        b *= factor
    return network.parameters(scaled)
