"""Schedules: the learning rate as a function of time.

| name | factor on the initial rate after e epochs | |
|---|---|---|
| constant | 1 | |
| invscaling | (samples seen + 1)^-power | scikit-learn |
| adaptive | divided by 5 each time the monitored result is flat | scikit-learn |
| step | factor^floor(e / every) | |
| exponential | decay^e | |
| cosine | half a cosine from 1 to `minimum`, restarts every `period` epochs (Loshchilov 2017) | |
| one_cycle | up from 1 / `start` to 1, down to 1 / `end`, on cosines (Smith 2018) | |
| warm_up | linear from 0 to 1 over `epochs`, then another schedule | |
| reduce_on_plateau | times `factor` whenever `patience` epochs bring no improvement | |

A schedule is a value; `factors(clock)` is a plain function of the steps' times. Times are counted
in epochs and are fractional: with 100 steps an epoch the rate changes a hundred times an epoch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import numpy as np

from neurona import elsewhere
from neurona.registry import Registry
from neurona.values import Value, option

SCHEDULES = Registry("schedule", elsewhere.SCHEDULES)

Times = np.ndarray[Any, np.dtype[np.float64]]


class Clock(NamedTuple):
    """When the steps of an epoch happen: `epochs`, one (fractional) time per step; how long
    training may last.
    """

    epochs: Times
    total_epochs: int
    samples_seen: int


@dataclass(frozen=True)
class Schedule(Value):
    """Base of the schedules. `varies`: the factor changes with time, so it is computed anew every
    epoch.
    """

    varies: ClassVar[bool] = True

    def factors(self, clock: Clock) -> Times:
        """Return the factor on the initial learning rate for each step."""
        raise NotImplementedError

    def on_plateau(self, rate: float) -> float | None:
        """Return the base rate to go on with when the stopping rule fires, or None to stop."""
        return None

    def after_epoch(self, rate: float, epochs_without_improvement: int) -> float:
        """Return the base rate for the next epoch."""
        return rate


@SCHEDULES.register("constant")
@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate throughout."""

    varies = False

    def factors(self, clock: Clock) -> Times:
        """Return ones."""
        return np.ones(clock.epochs.size)


@SCHEDULES.register("invscaling")
@dataclass(frozen=True)
class InvScaling(Schedule):
    """scikit-learn's: the rate falls with a power of the number of samples seen, once per epoch."""

    power: float = option(0.5, 0)

    def factors(self, clock: Clock) -> Times:
        """Return the power of the samples seen before this epoch."""
        return np.full(clock.epochs.size, float(clock.samples_seen + 1) ** -self.power)


@SCHEDULES.register("adaptive")
@dataclass(frozen=True)
class Adaptive(Schedule):
    """scikit-learn's: instead of stopping, divide the rate by 5, until it is 1e-6 or less."""

    varies = False
    factor: float = option(5.0, 1, closed="neither")
    minimum: float = option(1e-6, 0)

    def factors(self, clock: Clock) -> Times:
        """Return ones."""
        return np.ones(clock.epochs.size)

    def on_plateau(self, rate: float) -> float | None:
        """Divide, or stop."""
        return None if rate <= self.minimum else rate / self.factor


@SCHEDULES.register("reduce_on_plateau")
@dataclass(frozen=True)
class ReduceOnPlateau(Schedule):
    """Multiply the rate by `factor` whenever `patience` epochs bring no improvement; never stops by
    itself.
    """

    varies = False
    factor: float = option(0.1, 0, 1, "neither")
    patience: int = option(5, 0)
    minimum: float = option(0.0, 0)

    def factors(self, clock: Clock) -> Times:
        """Return ones."""
        return np.ones(clock.epochs.size)

    def after_epoch(self, rate: float, epochs_without_improvement: int) -> float:
        """Reduce the rate when patience is over."""
        due = (
            epochs_without_improvement > 0 and epochs_without_improvement % (self.patience + 1) == 0
        )
        return max(rate * self.factor, min(self.minimum, rate)) if due else rate


@SCHEDULES.register("step")
@dataclass(frozen=True)
class StepDecay(Schedule):
    """Multiply by `factor` every `every` epochs."""

    every: float = option(10, 0, closed="neither")
    factor: float = option(0.5, 0, closed="neither")

    def factors(self, clock: Clock) -> Times:
        """Return a staircase."""
        return self.factor ** np.floor(clock.epochs / self.every)


@SCHEDULES.register("exponential")
@dataclass(frozen=True)
class Exponential(Schedule):
    """Multiply by `decay` every epoch, smoothly."""

    decay: float = option(0.95, 0, closed="neither")

    def factors(self, clock: Clock) -> Times:
        """Return a power of the time."""
        return self.decay**clock.epochs


@SCHEDULES.register("cosine")
@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine from 1 to `minimum`; restarts each `period` epochs, the next period `growth`
    times as long.

    Without a period there is one, as long as training may last.
    """

    period: float | None = None
    growth: float = option(1.0, 1)
    minimum: float = option(0.0, 0, 1, "both")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.period is not None:
            self._check("period", self.period, 0, math.inf, "neither")

    def factors(self, clock: Clock) -> Times:
        """Return the cosine."""
        period = float(self.period or clock.total_epochs)
        if self.growth == 1:
            phase = np.mod(clock.epochs, period) / period
        else:
            # after k restarts period (growth^k - 1) / (growth - 1) epochs are over
            k = np.floor(
                np.log1p(clock.epochs / period * (self.growth - 1)) / math.log(self.growth) + 1e-9
            )
            begun = period * (self.growth**k - 1) / (self.growth - 1)
            phase = (clock.epochs - begun) / (period * self.growth**k)
        return self.minimum + (1 - self.minimum) * 0.5 * (1 + np.cos(np.pi * phase))


@SCHEDULES.register("one_cycle")
@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up from 1 / start to the given rate over the share `warm`, then down to 1 / end, over all of
    training.
    """

    warm: float = option(0.3, 0, 1, "neither")
    start: float = option(25.0, 1)
    end: float = option(1e4, 1)

    def factors(self, clock: Clock) -> Times:
        """Return the cycle."""
        time = np.minimum(clock.epochs / max(clock.total_epochs, 1), 1.0)
        up = 0.5 * (1 - np.cos(np.pi * time / self.warm))
        down = 0.5 * (1 + np.cos(np.pi * (time - self.warm) / (1 - self.warm)))
        low, last = 1 / self.start, 1 / self.end
        return np.where(time < self.warm, low + (1 - low) * up, last + (1 - last) * down)


@SCHEDULES.register("warm_up")
@dataclass(frozen=True)
class WarmUp(Schedule):
    """Linear from 0 to the given rate over `epochs`, then the schedule `then` with its time from
    there.
    """

    epochs: float = option(5.0, 0, closed="neither")
    then: Schedule = field(default_factory=Constant)

    def factors(self, clock: Clock) -> Times:
        """Return the ramp; the first step is not wasted on a rate of 0."""
        step = clock.epochs[1] - clock.epochs[0] if clock.epochs.size > 1 else 1.0
        ramp = (clock.epochs + step) / self.epochs
        left = max(int(clock.total_epochs - self.epochs), 1)
        later = clock._replace(
            epochs=np.maximum(clock.epochs - self.epochs, 0.0), total_epochs=left
        )
        return np.where(ramp < 1, ramp, self.then.factors(later))

    def on_plateau(self, rate: float) -> float | None:
        """Leave it to the schedule that follows."""
        return self.then.on_plateau(rate)

    def after_epoch(self, rate: float, epochs_without_improvement: int) -> float:
        """Leave it to the schedule that follows."""
        return self.then.after_epoch(rate, epochs_without_improvement)
