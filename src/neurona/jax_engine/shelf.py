"""Tables on a device, one behind the other, so that each member of a call may have its own."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from neurona.jax_engine.devices import Device
from neurona.jax_engine.epoch import Rows
from neurona.jax_engine.passes import Plan
from neurona.network import Vector
from neurona.training.rows import Table, checked_table, dense_inputs

Array = Any


class Shelf:
    """Slots for tables of `room` rows at most. A table that several use is there once; a slot that
    nobody uses any more is free.

    With `weighted` all rows have a weight there. Nothing is sent before `rows` asks for it.
    """

    def __init__(self, device: Device, plan: Plan, room: int, slots: int, weighted: bool) -> None:
        self.room = room
        self._device, self._plan, self._weighted = device, plan, weighted
        self._tables: list[Table | None] = [None] * slots
        self._users = [0] * slots
        self._waiting: set[int] = set()
        self._rows: Rows | None = None

    def takes(self, table: Table) -> bool:
        """Whether a table is there, or may be."""
        return self._slot_of(table) is not None

    def put(self, table: Table) -> int:
        """Return the slot of a table that one more uses; ValueError if the network cannot take it,
        or there is no room.
        """
        slot = self._slot_of(table)
        if slot is None:
            raise ValueError(f"There is no room for another table of {len(table.targets)} rows.")
        if not self._users[slot]:
            self._tables[slot] = checked_table(table, self._plan.network())
            self._waiting.add(slot)
        self._users[slot] += 1
        return slot

    def leave(self, slot: int) -> None:
        """One less uses a slot."""
        self._users[slot] -= 1
        if not self._users[slot]:
            self._tables[slot] = None
            self._waiting.discard(slot)

    def changed(self, slot: int) -> None:
        """Take note that a table was written over."""
        self._waiting.add(slot)

    def begin(self, slot: int) -> int:
        """Return which of all rows is a table's first."""
        return slot * self.room

    def rows(self) -> Rows:
        """Return the rows of all slots, on the device."""
        for slot in sorted(self._waiting):
            table = self._tables[slot]
            assert table is not None, "nobody uses this slot"
            self._send(slot, self._of(table))
        self._waiting.clear()
        if self._rows is None:
            self._rows = self._device.put(self._empty(len(self._tables)))
        return self._rows

    def _send(self, slot: int, own: Rows) -> None:
        if len(self._tables) == 1 and len(own.targets) == self.room:
            self._rows = self._device.put(own)
            return
        if self._rows is None:
            self._rows = self._device.put(self._empty(len(self._tables)))
        whole = self._empty(1)
        for one, other in zip(whole, own, strict=True):
            one[: len(other)] = other
        begin = np.int32(self.begin(slot))
        self._rows = self._device.call(placed, self._plan, self._rows, whole, begin)

    def _of(self, table: Table) -> Rows:
        weights = table.weights
        if self._weighted and not weights.size:
            weights = np.ones(len(table.targets), table.targets.dtype)
        with np.errstate(all="ignore"):
            return Rows(dense_inputs(table), table.targets, weights)

    def _empty(self, slots: int) -> Rows:
        sizes, dtype, count = self._plan.sizes, self._plan.dtype, slots * self.room
        return Rows(
            np.zeros((count, sizes[0]), dtype),
            np.zeros((count, sizes[-1]), dtype),
            np.zeros(count if self._weighted else 0, dtype),
        )

    def _slot_of(self, table: Table) -> int | None:
        """Return the slot that a table has, or would get."""
        for slot, known in enumerate(self._tables):
            if known is not None and same(known, table):
                return slot
        suits = len(table.targets) <= self.room and (self._weighted or not table.weights.size)
        return self._users.index(0) if suits and 0 in self._users else None


def same(one: Table, other: Table) -> bool:
    """Whether two tables are views of the same memory."""
    return all(map(_same_array, one[1:], other[1:]))


def _same_array(one: Vector, other: Vector) -> bool:
    return one.shape == other.shape and (one.ctypes.data == other.ctypes.data or not one.size)


def placed(_: Plan, rows: Rows, own: Rows, begin: Array) -> Rows:
    """Return all rows with a table's own from `begin` on."""
    return Rows(
        *(
            jax.lax.dynamic_update_slice_in_dim(one, other, begin, 0) if one.size else one
            for one, other in zip(rows, own, strict=True)
        )
    )
