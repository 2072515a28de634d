"""An engine that computes nothing, and so compiles nothing: for dry runs."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from neurona.engine.threads import Work, useful_threads
from neurona.network import Vector
from neurona.training.engine import EngineTask


class Busy(BaseException):
    """Something was to be computed: raised instead."""


class IdleSession:
    """Weights, and no more; see `training.engine.Session`."""

    curved = True

    def __init__(self, task: EngineTask) -> None:
        self._network = task.network
        self.weights: Vector = np.zeros(task.network.size, task.network.dtype)
        work = Work(3.0 * task.network.n_parameters * task.batch, task.batch)
        self.threads = task.n_threads or useful_threads(*work)

    def set_weights(self, weights: Vector) -> None:
        """Copy flat weights in; ValueError if they are not this network's."""
        self._network.check_weights(weights)
        self.weights[:] = weights
        self._network.tie(self.weights)

    def _refuse(self, *_: Any) -> NoReturn:
        """Raise Busy."""
        raise Busy

    optimizer_state = set_optimizer_state = rows_changed = mark = back = _refuse
    train = evaluate = loss = value_and_gradient = curvature = _refuse

    def close(self) -> None:
        """There is nothing to give back."""


class IdleEngine:
    """The engine of dry runs; it is asked for as a value and has no name in the list."""

    name = "idle"

    def bind(self, task: EngineTask) -> IdleSession:
        """Return a session for a task."""
        return IdleSession(task)

    def answerer(self, *_: Any) -> NoReturn:
        """Raise Busy."""
        raise Busy
