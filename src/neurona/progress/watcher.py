"""Watcher: the callback that makes epoch events, and stops training when it has to.

After most epochs it compares a clock, nothing else: the records are in the training's history.
Ten times a second it looks what has been added, and hands on the first hundred epochs and, of
later ones, the last seen. Of several starts side by side it does so for each.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from neurona.errors import StopReason
from neurona.training.callbacks import Callback

if TYPE_CHECKING:
    from neurona.progress.events import Event, Stream
    from neurona.training.history import EpochRecord, History
    from neurona.training.loop import Training

INTERVAL = 0.1
ALL_UP_TO = 100
HISTORY_INTERVAL = 10.0
SLOW_EPOCH = 1.0


def nothing(*_: Any) -> None:
    """Do nothing: what a hook does unless told otherwise."""


class Watcher(Callback):
    """Watches one training, or several starts side by side.

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
        self._began = 0.0
        self._asked = self._ended = False
        self._watched: dict[int, _Watched] = {}
        self._best: tuple[float, int, float] | None = None
        self.training: Training | None = None

    def ask(self) -> bool:
        """Ask to stop after this epoch; returns False if that takes too long to wait for."""
        trainings = [one.training for one in self._watched.values()]
        if self._ended or (trainings and all(one.ended for one in trainings)):
            return True
        under_way = [one for one in trainings if one.epochs_done]
        if not under_way:
            return False
        training = under_way[0]
        self._asked = True
        self._next = -math.inf
        for one in under_way:
            one.hurry(SLOW_EPOCH)
        pace = training.history[-1].seconds / training.epochs_done
        # an exception between two epochs might come when what was learned is being taken over
        return pace < SLOW_EPOCH or not any(one.inside_epoch for one in trainings)

    def on_start(self, training: Training) -> None:
        """Tell how training begins."""
        watched = self._watched[training.start] = _Watched(training)
        deque(watched.catch_up(), 0)  # those of a training that is taken up
        self._started(training)
        self.training = training
        now = self._began = time.perf_counter()
        self._deadline = now + self._limit
        self._next_save = now + HISTORY_INTERVAL
        self._next = now

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Compare a clock; hand on what is new if it is time."""
        if training.start not in self._watched:
            self._watched[training.start] = _Watched(training)
        now = time.perf_counter()
        if now < self._next:
            return None
        return self._tick(training, now)

    def on_end(self, training: Training, reason: str) -> None:
        """Hand on the last epochs."""
        self._ended = True
        if self.training is not None:
            self._hand_on()
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
        self._hand_on()
        if now >= self._next_save:
            self._save(min(self._watched.values(), key=lambda one: one.best[0]).training.history)
            took = time.perf_counter() - now
            self._next_save = now + max(HISTORY_INTERVAL, 100 * took)
        self._next = min(now + INTERVAL, self._deadline)
        return None

    def _hand_on(self) -> None:
        for _, watched in sorted(self._watched.items()):
            for record in watched.catch_up():
                event = {"event": "epoch", **record._asdict(), **watched.facts(), **self._facts()}
                self._stream.put(event)
            if watched.training.ended and not watched.told and watched.training.starts > 1:
                watched.told = True
                self._tell_end(watched.training)

    def _tell_end(self, training: Training) -> None:
        """Tell how one of several starts ended, and which is the best so far."""
        from neurona.progress.facts import start_facts

        event = start_facts(training)
        value = event["value"]
        if value is not None:
            rank = -value if event["measure"] == "log_evidence" else value
            if self._best is None or rank < self._best[0]:
                self._best = rank, event["start"], value
        best = self._best or (None, None, None)
        self._stream.put({**event, "best_start": best[1], "best": best[2]})

    def _facts(self) -> Event:
        """Return how far all starts together are; nothing if there is but one."""
        trainings = [watched.training for watched in self._watched.values()]
        # more may follow than the first knew of
        starts = max(training.starts for training in trainings)
        if starts == 1:
            return {}
        longest = trainings[0].plan.max_epochs
        ended = [training.epochs_done for training in trainings if training.ended]
        # of a start that did not begin, as many as of those that ended
        usual = sum(ended) / len(ended) if ended else longest
        running = [training for training in trainings if not training.ended]
        todo = sum(training.plan.max_epochs - training.epochs_done for training in running)
        now, over_at = time.perf_counter(), trainings[0].about.get("over_at")
        left_of_budget = {} if over_at is None else {"seconds_left": max(0.0, over_at - now)}
        return {
            **left_of_budget,
            "epochs_of_all": sum(training.epochs_done for training in trainings),
            "epochs_left": round(todo + usual * (starts - len(trainings))),
            "seconds_of_all": now - self._began,
        }


class _Watched:
    """A training, how many of its records were seen, and the best one."""

    def __init__(self, training: Training) -> None:
        self.training = training
        self.best: tuple[float, int | None] = math.inf, None
        self.told = False
        self._seen = 0

    def catch_up(self) -> Iterator[EpochRecord]:
        """Yield what is new, thinned."""
        history = self.training.history
        count = len(history)
        first, self._seen = self._seen, count
        for index in range(first, count):
            record = history[index]
            value = record.loss if record.val_loss is None else record.val_loss
            if value < self.best[0]:
                self.best = value, record.epoch
            if index < ALL_UP_TO or index == count - 1:
                yield record

    def facts(self) -> Event:
        """Return what an event says besides the record."""
        training = self.training
        return {
            "epochs": training.plan.max_epochs,
            "best_epoch": self.best[1],
            "start": training.start + 1,
            "starts": training.starts,
            "candidate": training.about.get("candidate"),
        }
