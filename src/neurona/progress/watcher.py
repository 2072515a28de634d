"""Watcher: the callback that makes epoch events, and stops training when it has to.

After most epochs it compares a clock, nothing else: the records are in the training's history.
Ten times a second it looks what has been added, and hands on the first hundred epochs and, of
later ones, the last seen.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from neurona.errors import StopReason
from neurona.training.callbacks import Callback

if TYPE_CHECKING:
    from neurona.progress.events import Stream
    from neurona.training.history import EpochRecord, History
    from neurona.training.loop import Training

INTERVAL = 0.1
ALL_UP_TO = 100
HISTORY_INTERVAL = 10.0
SLOW_EPOCH = 1.0


def nothing(*_: Any) -> None:
    """Do nothing: what a hook does unless told otherwise."""


class Watcher(Callback):
    """Watches one training.

    Parameters
    ----------
    stream : Stream
        Where events go.
    started : function of a Training
        Called before the first epoch; makes the start event.
    ended : function of a Training and the reason
        Called after the last epoch, also after an error.
    time_limit : float
        Seconds after which to stop.
    save_history : function of a History
        Called now and then, and at most a hundredth of the time.
    stopping : function of a Training
        Called before training is stopped from here.
    """

    def __init__(
        self,
        stream: Stream,
        started: Callable[[Training], None],
        ended: Callable[[Training, str], None] = nothing,
        time_limit: float = math.inf,
        save_history: Callable[[History], None] = nothing,
        stopping: Callable[[Training], None] = nothing,
    ) -> None:
        self._stream, self._limit = stream, time_limit
        self._started, self._on_end = started, ended
        self._save, self._stopping = save_history, stopping
        self._next = math.inf
        self._deadline = math.inf
        self._next_save = math.inf
        self._seen = 0
        self._asked = self._ended = False
        self._best: tuple[float, int | None] = math.inf, None
        self._epochs = 0
        self.training: Training | None = None

    def ask(self) -> bool:
        """Ask to stop after this epoch; returns False if that takes too long to wait for."""
        if self._ended:
            return True
        training = self.training
        if training is None or not training.epochs_done:
            return False
        self._asked = True
        self._next = -math.inf
        pace = training.history[-1].seconds / training.epochs_done
        return pace < SLOW_EPOCH

    def on_start(self, training: Training) -> None:
        """Tell how training begins."""
        self._seen = len(training.history)
        for record in training.history:
            self._mark_best(record)
        self._epochs = training.plan.max_epochs
        self._started(training)
        self.training = training
        now = time.perf_counter()
        self._deadline = now + self._limit
        self._next_save = now + HISTORY_INTERVAL
        self._next = now

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Compare a clock; hand on what is new if it is time."""
        now = time.perf_counter()
        if now < self._next:
            return None
        return self._tick(training, now)

    def on_end(self, training: Training, reason: str) -> None:
        """Hand on the last epochs."""
        self._ended = True
        if self.training is not None:
            self._hand_on(training.history)
            self.training = None
        self._on_end(training, reason)

    def _tick(self, training: Training, now: float) -> str | None:
        reason: str | None = None
        if self._asked:
            reason = StopReason.INTERRUPTED
        elif now >= self._deadline:
            reason = f"the time limit of {self._limit:g} s was reached"
        if reason:
            self._stopping(training)
            return str(reason)
        self._hand_on(training.history)
        if now >= self._next_save:
            self._save(training.history)
            took = time.perf_counter() - now
            self._next_save = now + max(HISTORY_INTERVAL, 100 * took)
        self._next = min(now + INTERVAL, self._deadline)
        return None

    def _hand_on(self, history: History) -> None:
        count = len(history)
        for index in range(self._seen, count):
            record = history[index]
            self._mark_best(record)
            if index < ALL_UP_TO or index == count - 1:
                event = {"event": "epoch", **record._asdict()}
                self._stream.put({**event, "epochs": self._epochs, "best_epoch": self._best[1]})
        self._seen = count

    def _mark_best(self, record: EpochRecord) -> None:
        value = record.loss if record.val_loss is None else record.val_loss
        if value < self._best[0]:
            self._best = value, record.epoch
