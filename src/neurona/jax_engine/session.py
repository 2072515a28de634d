"""A training on a device: its rows, its weights, and what the loop asks of it."""

from __future__ import annotations

import math
from typing import Any

import jax
import numpy as np

from neurona.compiled.callbacks import reraise
from neurona.jax_engine import epoch
from neurona.jax_engine.curvature import DeviceCurvature
from neurona.jax_engine.devices import computing, free_memory, refuse_too_large
from neurona.jax_engine.epoch import Moving, Rows, compiled
from neurona.jax_engine.own import check_optimizer
from neurona.jax_engine.passes import Plan, Rules
from neurona.network import Vector
from neurona.optimizers.state import MEMORY, OptimizerState
from neurona.training import engine as seam
from neurona.training.engine import TOTALS, EngineTask
from neurona.training.rows import Table, as_read, checked_table, dense_inputs

EVALUATED = 65_536
"""Rows that are evaluated at a time."""


def plan_of(task: EngineTask) -> Plan:
    """Return what the compiled functions of a task are made for."""
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
    )  # fmt: skip


class JaxSession:
    """Weights, state and rows on a device; see `training.engine.Session`."""

    threads = 1
    curved = True

    def __init__(self, task: EngineTask, device: Any, memory: float | None) -> None:
        if task.batch < 1:
            raise ValueError(f"A batch has a row at least. Got {task.batch}.")
        network = self.network = task.network
        self._table, self._device = checked_table(task.table, network), device
        self._loss, self._optimizer, self._batch = task.loss, task.optimizer, task.batch
        self._member = task.loss.member(network.activations[-1])[0]
        self.plan, self._count = plan_of(task), len(self._table.targets)
        if task.optimizer is not None:
            with computing():
                check_optimizer(task.optimizer, network.dtype)
        free = free_memory(device) if memory is None else memory
        refuse_too_large(self.plan, self._count, network.n_parameters, free)
        self._chunks = len(network.strips()[1])
        self._rows = self._put_rows(self._table)
        rules = task.regularisation
        self.rules = self._put(
            Rules(
                np.float64(rules.l2), np.float64(rules.l1), np.float64(rules.clip_value),
                np.float64(rules.clip_norm), np.uint32(rules.seed),
            )
        )  # fmt: skip
        fresh = OptimizerState.fresh(task.optimizer, network)
        self._weights = np.zeros(network.size, network.dtype)
        self._shown = as_read(self._weights)
        self._moving = self._carry(self._weights, fresh)
        self._marked = self._moving
        self._tables: list[tuple[Table, list[Rows], float]] = []
        if task.optimizer is not None and not task.second_order:
            # compiled now and not in the first epoch, whose time is the training's
            self._train(np.zeros(0, np.int64), np.zeros(1), 0, np.zeros(TOTALS))

    # -- to the device and back

    def _put(self, values: Any) -> Any:
        with computing():
            return jax.device_put(values, self._device)

    def _put_rows(self, table: Table) -> Rows:
        with np.errstate(all="ignore"):
            inputs = dense_inputs(table)
        return self._put(Rows(inputs, table.targets, table.weights))  # type: ignore[no-any-return]

    def _call(self, function: Any, *arguments: Any) -> Any:
        """Call a compiled function on this session's device, and wait for it."""
        with computing():
            found = compiled(function, self._device.platform)(self.plan, *arguments)
            return jax.block_until_ready(found)

    def _carry(self, weights: Vector, known: OptimizerState) -> Moving:
        network = self.network
        runs = [network.parameters(run) for run in known.runs(network)]
        state = np.array(runs, network.dtype).reshape(len(runs), network.n_parameters)
        # the memory of every chunk is the same: one update moves them all
        memory = known.memory[:MEMORY]
        return self._put(Moving(network.parameters(weights), state, memory))  # type: ignore[no-any-return]

    def _show(self) -> None:
        """Write the parameters into the flat weights that everybody sees."""
        self._weights[:] = self.network.from_parameters(np.asarray(self._moving.parameters))

    @property
    def weights(self) -> Vector:
        """The flat weights, live, to be read only."""
        return self._shown

    def set_weights(self, weights: Vector) -> None:
        """Copy flat weights in; ValueError if they are not this network's."""
        self.network.check_weights(weights)
        self._weights[:] = weights
        self.network.tie(self._weights)
        self._moving = self._moving._replace(
            parameters=self._put(self.network.parameters(self._weights))
        )

    def optimizer_state(self) -> tuple[Vector, Vector]:
        """Return state and memory in the layout of the kernels."""
        network = self.network
        known = OptimizerState.fresh(self._optimizer, network)
        runs = np.asarray(self._moving.state)
        known.put(network, [network.from_parameters(run) for run in runs])
        known.memory[:] = np.tile(np.asarray(self._moving.memory), self._chunks)
        return known.state, known.memory

    def set_optimizer_state(self, state: Vector, memory: Vector) -> None:
        """Copy an optimizer's state and memory in; ValueError if they are another one's."""
        needed = tuple(one.shape for one in self.optimizer_state())
        if (np.shape(state), np.shape(memory)) != needed:
            raise ValueError(
                f"{self._optimizer!r} of {self.network!r} has a state and a memory of the shapes "
                f"{needed}. Got {(np.shape(state), np.shape(memory))}."
            )
        known = OptimizerState(np.asarray(state), np.asarray(memory))
        carried = self._carry(self._weights, known)
        self._moving = self._moving._replace(state=carried.state, memory=carried.memory)

    def rows_changed(self) -> None:
        """Send the inputs of the rows to the device again."""
        self._rows = self._put_rows(self._table)

    def mark(self) -> None:
        """Remember weights, state and memory: on the device, where nothing is written over."""
        self._marked = self._moving

    def back(self) -> None:
        """Go back to what was remembered."""
        self._moving = self._marked
        self._show()

    def close(self) -> None:
        """Nothing is held that others wait for."""

    # -- what is computed

    def train(self, order: Vector, rates: Vector, first_step: int, totals: Vector) -> int:
        """Train on the rows of `order`; returns the steps done.

        IndexError for an order with a row that is not there, TypeError for too few rates.
        """
        self._check_order(order)
        if rates.size < -(-order.size // self._batch):
            raise TypeError(f"{order.size} rows in batches of {self._batch} need more rates")
        if self._optimizer is None:
            loss, _ = self.value_and_gradient(order)
            totals += (loss * order.size, order.size, 0.0, 1.0)
            return 1
        return self._train(order, rates, first_step, totals)

    def _train(self, order: Vector, rates: Vector, first_step: int, totals: Vector) -> int:
        steps = max(-(-max(order.size, self._count) // self._batch), 1)
        places, given = self._padded(order, steps * self._batch), np.zeros(steps)
        given[: rates.size] = rates[:steps]
        self._moving, found, done = self._call(
            epoch.train, self.rules, self._rows, self._moving, places, np.int64(order.size), given,
            np.int64(first_step), totals[:TOTALS],
        )  # fmt: skip
        reraise(self._member)
        self._show()
        totals[:TOTALS] = np.asarray(found)
        return int(done)

    def _padded(self, order: Vector, size: int) -> Vector:
        """Return an order of a length that many pieces share, so that one function serves them."""
        places = np.zeros(size, np.int32)
        places[: order.size] = order
        return places

    def _check_order(self, order: Vector) -> None:
        if order.dtype != np.int64 or order.ndim != 1:
            raise TypeError("order must be int64")
        if order.size and not 0 <= order.min() <= order.max() < self._count:
            raise IndexError(
                f"The order of rows goes from {order.min()} to {order.max()}; the table has rows 0 "
                f"to {self._count - 1}."
            )

    def value_and_gradient(self, order: Vector) -> tuple[float, Vector]:
        """Return loss and gradient; only without an optimizer, and a batch of all those rows."""
        if self._optimizer is not None or order.size > self._batch:
            raise ValueError(
                "A gradient is asked of a problem without an optimizer whose batch has all rows."
            )
        self._check_order(order)
        loss, gradient = self._call(
            epoch.value_and_gradient, self.rules, self._rows, self._moving.parameters,
            self._padded(order, self._batch), np.int64(order.size),
        )  # fmt: skip
        reraise(self._member)
        return float(loss), self.network.from_parameters(np.asarray(gradient))

    def evaluate(self, table: Table, rows: int) -> tuple[Vector, float]:
        """Return the outputs for the rows of another table and their mean loss, no penalties."""
        if rows != len(table.targets):
            raise ValueError(f"The table has {len(table.targets)} rows, not {rows}.")
        blocks, weight = self._blocks_of(table)
        found = [self._call(epoch.evaluate, one, self._moving.parameters) for one in blocks]
        reraise(self._member)
        outputs = np.zeros((0, self.network.sizes[-1]), self.network.dtype)
        if found:
            outputs = np.concatenate([np.asarray(one) for one, _ in found])
        loss = sum(float(one) for _, one in found)
        return outputs, loss / weight if weight > 0 else math.nan

    def loss(self) -> float:
        """Return the mean loss over all rows."""
        return self.evaluate(self._table, self._count)[1]

    def _blocks_of(self, table: Table) -> tuple[list[Rows], float]:
        """Return a table on the device, cut; the last two that were asked for are there already."""
        for given, blocks, weight in self._tables:
            if given is table:
                return blocks, weight
        checked = checked_table(table, self.network)
        count = len(checked.targets)
        weights = checked.weights if checked.weights.size else np.ones(count, self.network.dtype)
        whole = Rows(dense_inputs(checked), checked.targets, weights)
        blocks = [
            self._put(Rows(*(one[at : at + EVALUATED] for one in whole)))
            for at in range(0, count, EVALUATED)
        ]
        weight = float(weights.sum(dtype=np.float64))
        self._tables = [(table, blocks, weight), *self._tables[:1]]
        return blocks, weight

    def curvature(self, by_rows: bool, memory: float) -> seam.Curvature:
        """Return the Gauss-Newton matrix, or the Jacobian, over all rows, by blocks."""
        return DeviceCurvature(self, by_rows, memory)

    def curvature_pass(self, function: Any, *arguments: Any) -> Any:
        """Call a compiled function over the rows at the parameters as they are."""
        return self._call(function, self._rows, self._moving.parameters, *arguments)

    @property
    def rows(self) -> int:
        """How many rows there are to train on."""
        return self._count
