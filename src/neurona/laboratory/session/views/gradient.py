"""The gradient of the loss at weights that change, on a part of the rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.engine.choice import current_engine
from neurona.laboratory.session.world import World
from neurona.network import Vector
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import dense_inputs, make_table

MOST_ROWS = 2_000


class Gradient:
    """The gradient over at most MOST_ROWS of the rows trained on, spread evenly."""

    def __init__(self, world: World, table: Any, loss: Any, l2: float = 0.0) -> None:
        inputs = dense_inputs(table)
        places = np.arange(len(inputs))
        if len(places) > MOST_ROWS:
            places = np.linspace(0, len(inputs) - 1, MOST_ROWS).astype(np.int64)
        self.inputs: Vector = np.ascontiguousarray(inputs[places])
        dtype = world.network.dtype
        weights = table.weights[places] if table.weights.size else None
        rows = make_table(self.inputs, table.targets[places], weights, dtype)
        self._problem = Problem(
            world.network, loss, None, rows, len(places), Regularisation(l2=l2), 1,
            engine=current_engine(),
        )  # fmt: skip
        self._order = np.arange(len(places))

    def at(self, weights: Vector) -> Vector:
        """Return the flat gradient, penalties included."""
        return self.value_and_gradient(weights)[1]

    def value_and_gradient(self, weights: Vector) -> tuple[float, Vector]:
        """Return the loss and the flat gradient."""
        self._problem.set_weights(weights)
        return self._problem.value_and_gradient(self._order)

    def close(self) -> None:
        """Give back what it holds."""
        self._problem.close()
