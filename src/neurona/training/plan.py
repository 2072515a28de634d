"""How a training goes, and what ends it: what is decided before the first epoch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from neurona.errors import StopReason
from neurona.network import Vector
from neurona.numerics.schedules import Constant, Schedule
from neurona.training.history import EpochRecord
from neurona.training.rows import Table


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
    """How a training goes: lengths, rates, and what ends it.

    `single`: it is one epoch of many that are asked for one by one, on rows that may change.
    """

    max_epochs: int
    learning_rate: float
    schedule: Schedule = field(default_factory=Constant)
    restore_best: bool = False
    stop_when_flat: bool = True
    shuffle: bool = True
    single: bool = False

    def why_flat(self, rate: float, monitor: str) -> StopReason:
        """Return why a training ends whose results are flat, at the rate it has come to."""
        if not isinstance(self.schedule, Constant) and rate < self.learning_rate:
            return StopReason.RATE_TOO_SMALL
        return StopReason.LOSS_FLAT if monitor == "loss" else StopReason.MONITOR_FLAT


def order_of(rows: Any) -> Vector:
    """Return row numbers as the kernels take them."""
    return np.ascontiguousarray(rows, np.int64)
