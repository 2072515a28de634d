"""Trainings that are done once: one that would begin as another did is given what that came to.

What a training comes to depends on its rows, its first weights, its lots and its plan alone, so the
bits are those of training it. Whoever will train the same several times keeps a `Past`:

    with remembered() as past:
        ...  # what ends by itself is kept, and not trained again
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from neurona.errors import StopReason
from neurona.network import Vector
from neurona.training.callbacks import Callback
from neurona.training.guard import Guard
from neurona.training.history import EpochRecord
from neurona.training.loop import Training
from neurona.training.state import TrainingState, identity

MOST_ANSWERS = 5_000
"""Rows put aside times outputs up to which it is kept what was said of them after each epoch."""
MOST_BYTES = 2**29
"""Bytes of states up to which more are kept."""
OWN_ENDS = frozenset(StopReason) - {StopReason.INTERRUPTED, StopReason.FAILED, StopReason.TIME}
"""Ends that a training would come to again."""


class Ended(NamedTuple):
    """What a training came to; `said` are the answers that its score was asked for."""

    state: TrainingState
    records: list[EpochRecord]
    reason: str
    diverged: bool
    guard: Guard
    said: list[Vector]


class Past:
    """Trainings that have ended by themselves, by what decides what they come to.

    Attributes
    ----------
    recalled : int
        How many were not trained again.
    """

    def __init__(self) -> None:
        self._ended: dict[bytes, Ended] = {}
        self._bytes, self.recalled = 0, 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._ended)

    def run(self, training: Training, callbacks: Sequence[Callback]) -> str:
        """Run a training, or give it what one like it came to; returns why it ended.

        Callbacks hear the epochs in both cases.
        """
        key = _key(training)
        known = self._ended.get(key)
        if known is not None:
            with self._lock:
                self.recalled += 1
            return _end_as(training, known, callbacks)
        said = _hears(training)
        reason = training.run(callbacks)
        if reason in OWN_ENDS:
            state, records = training.keyframe(), list(training.history)
            ended = Ended(state, records, reason, training.diverged, training.guard, said)
            self._keep(key, ended)
        return reason

    def _keep(self, key: bytes, ended: Ended) -> None:
        size = 8 * sum(one.size for one in ended.said) + _bytes_of(ended.state)
        with self._lock:
            if self._bytes + size <= MOST_BYTES:
                self._bytes += size
                self._ended[key] = ended


_PAST: ContextVar[Past | None] = ContextVar("past", default=None)


@contextmanager
def remembered(past: Past | None = None) -> Iterator[Past]:
    """Let trainings that run inside be kept, and those that are known be recalled."""
    kept = Past() if past is None else past
    token = _PAST.set(kept)
    try:
        yield kept
    finally:
        _PAST.reset(token)


def run(training: Training, callbacks: Sequence[Callback]) -> str:
    """Run a training, unless it is remembered; returns why it ended."""
    past = _PAST.get()
    return training.run(callbacks) if past is None else past.run(training, callbacks)


def _key(training: Training) -> bytes:
    """Return what decides what a training comes to."""
    solving, digest = training.solving, hashlib.sha256()
    limits = () if solving is None else (solving.tolerances, solving.max_evaluations)
    of_rows = None if training.validation is None else training.validation.rows
    told = (
        identity(training),
        training.plan,
        training.rule,
        training.learning_rate,
        training.samples_seen,
        training.epochs_done,
        len(training.history),
        type(training.problem.session).__qualname__,
        of_rows,
        limits,
    )
    digest.update(repr(told).encode())
    lots: Any = training.random.get_state(legacy=True)
    digest.update(repr(lots[2:]).encode())
    for part in (lots[1], training.weights, training.order):
        digest.update(part.tobytes())
    return digest.digest()


def _hears(training: Training) -> list[Vector]:
    """Return a list that gets what a training says of rows put aside, where these are few."""
    said: list[Vector] = []
    aside = training.validation
    if aside is not None and aside.rows * training.network.sizes[-1] <= MOST_ANSWERS:
        score = aside.score

        def hears(outputs: Vector) -> float:
            said.append(outputs.copy())
            return score(outputs)

        training.validation = aside._replace(score=hears)
    return said


def _end_as(training: Training, known: Ended, callbacks: Sequence[Callback]) -> str:
    for record in known.records:  # others may hold this very history
        training.history.append(record)
    training.restore(known.state)
    training.diverged, training.guard = known.diverged, known.guard
    if training.validation is not None:
        for outputs in known.said:
            training.validation.score(outputs)
    reason = known.reason
    for record in known.records:
        said = [callback.on_epoch(training, record) for callback in callbacks]
        reason = next(filter(None, said), reason)
    training.ended, training.reason = True, reason
    training.problem.close()
    return reason


def _bytes_of(state: TrainingState) -> int:
    method = vars(state.optimizer).values()
    arrays = [state.weights, state.order, *method]
    return sum(getattr(one, "nbytes", 0) for one in arrays)
