"""The training loop: the only one. Epochs, validation, stopping, schedules, callbacks, Ctrl-C."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Sequence
from contextlib import nullcontext

import numpy as np

from neurona.errors import StopReason
from neurona.network import Vector
from neurona.numerics.schedules import Clock
from neurona.numerics.shuffle import Shuffler
from neurona.training.ahead import Ahead, Epoch
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.held import Held
from neurona.training.history import EpochRecord
from neurona.training.problem import EpochResult


class Training(Held):
    """One training under way: `run` does it, `advance` does it in steps.

    What callbacks and whoever drives it may look at and change is `Held`'s.
    """

    def run(self, callbacks: Sequence[Callback] = ()) -> str:
        """Train until something ends it; returns the reason as a sentence."""
        self._started = time.perf_counter()
        failed, self._unwatched = True, not callbacks
        steps = self.advance()  # held, so that an error in a callback does not end it first
        try:
            for callback in callbacks:
                callback.on_start(self)
            # a whole training is one piece to the rest of the process
            with nullcontext() if self.solving is None else one_blas_thread():
                for record in steps:
                    if record is None:
                        self.hear()
                        continue
                    for callback in callbacks:
                        said = callback.on_epoch(self, record)
                        if said is not None and not isinstance(said, str):
                            raise TypeError(
                                "A callback returns None, or a sentence to stop for. Got "
                                f"{type(said).__name__} {said!r:.60}; end it without a result."
                            )
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
            The training has ended, or is under way already.
        """
        if self.ended:
            raise RuntimeError("This training has ended; begin another one.")
        if not self._driven.acquire(blocking=False):
            raise RuntimeError(
                "This training is under way already, in another thread or another advance(): go "
                "on with that one, or begin another training."
            )
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
        if self._ahead is not None:
            self._settle(self._ahead)
        if self._shuffler:
            self._shuffler.close()
        if self.plan.restore_best and self.best_weights is not None and not self.diverged:
            self.problem.set_weights(self.best_weights)
        if self.epochs_done and reason not in (StopReason.INTERRUPTED, StopReason.FAILED):
            self._look_back(reason)
        self.problem.close()

    def _look_back(self, reason: str) -> None:
        """Keep the best weights seen of a training that diverged, be it found out only now."""
        # the mean of a last epoch of many steps says what its end is like
        telling = reason == StopReason.MAX_EPOCHS and self.solving is None
        steps = self.problem.steps_in(self._order) if telling else 0
        self.diverged = self.guard.settle(
            self.problem, self.history[-1].loss, steps, self.best_weights, self.diverged
        )
        if self.diverged and self._said is None:
            self.reason = str(StopReason.DIVERGED)

    # -- an epoch

    def _epoch(self, steps_at_once: int | None) -> Generator[EpochRecord | None, None, str | None]:
        """Do one epoch, and say why to end, if so."""
        if self.epochs_done >= self.plan.max_epochs:
            return StopReason.MAX_EPOCHS
        self._inside_epoch = True
        ahead, scored = self._done_ahead(), None
        if ahead is not None:
            result, moment, scored = ahead
        elif self.solving is None:
            result = yield from self._mini_batches(steps_at_once)
            moment = time.perf_counter()
        else:
            with one_blas_thread():
                result = self.solving.iterate()
            self._solver_reason, moment = result.reason, time.perf_counter()
        self.samples_seen += self.rows
        self.epochs_done += 1
        if result.finite and self.solving is None:  # solvers refuse steps that raise the loss
            self.guard.watch(self.problem, result.loss)
        record = self._record(result, moment, scored)
        self.history.append(record)
        self._inside_epoch, self._judged = False, False
        if self.guard.ran_away or not result.finite:
            self.diverged = True
            return StopReason.DIVERGED
        best = self.rule.update(record)
        if ahead is not None and self._ahead is not None:
            if best:
                self._ahead.remember()
            if not self._ahead.open:
                self._take_best(self._ahead)
        elif best:
            self.best_weights = self.weights.copy()
        yield record
        if self._said:
            return self._said
        if self.called_off is not None and self.called_off.is_set():
            return StopReason.INTERRUPTED
        if ahead is None:
            moment = time.perf_counter()
        return StopReason.TIME if moment >= self.ends_at else self._judge()

    def _done_ahead(self) -> Epoch | None:
        """Return an epoch that was done with others; None where epochs are done one by one."""
        if not self._unwatched or self.solving is not None:
            return None
        if self._ahead is None:
            self._ahead = Ahead(self.problem, self._order, self._shuffler, self.validation)
        if self._ahead.rate != self.learning_rate:
            self._settle(self._ahead)
        allowed: float = self.plan.max_epochs - self.epochs_done
        if self.plan.stop_when_flat:
            allowed = min(allowed, self.rule.patience - self.rule.flat_epochs + 1)
        return self._ahead.take(allowed, self.learning_rate, self._next_rates)

    def _settle(self, ahead: Ahead) -> None:
        """Take back what was done and not heard of; the best of what was heard of stays."""
        self._take_best(ahead)
        ahead.settle()

    def _take_best(self, ahead: Ahead) -> None:
        """Take over the best weights of the epochs that were done together."""
        best = ahead.best()
        if best is not None:
            self.best_weights = best

    def _mini_batches(self, steps_at_once: int | None) -> Generator[None, None, EpochResult]:
        if self.plan.shuffle and self._shuffler is None:  # a solver had its turn before
            self._shuffler = Shuffler(self._order, self.random)
        if self._shuffler:
            self._shuffler.shuffle()
        rates = self._next_rates(1)
        result = yield from self.problem.train_pieces(self._order, rates, steps_at_once)
        result.rate = float(rates[-1])
        return result

    def _next_rates(self, epochs: int) -> Vector:
        """Return the rate of each step of the next epochs."""
        steps, rate = self.problem.steps_in(self._order), self.learning_rate
        schedule = self.plan.schedule
        if not schedule.varies:
            return np.full(epochs * steps, rate)
        with np.errstate(all="ignore"):  # of epochs that may never come
            factors = [schedule.factors(self._clock(steps, epoch)) for epoch in range(epochs)]
            return rate * np.concatenate(factors)

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

    def _clock(self, steps: int, ahead: int) -> Clock:
        """Return when the steps of an epoch happen, so many epochs from now."""
        done = self.epochs_done + ahead
        # a fit begins at the full rate, whatever was seen by those before; partial_fit goes on
        seen = self.samples_seen + ahead * self.rows if done or self.plan.single else 0
        return Clock(done + np.arange(steps) / steps, self.plan.max_epochs, seen)

    def _record(
        self, result: EpochResult, moment: float, scored: tuple[Vector, float] | None
    ) -> EpochRecord:
        """Return the record of an epoch that ended at a moment; `scored` are the outputs for the
        validation rows and their loss, if they are known.
        """
        val_loss = score = None
        if self.validation is not None:
            if result.finite and not self.guard.ran_away:
                table, rows, score_of = self.validation
                outputs, val_loss = scored or self.problem.evaluate(table, rows)
                score = score_of(outputs)
            else:
                val_loss = score = math.nan
        return EpochRecord(
            self.epochs_done,
            result.loss if result.finite else math.nan,
            val_loss,
            score,
            result.rate,
            result.gradient_norm,
            self._earlier + moment - (self._started or 0.0),
            result.damping,
        )
