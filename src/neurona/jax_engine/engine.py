"""The engine itself, as `training.engine.Engine` says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from neurona.engine.compiled import CompiledEngine
from neurona.jax_engine.devices import find_device, has_accelerator, members_that_fit
from neurona.jax_engine.meeting import Alone, Meeting, let_others_go_on
from neurona.jax_engine.members import Members
from neurona.jax_engine.plans import plan_of
from neurona.jax_engine.session import JaxSession
from neurona.network import Network, Vector
from neurona.training.engine import Answerer, EngineTask, Session

MOST_MEMBERS = 1024
"""Members of one call."""


@dataclass(frozen=True)
class JaxEngine:
    """Trains on a device of JAX's.

    `device` is "auto" (an accelerator where there is one), "cpu" or "cuda"; `memory` the bytes that
    a training may take there, None as many as are free.

    It answers by the compiled engine: a model says the same, to the bit, whatever it was trained
    on, and a machine without JAX can say it.
    """

    device: str = "auto"
    memory: float | None = None
    name: ClassVar[str] = "jax"

    def on(self, device: str) -> JaxEngine:
        """Return this engine on another device."""
        return replace(self, device=device)

    def is_accelerated(self) -> bool:
        """Whether JAX finds a GPU, or the like."""
        return has_accelerator()

    def bind(self, task: EngineTask) -> Session:
        """Return a session on the device."""
        members = Members(task, find_device(self.device), self.memory)
        place = members.place(task.regularisation)
        assert place is not None, "there is nobody else"
        return JaxSession(task, members, place)

    def together(self, count: int) -> SideBySide:
        """Return this engine for `count` trainings side by side, whose steps are done together."""
        return SideBySide(self.device, self.memory, min(count, MOST_MEMBERS))

    def answerer(self, network: Network, weights: Vector, rows: int) -> Answerer:
        """Return the compiled engine's answerer."""
        return CompiledEngine().answerer(network, weights, rows)


@dataclass(frozen=True)
class SideBySide(JaxEngine):
    """The engine for trainings that go on side by side: those that share rows and a plan are
    members of one call.

    Those that have rows of their own (noise on the inputs) or a solver are not.
    """

    at_once: int = 1
    alone: Alone = field(default_factory=Alone, compare=False)
    _known: dict[Any, tuple[EngineTask, Members]] = field(default_factory=dict, compare=False)
    _lock: Any = field(default_factory=threading.Lock, compare=False)

    def bind(self, task: EngineTask) -> Session:
        """Return a session that is one of several."""
        if task.optimizer is None or task.second_order or task.regularisation.noise is not None:
            return super().bind(task)
        device = find_device(self.device)
        plan = plan_of(task, device.platform)
        key = plan, id(task.table.targets), id(task.table.dense), id(task.table.data)
        with self._lock:
            if key not in self._known:
                rows = len(task.table.targets)
                count = members_that_fit(plan, rows, self.at_once, device.free(self.memory))
                # the task is kept: its arrays are what the key is about
                self._known[key] = task, Members(task, device, self.memory, count)
            members = self._known[key][1]
        place = members.place(task.regularisation)
        while place is None and members.count < self.at_once and let_others_go_on():
            place = members.place(task.regularisation)  # a device holds fewer: until one has left
        if place is None:
            return super().bind(task)  # more than were spoken of
        return JaxSession(task, members, place)

    def take_turns(self, works: Iterable[Callable[[], object]]) -> None:
        """Do works that train, `at_once` at a time, in this thread."""
        Meeting().run(works, self.at_once)
