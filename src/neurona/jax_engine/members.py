"""Many networks of one shape on a device at once, along a leading axis.

Each has a place. Its parameters, its optimizer's state, its order of rows, rates and penalties are
its own; rows that several train on are there once. What a member is set to waits here until the
next call, so that a thousand members that begin cost one transfer.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from neurona.engine.threads import available_threads
from neurona.jax_engine.calls import from_numbers, loop_of, taken, way_to_train
from neurona.jax_engine.devices import ORDER_BYTES, Device, computing, refuse_too_large
from neurona.jax_engine.epoch import Moving, Rows
from neurona.jax_engine.own import check_optimizer
from neurona.jax_engine.passes import Rules
from neurona.jax_engine.plans import plan_of, rules_of
from neurona.jax_engine.questions import Piece, Scored, Trail
from neurona.jax_engine.rounds import Round
from neurona.jax_engine.scoring import Scoring
from neurona.jax_engine.shelf import Shelf
from neurona.network import Vector
from neurona.optimizers.state import MEMORY
from neurona.training.engine import EngineTask
from neurona.training.rows import Table

Array = Any
FIELDS = Moving._fields
MOST_AHEAD, AHEAD_BYTES = 16, 2**24
"""Epochs of one call of the device at most, and the bytes of their orders, and of parameters."""


def room_for(rows: int, tables: int) -> int:
    """Return the rows that a table may have beside others; some more, as folds differ in rows."""
    return rows if tables == 1 else rows + rows // 8 + 1


class Members:
    """Places for members that share a plan, on so many `tables`, and what is computed for them
    together; those that are `shared` leave their places to others.

    IncompatibleError for an optimizer that JAX cannot run, and for what the device cannot hold.
    """

    def __init__(
        self,
        task: EngineTask,
        device: Device,
        memory: float | None,
        count: int = 1,
        tables: int = 1,
        shared: bool = False,
    ) -> None:
        network, optimizer = task.network, task.optimizer
        self.device, self.count, self.shared, self._memory = device, count, shared, memory
        self.plan, slots = plan_of(task, device.platform), 0
        if optimizer is not None:
            slots = len(optimizer.state_names())
            with computing():
                check_optimizer(optimizer, network.dtype)
        room = room_for(len(task.table.targets), tables)
        refuse_too_large(self.plan, room, count, device.free(memory), tables)
        weighted = task.table.weights.size > 0
        self._shelf = Shelf(device, self.plan, room, tables, weighted)
        self._slots, self._begins = np.zeros((2, count), np.int64)
        self._first: int | None = self._shelf.put(task.table)  # until who made this has a place
        self._scoring = Scoring(device, self.plan, count, tables)
        shapes = (network.n_parameters,), (slots, network.n_parameters), (MEMORY,)
        dtypes = network.dtype, network.dtype, np.float64
        self._given = Moving(
            *(np.zeros((count, *s), d) for s, d in zip(shapes, dtypes, strict=True))
        )
        self._changed = Moving(*(np.zeros(count, bool) for _ in shapes))
        self._to_mark = np.zeros(count, bool)
        l2, l1, clip_value, clip_norm = np.zeros((4, count))
        self._rules = Rules(l2, l1, clip_value, clip_norm, np.zeros(count, np.uint32))
        self._moving = self._marked = device.put(self._given)
        # there from the first call on: JAX compiles anew for an array that comes from elsewhere
        self._all_alive = device.put(np.ones(count, bool))
        self._here: dict[str, Vector] = {}  # what was fetched of what moves, as it is now
        self._width = max(1, -(-room // task.batch)) * task.batch
        self._orders: dict[tuple[int, int], list[Vector]] = {}
        self._drawing = ThreadPoolExecutor(max(1, available_threads() - 1), "neurona-orders")
        self._free = list(range(count))[::-1]
        # never held where a training may be left for another one
        self._lock = threading.RLock()
        self._training = way_to_train(self.plan, device.platform, count)
        if optimizer is not None and not task.second_order:
            # compiled now and not in the first epoch, whose time is the training's
            self._train({}, self._ahead())

    def alone(self, task: EngineTask) -> Members:
        """Return members of one on this device."""
        return Members(task, self.device, self._memory)

    @property
    def rows(self) -> Rows:
        """The rows to train on, of all tables."""
        return self._shelf.rows()

    def rows_changed(self, place: int) -> None:
        """Send a member's rows to the device again, as they are now."""
        with self._lock:
            self._shelf.changed(int(self._slots[place]))

    # -- places

    def takes(self, table: Table) -> bool:
        """Whether the rows of another member are there, or have room."""
        with self._lock:
            return self._shelf.takes(table)

    def place(self, task: EngineTask) -> int | None:
        """Return a free place for a task of this plan, None if there is none now."""
        with self._lock:
            if not self._free:
                return None
            slot = self._shelf.put(task.table)
            if self._first is not None:
                self._shelf.leave(self._first)
                self._first = None
            place = self._free.pop()
            self._slots[place], self._begins[place] = slot, self._shelf.begin(slot)
            given = rules_of(task.regularisation)
            for all_of_them, one in zip(self._rules, given, strict=True):
                all_of_them[place] = one
            return place

    def leave(self, place: int) -> Moving:
        """Let another one have a member's place; returns what it had."""
        with self._lock:
            had = Moving(*(np.array(self.get(place, name)) for name in FIELDS))
            self._shelf.leave(int(self._slots[place]))
            self._free.append(place)
        return had

    def rules(self, place: int) -> Rules:
        """Return the rules of a member."""
        return Rules(*(one[place] for one in self._rules))

    def put(self, place: int, **given: Vector) -> None:
        """Set a member's parameters, state or memory, by name."""
        with self._lock:
            if self._to_mark[place]:
                self._settle()  # what is marked is how it was before
            for name, value in given.items():
                getattr(self._given, name)[place] = value
                getattr(self._changed, name)[place] = True

    def get(self, place: int, name: str) -> Vector:
        """Return a member's parameters, state or memory."""
        with self._lock:
            if getattr(self._changed, name)[place]:
                return getattr(self._given, name)[place].copy()  # type: ignore[no-any-return]
            if name not in self._here:  # of all: they are asked for theirs one after the other
                self._here[name] = np.asarray(getattr(self._moving, name))
            return self._here[name][place]  # type: ignore[no-any-return]

    def mark(self, place: int) -> None:
        """Remember a member as it is."""
        with self._lock:
            self._to_mark[place] = True

    def back(self, place: int) -> None:
        """Let a member be as it was remembered."""
        with self._lock:
            self._settle()
            with computing():
                kept = {name: np.asarray(getattr(self._marked, name)[place]) for name in FIELDS}
            self.put(place, **kept)

    def _settle(self) -> None:
        """Send what was set and marked to the device."""
        changed = any(one.any() for one in self._changed)
        if changed:
            self._moving = self.device.call(
                taken, self.plan, self._changed, self._given, self._moving
            )
            self._here = {}
        if self._to_mark.all():
            self._marked = self._moving
        elif self._to_mark.any():
            all_of_it = Moving(*(self._to_mark,) * len(FIELDS))
            self._marked = self.device.call(taken, self.plan, all_of_it, self._moving, self._marked)
        for flags in (*self._changed, self._to_mark):
            flags[:] = False

    # -- what is computed

    def serve(self, members: Sequence[Any], questions: Sequence[Any]) -> list[Any]:
        """Return what each of some members asks for; what is wrong with a table of theirs is an
        answer, too.
        """
        with self._lock:
            return self._serve(members, questions)

    def _serve(self, members: Sequence[Any], questions: Sequence[Any]) -> list[Any]:
        self._settle()
        asked = {one.place: question for one, question in zip(members, questions, strict=True)}
        pieces = {place: one for place, one in asked.items() if isinstance(one, Piece)}
        scored = {place: one for place, one in asked.items() if isinstance(one, Scored)}
        several = any(piece.orders.epochs > 1 for piece in pieces.values())
        at_once = self._ahead() if several else 1
        answers: dict[int, Any] = self._train(pieces, at_once) if pieces else {}
        answers |= self._scoring.answers(scored, self._moving.parameters)
        return [answers[place] for place in asked]

    def _ahead(self) -> int:
        """Return how many epochs the device does in one call, where several are asked for. One
        alone gains less by it than a second function takes to compile.
        """
        if self.count == 1:
            return 1
        bytes_of_one = max(self.count * ORDER_BYTES * self._width, self._given.parameters.nbytes)
        return int(max(1, min(MOST_AHEAD, AHEAD_BYTES // bytes_of_one)))

    def _train(self, pieces: dict[int, Piece], at_once: int) -> dict[int, tuple[int, Trail]]:
        """Train all epochs, so many in a call of the device, which works on one while the orders of
        the next are drawn.
        """
        longest = max((piece.orders.order.size for piece in pieces.values()), default=0)
        self._width = max(self._width, -(-longest // self.plan.batch) * self.plan.batch)
        these = Round(pieces, self._begins, self._width, self.plan.batch, at_once)
        trail, begun, came = Trail(), deque[Any](), []
        alive = self._all_alive
        self._here = {}
        for first in these.calls:
            drawn = self._room_for_orders(at_once)
            these.draw(first, drawn, self._drawing)
            numbers = these.numbers(first, self._rules)
            self._moving, alive, *found = self._call_training(
                self.rows, self._moving, alive, drawn, numbers
            )
            begun.append(found)
            if len(begun) > 1:
                came.append(trail.add(*begun.popleft()))
        came.append(trail.add(*begun.popleft()))
        self._here["parameters"] = trail.last()
        return {place: (steps, trail) for place, steps in these.give(came).items()}

    def _room_for_orders(self, epochs: int) -> Vector:
        """Return an array for orders; it is written over the next time but one."""
        shape = self.count, epochs, self._width
        # what travels takes as long as what is done with it
        dtype = np.uint16 if self._shelf.room <= 2**16 else np.int32
        known = self._orders.setdefault(shape[1:], [np.zeros(shape, dtype), np.zeros(shape, dtype)])
        known.reverse()
        return known[0]

    def _call_training(self, *arguments: Any) -> Any:
        try:
            return self.device.begin(from_numbers(self._training), self.plan, *arguments)
        except Exception:
            loop = loop_of(self.count)
            if self._training is loop:
                raise
            # a formula of one's own that a program of one block cannot say
            self._training = loop
            return self.device.begin(from_numbers(self._training), self.plan, *arguments)
