"""The training loop: the only one. Epochs, validation, stopping, schedules, callbacks, Ctrl-C,
divergence.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.errors import StopReason
from neurona.network import Network, Vector
from neurona.numerics.schedules import Clock, Constant
from neurona.numerics.shuffle import Shuffler
from neurona.optimizers.solver import SolverState
from neurona.optimizers.state import OptimizerState
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord, History
from neurona.training.plan import Plan, StoppingRule, Validation
from neurona.training.problem import EpochResult, Problem
from neurona.training.rows import as_read
from neurona.training.solving import Solving
from neurona.training.state import TrainingState, check_own


class Training:
    """One training under way: what callbacks see; `run` does it, `advance` does it in steps.

    Attributes
    ----------
    network, history, plan, rule : what they say
    weights : ndarray
        The live flat weight vector; `network.views(training.weights)` gives the layers.
    learning_rate : float
        The base rate now: the initial rate, or less after plateaus. What is set here holds from the
        next epoch.
    samples_seen : int
        Rows trained on, over all calls of fit that continued this training.
    epochs_done : int
        Epochs of this training.
    diverged : bool
        Whether training left the finite numbers.
    start, starts : int
        Which start this is, from 0, and how many there are.
    called_off : threading.Event or None
        Ends training after the epoch when it is set.
    ended : bool
        Whether `run` or `advance` is over.
    reason : str or None
        Why it ended, None before.
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
        self._order, self.random, self.validation = order, random, validation
        self.history = History() if history is None else history
        self.samples_seen = samples_seen
        rate = plan.learning_rate if learning_rate is None else learning_rate
        self.learning_rate = float(rate)
        self.diverged = False
        self.start, self.starts = 0, 1
        self.called_off: threading.Event | None = None
        self.epochs_done = 0
        self.ended = False
        self.reason: str | None = None
        self.best_weights: Vector | None = None
        self._shuffler: Shuffler | None = None
        self._inside_epoch = False
        # whether the stopping rule has had its say on the last epoch
        self._judged = True
        self._solver_reason: StopReason | None = None
        self._said: str | None = None
        self._rates = np.zeros(0)
        self._started: float | None = None
        self._earlier = self.history[-1].seconds if len(self.history) else 0.0

    @property
    def network(self) -> Network:
        """The network being trained."""
        return self.problem.network

    @property
    def order(self) -> Vector:
        """The order of the rows, as the last shuffle left it; to be read only."""
        return as_read(self._order)

    @property
    def weights(self) -> Vector:
        """The live flat weight vector; call `set_weights` to change it."""
        return self.problem.weights

    def run(self, callbacks: Sequence[Callback] = ()) -> str:
        """Train until something ends it; returns the reason as a sentence."""
        self._started = time.perf_counter()
        failed = True
        steps = self.advance()  # held, so that an error in a callback does not end it first
        try:
            for callback in callbacks:
                callback.on_start(self)
            # a whole training is one piece to the rest of the process
            with nullcontext() if self.solving is None else one_blas_thread():
                for record in steps:
                    if record is None:
                        continue
                    for callback in callbacks:
                        said = callback.on_epoch(self, record)
                        if said:
                            self.stop(said)
                            break
            failed = False
        except KeyboardInterrupt:
            self.stop(StopReason.INTERRUPTED)
            failed = False
        finally:
            self._end(StopReason.FAILED if failed else self._said or StopReason.INTERRUPTED)
            for callback in callbacks:
                callback.on_end(self, str(self.reason))
        return str(self.reason)

    def advance(self, steps_at_once: int | None = None) -> Generator[EpochRecord | None]:
        """Train in steps: yield the record after every epoch, and None after a piece of one.

        Between two yields anything may be done to the training, in this thread: look at it, stop
        it, set weights or rates, and, after a record, `restore` and `adopt`. How an epoch is cut
        changes no result. Callbacks are not called.

        Parameters
        ----------
        steps_at_once : int, default=None
            Steps of a piece; None lasts about 0.1 s. A solver's iteration is one piece.

        Yields
        ------
        EpochRecord or None

        Raises
        ------
        RuntimeError
            The training has ended.
        """
        if self.ended:
            raise RuntimeError("This training has ended; begin another one.")
        if self._started is None:
            self._started = time.perf_counter()
        reason: str | None = StopReason.INTERRUPTED  # whoever drives it may leave
        try:
            reason = self._at_start()
            while reason is None:
                reason = yield from self._epoch(steps_at_once)
        except Exception:
            reason = StopReason.FAILED
            raise
        except KeyboardInterrupt:
            reason = StopReason.INTERRUPTED
            raise
        finally:
            self._end(reason or StopReason.INTERRUPTED)

    def stop(self, reason: str) -> None:
        """End after this epoch (or at once, between two), for a reason in a sentence."""
        self._said = str(reason)

    def _at_start(self) -> str | None:
        """Return why there is nothing to do, None if there is."""
        if self.plan.shuffle and self._shuffler is None:
            self._shuffler = Shuffler(self._order, self.random)
        if self.solving is not None:
            with one_blas_thread():
                reason = self.solving.at_start()
            if reason:
                return reason
        # a state is taken before the stopping rule has its say
        return self._said or self._judge()

    def _end(self, reason: str) -> None:
        """Settle what a training leaves; once."""
        if self.ended:
            return
        self.ended, self.reason = True, str(reason)
        self._inside_epoch = False
        if self.solving is not None:
            self.solving.settle()
        if self._shuffler:
            self._shuffler.close()
        if self.plan.restore_best and self.best_weights is not None:
            self.problem.set_weights(self.best_weights)
        self.problem.close()

    # -- between two epochs

    def state(self) -> TrainingState:
        """Return everything that `restore` needs to go on after this epoch; arrays are copies."""
        return replace(self.keyframe(), records=list(self.history))

    def keyframe(self) -> TrainingState:
        """Return the same without the records, of which only the number is kept: this training can
        go back to it, no other one.
        """
        self._refuse_inside("a state is taken")
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
            records=self.history.appended,
            order=self._order.copy(),
            random=random,
            judged=self._judged,
        )

    def _method_state(self) -> OptimizerState | SolverState:
        if self.solving is None:
            return self.problem.optimizer_state().copy()
        copied: SolverState = self.solving.state.copy()
        return copied

    def restore(self, state: TrainingState) -> None:
        """Go back, or forward, to a state: before the first epoch, or between any two.

        RuntimeError inside an epoch and after the end, ValueError for another training's state.
        """
        self._refuse_inside("a state is restored")
        if self.ended:
            raise RuntimeError("This training has ended; restore a state into another one.")
        check_own(self, state)
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
        if isinstance(state.records, int):
            self.history.cut(state.records)
        else:
            self.history = History(state.records, self.history.limit)
        if self._shuffler:
            self._shuffler.close()
        self._order[:] = state.order
        self.random.set_state(state.random)
        self._shuffler = Shuffler(self._order, self.random) if self._shuffler else None
        self._earlier = self.history[-1].seconds if len(self.history) else 0.0
        self._started = time.perf_counter()
        self._judged = state.judged or state.epochs_done == 0
        self._solver_reason = state.solver_reason

    def set_weights(self, weights: Vector) -> None:
        """Set flat weights by hand, at any yield; a full-batch solver begins anew from there.

        The stopping rule, the best weights and an optimizer's state stay.
        """
        self.problem.set_weights(weights)
        if self.solving is not None:
            self.solving.restart()
            self._solver_reason = None

    def adopt(self, problem: Problem, solving: Solving | None = None) -> None:
        """Go on with another problem on the same network and rows (`Problem.changed`), between two
        epochs; `solving` is the solver that does the epochs from now on, None for mini-batches.
        """
        self._refuse_inside("a problem is taken over")
        if problem.network is not self.problem.network or problem.table is not self.problem.table:
            raise ValueError("A training goes on with the same network and rows only.")
        if solving is None and problem.optimizer is None:
            raise ValueError("A problem without an optimizer needs a solver: pass `solving`.")
        if problem is not self.problem:
            self.problem.close()
        self.problem, self.solving, self._solver_reason = problem, solving, None
        if solving is not None:
            self.plan.schedule, self.plan.shuffle = Constant(), False

    def _refuse_inside(self, what: str) -> None:
        if self._inside_epoch:
            raise RuntimeError(f"This epoch is not over; {what} between two.")

    # -- an epoch

    def _epoch(self, steps_at_once: int | None) -> Generator[EpochRecord | None, None, str | None]:
        """Do one epoch, and say why to end, if so."""
        if self.epochs_done >= self.plan.max_epochs:
            return StopReason.MAX_EPOCHS
        self._inside_epoch = True
        if self.solving is None:
            result = yield from self._mini_batches(steps_at_once)
        else:
            with one_blas_thread():
                result = self.solving.iterate()
            self._solver_reason = result.reason
        self.samples_seen += self._order.size
        self.epochs_done += 1
        record = self._record(result)
        self.history.append(record)
        self._inside_epoch, self._judged = False, False
        if not result.finite:
            self.diverged = True
            return StopReason.DIVERGED
        if self.rule.update(record) and self.plan.restore_best:
            self._keep_best()
        yield record
        if self._said:
            return self._said
        if self.called_off is not None and self.called_off.is_set():
            return StopReason.INTERRUPTED
        return self._judge()

    def _mini_batches(self, steps_at_once: int | None) -> Generator[None, None, EpochResult]:
        steps = -(-self._order.size // self.problem.batch)
        if self._shuffler:
            self._shuffler.shuffle()
        rates = self._rates
        if self.plan.schedule.varies:
            rates = self.learning_rate * self.plan.schedule.factors(self._clock(steps))
        elif rates.size != steps or rates[-1] != self.learning_rate:
            rates = self._rates = np.full(steps, self.learning_rate)
        result = yield from self.problem.train_pieces(self._order, rates, steps_at_once)
        result.rate = float(rates[-1])
        return result

    def _judge(self) -> str | None:
        """Lower the rate, or say why to end, by what the last epoch came to; once for each."""
        if self._judged:
            return None
        self._judged = True
        if self._solver_reason:
            return self._solver_reason
        schedule = self.plan.schedule
        if self.rule.is_flat and self.plan.stop_when_flat:
            lower = schedule.on_plateau(self.learning_rate)
            if lower is None:
                return self.plan.why_flat(self.learning_rate, self.rule.monitor)
            self.rule.flat_epochs = 0
            self.learning_rate = lower
        else:
            since = self.rule.epochs_since_best
            self.learning_rate = schedule.after_epoch(self.learning_rate, since)
        return None

    def _clock(self, steps: int) -> Clock:
        epochs = self.epochs_done + np.arange(steps) / steps
        return Clock(epochs, self.plan.max_epochs, self.samples_seen)

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
            self._earlier + time.perf_counter() - (self._started or 0.0),
            result.damping,
        )

    def _keep_best(self) -> None:
        if self.best_weights is None:
            self.best_weights = self.weights.copy()
        else:
            self.best_weights[:] = self.weights
