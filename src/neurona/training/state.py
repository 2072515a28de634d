"""TrainingState: where a training stands between two epochs, and whose training it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neurona.errors import StopReason
from neurona.network import Vector
from neurona.optimizers.solver import SolverState
from neurona.optimizers.state import OptimizerState
from neurona.training.history import EpochRecord
from neurona.training.rows import Table

if TYPE_CHECKING:
    from neurona.training.held import Held


@dataclass
class TrainingState:
    """All that the next epoch depends on, besides the rows and the choices of the user.

    `order` is the order of the rows that the last shuffle left, `random` the generator's state
    (`RandomState.get_state(legacy=False)`); the three numbers from `best_result` on are the
    stopping rule's. `solver_reason` is why a solver was done with the last epoch. `records` are
    those of the history, or, in a keyframe, how many there were. `judged`: the stopping rule has
    had its say on the last epoch.
    """

    epochs_done: int
    samples_seen: int
    learning_rate: float
    weights: Vector
    best_weights: Vector | None
    optimizer: OptimizerState | SolverState
    best_result: float
    flat_epochs: int
    epochs_since_best: int
    records: list[EpochRecord] | int
    order: Vector
    random: dict[str, Any]
    solver_reason: StopReason | None = None
    judged: bool = False


def check_own(training: Held, state: TrainingState) -> None:
    """ValueError unless a state can be one of this training's."""
    network, method = training.network, state.optimizer
    network.check_weights(state.weights)
    if state.best_weights is not None:
        network.check_weights(state.best_weights)
    if not np.array_equal(np.sort(state.order), np.sort(training.order)):
        raise ValueError("The state is of a training on other rows: its order has others.")
    if isinstance(method, OptimizerState) != (training.solving is None):
        raise ValueError("The state is of a training by another method.")
    if isinstance(method, OptimizerState):
        training.problem.check_optimizer_state(method)
    elif np.shape(method.x) != (network.n_parameters,):
        raise ValueError(f"The state is of another network than {network!r}.")


def identity(training: Held) -> dict[str, str]:
    """Return what must be the same for a training to go on where another one was: texts by name.

    How long training may last is not among it: a finished training may be made longer.
    """
    problem, network = training.problem, training.network
    validation, solving = training.validation, training.solving
    return {
        "network": f"{network.sizes} {network.activations} {network.dtype}"
        + " tied" * network.tied,
        "loss": repr(problem.loss),
        "optimizer": repr(problem.optimizer if solving is None else solving.solver),
        "schedule": repr(training.plan.schedule),
        "learning rate": repr(training.plan.learning_rate),
        "batch": str(problem.batch),
        "penalties and dropout": repr(problem.regularisation),
        "monitor": f"{training.rule.monitor} {training.plan.restore_best} {training.plan.shuffle}",
        "rows": _digest(problem.table, np.sort(training.order))
        if problem.feed is None
        else problem.feed.fingerprint,
        "validation rows": "" if validation is None else _digest(validation.table),
    }


def _digest(table: Table, *more: Vector) -> str:
    digest = hashlib.sha256()
    for part in (*table, *more):
        array: Any = np.ascontiguousarray(part)
        digest.update(f"{array.dtype} {array.shape}".encode())
        digest.update(memoryview(array.reshape(-1)).cast("B"))
    return digest.hexdigest()
