"""Problem: a network, a loss and a table of rows, bound to the kernels.

This is all that an optimizer or a solver may ask: train some steps, give the value and gradient at
a point, score other rows.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from neurona.compiled import members
from neurona.compiled.barrier import yield_address
from neurona.compiled.callbacks import reraise
from neurona.engine import epoch as kernels
from neurona.engine import workspace
from neurona.engine.recipe import Recipe
from neurona.engine.threads import Team, useful_threads
from neurona.errors import StopReason
from neurona.network import Layout, Network, Vector
from neurona.numerics.losses import Loss
from neurona.optimizers.base import StepOptimizer

LARGE = 4096
PIECE_SECONDS = 0.1
"""A kernel call lasts about this long at most, so that Ctrl-C and time limits are heard."""


@dataclass(frozen=True)
class Regularisation:
    """What is added to the loss, or done to the gradient: penalties are divided by the rows'
    weight, as alpha is.
    """

    l2: float = 0.0
    l1: float = 0.0
    clip_value: float = 0.0
    clip_norm: float = 0.0
    dropout: tuple[float, ...] = ()
    seed: int = 0


@dataclass
class EpochResult:
    """Mean loss, mean gradient norm, and the steps done; `finite` is False when training left the
    numbers. A solver adds the length of its step, its damping, and why it is done.
    """

    loss: float
    gradient_norm: float
    steps: int
    finite: bool = True
    rate: float | None = None
    damping: float | None = None
    reason: StopReason | None = None


@dataclass
class OptimizerState:
    """What an optimizer knows besides the weights; kept between calls of partial_fit."""

    state: Vector
    memory: Vector
    steps: int = 0

    def copy(self) -> OptimizerState:
        """Return a copy."""
        return OptimizerState(self.state.copy(), self.memory.copy(), self.steps)


class Work(NamedTuple):
    """How much one call does, and into how many pieces it can be cut: decides on the threads."""

    multiply_adds: float
    pieces: int


class Binding(NamedTuple):
    """What other kernels over the same network and table take."""

    layout: Layout
    recipe: Recipe
    options: Vector
    model: workspace.Model
    table: workspace.Table
    buffers: workspace.Buffers


@dataclass
class Problem:
    """A network to be trained on a table. `batch` rows make a step.

    `work` is that of a step, unless something larger is done in its place.
    """

    network: Network
    loss: Loss
    optimizer: StepOptimizer | None
    table: workspace.Table
    batch: int
    regularisation: Regularisation = field(default_factory=Regularisation)
    n_threads: int | None = None
    work: Work | None = None

    def __post_init__(self) -> None:
        network, dtype = self.network, self.network.dtype
        values = [self.loss] if self.optimizer is None else [self.loss, self.optimizer]
        self._options, slots = workspace.member_options(network, *values)
        self._block = workspace.block_rows(self.batch)
        self._layout = workspace.make_layout(network, self._block, self._options)
        member, on_sums = self.loss.member(network.activations[-1])
        self._member = member
        optimizer, r = self.optimizer, self.regularisation
        self._recipe = Recipe(
            loss=members.address(member, members.LOSS, dtype),
            on_sums=on_sums,
            loss_options=slots[0],
            optimizer=0
            if optimizer is None
            else members.address(optimizer.update, members.UPDATE, dtype),
            optimizer_options=slots[-1],
            slots=0 if optimizer is None else len(optimizer.state_names()),
            needs_totals=r.clip_norm > 0 or (optimizer is not None and optimizer.uses_loss),
            l2=float(r.l2),
            l1=float(r.l1),
            clip_value=float(r.clip_value),
            clip_norm=float(r.clip_norm),
            dropout=np.array(r.dropout or (0.0,) * network.n_layers, np.float64),
            seed=int(r.seed),
            block=self._block,
            yield_at=yield_address(),
        )
        chunks = len(self._layout.chunks)
        self._model = workspace.Model(
            workspace.aligned(network.size, dtype),
            workspace.aligned(network.size, dtype),
            workspace.aligned(network.turned_size, dtype),
            workspace.aligned(network.size * self._recipe.slots, dtype),
            np.zeros(kernels.MEMORY * chunks),
        )
        self._buffers = workspace.make_buffers(network, self._block, self.batch)
        self._totals, self._partials = np.zeros(4), np.zeros((chunks, 2))
        multiply_adds = 3.0 * network.n_parameters * self.batch
        work = self.work or Work(multiply_adds, chunks)
        self._team = Team(min(self.n_threads or useful_threads(*work), work.pieces))
        self._piece_steps = max(1, int(PIECE_SECONDS * 1e10 / (multiply_adds + 1e4)))
        self._no_rates = np.zeros(1)
        self._snapshot = (self.weights.copy(), self._model.state.copy(), self._model.memory.copy())
        self.steps = 0
        self._train = kernels.train.at(
            dtype, *self._train_arguments(np.zeros(0, np.int64), self._no_rates, 0, 0)
        )
        self._refresh = kernels.refresh_turned.at(dtype, self._layout, self._model)

    @property
    def weights(self) -> Vector:
        """The flat weight vector, live; call `set_weights` to change it."""
        return self._model.weights

    @property
    def binding(self) -> Binding:
        """What other kernels over the same network and table take."""
        return Binding(
            self._layout, self._recipe, self._options, self._model, self.table, self._buffers
        )

    @property
    def team(self) -> Team:
        """The threads."""
        return self._team

    @property
    def threads(self) -> int:
        """How many threads train."""
        return self._team.threads

    def set_weights(self, weights: Vector) -> None:
        """Copy a flat weight vector in."""
        self._model.weights[:] = weights
        self._refresh(self._layout, self._model)

    def optimizer_state(self) -> OptimizerState:
        """Return what the optimizer knows, live."""
        return OptimizerState(self._model.state, self._model.memory, self.steps)

    def set_optimizer_state(self, state: OptimizerState) -> None:
        """Copy an optimizer's state in."""
        self._model.state[:] = state.state
        self._model.memory[:] = state.memory
        self.steps = state.steps

    def train_epoch(self, order: Vector, rates: Vector) -> EpochResult:
        """Train one epoch over the rows of `order`, one rate per step.

        If the loss, the gradient or the weights leave the finite numbers, training stops at that
        step and goes back to the last finite weights (by doing the steps before again from the
        start of the epoch).
        """
        steps = -(-order.size // self.batch)
        if order.dtype != np.int64 or rates.dtype != np.float64 or rates.size < steps:
            # the kernel is called without Numba's own checks
            raise TypeError(f"order must be int64, rates float64 with {steps} numbers")
        weights, state, memory = self._snapshot
        weights[:] = self._model.weights
        state[:] = self._model.state
        memory[:] = self._model.memory
        done = self._run(order, rates, steps)
        finite = done == steps and self._weights_are_finite()
        if not finite:
            done = self._return_to_finite(order, rates, done)
        rows = self._totals[kernels.ROWS]
        self.steps += done
        return EpochResult(
            float(self._totals[kernels.LOSS_SUM] / rows) if rows else math.nan,
            float(self._totals[kernels.NORM_SUM] / done) if done else math.nan,
            done,
            finite,
        )

    def _run(self, order: Vector, rates: Vector, steps: int) -> int:
        """Do `steps` steps in pieces; returns how many were done before a loss or gradient was not
        finite.
        """
        self._totals[:] = 0
        done = 0
        while done < steps:
            take = min(self._piece_steps, steps - done)
            piece = (
                order if take == steps else order[done * self.batch : (done + take) * self.batch]
            )
            piece_rates = rates if done == 0 else rates[done:]
            first = self.steps + done

            def work(
                k: int, piece: Vector = piece, rates: Vector = piece_rates, first: int = first
            ) -> int:
                arguments = self._train_arguments(piece, rates, first, k)
                return self._train(*arguments)  # type: ignore[no-any-return]

            started = time.perf_counter()
            got = self._team.run(work)
            reraise(self._member)
            done += got
            if got < take:
                break
            self._adapt(take, time.perf_counter() - started)
        return done

    def _adapt(self, steps: int, seconds: float) -> None:
        """Let pieces last about PIECE_SECONDS (how an epoch is cut changes no result)."""
        if steps == self._piece_steps and seconds > 0:
            self._piece_steps = max(1, int(steps * min(10.0, PIECE_SECONDS / seconds)))

    def _return_to_finite(self, order: Vector, rates: Vector, done: int) -> int:
        """Do again as many steps, up to `done`, as leave the weights finite."""
        low, high, steps = 0, done, done
        while True:
            self._replay(order, rates, steps)
            if self._weights_are_finite():
                low = steps
            else:
                high = steps - 1
            if low >= high:
                break
            steps = (low + high + 1) // 2
        if steps != low:
            self._replay(order, rates, low)
        return low

    def _replay(self, order: Vector, rates: Vector, steps: int) -> None:
        """Go back to the start of the epoch and do some steps again."""
        self._model.weights[:], self._model.state[:], self._model.memory[:] = self._snapshot
        self._refresh(self._layout, self._model)
        self._run(order, rates, steps)

    def _weights_are_finite(self) -> bool:
        weights = self._model.weights
        if weights.size > LARGE:
            # one pass without a temporary; an overflow here is looked at more closely below
            with np.errstate(over="ignore", invalid="ignore"):
                if math.isfinite(np.dot(weights, weights)):
                    return True
        return bool(np.isfinite(weights).all())

    def _train_arguments(
        self, order: Vector, rates: Vector, first: int, thread: int
    ) -> tuple[Any, ...]:
        return (
            self._layout, self._recipe, self._options, self._model, self.table, self._buffers,
            order, rates,
            self.batch, first, self._totals, self._partials, self._team.counter, thread,
            self._team.threads,
        )  # fmt: skip

    def value_and_gradient(self, order: Vector) -> tuple[float, Vector]:
        """Return loss (penalties included) and flat gradient over the rows of `order` as one batch.

        Only for a problem without an optimizer whose batch holds all those rows.
        """
        self._totals[:] = 0
        done = self._team.run(
            lambda k: self._train(*self._train_arguments(order, self._no_rates, 0, k))
        )
        reraise(self._member)
        if not done:
            return math.inf, self._model.gradient
        return float(
            self._totals[kernels.LOSS_SUM] / self._totals[kernels.ROWS]
        ), self._model.gradient

    def evaluate(self, table: workspace.Table, rows: int) -> tuple[Vector, float]:
        """Return the outputs for the rows of another table and their mean loss, no penalties."""
        outputs, losses = (
            np.empty((rows, self.network.sizes[-1]), self.network.dtype),
            np.empty(rows),
        )
        arguments = (
            self._layout, self._recipe, self._options, self._model.weights, table, self._buffers,
            outputs, losses, True,
        )  # fmt: skip
        kernels.evaluate.at(self.network.dtype, *arguments)(*arguments)
        reraise(self._member)
        weight = float(table.weights.sum()) if table.weights.size else float(rows)
        return outputs, float(losses.sum() / weight) if weight > 0 else math.nan

    def close(self) -> None:
        """End the threads."""
        self._team.close()
