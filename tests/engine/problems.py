"""Small problems for the tests of the engine."""

from __future__ import annotations

import numpy as np

from neurona.engine.choice import current_engine
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.numerics.shuffle import Orders
from neurona.optimizers import find
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import make_table


def make_network(sizes, names, dtype=np.float64):
    return Network(sizes, [ACTIVATIONS.find(name) for name in names], dtype)


def random_weights(network, seed=0, size=0.5):
    random = np.random.RandomState(seed)
    return network.from_parameters(random.normal(size=network.n_parameters) * size)


def make_targets(loss, random, rows, outputs):
    if loss == "categorical_cross_entropy":
        return np.eye(outputs)[random.randint(outputs, size=rows)]
    if loss == "binary_cross_entropy":
        return random.randint(2, size=(rows, outputs)).astype(float)
    if loss == "poisson":
        return random.randint(5, size=(rows, outputs)).astype(float)
    return random.normal(size=(rows, outputs))


class GivenOrders(Orders):
    """Orders of some epochs that are there already."""

    def __init__(self, orders):
        super().__init__(orders[0], len(orders))
        self._orders, self._drawn = orders, 0

    def draw(self, drawn):
        first, self._drawn = self._drawn, self._drawn + len(drawn)
        drawn[:, : self.order.size] = self._orders[first : self._drawn]

    def whole(self):
        return self._orders


def make_problem(
    network, loss="squared_error", optimizer=None, rows=40, batch=None, X=None,
    row_weights=None, n_threads=1, **regularisation,
):  # fmt: skip
    """A problem on random rows with random weights; returns it with its inputs and targets."""
    random = np.random.RandomState(0)
    if X is None:
        X = random.normal(size=(rows, network.sizes[0])).astype(network.dtype)
    targets = make_targets(loss, random, rows, network.sizes[-1])
    problem = Problem(
        network,
        LOSSES.find(loss),
        None if optimizer is None else find(optimizer),
        make_table(X, targets, row_weights, network.dtype),
        batch or rows,
        Regularisation(**regularisation),
        n_threads,
        engine=current_engine(),
    )
    problem.set_weights(random_weights(network))
    return problem, X, targets
