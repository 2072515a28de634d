"""The training loop: the only one. Epochs, validation, stopping, schedules, callbacks, Ctrl-C,
divergence.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from neurona.engine.shuffle import Shuffler
from neurona.engine.workspace import Table
from neurona.errors import StopReason
from neurona.network import Network, Vector
from neurona.numerics.schedules import Clock, Constant, Schedule
from neurona.optimizers.solver import SolverState
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord, History
from neurona.training.problem import EpochResult, OptimizerState, Problem
from neurona.training.solving import Solving
from neurona.training.state import TrainingState


class Validation(NamedTuple):
    """Rows put aside: a table, their number, and the score (higher is better) of outputs."""

    table: Table
    rows: int
    score: Callable[[Vector], float]


@dataclass
class StoppingRule:
    """Counts the epochs in which the monitored result did not improve by more than `tol`.

    `monitor` is "loss", "val_loss" (lower is better) or "score" (higher is better). The counting is
    scikit-learn's: an improvement of less than `tol` resets nothing, but the best result moves.
    """

    monitor: str = "loss"
    tol: float = 1e-4
    patience: float = 10
    best: float = math.inf
    flat_epochs: int = 0
    epochs_since_best: int = 0

    def update(self, record: EpochRecord) -> bool:
        """Take an epoch in; returns whether its result is the best so far."""
        value = getattr(record, self.monitor)
        result = -value if self.monitor == "score" else value
        # written so that a nan counts as flat, and never as the best
        self.flat_epochs = 0 if result <= self.best - self.tol else self.flat_epochs + 1
        better = bool(result < self.best)
        if better:
            self.best = result
        self.epochs_since_best = 0 if better else self.epochs_since_best + 1
        return better

    @property
    def is_flat(self) -> bool:
        """Whether patience is over."""
        return self.flat_epochs > self.patience


@dataclass
class Plan:
    """How a training goes: lengths, rates, and what ends it."""

    max_epochs: int
    learning_rate: float
    schedule: Schedule = field(default_factory=Constant)
    restore_best: bool = False
    stop_when_flat: bool = True
    shuffle: bool = True


class Training:
    """One training under way: what callbacks see, and `run`, which does it.

    Attributes
    ----------
    network, history, plan, rule : what they say
    weights : ndarray
        The live flat weight vector; `network.views(training.weights)` gives the layers.
    learning_rate : float
        The base rate now: the initial rate, or less after plateaus.
    samples_seen : int
        Rows trained on, over all calls of fit that continued this training.
    diverged : bool
        Whether training left the finite numbers.
    start, starts : int
        Which start this is, from 0, and how many there are.
    called_off : threading.Event or None
        Ends training after the epoch when it is set.
    ended : bool
        Whether `run` is over.
    solving : Solving or None
        The full-batch solver that does the epochs, None for mini-batches.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        rule: StoppingRule,
        order: Vector,
        random: np.random.RandomState,
        validation: Validation | None = None,
        history: History | None = None,
        samples_seen: int = 0,
        learning_rate: float | None = None,
        solving: Solving | None = None,
    ) -> None:
        self.problem, self.plan, self.rule, self.solving = problem, plan, rule, solving
        self.order, self.random, self.validation = order, random, validation
        self.history = History() if history is None else history
        self.samples_seen = samples_seen
        rate = plan.learning_rate if learning_rate is None else learning_rate
        self.learning_rate = float(rate)
        self.diverged = False
        self.start, self.starts = 0, 1
        self.called_off: threading.Event | None = None
        self.epochs_done = 0
        self.ended = False
        self.best_weights: Vector | None = None
        self._shuffler: Shuffler | None = None
        self._between_epochs = False
        self._solver_reason: StopReason | None = None
        self._started = 0.0
        self._earlier = self.history[-1].seconds if len(self.history) else 0.0

    @property
    def network(self) -> Network:
        """The network being trained."""
        return self.problem.network

    @property
    def weights(self) -> Vector:
        """The live flat weight vector."""
        return self.problem.weights

    def run(self, callbacks: Sequence[Callback] = ()) -> str:
        """Train until something ends it; returns the reason as a sentence."""
        self._started = time.perf_counter()
        reason: str = StopReason.FAILED
        try:
            for callback in callbacks:
                callback.on_start(self)
            # only now: a callback may have brought back an order and a generator
            self._shuffler = Shuffler(self.order, self.random) if self.plan.shuffle else None
            if self.solving is None:
                reason = self._epochs(callbacks)
            else:
                with one_blas_thread():
                    reason = self.solving.at_start() or self._epochs(callbacks)
        except KeyboardInterrupt:
            reason = StopReason.INTERRUPTED
        finally:
            if self.solving is not None:
                self.solving.settle()
            if self._shuffler:
                self._shuffler.close()
            if self.plan.restore_best and self.best_weights is not None:
                self.problem.set_weights(self.best_weights)
            self.problem.close()
            self.ended = True
            for callback in callbacks:
                callback.on_end(self, str(reason))
        return str(reason)

    def state(self) -> TrainingState:
        """Return everything that `restore` needs to go on after this epoch; arrays are copies."""
        if self._shuffler:
            self._shuffler.close()  # hands the generator back; shuffling may go on
        random: Any = self.random.get_state(legacy=False)
        return TrainingState(
            epochs_done=self.epochs_done,
            samples_seen=self.samples_seen,
            learning_rate=self.learning_rate,
            weights=self.weights.copy(),
            best_weights=None if self.best_weights is None else self.best_weights.copy(),
            optimizer=self._method_state(),
            solver_reason=self._solver_reason,
            best_result=self.rule.best,
            flat_epochs=self.rule.flat_epochs,
            epochs_since_best=self.rule.epochs_since_best,
            records=list(self.history),
            order=self.order.copy(),
            random=random,
        )

    def _method_state(self) -> OptimizerState | SolverState:
        if self.solving is None:
            return self.problem.optimizer_state().copy()
        copied: SolverState = self.solving.state.copy()
        return copied

    def restore(self, state: TrainingState) -> None:
        """Go back, or forward, to a state; for `on_start`, before the first epoch."""
        self.problem.set_weights(state.weights)
        if self.solving is not None and isinstance(state.optimizer, SolverState):
            self.solving.restore(state.optimizer)
        elif isinstance(state.optimizer, OptimizerState):
            self.problem.set_optimizer_state(state.optimizer)
        self.epochs_done, self.samples_seen = state.epochs_done, state.samples_seen
        self.learning_rate = state.learning_rate
        self.best_weights = None if state.best_weights is None else state.best_weights.copy()
        self.rule.best, self.rule.flat_epochs = state.best_result, state.flat_epochs
        self.rule.epochs_since_best = state.epochs_since_best
        self.history = History()
        for record in state.records:
            self.history.append(record)
        self.order[:] = state.order
        self.random.set_state(state.random)
        self._earlier = self.history[-1].seconds if len(self.history) else 0.0
        self._between_epochs = state.epochs_done > 0
        self._solver_reason = state.solver_reason

    def _epochs(self, callbacks: Sequence[Callback]) -> str:
        steps = -(-self.order.size // self.problem.batch)
        schedule, shuffler = self.plan.schedule, self._shuffler
        if self._between_epochs:
            # a state is taken by a callback, before the stopping rule has its say
            reason = self._solver_reason or self._after_epoch()
            if reason:
                return reason
        rates = np.full(steps, self.learning_rate)
        for epoch in range(self.epochs_done, self.plan.max_epochs):
            if shuffler:
                shuffler.shuffle()
            if schedule.varies:
                rates = self.learning_rate * schedule.factors(self._clock(epoch, steps))
            elif rates[-1] != self.learning_rate:
                rates = np.full(steps, self.learning_rate)
            if self.solving is None:
                result = self.problem.train_epoch(self.order, rates)
                result.rate = float(rates[-1])
            else:
                result = self.solving.iterate()
                self._solver_reason = result.reason
            self.samples_seen += self.order.size
            self.epochs_done = epoch + 1
            record = self._record(result)
            self.history.append(record)
            if not result.finite:
                self.diverged = True
                return StopReason.DIVERGED
            if self.rule.update(record) and self.plan.restore_best:
                self._keep_best()
            for callback in callbacks:
                said = callback.on_epoch(self, record)
                if said:
                    return str(said)
            if self.called_off is not None and self.called_off.is_set():
                return StopReason.INTERRUPTED
            reason = result.reason or self._after_epoch()
            if reason:
                return reason
        return StopReason.MAX_EPOCHS

    def _after_epoch(self) -> str | None:
        """Lower the rate, or stop for this reason, if the monitored result has become flat."""
        schedule = self.plan.schedule
        if self.rule.is_flat and self.plan.stop_when_flat:
            lower = schedule.on_plateau(self.learning_rate)
            if lower is None:
                return self._why_flat(schedule)
            self.rule.flat_epochs = 0
            self.learning_rate = lower
        else:
            since = self.rule.epochs_since_best
            self.learning_rate = schedule.after_epoch(self.learning_rate, since)
        return None

    def _clock(self, epoch: int, steps: int) -> Clock:
        return Clock(epoch + np.arange(steps) / steps, self.plan.max_epochs, self.samples_seen)

    def _why_flat(self, schedule: Schedule) -> str:
        if not isinstance(schedule, Constant) and self.learning_rate < self.plan.learning_rate:
            return StopReason.RATE_TOO_SMALL
        return StopReason.LOSS_FLAT if self.rule.monitor == "loss" else StopReason.MONITOR_FLAT

    def _record(self, result: EpochResult) -> EpochRecord:
        val_loss = score = None
        if self.validation is not None:
            if result.finite:
                outputs, val_loss = self.problem.evaluate(
                    self.validation.table, self.validation.rows
                )
                score = self.validation.score(outputs)
            else:
                val_loss = score = math.nan
        return EpochRecord(
            self.epochs_done,
            result.loss if result.finite else math.nan,
            val_loss,
            score,
            result.rate,
            result.gradient_norm,
            self._earlier + time.perf_counter() - self._started,
            result.damping,
        )

    def _keep_best(self) -> None:
        if self.best_weights is None:
            self.best_weights = self.weights.copy()
        else:
            self.best_weights[:] = self.weights


def order_of(rows: Any) -> Vector:
    """Return row numbers as the kernels take them."""
    return np.ascontiguousarray(rows, np.int64)
