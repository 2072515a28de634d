"""Timing: the trainings of a contest by its clock: how long each may take, and which were cut."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import Any

from neurona.errors import StopReason
from neurona.estimators.tables.contest.clock import Clock
from neurona.training.loop import Training

SLACK = 2.0
"""Times its share of the time that a training with second-order steps may take."""


class Timing:
    """Plans trainings by a clock, and remembers what came of it; without a clock it does nothing.

    Parameters
    ----------
    clock : Clock or None
    reserved : sequence of float
        The work of trainings that may follow, until `settled`.
    """

    def __init__(self, clock: Clock | None, reserved: Sequence[float]) -> None:
        self.clock, self._reserved = clock, list(reserved)
        self._lock = threading.Lock()
        self._begun: set[int] = set()
        self._until: dict[int, float] = {}
        self._per_epoch: dict[int, float] = {}
        self._cut: dict[str, list[tuple[int, int]]] = {}

    def settled(self) -> None:
        """Take note that what follows is known: nothing is kept for it any more."""
        self._reserved = []

    def plan(self, job: int, works: Sequence[float], model: Any = None) -> None:
        """Decide how long a training may take; `works` are those of all trainings.

        The epochs of the MLP of one that goes in steps are planned by it, so that the rate comes
        down to its end; others get more time than their share, and end by themselves.
        """
        if self.clock is None:
            return
        with self._lock:
            self._begun.add(job)
            others = [work for k, work in enumerate(works) if k not in self._begun]
            others += self._reserved
            slack = SLACK if model is None else 1.0
            until = self.clock.begin(job, works[job], sum(others), len(others), slack)
            self._until[job] = until
        if model is not None:
            share = self.clock.share(works[job], until)
            self._per_epoch[job] = works[job] / model.max_iter
            model.set_params(max_iter=max(1, math.floor(share * model.max_iter)))

    def follow(self, job: int, training: Training) -> Training:
        """Return a training that was planned, which ends in time."""
        training.ends_at = self._until.get(job, math.inf)
        if self.clock is not None:
            training.about["over_at"] = self.clock.end
        return training

    def ended(self, job: int, training: Training) -> None:
        """Take note of how a training ended."""
        if self.clock is None:
            return
        self.clock.done(job, self._per_epoch.get(job, 0.0) * training.epochs_done)
        most = training.plan.max_epochs
        if training.reason == StopReason.TIME and training.epochs_done < most:
            name = training.about["candidate"].split(",")[0]
            with self._lock:
                self._cut.setdefault(name, []).append((training.epochs_done, most))

    def in_words(self) -> list[str]:
        """Return what the clock cut, in a sentence; nothing if that is nothing."""
        if self.clock is None or not self._cut:
            return []
        each = []
        for name, ends in self._cut.items():
            least, most = min(ends), max(ends)
            to = "" if least == most else f" to {most[0]:,} of {most[1]:,}"
            times = f"{len(ends)} times " if len(ends) > 1 else ""
            each.append(f"{name} {times}after {least[0]:,} of {least[1]:,}{to} epochs")
        return [f"The time budget of {self.clock.seconds:g} s cut short: {'; '.join(each)}."]
