"""A task as what its compiled functions are made for, and as numbers that they are given."""

from __future__ import annotations

import numpy as np

from neurona.jax_engine.passes import Plan, Rules
from neurona.training.engine import EngineTask
from neurona.training.problem import Regularisation

AT_ONCE = 10
"""Steps on a GPU, at most, between two times that it hands back to ask whether to go on."""


def plan_of(task: EngineTask, platform: str) -> Plan:
    """Return what the compiled functions of a task are made for.

    ValueError for a batch without rows, or dropout rates of other layers.
    """
    if task.batch < 1:
        raise ValueError(f"A batch has a row at least. Got {task.batch}.")
    network, rules = task.network, task.regularisation
    if rules.dropout and len(rules.dropout) != network.n_layers:
        raise ValueError(
            f"{network!r} takes {network.n_layers} dropout rates, one per layer. Got "
            f"{rules.dropout}."
        )
    return Plan(
        network.sizes, network.activations, network.dtype.name, network.tied, task.loss,
        task.optimizer, task.batch, tuple(map(float, rules.dropout)),
        rules.l2 != 0 or rules.l1 != 0, rules.clip_value > 0, rules.clip_norm > 0,
        1 if platform == "cpu" else at_once(steps_of(task)),
    )  # fmt: skip


def kind_of(task: EngineTask, platform: str) -> tuple[Plan, bool]:
    """Return what tasks have to share to be trained in one call, with rows of their own: the plan,
    but for how many steps are done at once, and whether rows have weights.
    """
    return plan_of(task, platform)._replace(at_once=1), task.table.weights.size > 0


def steps_of(task: EngineTask) -> int:
    """Return the steps of an epoch over all rows, one at least."""
    return max(1, -(-len(task.table.targets) // task.batch))


def at_once(steps: int) -> int:
    """Return the steps between two questions, so that few beyond an epoch's last are done.

    >>> at_once(313), at_once(17), at_once(3)
    (10, 9, 3)
    """
    return -(-steps // -(-steps // AT_ONCE))


def rules_of(given: Regularisation) -> Rules:
    """Return what is added to a loss and done to a gradient, as numbers."""
    return Rules(
        np.float64(given.l2), np.float64(given.l1), np.float64(given.clip_value),
        np.float64(given.clip_norm), np.uint32(given.seed),
    )  # fmt: skip
