"""A training on a device: what the loop asks of it, for one of the members that are there."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.compiled.callbacks import reraise
from neurona.jax_engine import epoch
from neurona.jax_engine.curvature import DeviceCurvature
from neurona.jax_engine.epoch import Moving
from neurona.jax_engine.meeting import ask
from neurona.jax_engine.members import Members
from neurona.jax_engine.questions import Piece, Scored, Trail
from neurona.network import Vector
from neurona.numerics.shuffle import Orders
from neurona.optimizers.state import MEMORY, OptimizerState
from neurona.training import engine as seam
from neurona.training.engine import EngineTask
from neurona.training.rows import Table, as_read


class JaxSession:
    """Weights, state and rows on a device; see `training.engine.Session`.

    It has a place among `members`. One that is closed leaves it to others, and goes on alone if it
    is used again.
    """

    threads = 1
    curved = True

    def __init__(self, task: EngineTask, members: Members, place: int) -> None:
        self.network = task.network
        self._task, self._optimizer, self._batch = task, task.optimizer, task.batch
        self._member = task.loss.member(task.network.activations[-1])[0]
        self._count = len(task.table.targets)
        self._members = members
        self._left: Moving | None = None
        self.place = place
        self._trail = Trail()
        self._epochs = 0
        self._weights = np.zeros(task.network.size, task.network.dtype)
        self._shown = as_read(self._weights)
        self._put(OptimizerState.fresh(task.optimizer, task.network))

    def _home(self) -> Members:
        """Return the members that it is one of, now."""
        if self._left is not None:
            self._members, left, self._left = self._members.alone(self._task), self._left, None
            place = self._members.place(self._task)
            assert place is not None, "there is nobody else"
            self.place = place
            self._members.put(place, **left._asdict())
        return self._members

    def _get(self, name: str) -> Vector:
        """Return parameters, state or memory, to be read only."""
        if self._left is not None:
            return getattr(self._left, name)  # type: ignore[no-any-return]
        return self._members.get(self.place, name)

    def _put(self, known: OptimizerState) -> None:
        """Set the weights that are here, and an optimizer's state."""
        network = self.network
        runs = [network.parameters(run) for run in known.runs(network)]
        self._home().put(
            self.place,
            parameters=network.parameters(self._weights),
            state=np.array(runs, network.dtype).reshape(len(runs), network.n_parameters),
            # the memory of every chunk is the same: one update moves them all
            memory=known.memory[:MEMORY],
        )

    def _show(self) -> None:
        """Write the parameters into the flat weights that everybody sees."""
        self._weights[:] = self.network.from_parameters(self.parameters)

    @property
    def parameters(self) -> Vector:
        """The parameters without padding, to be read only."""
        return self._get("parameters")

    @property
    def weights(self) -> Vector:
        """The flat weights, live, to be read only."""
        return self._shown

    def set_weights(self, weights: Vector) -> None:
        """Copy flat weights in; ValueError if they are not this network's."""
        self.network.check_weights(weights)
        self._weights[:] = weights
        self.network.tie(self._weights)
        self._home().put(self.place, parameters=self.network.parameters(self._weights))

    def optimizer_state(self) -> tuple[Vector, Vector]:
        """Return state and memory in the layout of the kernels."""
        network = self.network
        known = OptimizerState.fresh(self._optimizer, network)
        known.put(network, [network.from_parameters(run) for run in self._get("state")])
        known.memory[:] = np.tile(self._get("memory"), known.memory.size // MEMORY)
        return known.state, known.memory

    def set_optimizer_state(self, state: Vector, memory: Vector) -> None:
        """Copy an optimizer's state and memory in; ValueError if they are another one's."""
        needed = tuple(one.shape for one in self.optimizer_state())
        if (np.shape(state), np.shape(memory)) != needed:
            raise ValueError(
                f"{self._optimizer!r} of {self.network!r} has a state and a memory of the shapes "
                f"{needed}. Got {(np.shape(state), np.shape(memory))}."
            )
        self._put(OptimizerState(np.asarray(state), np.asarray(memory)))

    def rows_changed(self) -> None:
        """Send the inputs of the rows to the device again."""
        self._home().rows_changed(self.place)

    def mark(self) -> None:
        """Remember weights, state and memory, on the device."""
        self._home().mark(self.place)

    def back(self) -> None:
        """Go back to what was remembered."""
        self._home().back(self.place)
        self._show()

    def close(self) -> None:
        """Leave the place to others."""
        if self._left is None and self._members.shared:
            self._left = self._members.leave(self.place)

    # -- what is computed

    def _ask(self, question: Piece | Scored) -> Any:
        answer = ask(self._home(), self, question)
        reraise(self._member)
        return answer

    def train(self, order: Vector, rates: Vector, first_step: int, totals: Vector) -> int:
        """Train on the rows of `order`; returns the steps done.

        IndexError for an order with a row that is not there, TypeError for too few rates.
        """
        self._check_order(order)
        if self._optimizer is None:
            loss, _ = self.value_and_gradient(order)
            totals += (loss * order.size, order.size, 0.0, 1.0)
            return 1
        return self._train(Orders(order, 1), rates, first_step, totals[None])

    def train_epochs(self, orders: Orders, rates: Vector, first_step: int, totals: Vector) -> int:
        """Train an epoch on each of `orders`; returns how many were done whole."""
        self._check_order(orders.order)
        self._epochs = orders.epochs
        return self._train(orders, rates, first_step, totals) // self._steps_in(orders)

    def weights_after(self, epoch: int) -> Vector:
        """Return a copy of the weights that one of the epochs done together left."""
        return self.network.from_parameters(self._trail.after(epoch, self.place))

    def evaluate_epochs(self, table: Table, rows: int) -> tuple[Vector, list[float]]:
        """Evaluate after each of the epochs that were done together."""
        self._check_rows(table, rows)
        found: tuple[Vector, list[float]] = self._ask(
            Scored(table, True, self._trail, self._epochs)
        )
        return found

    def _train(self, orders: Orders, rates: Vector, first_step: int, totals: Vector) -> int:
        if rates.size < orders.epochs * self._steps_in(orders):
            raise TypeError(
                f"{orders.epochs} times {orders.order.size} rows in batches of {self._batch} need "
                "more rates"
            )
        done, self._trail = self._ask(Piece(orders, rates, first_step, totals))
        self._show()
        return int(done)

    def _check_order(self, order: Vector) -> None:
        if order.dtype != np.int64 or order.ndim != 1:
            raise TypeError("order must be int64")
        if order.size and not 0 <= order.min() <= order.max() < self._count:
            raise IndexError(
                f"The order of rows goes from {order.min()} to {order.max()}; the table has rows "
                f"0 to {self._count - 1}."
            )

    def _steps_in(self, orders: Orders) -> int:
        """Return the steps of each order."""
        return int(-(-orders.order.size // self._batch))

    def value_and_gradient(self, order: Vector) -> tuple[float, Vector]:
        """Return loss and gradient; only without an optimizer, and a batch of all those rows."""
        if self._optimizer is not None or order.size > self._batch:
            raise ValueError(
                "A gradient is asked of a problem without an optimizer whose batch has all rows."
            )
        self._check_order(order)
        members, places = self._home(), np.zeros(self._batch, np.int32)
        places[: order.size] = order
        loss, gradient = members.device.call(
            epoch.value_and_gradient, members.plan, members.rules(self.place), members.rows,
            self.parameters, places, np.int64(order.size),
        )  # fmt: skip
        reraise(self._member)
        return float(loss), self.network.from_parameters(np.asarray(gradient))

    def evaluate(self, table: Table, rows: int) -> tuple[Vector, float]:
        """Return the outputs for the rows of another table and their mean loss, no penalties."""
        self._check_rows(table, rows)
        found: tuple[Vector, float] = self._ask(Scored(table, True))
        return found

    def _check_rows(self, table: Table, rows: int) -> None:
        if rows != len(table.targets):
            raise ValueError(f"The table has {len(table.targets)} rows, not {rows}.")

    def loss(self) -> float:
        """Return the mean loss over all rows."""
        return float(self._ask(Scored(self._task.table, False))[1])

    def curvature(self, by_rows: bool, memory: float) -> seam.Curvature:
        """Return the Gauss-Newton matrix, or the Jacobian, over all rows, by blocks."""
        return DeviceCurvature(self, by_rows, memory)

    def put_parameters(self) -> Any:
        """Return the parameters as they are, on the device."""
        return self._home().device.put(self.parameters)

    def curvature_pass(self, function: Any, parameters: Any, *arguments: Any) -> Any:
        """Call a compiled function over the rows at some parameters."""
        members = self._home()
        return members.device.call(function, members.plan, members.rows, parameters, *arguments)

    @property
    def rows(self) -> int:
        """How many rows there are to train on."""
        return self._count
