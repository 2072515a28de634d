"""Tiny trainings: what is done with one has all compiled that a large one needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.engine.choice import current_engine
from neurona.engine.predict import Predictor
from neurona.network import Network
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss
from neurona.optimizers.base import StepOptimizer
from neurona.optimizers.solver import Need
from neurona.training.objective import NetworkObjective
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import make_table

ROWS = 4


def tiny_problem(
    activations: Sequence[Activation],
    loss: Loss,
    optimizer: StepOptimizer | None,
    dtype: Any,
    second_order: bool = False,
) -> Problem:
    """Return a problem with weights of zero; `second_order`, its gradients wait to be asked for.

    `activations` are that of the hidden layer and that of the outputs.
    """
    network = Network((2, 3, 2), activations, np.dtype(dtype))
    table = make_table(np.zeros((ROWS, 2), dtype), np.full((ROWS, 2), 0.5), None, np.dtype(dtype))
    problem = Problem(
        network, loss, optimizer, table, ROWS, Regularisation(), 1, second_order,
        engine=current_engine(),
    )  # fmt: skip
    problem.set_weights(network.from_parameters(np.zeros(network.n_parameters)))
    return problem


def answer(problem: Problem) -> None:
    """Predict with a problem's network, and compute its loss."""
    inputs = np.zeros((ROWS, 2), problem.network.dtype)
    Predictor(problem.network, problem.weights).predict(inputs)
    problem.evaluate(problem.table, ROWS)


def curve(problem: Problem) -> None:
    """Compute a problem's curvature, where its loss has one."""
    objective = NetworkObjective(problem)
    if Need.MODEL in objective.gives:
        objective.model(np.zeros(problem.network.n_parameters))
