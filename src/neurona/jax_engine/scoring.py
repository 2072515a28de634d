"""What members say of tables, and their losses there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from neurona.jax_engine.calls import evaluate_all, evaluate_apart
from neurona.jax_engine.devices import EVALUATED, Device, fetched
from neurona.jax_engine.epoch import Rows
from neurona.jax_engine.passes import Plan
from neurona.jax_engine.questions import Scored
from neurona.jax_engine.shelf import Shelf
from neurona.network import Vector
from neurona.training.rows import Table

Array = Any
AT_A_TIME = 2**24
"""Bytes of outputs that are fetched at a time, where several epochs are asked for."""
LEAST_BLOCK = 1024
KEPT = 2
"""Tables, or sets of them, that stay on the device: to train on, and to validate on."""


class Scoring:
    """Scores tables for `count` members: one for all of them, or as many at a time as `tables`,
    where each is asked of its own.
    """

    def __init__(self, device: Device, plan: Plan, count: int, tables: int) -> None:
        self._device, self._plan, self._count, self._tables = device, plan, count, tables
        self._of_row = plan.sizes[-1] * np.dtype(plan.dtype).itemsize
        self._blocks: list[tuple[Table, list[Rows]]] = []
        self._shelves: list[tuple[dict[int, tuple[Table, int]], Shelf]] = []

    def answers(self, asked: Mapping[int, Scored], now: Array) -> dict[int, Any]:
        """Return the answers by place, with parameters as they are `now` (members x parameters)
        where there is no trail; what is wrong with a table is the answer of who asked.
        """
        found: dict[int, Any] = {}
        groups: dict[Any, dict[int, Scored]] = {}
        for place, one in asked.items():
            key = id(one.trail), None if self._tables > 1 else id(one.table)
            groups.setdefault(key, {})[place] = one
        for these in groups.values():
            try:
                found |= self._scored(these, now)
            except Exception as error:
                if len(these) == 1:
                    found |= dict.fromkeys(these, error)
                    continue
                for place, one in these.items():  # the others have nothing to do with it
                    found |= self.answers({place: one}, now)
        return found

    def _scored(self, asked: Mapping[int, Scored], now: Array) -> dict[int, Any]:
        """Return the answers to questions of one trail, and of one table where there is one."""
        first = next(iter(asked.values()))
        wanted = any(one.outputs for one in asked.values())
        evaluated = self._way(asked)
        tables = {id(one.table): one.table for one in asked.values()}
        longest = max(len(table.targets) for table in tables.values())
        of_epoch = self._count * longest * self._of_row
        several: Iterable[Array] = [now[None]]
        if first.trail is not None:
            several = first.trail.some(AT_A_TIME // max(of_epoch, 1))
        sums, outputs = zip(*(evaluated(one, wanted) for one in several), strict=True)
        totals, weights = {key: _weight(one) for key, one in tables.items()}, np.ones(self._count)
        for place, one in asked.items():
            weights[place] = totals[id(one.table)]
        losses = np.concatenate(sums).astype(np.float64) / weights
        said: Any = np.concatenate(outputs) if wanted else None
        return {place: _answer(one, losses[:, place], said, place) for place, one in asked.items()}

    # -- one table for all

    def _way(self, asked: Mapping[int, Scored]) -> Callable[[Array, bool], tuple[Vector, Any]]:
        """Return what evaluates the parameters of some epochs (epochs x members x parameters):
        sums of losses, and outputs if they are wanted.
        """
        if self._tables > 1:
            return self._own_way(asked)
        table = next(iter(asked.values())).table
        blocks = self._blocks_of(table)

        def evaluated(parameters: Array, wanted: bool) -> tuple[Vector, Any]:
            calls = (
                self._device.call(evaluate_all, self._plan, block, parameters) for block in blocks
            )
            return _fetched(calls, wanted)

        return evaluated

    def _blocks_of(self, table: Table) -> list[Rows]:
        for given, blocks in self._blocks:
            if given is table:
                return blocks
        blocks = self._device.blocks_of(table, self._plan.network())
        self._blocks = [(table, blocks), *self._blocks[: KEPT - 1]]
        return blocks

    # -- a table of each one's own

    def _own_way(self, asked: Mapping[int, Scored]) -> Callable[[Array, bool], tuple[Vector, Any]]:
        slots, shelf = self._shelf_of([one.table for one in asked.values()])
        begins, lasts = np.zeros((2, self._count), np.int32)
        for place, one in asked.items():
            begins[place] = shelf.begin(slots[id(one.table)][1])
            lasts[place] = len(one.table.targets)
        block = self._block(shelf.room)

        def evaluated(parameters: Array, wanted: bool) -> tuple[Vector, Any]:
            calls = (
                self._device.call(
                    evaluate_apart, self._plan, shelf.rows(), parameters, begins + np.int32(at),
                    lasts - np.int32(at), np.arange(block, dtype=np.int32),
                )
                for at in range(0, shelf.room, block)
            )  # fmt: skip
            return _fetched(calls, wanted)

        return evaluated

    def _block(self, rows: int) -> int:
        """Return how many rows of each member's are evaluated at a time."""
        return min(rows, max(LEAST_BLOCK, EVALUATED // self._count))

    def _shelf_of(self, tables: list[Table]) -> tuple[dict[int, tuple[Table, int]], Shelf]:
        """Return where on a shelf tables are, by their identity, and the shelf."""
        for known in self._shelves:
            if all(id(table) in known[0] for table in tables):
                return known
        each = list({id(table): table for table in tables}.values())
        longest = max(max(len(table.targets) for table in each), 1)
        block = self._block(longest)
        room = -(-longest // block) * block
        shelf = Shelf(self._device, self._plan, room, max(self._tables, len(each)), weighted=True)
        known = {id(table): (table, shelf.put(table)) for table in each}, shelf
        self._shelves = [known, *self._shelves[: KEPT - 1]]
        return known


def _fetched(calls: Any, wanted: bool) -> tuple[Vector, Any]:
    """Return the sums of losses and, if wanted, the outputs of blocks, one behind the other."""
    found = [fetched(losses, said) if wanted else fetched(losses) for said, losses in calls]
    sums = np.sum([losses for losses, *_ in found], axis=0)
    return sums, np.concatenate([said for _, said in found], axis=2) if wanted else None


def _weight(table: Table) -> float:
    """Return what the weights of a table's rows come to, nan if that is nothing."""
    rows, weights = float(len(table.targets)), table.weights
    weight = float(weights.sum(dtype=np.float64)) if weights.size else rows
    return weight if weight > 0 else math.nan


def _answer(one: Scored, losses: Vector, outputs: Any, place: int) -> Any:
    """Return what a member asked for: outputs and mean losses, epoch by epoch with a trail."""
    means = losses[: one.epochs].tolist()
    own = outputs[: one.epochs, place, : len(one.table.targets)] if one.outputs else None
    if one.trail is not None:
        return own, means
    return None if own is None else own[0], means[0]
