"""Many starts at once: the same training from several initial weights, in parallel threads, or by
an engine that does their steps together.

The kernels release the GIL, so trainings side by side use all processors. Each start has random
numbers of its own, drawn before any begins, so the result does not depend on the threads.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from neurona.errors import StopReason
from neurona.inference.members import Member
from neurona.inference.posterior import Posterior
from neurona.numerics.evidence import LARGEST_SHARE
from neurona.training import recall
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.engine import SideBySideEngine
from neurona.training.history import EpochRecord
from neurona.training.loop import Training
from neurona.training.solving import Solving


class Start(NamedTuple):
    """What one start came to.

    `result` is what starts are compared by, lower is better: the monitored result on validation
    rows, else less the log evidence, else the loss. `cut` says that it was ended before its time.
    """

    member: Member
    result: float
    loss: float
    epochs: int
    reason: str
    cut: bool = False


@dataclass
class Outcome:
    """All starts in their order, which is the best, its training, and why training ended.

    `reason` is what ended all starts, if something did, else why the best one ended.
    """

    starts: list[Start]
    best: int
    training: Training
    reason: str


class _Relay(Callback):
    """Hands the epochs of all starts on, one at a time; the rest is done once, by `train_all`."""

    def __init__(self, callbacks: Sequence[Callback], alone: AbstractContextManager[Any]) -> None:
        self._callbacks, self._alone = callbacks, alone
        self.said: str | None = None

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        with self._alone:
            for callback in self._callbacks:
                said = callback.on_epoch(training, record)
                self.said = self.said or said
            return self.said


def start_of(training: Training, reason: str) -> Start:
    """Return what a training came to."""
    history, rule = training.history, training.rule
    loss = history[-1].loss if len(history) else math.inf
    diverged = training.diverged or reason == StopReason.DIVERGED
    posterior = None if diverged else posterior_of(training)
    result = loss
    if rule.monitor != "loss":
        result = rule.best
    elif posterior is not None:
        result = -posterior.log_evidence
    if diverged or not math.isfinite(result):
        result = math.inf
    member = Member(training.network, training.weights.copy(), posterior)
    return Start(member, result, loss, training.epochs_done, reason)


def kept(starts: Sequence[Start]) -> list[Member]:
    """Return the members whose mean is the prediction: no start that diverged, and, where a network
    without hidden layer is among them, only those with more evidence than it; it alone, if none
    has more.

    On noisy data with many weak inputs networks find optima that fit the noise; their evidence is
    then below a straight line's.
    """
    members = [start.member for start in starts if math.isfinite(start.result)]
    known = [(one, one.posterior) for one in members if one.posterior is not None]
    plain = [(p.log_evidence, one) for one, p in known if one.network.n_layers == 1]
    if not plain:
        return members
    least, linear = max(plain, key=lambda pair: pair[0])
    return [one for one, p in known if p.log_evidence > least] or [linear]


def shape_of(start: int, starts: int, hidden: Sequence[bool]) -> int:
    """Return which of several shapes a start has: those with hidden layers in turn, and at the end
    each without, which has one optimum only, once.

    `hidden` tells of each shape whether it has hidden layers.
    """
    curved = [k for k, has in enumerate(hidden) if has]
    straight = [k for k, has in enumerate(hidden) if not has]
    if not curved:
        return straight[start % len(straight)]
    last = start - (starts - len(straight))
    return straight[last] if last >= 0 else curved[start % len(curved)]


def posterior_of(training: Training) -> Posterior | None:
    """Return the posterior at a training's weights, None if its solver knows nothing of it."""
    if training.solving is None:
        return None
    with one_blas_thread():
        return _posterior(training, training.solving)


def _posterior(training: Training, solving: Solving) -> Posterior | None:
    objective, state = solving.objective, solving.state.copy()
    state.x = objective.parameters_of(training.weights)
    believed = solving.solver.posterior(objective, state)
    if believed is None:
        return None
    believed = objective.believed_outside(believed)
    seen = believed.evidence
    outputs = training.network.sizes[-1]
    noise = np.zeros(outputs)
    if objective.has_noise:
        # one precision trained all outputs; each gets the noise that its own errors show
        errors = objective.squared_errors(state.x)
        used = min(float(seen.effective.sum()), LARGEST_SHARE * objective.observations)
        noise = errors / (objective.weight - used / outputs)
    return Posterior(
        seen.factor,
        believed.precisions,
        seen.effective,
        noise,
        seen.log,
        believed.by_input,
    )


def _why(reason: str, interrupted: bool, error: BaseException | None) -> str:
    """Return why all starts ended, where that is not why one of them did."""
    if error is not None:
        return StopReason.FAILED
    return StopReason.INTERRUPTED if interrupted else reason


Judge = Callable[[Training, str], Start]
"""Returns what a training came to, that ended for a reason."""


def train_all(
    make: Callable[[int], Training],
    count: int,
    callbacks: Sequence[Callback],
    threads: int,
    judge: Judge = start_of,
    more: Callable[[list[Start]], int] | None = None,
    together: SideBySideEngine | None = None,
) -> Outcome:
    """Train `count` starts, `threads` at a time or all `together`, and return what they came to.

    `make(start)` returns a training that is ready to run. Callbacks see the epochs of all starts
    (`training.start` tells which); when one returns a sentence, all end. Ctrl-C ends all, and the
    best so far is kept: of those that came to their own end, if there are any.
    `more`, if there is one, is given what all starts came to when none was cut short, and says how
    many are to follow, again and again until none are; the best is then one of the last.
    """
    return _Starts(make, count, callbacks, judge, together).run(threads, more)


class _Starts:
    """Trainings side by side, what they came to, and the best of them."""

    def __init__(
        self,
        make: Callable[[int], Training],
        count: int,
        callbacks: Sequence[Callback],
        judge: Judge,
        together: SideBySideEngine | None,
    ) -> None:
        self._make, self._count, self._callbacks, self._judge = make, count, callbacks, judge
        self._together = together
        self._alone = threading.Lock() if together is None else together.alone
        self._relay = _Relay(callbacks, self._alone)
        self._kept, self._begun = threading.Lock(), threading.Event()
        self._called_off, self._interrupted = threading.Event(), threading.Event()
        self._done: dict[int, Start] = {}
        self._failed: dict[int, BaseException] = {}
        self._best: list[tuple[tuple[bool, float, int], Training]] = []

    def run(self, threads: int, more: Callable[[list[Start]], int] | None) -> Outcome:
        """Train all, and those that follow; see `train_all`."""
        error: BaseException | None = None
        try:
            error = self._side_by_side(range(self._count), threads)
            while more and error is None and self._all_ended():
                following = more(self._in_order())
                if not following:
                    break
                first, self._count = self._count, self._count + following
                earlier, self._best = self._best, []
                error = self._side_by_side(range(first, self._count), threads)
                self._best = self._best or earlier
        finally:
            if self._best:
                (_, _, first), training = self._best[0]
                said = self._relay.said or self._done[first].reason
                reason = _why(said, self._interrupted.is_set(), error)
                for callback in self._callbacks:
                    callback.on_end(training, str(reason))
        if error is not None:
            raise error
        if not self._best:
            raise KeyboardInterrupt  # before any start began
        return Outcome(self._in_order(), sorted(self._done).index(first), training, str(reason))

    def _all_ended(self) -> bool:
        return len(self._done) == self._count and not any(s.cut for s in self._done.values())

    def _in_order(self) -> list[Start]:
        return [self._done[start] for start in sorted(self._done)]

    def _side_by_side(self, starts: range, threads: int) -> BaseException | None:
        """Run all of some starts, and return the first error; Ctrl-C calls all off."""
        works: list[Callable[[], object]] = [partial(self._one, start) for start in starts]
        if self._together is not None:
            works = [partial(self._together.take_turns, works)]
        if self._together is not None and threading.current_thread() is not threading.main_thread():
            works[0]()  # here, where all of it may be one of several works that take turns
        else:
            self._in_threads(works, threads)
        return self._failed[min(self._failed)] if self._failed else None

    def _in_threads(self, works: Sequence[Callable[[], object]], threads: int) -> None:
        """Do works, none of them in this thread, so that it hears Ctrl-C."""
        with ThreadPoolExecutor(max(1, min(threads, len(works)))) as pool:
            try:
                wait([pool.submit(copy_context().run, work) for work in works])
            except KeyboardInterrupt:
                self._interrupted.set()
                self._called_off.set()

    def _begin(self, start: int) -> Training:
        training = self._make(start)
        training.start, training.starts = start, self._count
        training.called_off = self._called_off
        return training

    def _begin_first(self) -> Training:
        try:
            training = self._begin(0)
            for callback in self._callbacks:
                callback.on_start(training)
        except BaseException:
            self._called_off.set()
            raise
        finally:
            self._begun.set()
        return training

    def _one(self, start: int) -> None:
        """Run a start; an error is kept, and calls all others off."""
        try:
            self._run(start)
        except BaseException as error:
            self._failed[start] = error
            self._called_off.set()

    def _run(self, start: int) -> None:
        if start == 0:
            with self._alone:
                training = self._begin_first()
        else:
            self._begun.wait()
            if self._called_off.is_set() or self._relay.said:
                return
            training = self._begin(start)
        reason = recall.run(training, [self._relay] if self._callbacks else [])
        interrupted = reason == StopReason.INTERRUPTED
        for event in (self._interrupted, self._called_off) if interrupted else ():
            event.set()
        cut = reason in (StopReason.INTERRUPTED, self._relay.said)
        came_to = self._judge(training, reason)._replace(cut=cut)
        with self._kept:
            self._done[start] = came_to
            rank = cut, came_to.result, start
            if not self._best or rank < self._best[0][0]:
                self._best[:] = [(rank, training)]
