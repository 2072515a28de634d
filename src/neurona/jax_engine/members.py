"""Many networks of one shape on a device at once, along a leading axis.

Each has a place. Its parameters, its optimizer's state, its order of rows, rates and penalties are
its own; the rows are there once. What a member is set to waits here until the next call, so that a
thousand members that begin cost one transfer.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from neurona.jax_engine import epoch, program
from neurona.jax_engine.devices import Device, computing, fetched, refuse_too_large
from neurona.jax_engine.epoch import Moving, Rows
from neurona.jax_engine.own import check_optimizer
from neurona.jax_engine.passes import Plan, Rules
from neurona.jax_engine.plans import plan_of, rules_of, steps_of
from neurona.network import Vector
from neurona.optimizers.state import MEMORY
from neurona.training.engine import TOTALS, EngineTask
from neurona.training.problem import Regularisation
from neurona.training.rows import Table, checked_table

Array = Any
FIELDS = Moving._fields
OWN = len(Rules._fields), 2, TOTALS
"""Numbers of each member that go to the device in one array, before its rates: its rules, the rows
that count and the first step, its totals.
"""


class Piece(NamedTuple):
    """What a member asks for when it trains: see `AheadSession.train_epochs`.

    The answer are the steps done, and the parameters of all members after each of the epochs.
    """

    orders: Vector
    rates: Vector
    first_step: int
    totals: Vector


class Scored(NamedTuple):
    """What a member asks for when it scores a table: the loss, with the `outputs` or without.

    With a `trail`, of each of the first `epochs` parameters (of all members) there: a list of what
    it gets else.
    """

    table: Table
    outputs: bool
    trail: list[Vector] | None = None
    epochs: int = 1


def train_in_turn(plan: Plan, rules: Rules, rows: Rows, moving: Moving, *own: Array) -> Any:
    """`epoch.train` of many members: all but the rows has a leading axis."""
    axes = (0, None, 0, *(0 for _ in own))
    return jax.vmap(partial(epoch.train, plan), axes)(rules, rows, moving, *own)


def evaluate_all(plan: Plan, rows: Rows, parameters: Array) -> tuple[Array, Array]:
    """`epoch.evaluate` of many members."""
    found: tuple[Array, Array] = jax.vmap(partial(epoch.evaluate, plan, rows))(parameters)
    return found


def train_alone(plan: Plan, rules: Rules, rows: Rows, moving: Moving, *own: Array) -> Any:
    """`epoch.train` of one member, whose axis has one place."""
    rules, moving, own = jax.tree.map(lambda one: one[0], (rules, moving, own))
    found = epoch.train(plan, rules, rows, moving, *own)
    return jax.tree.map(lambda one: one[None], found)


@cache
def from_numbers(train: Any) -> Any:
    """Return a function that trains members whose own numbers lie in one array, and whose totals
    and steps done do so too: each array that goes to a device, or comes back, costs about as much.
    """

    def call(plan: Plan, rows: Rows, moving: Moving, order: Array, numbers: Array) -> Any:
        rules, ends, totals, rates = jnp.split(numbers, np.cumsum(OWN), axis=1)
        last, first = ends.T.astype(jnp.int64)
        l2, l1, clip_value, clip_norm, seed = rules.T
        whole = Rules(l2, l1, clip_value, clip_norm, seed.astype(jnp.uint32))
        moved, totals, done = train(plan, whole, rows, moving, order, last, rates, first, totals)
        return moved, jnp.column_stack([totals, done.astype(totals.dtype)])

    return call


def way_to_train(plan: Plan, platform: str, count: int) -> Any:
    """Return the function that trains so many members the fastest."""
    if platform != "cpu" and program.fits(plan):
        return program.train_members
    return train_alone if count == 1 else train_in_turn


def taken(_: Plan, flags: Moving, new: Moving, old: Moving) -> Moving:
    """Return the new of members whose flag is set, the old of the others."""

    def of_field(flag: Array, new: Array, old: Array) -> Array:
        return jnp.where(flag.reshape(-1, *(1,) * (old.ndim - 1)), new, old)

    return Moving(*map(of_field, flags, new, old))


class Members:
    """Places for members that share a plan and rows, and what is computed for them together.

    IncompatibleError for an optimizer that JAX cannot run, and for what the device cannot hold.
    """

    def __init__(
        self, task: EngineTask, device: Device, memory: float | None, count: int = 1
    ) -> None:
        network, optimizer = task.network, task.optimizer
        self.device, self.count, self._memory = device, count, memory
        self.plan, slots = plan_of(task, device.platform), 0
        if optimizer is not None:
            slots = len(optimizer.state_names())
            with computing():
                check_optimizer(optimizer, network.dtype)
        refuse_too_large(self.plan, len(task.table.targets), count, device.free(memory))
        self.send_rows(task.table)
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
        self._seen: Vector | None = None
        self._order = np.zeros((count, steps_of(task) * task.batch), np.int32)
        self._free = list(range(count))[::-1]
        self._tables: list[tuple[Table, list[Rows], float]] = []
        # never held where a training may be left for another one
        self._lock = threading.RLock()
        self._training = way_to_train(self.plan, device.platform, count)
        if optimizer is not None and not task.second_order:
            # compiled now and not in the first epoch, whose time is the training's
            self._train({})

    def alone(self, task: EngineTask) -> Members:
        """Return members of one on this device."""
        return Members(task, self.device, self._memory)

    def send_rows(self, table: Table) -> None:
        """Put the rows to train on there, as they are now."""
        self.rows = self.device.rows_of(checked_table(table, self.plan.network()))

    # -- places

    def place(self, rules: Regularisation) -> int | None:
        """Return a free place, None if there is none now."""
        with self._lock:
            if not self._free:
                return None
            place = self._free.pop()
            for all_of_them, one in zip(self._rules, rules_of(rules), strict=True):
                all_of_them[place] = one
            return place

    def leave(self, place: int) -> Moving:
        """Let another one have a member's place; returns what it had."""
        with self._lock:
            had = Moving(*(np.array(self.get(place, name)) for name in FIELDS))
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
            if name == "parameters":  # all are asked for theirs after every piece
                return self._parameters()[place]  # type: ignore[no-any-return]
            with computing():
                return np.asarray(getattr(self._moving, name)[place])

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
            self._seen = None
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
        answers: dict[int, Any] = self._train(pieces) if pieces else {}
        groups = {(id(one.table), id(one.trail)): one for one in scored.values()}
        for known in groups.values():
            these = {
                place: one
                for place, one in scored.items()
                if one.table is known.table and one.trail is known.trail
            }
            try:
                answers |= self._score(known.table, known.trail, these)
            except Exception as error:  # a table of theirs; the others have nothing to do with it
                answers |= dict.fromkeys(these, error)
        return [answers[place] for place in asked]

    def _train(self, pieces: dict[int, Piece]) -> dict[int, tuple[int, list[Vector]]]:
        longest = max((piece.orders.shape[1] for piece in pieces.values()), default=0)
        if longest > self._order.shape[1]:
            width = -(-longest // self.plan.batch) * self.plan.batch
            self._order = np.zeros((self.count, width), np.int32)
        done, trail = dict.fromkeys(pieces, 0), []
        for number in range(max((len(piece.orders) for piece in pieces.values()), default=1)):
            self._train_epoch(pieces, number, done)
            trail.append(self._parameters())
        return {place: (steps, trail) for place, steps in done.items()}

    def _train_epoch(self, pieces: dict[int, Piece], number: int, done: dict[int, int]) -> None:
        """Train one epoch of all that have so many and did all those before; add its steps."""
        steps = self._order.shape[1] // self.plan.batch
        numbers = np.zeros((self.count, sum(OWN) + steps))
        rules, ends, totals, rates = np.split(numbers, np.cumsum(OWN), axis=1)
        rules[:] = np.transpose(self._rules)
        training = []
        for place, (orders, all_rates, first_step, all_totals) in pieces.items():
            size = orders.shape[1]
            before = number * -(-size // self.plan.batch)
            if number >= len(orders) or done[place] < before:
                continue
            given = all_rates[before : before + steps]
            self._order[place, :size] = orders[number]
            ends[place] = size, first_step + before
            totals[place] = all_totals[number, :TOTALS]
            rates[place, : given.size] = given
            training.append(place)
        self._moving, came = self._call_training(self.rows, self._moving, self._order, numbers)
        self._seen, found = fetched(self._moving.parameters, came)
        for place in training:
            pieces[place].totals[number, :TOTALS] = found[place, :TOTALS]
            done[place] += int(found[place, TOTALS])

    def _parameters(self) -> Vector:
        """Return all members' parameters, as the device has them."""
        if self._seen is None:
            self._seen = np.asarray(self._moving.parameters)
        return self._seen

    def _call_training(self, *arguments: Any) -> Any:
        try:
            return self.device.call(from_numbers(self._training), self.plan, *arguments)
        except Exception:
            if self._training is not program.train_members:
                raise
            # a formula of one's own that a program of one block cannot say
            self._training = train_alone if self.count == 1 else train_in_turn
            return self.device.call(from_numbers(self._training), self.plan, *arguments)

    def _score(
        self, table: Table, trail: list[Vector] | None, these: dict[int, Scored]
    ) -> dict[int, Any]:
        blocks, weight = self._blocks_of(table)
        wanted = any(one.outputs for one in these.values())
        answers: dict[int, list[Any]] = {place: [] for place in these}
        for number in range(max(one.epochs for one in these.values())):
            parameters = self._moving.parameters if trail is None else trail[number]
            found = []
            for block in blocks:
                said, losses = self.device.call(evaluate_all, self.plan, block, parameters)
                found.append(fetched(losses, said) if wanted else fetched(losses))
            sums = np.sum([losses for losses, *_ in found], axis=0)
            outputs: Any = np.concatenate([said for _, said in found], axis=1) if wanted else None
            for place, one in these.items():
                if number < one.epochs:
                    loss = epoch.mean(sums[place], weight)
                    answers[place].append((outputs[place] if one.outputs else None, loss))
        return {
            place: found if these[place].trail is not None else found[0]
            for place, found in answers.items()
        }

    def _blocks_of(self, table: Table) -> tuple[list[Rows], float]:
        for given, blocks, weight in self._tables:
            if given is table:
                return blocks, weight
        blocks, weight = self.device.blocks_of(table, self.plan.network())
        self._tables = [(table, blocks, weight), *self._tables[:1]]
        return blocks, weight
