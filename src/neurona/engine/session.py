"""The compiled engine's session: a network, a loss and rows, bound to the kernels."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from neurona.compiled import members
from neurona.compiled.barrier import yield_address
from neurona.compiled.callbacks import reraise
from neurona.engine import epoch as kernels
from neurona.engine import workspace
from neurona.engine.by_output import are_apart
from neurona.engine.epoch import NO_SUCH_ROW
from neurona.engine.evaluation import evaluate
from neurona.engine.gauss_newton import Curvature, curvature_work
from neurona.engine.halves import halved_at, own_chunks
from neurona.engine.recipe import Recipe
from neurona.engine.threads import Team, Work, useful_threads
from neurona.network import Layout, Network, Vector
from neurona.numerics.losses import Loss
from neurona.numerics.shuffle import Orders
from neurona.optimizers.base import StepOptimizer
from neurona.optimizers.state import MEMORY
from neurona.training import leaves
from neurona.training.engine import LOSS_SUM, ROWS, TOTALS, EngineTask
from neurona.training.problem import Regularisation
from neurona.training.rows import Table, as_read, checked_table


class Binding(NamedTuple):
    """What kernels over one network and table take."""

    layout: Layout
    recipe: Recipe
    options: Vector
    model: workspace.Model
    table: Table
    buffers: workspace.Buffers


class CompiledSession:
    """Weights, buffers and threads of one training; see `training.engine.Session`."""

    curved = True

    def __init__(self, task: EngineTask, leaf_rows: int | None = None) -> None:
        self.leaf_rows = leaf_rows or leaves.LEAF_ROWS
        network, loss, optimizer, table, batch, regularisation, n_threads, second_order = task
        if batch < 1 or (n_threads is not None and n_threads < 1):
            raise ValueError(
                f"A batch has a row at least, and a thread trains. Got {batch} and {n_threads}."
            )
        table = checked_table(table, network)
        self.network, self._loss, self._batch = network, loss, batch
        self._optimizer, self._rows, self._given = optimizer, len(table.targets), regularisation
        dtype = network.dtype
        values = [loss] if optimizer is None else [loss, optimizer]
        options, slots = workspace.member_options(network, *values)
        block = workspace.block_rows(batch)
        layout = workspace.make_layout(network, block, options)
        self._member, on_sums = loss.member(network.activations[-1])
        recipe = make_recipe(
            network, loss, optimizer, regularisation, self._member, on_sums, slots, block,
            halved_at(layout),
        )  # fmt: skip
        chunks = len(layout.chunks)
        model = workspace.Model(
            workspace.aligned(network.size, dtype),
            workspace.aligned(network.size, dtype),
            workspace.aligned(network.turned_size, dtype),
            workspace.aligned(network.size * recipe.slots, dtype),
            np.zeros(MEMORY * chunks),
        )
        buffers = workspace.make_buffers(network, block, batch)
        self.binding = Binding(layout, recipe, options, model, table, buffers)
        self._partials = np.zeros((chunks, 2))
        work = Work(3.0 * network.n_parameters * batch, chunks)
        if second_order:
            work = curvature_work(network, batch, are_apart(network, loss))
        self.team = Team(min(n_threads or useful_threads(*work), work.pieces))
        self.threads = self.team.threads
        self._own = [own_chunks(layout, recipe.half, k, self.threads) for k in range(self.threads)]
        self._tables: list[tuple[Table, Table]] = []
        self._no_rates, self._totals = np.zeros(1), np.zeros(TOTALS)
        self._trail = self._no_trail = workspace.aligned(0, dtype).reshape(0, network.size)
        # a view of their own, so that nobody writes to it or gives the kernels' another shape
        self._shown = as_read(model.weights)
        self._marked = (model.weights.copy(), model.state.copy(), model.memory.copy())
        self._refresh = kernels.refresh_turned.at(dtype, layout, model)
        if not second_order:
            # compiled now and not in the first epoch, whose time is the training's
            _ = self._kernel

    @cached_property
    def _kernel(self) -> Callable[..., Any]:
        """The kernel of training and of gradients: seconds to compile, and not every solver's."""
        nothing = np.zeros((1, 0), np.int64), self._no_rates, 0, self._totals.reshape(1, -1)
        arguments = self._train_arguments(self.binding, self._batch, *nothing, self._no_trail)
        return kernels.train.at(
            self.network.dtype, *arguments, self._own[0], self.team.counter, 0, self.threads
        )

    @property
    def weights(self) -> Vector:
        """The flat weights, live, to be read only."""
        return self._shown

    def set_weights(self, weights: Vector) -> None:
        """Copy flat weights in; ValueError if they are not this network's."""
        self.network.check_weights(weights)
        model = self.binding.model
        model.weights[:] = weights
        self.network.tie(model.weights)
        self._refresh(self.binding.layout, model)

    def optimizer_state(self) -> tuple[Vector, Vector]:
        """Return state and memory, live."""
        return self.binding.model.state.view(), self.binding.model.memory.view()

    def set_optimizer_state(self, state: Vector, memory: Vector) -> None:
        """Copy an optimizer's state and memory in; ValueError if they are another one's."""
        model = self.binding.model
        given, needed = (np.shape(state), np.shape(memory)), (model.state.shape, model.memory.shape)
        if given != needed:
            raise ValueError(
                f"{self._optimizer!r} of {self.network!r} has a state and a memory of the shapes "
                f"{needed}. Got {given}."
            )
        model.state[:], model.memory[:] = state, memory

    def rows_changed(self) -> None:
        """Nothing: the kernels read the rows where they are."""

    def mark(self) -> None:
        """Remember weights, state and memory."""
        model = self.binding.model
        weights, state, memory = self._marked
        weights[:] = model.weights
        state[:] = model.state
        memory[:] = model.memory

    def back(self) -> None:
        """Go back to what was remembered."""
        model = self.binding.model
        model.weights[:], model.state[:], model.memory[:] = self._marked
        self._refresh(self.binding.layout, model)

    def train(self, order: Vector, rates: Vector, first_step: int, totals: Vector) -> int:
        """Train on the rows of `order`; returns the steps done.

        IndexError for an order with a row that is not there, TypeError for numbers of another kind
        or too few rates.
        """
        return self._train(self.binding, self._batch, order, rates, first_step, totals)

    def train_epochs(self, orders: Orders, rates: Vector, first_step: int, totals: Vector) -> int:
        """Train on each of `orders` in one call; returns how many were done whole.

        Errors are those of `train`; ValueError in several threads.
        """
        if self.threads > 1:
            raise ValueError("Epochs are done several at a time in one thread only.")
        shape = orders.epochs, self.network.size
        if self._trail.shape != shape:
            self._trail = workspace.aligned(shape[0] * shape[1], self.network.dtype).reshape(shape)
        done = self._train(
            self.binding, self._batch, orders.whole(), rates, first_step, totals, self._trail
        )
        return done // int(-(-orders.order.size // self._batch))

    def weights_after(self, epoch: int) -> Vector:
        """Return a copy of the weights that one of the epochs done together left."""
        weights: Vector = self._trail[epoch].copy()
        return weights

    def evaluate_epochs(self, table: Table, rows: int) -> tuple[list[Vector], list[float]]:
        """Evaluate after each of the epochs that were done together."""
        found = [self._evaluate(table, rows, weights) for weights in self._trail]
        return [outputs for outputs, _ in found], [loss for _, loss in found]

    def _train(
        self, binding: Binding, batch: int, orders: Vector, rates: Vector, first: int,
        totals: Vector, trail: Vector | None = None,
    ) -> int:  # fmt: skip
        """Train on an order, with its totals, or on each row of several."""
        if trail is None and orders.ndim == totals.ndim == 1:
            orders, totals, trail = orders[None], totals[None], self._no_trail
        steps = -(-orders.shape[-1] // batch) * len(orders)
        fits = (
            orders.dtype == np.int64 and orders.ndim == 2 and orders.flags.c_contiguous
            and rates.dtype == np.float64 and rates.size >= steps and rates.flags.c_contiguous
            and totals.dtype == np.float64 and totals.ndim == 2 and totals.flags.c_contiguous
            and len(totals) >= len(orders) and totals.shape[1] >= TOTALS and trail is not None
        )  # fmt: skip
        if not fits:
            # the kernel is called without Numba's own checks
            raise TypeError(f"order must be int64, rates float64 with {steps} numbers")
        train, threads = self._kernel, self.threads
        own, counter = self._own, self.team.counter
        shared = self._train_arguments(binding, batch, orders, rates, first, totals, trail)
        if threads == 1:
            done = int(train(*shared, own[0], counter, 0, 1))
        else:
            done = self.team.run(lambda k: train(*shared, own[k], counter, k, threads))
        reraise(self._member)
        if done == NO_SUCH_ROW:
            raise IndexError(
                f"The order of rows goes from {orders.min()} to {orders.max()}; the table has rows "
                f"0 to {self._rows - 1}."
            )
        return done

    def _train_arguments(
        self, binding: Binding, batch: int, orders: Vector, rates: Vector, first: int,
        totals: Vector, trail: Any,
    ) -> tuple[Any, ...]:  # fmt: skip
        """Return what the kernel takes, but for what a thread has of its own, and the team."""
        return (*binding, orders, rates, batch, first, totals, trail, self._partials)

    def evaluate(self, table: Table, rows: int) -> tuple[Vector, float]:
        """Return the outputs for the rows of another table and their mean loss, no penalties."""
        return self._evaluate(table, rows, self.binding.model.weights)

    def _evaluate(self, table: Table, rows: int, weights: Vector) -> tuple[Vector, float]:
        table = self._readable(table)
        if rows != len(table.targets):
            raise ValueError(f"The table has {len(table.targets)} rows, not {rows}.")
        outputs, total = self._scored(table, weights)
        weight = float(table.weights.sum()) if table.weights.size else float(rows)
        return outputs, total / weight if weight > 0 else math.nan

    def loss(self) -> float:
        """Return the mean loss over all rows."""
        return self.evaluate(self.binding.table, self._rows)[1]

    def loss_sum(self) -> float:
        """Return the sum of all rows' losses times their weights."""
        return self._scored(self.binding.table, self.binding.model.weights)[1]

    def _scored(self, table: Table, weights: Vector) -> tuple[Vector, float]:
        """Return the outputs for the rows of a table, and the sum of their losses."""
        network, (layout, recipe, options, _, _, buffers) = self.network, self.binding
        rows = len(table.targets)
        outputs, losses = np.empty((rows, network.sizes[-1]), network.dtype), np.empty(rows)
        arguments = (
            layout, recipe, options, weights, table, buffers, outputs, losses, True,
        )  # fmt: skip
        evaluate.at(network.dtype, *arguments)(*arguments)
        reraise(self._member)
        return outputs, leaves.sum_of_losses(losses, self.leaf_rows)

    def _readable(self, table: Table) -> Table:
        """Return a table as a kernel may read it; the last two that were asked for are known."""
        for given, checked in self._tables:
            if given is table:
                return checked
        checked = checked_table(table, self.network)
        self._tables = [(table, checked), *self._tables[:1]]
        return checked

    def value_and_gradient(self, order: Vector) -> tuple[float, Vector]:
        """Return loss and gradient; only without an optimizer, and a batch of all those rows."""
        if self._optimizer is not None or order.size > self._batch:
            raise ValueError(
                "A gradient is asked of a problem without an optimizer whose batch has all rows."
            )
        if order.size > self.leaf_rows:
            sums = self.sums(order)
            found = leaves.penalised(self.network, self._given, self.weights, sums)
            return (found[0] if math.isfinite(found[0]) else math.inf), found[1]
        totals = self._totals
        totals[:] = 0
        gradient = self.binding.model.gradient
        if not self.train(order, self._no_rates, 0, totals):
            return math.inf, gradient
        return float(totals[LOSS_SUM] / totals[ROWS]), gradient

    def sums(self, order: Vector) -> leaves.Sums:
        """Return the sums of losses and slopes over the rows of `order`, without penalties."""
        cut = leaves.cuts(order.size, self.leaf_rows)
        return leaves.added(self._leaf(order[first:last]) for first, last in cut)

    def _leaf(self, order: Vector) -> leaves.Sums:
        binding, totals = self.binding, self._totals
        totals[:] = 0
        bare = binding._replace(recipe=binding.recipe._replace(l2=0.0, l1=0.0))
        done = self._train(bare, order.size, order, self._no_rates, 0, totals)
        given = binding.table.weights
        weight = float(given[order].sum(dtype=np.float64) if given.size else order.size)
        loss = float(totals[LOSS_SUM]) / order.size if done else math.inf
        with np.errstate(all="ignore"):
            gradient = self.network.parameters(binding.model.gradient).astype(np.float64) * weight
            return leaves.Sums(weight, loss * weight, gradient, np.zeros(0))

    def curvature(self, by_rows: bool, memory: float) -> Curvature:
        """Return the Gauss-Newton kernel over all rows."""
        seeds = self._loss.seeds(self.network.activations[-1])
        assert seeds is not None, "asked of losses with curvature only"
        if self._batch > self._rows:
            raise ValueError(f"The batch has {self._batch} rows, the table {self._rows}.")
        return Curvature(
            self.network, self.binding, self.team, seeds, self._batch, by_rows, memory,
            self.leaf_rows, are_apart(self.network, self._loss),
        )  # fmt: skip

    def close(self) -> None:
        """End the threads; they begin again when there is work."""
        self.team.close()


def make_recipe(
    network: Network,
    loss: Loss,
    optimizer: StepOptimizer | None,
    given: Regularisation,
    member: Any,
    on_sums: bool,
    slots: list[int],
    block: int,
    half: int,
) -> Recipe:
    """Return how training goes, as the kernels read it; `slots` are places of options."""
    dtype = network.dtype
    if given.dropout and len(given.dropout) != network.n_layers:
        raise ValueError(
            f"{network!r} takes {network.n_layers} dropout rates, one per layer. Got "
            f"{given.dropout}."
        )
    return Recipe(
        loss=members.address(member, members.LOSS, dtype),
        on_sums=on_sums,
        loss_options=slots[0],
        optimizer=0
        if optimizer is None
        else members.address(optimizer.update, members.UPDATE, dtype),
        optimizer_options=slots[-1],
        slots=0 if optimizer is None else len(optimizer.state_names()),
        needs_totals=given.clip_norm > 0 or (optimizer is not None and optimizer.uses_loss),
        l2=float(given.l2),
        l1=float(given.l1),
        clip_value=float(given.clip_value),
        clip_norm=float(given.clip_norm),
        dropout=np.array(given.dropout or (0.0,) * network.n_layers, np.float64),
        seed=int(given.seed),
        block=block,
        half=half,
        yield_at=yield_address(),
    )
