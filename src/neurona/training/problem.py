"""Problem: a network, a loss and a table of rows, bound to an engine.

This is all that an optimizer or a solver may ask: train some steps, give the value and gradient at
a point, score other rows.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from neurona.errors import StopReason
from neurona.network import Network, Vector
from neurona.numerics.losses import Loss
from neurona.numerics.noise import Noise
from neurona.numerics.shuffle import Orders
from neurona.optimizers.base import StepOptimizer
from neurona.optimizers.state import OptimizerState
from neurona.training.engine import (
    LOSS_SUM,
    NORM_SUM,
    ROWS,
    TOTALS,
    AheadSession,
    Engine,
    EngineTask,
    Session,
)
from neurona.training.feed import Feed
from neurona.training.rows import Table, dense_inputs, dense_table

LARGE = 4096
PIECE_SECONDS = 0.1
"""A call of an engine lasts about this long at most, so that Ctrl-C and time limits are heard."""
AHEAD_SECONDS, AHEAD_EPOCHS, AHEAD_NUMBERS = 0.01, 64, 2**20
"""Epochs that are done in one call last about so long at most, are so many, and have orders of so
many rows, and weights.
"""


@dataclass(frozen=True)
class Regularisation:
    """What is added to the loss, or done to the gradient: penalties are divided by the rows'
    weight, as alpha is. `noise` is what the inputs are spoiled with.
    """

    l2: float = 0.0
    l1: float = 0.0
    clip_value: float = 0.0
    clip_norm: float = 0.0
    dropout: tuple[float, ...] = ()
    seed: int = 0
    noise: Noise | None = None


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
class Problem:
    """A network to be trained on a table. `batch` rows make a step.

    `second_order` says that most of the work will be curvature (it decides on the threads). With a
    `feed` the table is its room for blocks, and an order of rows is one of its chunks. What is
    given here stays; `changed` returns another problem.
    """

    network: Network
    loss: Loss
    optimizer: StepOptimizer | None
    table: Table
    batch: int
    regularisation: Regularisation = field(default_factory=Regularisation)
    n_threads: int | None = None
    second_order: bool = False
    engine: Engine = field(kw_only=True)
    feed: Feed | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        self._clean, self._shown = np.zeros((0, 0), self.network.dtype), self.table
        if self.regularisation.noise is not None:
            self._clean = dense_inputs(self.table)
            self._shown = dense_table(self.table, self._clean.copy())
        self.session: Session = self.engine.bind(
            EngineTask(
                self.network, self.loss, self.optimizer, self._shown, self.batch,
                self.regularisation, self.n_threads, self.second_order,
            )
        )  # fmt: skip
        self.steps = 0
        self.steps_at_once: int | None = None  # of a piece, for who drives; None: PIECE_SECONDS
        self._step_seconds = (3.0 * self.network.n_parameters * self.batch + 1e4) / 1e10
        self._piece_steps = max(1, int(PIECE_SECONDS / self._step_seconds))
        # of an epoch under way: what it came to so far, its steps, and those before the mark
        self._totals, self._totals_marked = np.zeros(TOTALS), np.zeros(TOTALS)
        self._done = self._marked = 0
        # the rows at hand, and the steps of the epoch before the first of them
        self._portion, self._before = np.zeros(0, np.int64), 0

    @property
    def weights(self) -> Vector:
        """The flat weight vector, live; call `set_weights` to change it."""
        return self.session.weights

    @property
    def threads(self) -> int:
        """How many threads train."""
        return self.session.threads

    @property
    def steps_inside(self) -> int:
        """Steps done of the epoch under way, 0 between two."""
        return self._done

    def set_weights(self, weights: Vector) -> None:
        """Copy a flat weight vector in."""
        self.session.set_weights(weights)
        if self._done:  # inside an epoch, which is not done again from before
            self._mark()

    def optimizer_state(self) -> OptimizerState:
        """Return what the optimizer knows, live."""
        return OptimizerState(*self.session.optimizer_state(), self.steps)

    def check_optimizer_state(self, state: OptimizerState) -> None:
        """ValueError unless this is a state of the optimizer's, on this network."""
        own = self.session.optimizer_state()
        needed = tuple(np.shape(one) for one in own)
        given = np.shape(state.state), np.shape(state.memory)
        if given != needed or state.steps < 0:
            raise ValueError(
                f"{self.optimizer!r} on {self.network!r} has a state and a memory of the shapes "
                f"{needed}. Got {given}, after {state.steps} steps."
            )

    def set_optimizer_state(self, state: OptimizerState) -> None:
        """Copy an optimizer's state in; ValueError for another one's."""
        self.check_optimizer_state(state)
        self.session.set_optimizer_state(state.state, state.memory)
        self.steps = state.steps
        if self._done:
            self._mark()

    def changed(self, **given: Any) -> Problem:
        """Return a problem on the same rows and weights with other fields: `optimizer`, `batch`,
        `regularisation`, `n_threads`, `loss`.

        What the new optimizer has under the same name as the old one is carried over. This one's
        threads are given back.
        """
        self.close()
        new = replace(self, **given)
        new.set_weights(self.weights)
        if self.optimizer is not None and new.optimizer is not None:
            known = self.optimizer_state()
            new.set_optimizer_state(known.carried_over(self.optimizer, new.optimizer, self.network))
        return new

    def rows_in(self, order: Vector) -> int:
        """Return how many rows an epoch in this order has."""
        return order.size if self.feed is None else self.feed.rows

    def steps_in(self, order: Vector) -> int:
        """Return how many steps an epoch in this order has."""
        return -(-self.rows_in(order) // self.batch)

    def epochs_at_once(self, order: Vector) -> int:
        """Return how many epochs may be done in one call (`train_epochs`), 1 if they cannot."""
        several = isinstance(self.session, AheadSession) and self.threads == 1
        if not several or self.feed is not None or self.regularisation.noise is not None:
            return 1
        if self.steps_at_once is not None or not order.size:
            return 1
        by_time = AHEAD_SECONDS / (self._step_seconds * self.steps_in(order))
        by_room = AHEAD_NUMBERS // max(order.size, self.network.size)
        return max(1, int(min(by_time, by_room, AHEAD_EPOCHS)))

    def train_epochs(
        self, session: AheadSession, orders: Orders, rates: Vector, first_step: int
    ) -> Vector:
        """Let the session train an epoch on each of `orders`, with one rate per step; return the
        totals of those before the loss or the gradient left the finite numbers, of none if the
        weights did.

        `steps` stays as it is: they are counted by who takes the epochs.
        """
        totals = np.zeros((orders.epochs, TOTALS))
        done = session.train_epochs(orders, rates, first_step, totals)
        return totals[: done if self._weights_are_finite() else 0]

    def train_epoch(self, order: Vector, rates: Vector) -> EpochResult:
        """Train one epoch over the rows of `order`, one rate per step; see `train_pieces`."""
        pieces = self.train_pieces(order, rates)
        while True:
            try:
                next(pieces)
            except StopIteration as end:
                result: EpochResult = end.value
                return result

    def train_pieces(
        self, order: Vector, rates: Vector, steps_at_once: int | None = None
    ) -> Generator[None, None, EpochResult]:
        """Train one epoch, and yield between two pieces of it; how it is cut changes no result.

        `steps_at_once` None: a piece lasts about PIECE_SECONDS. If the loss, the gradient or the
        weights leave the finite numbers, training stops at that step and goes back to the last
        finite weights (by doing the steps before again from the start of the epoch, from where
        weights were last set, or from the start of a feed's block).
        """
        steps = self.steps_in(order)
        self._spoil()
        self._totals[:] = 0
        self._done = 0
        whole = True
        for portion in self._portions(order):
            if self._done:
                yield
            self._begin(portion)
            whole = yield from self._train_portion(rates, steps_at_once)
            if not whole:
                break
        finite = whole and self._done == steps and self._weights_are_finite()
        if not finite:
            self._return_to_finite(rates)
        rows, done = self._totals[ROWS], self._done
        self.steps += done
        self._done = self._marked = 0
        return EpochResult(
            float(self._totals[LOSS_SUM] / rows) if rows else math.nan,
            float(self._totals[NORM_SUM] / done) if done else math.nan,
            done,
            finite,
        )

    def _spoil(self) -> None:
        """Put noise on the rows: by seed and step, so that a training that was interrupted goes on
        with the same.
        """
        noise = self.regularisation.noise
        if noise is not None:
            noise.spoil(self._clean, self._shown.dense, (self.regularisation.seed, self.steps))
            self.session.rows_changed()

    def _portions(self, order: Vector) -> Iterator[Vector]:
        """Yield the rows of an epoch in order: all at once, or those that a feed has at hand."""
        if self.feed is None:
            return iter((order,))
        return self.feed.portions(order, self.steps)

    def _begin(self, portion: Vector) -> None:
        """Go on with other rows; those before are gone, and so is the way back to them."""
        self._portion, self._before = portion, self._done
        if self.feed is not None:
            self.session.rows_changed()
        self._mark()

    def _train_portion(
        self, rates: Vector, steps_at_once: int | None
    ) -> Generator[None, None, bool]:
        """Train on the rows at hand; returns whether all of their steps were done."""
        last = self._before - (-self._portion.size // self.batch)
        while self._done < last:
            if self._done > self._before:
                yield
            most = steps_at_once or self.steps_at_once or self._piece_steps
            take = min(most, last - self._done)
            started = time.perf_counter()
            got = self._train(rates, take)
            if got < take:
                return False
            if take == self._piece_steps:
                self._adapt(take, time.perf_counter() - started)
        return not self.feed or self._weights_are_finite()

    def _mark(self) -> None:
        """Let this be the moment to go back to."""
        self.session.mark()
        self._totals_marked[:] = self._totals
        self._marked = self._done

    def _train(self, rates: Vector, take: int) -> int:
        """Do the next steps on the rows at hand; returns how many were done before a loss or
        gradient was not finite.
        """
        done = self._done - self._before
        first, last = done * self.batch, (done + take) * self.batch
        whole = first == 0 and last >= self._portion.size
        piece = self._portion if whole else self._portion[first:last]
        remaining = rates if self._done == 0 else rates[self._done :]
        did = self.session.train(piece, remaining, self.steps + self._done, self._totals)
        self._done += did
        return did

    def _adapt(self, steps: int, seconds: float) -> None:
        """Let pieces last about PIECE_SECONDS."""
        if seconds > 0:
            self._piece_steps = max(1, int(steps * min(10.0, PIECE_SECONDS / seconds)))

    def _return_to_finite(self, rates: Vector) -> None:
        """Do again as many steps, up to those done, as leave the weights finite."""
        low, high, steps = self._marked, self._done, self._done
        while True:
            self._replay(rates, steps)
            if self._weights_are_finite():
                low = steps
            else:
                high = steps - 1
            if low >= high:
                break
            steps = (low + high + 1) // 2
        if steps != low:
            self._replay(rates, low)

    def _replay(self, rates: Vector, steps: int) -> None:
        """Go back to the mark, and on to so many steps of the epoch."""
        self.session.back()
        self._totals[:] = self._totals_marked
        self._done = self._marked
        while self._done < steps:
            take = min(self._piece_steps, steps - self._done)
            if self._train(rates, take) < take:
                break

    def _weights_are_finite(self) -> bool:
        weights = self.weights
        if weights.size > LARGE:
            # one pass without a temporary; an overflow here is looked at more closely below. No
            # scalar product: the threads of a BLAS stay awake after it, on the team's processors
            with np.errstate(over="ignore", invalid="ignore"):
                if math.isfinite(weights.sum()):
                    return True
        return bool(np.isfinite(weights).all())

    def value_and_gradient(self, order: Vector) -> tuple[float, Vector]:
        """Return loss (penalties included) and flat gradient over the rows of `order` as one batch.

        Only for a problem without an optimizer whose batch holds all those rows.
        """
        return self.session.value_and_gradient(order)

    def evaluate(self, table: Table, rows: int) -> tuple[Vector, float]:
        """Return the outputs for the rows of another table and their mean loss, no penalties."""
        return self.session.evaluate(table, rows)

    def close(self) -> None:
        """Give back the threads; they are taken again when there is work."""
        self.session.close()
