"""The engine itself, as `training.engine.Engine` says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from neurona.engine.compiled import CompiledEngine
from neurona.jax_engine.devices import find_device, has_accelerator, members_that_fit
from neurona.jax_engine.meeting import Alone, Meeting, leader, let_others_go_on
from neurona.jax_engine.members import Members, room_for
from neurona.jax_engine.plans import kind_of, plan_of
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
        """Return a session on the device: in a work of trainings side by side, one of several."""
        around = self._around()
        return self._alone(task) if around is None else around.bind(task)

    def together(self, count: int, tables: int = 1) -> SideBySide:
        """Return this engine for `count` trainings side by side, on so many tables, whose steps are
        done together; in a work of others it is theirs.
        """
        around = self._around()
        if around is not None:
            return around
        return SideBySide(self.device, self.memory, min(count, MOST_MEMBERS), max(1, tables))

    def _around(self) -> SideBySide | None:
        """Return the engine of the trainings that this is inside of, if it computes in this way."""
        around = leader()
        alike = isinstance(around, SideBySide)
        return around if alike and around.is_like(self) else None

    def _alone(self, task: EngineTask) -> Session:
        members = Members(task, find_device(self.device), self.memory)
        place = members.place(task)
        assert place is not None, "there is nobody else"
        return JaxSession(task, members, place)

    def answerer(self, network: Network, weights: Vector, rows: int) -> Answerer:
        """Return the compiled engine's answerer."""
        return CompiledEngine().answerer(network, weights, rows)


@dataclass(frozen=True)
class SideBySide(JaxEngine):
    """The engine for trainings that go on side by side: those that share a plan are members of one
    call, whether their rows are the same or their own.

    Those whose rows change (noise on the inputs) or that have a solver are not.
    """

    at_once: int = 1
    tables: int = 1
    alone: Alone = field(default_factory=Alone, compare=False)
    _known: dict[Any, list[Members]] = field(default_factory=dict, compare=False)
    _lock: Any = field(default_factory=threading.Lock, compare=False)

    def is_like(self, engine: JaxEngine) -> bool:
        """Whether another engine computes on the same device with as much memory."""
        return (self.device, self.memory) == (engine.device, engine.memory)

    def bind(self, task: EngineTask) -> Session:
        """Return a session that is one of several."""
        if task.optimizer is None or task.second_order or task.regularisation.noise is not None:
            return self._alone(task)
        members, place = self._seat(task)
        while place is None and members.count < self.at_once and let_others_go_on():
            members, place = self._seat(task)  # a device holds fewer: until one has left
        if place is None:
            return self._alone(task)  # more than were spoken of
        return JaxSession(task, members, place)

    def _seat(self, task: EngineTask) -> tuple[Members, int | None]:
        """Return members that a task may be one of, new ones where none have a place for its rows,
        and its place.
        """
        device = find_device(self.device)
        with self._lock:
            known = self._known.setdefault(kind_of(task, device.platform), [])
            members = next((one for one in known if one.takes(task.table)), None)
            if members is None:
                rows, free = (
                    room_for(len(task.table.targets), self.tables),
                    device.free(self.memory),
                )
                plan = plan_of(task, device.platform)
                count = members_that_fit(plan, rows, self.at_once, free, self.tables)
                members = Members(task, device, self.memory, count, self.tables, shared=True)
                known.append(members)
            return members, members.place(task)

    def take_turns(self, works: Iterable[Callable[[], object]]) -> None:
        """Do works that train, `at_once` at a time, in this thread."""
        Meeting(self).run(works, self.at_once)
