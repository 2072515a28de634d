"""The learning rate and the batch: curvature and noise, and short trainings with others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.checks.progress import FEW_STEPS
from neurona.diagnosis.curves import strides
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy
from neurona.diagnosis.probes import Losses, Probe
from neurona.optimizers import SGD
from neurona.training.measures import preconditioner, sharpness, stable_rate

CLEAR = 0.25
"""A share of the loss by which another rate must be better."""
SHORT = 0.05
"""So much less than simple means a model explains if something is wrong with it."""
WORTH = 0.02
"""A share of the trivial answer's loss that is worth it."""


KEPT = 0.3
"""The share of a rate that is kept, at least, where it falls to 0 anyway."""
FALLING: dict[str, Any] = {"schedule": "cosine"}


def rounded(value: float) -> float:
    """Return a number with one digit that tells."""
    return float(f"{value:.0e}")


def limit_of(evidence: Evidence) -> tuple[float | None, float | None]:
    """Return the sharpness as the optimizer sees it, and the largest stable rate; None if nothing
    so simple can be said.
    """
    optimizer = evidence.optimizer
    if isinstance(optimizer, SGD):
        found = evidence.sharpness_first if evidence.diverged else evidence.sharpness_last
        value = None if found is None else found.value
        return value, None if value is None else stable_rate(optimizer, value)
    kept = evidence.case.network.standing().optimizer
    if kept is None or evidence.at_last is None:
        return None, None
    divisor = preconditioner(optimizer, kept, evidence.network)
    if divisor is None or not np.isfinite(divisor).all():
        return None, None
    seen = evidence.measure(lambda place: sharpness(place, divisor), evidence.at_last)
    return (None, None) if seen is None else (seen.value, stable_rate(optimizer, seen.value))


@FINDINGS.register("rate_too_large")
@dataclass(frozen=True)
class RateTooLarge(Check):
    """Steps that jump over what they are looking for."""

    of_one_training = True

    clear: float = CLEAR
    worth: float = WORTH

    causes = ("unscaled_inputs", "unscaled_target", "exploding_gradients", "batch_too_small")

    def look(self, evidence: Evidence) -> Finding | None:
        """Train a little with smaller rates, from where training came to."""
        if evidence.optimizer is None:
            return None
        trivial = evidence.on_seen.trivial
        tried = evidence.probe
        assert tried is not None
        factor, lost = self._better(tried, trivial)
        worse = evidence.on_held is not None and evidence.on_held.explained < 0
        if factor is None and (evidence.stuck or worse or evidence.falls_short > SHORT):
            tried = evidence.probe_first
            factor, lost = self._better(tried, trivial, clear=0.1 if evidence.stuck else 0.5)
        if factor is None and not evidence.diverged:
            return None
        value, limit = limit_of(evidence)
        if factor is None:
            return (
                None
                if limit is None or evidence.rate < limit
                else self._said(evidence, tried, 0.1, 1.0, value, limit)
            )
        return self._said(evidence, tried, factor, lost, value, limit)

    def _better(
        self, tried: Probe, trivial: float, clear: float | None = None
    ) -> tuple[float | None, float]:
        """Return the smaller factor that is clearly better, and by how much."""
        factor = tried.among(f for f in tried.losses if f < 1)
        share, worth = tried.losses[factor].gain_over(tried.now, trivial)
        clearly = share > (self.clear if clear is None else clear) and worth > self.worth
        return (factor, worth) if clearly else (None, 0.0)

    def _said(
        self,
        evidence: Evidence,
        tried: Probe,
        factor: float,
        lost: float,
        value: float | None,
        limit: float | None,
    ) -> Finding:
        rate = evidence.rate
        new = rounded(rate * factor)
        if evidence.diverged:
            what = f"Training diverged at the learning rate {rate:g}"
        else:
            what = (
                f"At a learning rate of {new:g} instead of {rate:g} the loss is "
                f"{tried.losses[factor].seen:.3g} after {tried.steps} steps from "
                f"{'where it ended' if tried.from_last else 'the start'}, not "
                f"{tried.now.seen:.3g}"
            )
        if limit is not None and value is not None and rate > limit:
            what += f"; the curvature is {value:.3g}, at which steps grow beyond {limit:.2g}"
        severity = 0.5 + 0.3 * min(1.0, lost * 2) + 0.2 * evidence.diverged
        return self.found(
            severity,
            f"{what}.",
            "Steps that are too long jump across the valley instead of into it.",
            f"Lower the learning rate to about {new:g}.",
            {
                "rate": rate,
                "stable_rate": evidence.number(limit),
                "sharpness": evidence.number(value),
                "loss_now": tried.now.seen,
                "loss_at_the_smaller": tried.losses[factor].seen,
            },
            Remedy({"learning_rate_init": new}),
        )


@FINDINGS.register("rate_too_small")
@dataclass(frozen=True)
class RateTooSmall(Check):
    """Steps so short that training ends long before it arrives."""

    of_one_training = True

    clear: float = CLEAR
    worth: float = WORTH
    factor: float = 10.0
    """Rates this many times larger are tried, and more."""

    causes = ("unscaled_inputs", "unscaled_target", "vanishing_gradients", "exploding_gradients",
              "dead_units", "saturated_units")  # fmt: skip

    def look(self, evidence: Evidence) -> Finding | None:
        """Train a little with larger rates, from where training came to."""
        tried = evidence.probe
        if tried is None or evidence.diverged or evidence.case.fit.plan.schedule.varies:
            tried = None if tried is None or evidence.diverged else evidence.probe_first
            if tried is None or evidence.explained > 0.9:
                return None
        trivial = evidence.on_seen.trivial
        moves = tried.now.gain_over(tried.start, trivial)[0] > 0.03
        if moves and evidence.steps < FEW_STEPS:
            return None
        factor = tried.among(f for f in tried.losses if f >= self.factor)
        larger = tried.losses[factor]
        share, worth = larger.gain_over(tried.now, trivial)
        # one that learns as fast already is no slower than its rate
        if share <= self.clear or worth <= self.worth or larger.seen > tried.losses[3.0].seen:
            return None
        if not tried.from_last and tried.now.gain_over(tried.start, trivial)[1] > 0.02:
            return None
        new, rate = rounded(evidence.rate * factor), evidence.rate
        _, limit = limit_of(evidence)
        steps = evidence.steps
        return self.found(
            0.4 + 0.4 * min(1.0, worth * 2) + 0.1 * min(1.0, steps / 2000),
            f"At a learning rate of {new:g} instead of {rate:g} the loss falls from "
            f"{tried.start.seen:.3g} to {larger.seen:.3g} in {tried.steps} steps; at {rate:g} it "
            f"comes to {tried.now.seen:.3g}.",
            f"In {steps:,} steps so short training does not get far.",
            f"Raise the learning rate to about {new:g}.",
            {
                "rate": rate,
                "stable_rate": evidence.number(limit),
                "steps": steps,
                "loss_now": tried.now.seen,
                "loss_at_the_larger": larger.seen,
            },
            Remedy({"learning_rate_init": new}),
        )


@FINDINGS.register("oscillation")
@dataclass(frozen=True)
class Oscillation(Check):
    """A loss that goes up as often as down, in strides."""

    of_one_training = True

    stride: float = 0.12
    """The mean change from one epoch to the next, by the loss."""
    short: float = 0.03
    clear: float = 0.15
    """Shorter strides count, too, where short trainings at a lower rate bring the loss down by this
    share.
    """
    least_epochs: int = 16

    causes = ("rate_too_large", "unscaled_inputs", "unscaled_target")

    def look(self, evidence: Evidence) -> Finding | None:
        """Look at the second half of the curve."""
        curve = evidence.curve[np.isfinite(evidence.curve)]
        if len(curve) < self.least_epochs or evidence.optimizer is None:
            return None
        half = curve[len(curve) // 2 :]
        found, trivial = strides(half), evidence.on_seen.trivial
        if not found.oscillates(self.short) or found.level < WORTH * trivial:
            return None
        tried = evidence.probe
        assert tried is not None
        factor = tried.among(f for f in tried.losses if f < 1)
        share, worth = tried.losses[factor].gain_over(tried.now, trivial)
        hurts = share > self.clear and worth > WORTH
        if not found.oscillates(self.stride) and not hurts:
            return None
        falls = evidence.case.fit.plan.schedule.varies or evidence.case.of_tables
        new = rounded(evidence.rate * (factor if falls else max(factor, KEPT)))
        changes = {"learning_rate_init": new} if falls else FALLING | {"learning_rate_init": new}
        return self.found(
            0.72 + min(0.25, found.stride),
            f"In the second half of the training the loss goes up in {found.up:.0%} of the epochs, "
            f"and changes by {found.stride:.0%} from one to the next.",
            "The steps are too long, or see too few rows, to settle.",
            f"Lower the learning rate to about {new:g}"
            + ("." if falls else ", and let it fall to 0 (schedule='cosine')."),
            {**found._asdict(), "rate": evidence.rate},
            Remedy(changes),
        )


@FINDINGS.register("batch_too_large")
@dataclass(frozen=True)
class BatchTooLarge(Check):
    """Batches of so many rows that few steps are left."""

    of_one_training = True
    counts_rows = True

    clear: float = CLEAR
    worth: float = WORTH
    least: int = 16

    causes = ("rate_too_small", "rate_too_large", "unscaled_inputs", "unscaled_target",
              "exploding_gradients")  # fmt: skip

    def look(self, evidence: Evidence) -> Finding | None:
        """Train on the same rows in smaller batches."""
        if not _has_batches(evidence):
            return None
        batch, tried = evidence.case.fit.batch, evidence.probe_batches
        smaller = [one for one in tried if one < batch]
        if not smaller or batch <= self.least:
            return None
        best = min(smaller, key=lambda one: tried[one].worst)
        share, worth = tried[best].gain_over(tried[batch], evidence.on_seen.trivial)
        if share <= self.clear or worth <= self.worth:
            return None
        steps = -(-evidence.rows // batch)
        return self.found(
            0.35 + 0.4 * min(1.0, worth * 2),
            _of_batches(evidence, tried, best),
            f"A batch of {batch} of {evidence.rows:,} rows leaves {steps} steps an epoch.",
            f"Set batch_size={best}.",
            _numbers(evidence, tried, best),
            Remedy({"batch_size": best}),
        )


@FINDINGS.register("batch_too_small")
@dataclass(frozen=True)
class BatchTooSmall(Check):
    """Batches of so few rows that a step sees mostly noise."""

    of_one_training = True

    clear: float = CLEAR
    worth: float = WORTH
    clear_first: float = 0.1
    """The same share from where training began, where larger batches have fewer steps to get as
    far.
    """
    most: int = 8
    noise: float = 4.0
    """The noise scale is so many batches, at least."""

    causes = ("unscaled_inputs", "unscaled_target", "exploding_gradients")

    def look(self, evidence: Evidence) -> Finding | None:
        """Train on the same rows in larger batches, where the gradient's noise asks for them: from
        where training came to, and, since what noise has broken stays so, from where it began.
        """
        batch = evidence.case.fit.batch
        if not _has_batches(evidence) or batch > self.most:
            return None
        if not _noise(evidence) > self.noise * batch:
            return None
        for tried, clear in (
            (evidence.probe_batches, self.clear),
            (evidence.probe_batches_first, self.clear_first),
        ):
            larger = [one for one in tried if one > batch]
            if not larger:
                return None
            best = min(larger, key=lambda one: tried[one].worst)
            share, worth = tried[best].gain_over(tried[batch], evidence.on_seen.trivial)
            if share > clear and worth > self.worth:
                return self.found(
                    0.5 + 0.4 * min(1.0, worth * 2),
                    _of_batches(evidence, tried, best),
                    "The gradient of so few rows is mostly noise.",
                    f"Set batch_size={best}.",
                    _numbers(evidence, tried, best),
                    Remedy({"batch_size": best}),
                )
        return None


def _has_batches(evidence: Evidence) -> bool:
    optimizer = evidence.optimizer
    steps = optimizer is not None and not optimizer.full_batch
    return steps and not evidence.diverged and evidence.rows >= 40


def _noise(evidence: Evidence) -> float:
    found = evidence.noise_last
    return math.nan if found is None else found.scale


def _of_batches(evidence: Evidence, tried: dict[int, Losses], best: int) -> str:
    batch, scale = evidence.case.fit.batch, _noise(evidence)
    told = "" if not math.isfinite(scale) else f"; the gradient's noise scale is {scale:.3g} rows"
    return (
        f"In batches of {best} instead of {batch} the same number of rows brings the loss to "
        f"{tried[best].seen:.3g} instead of {tried[batch].seen:.3g}{told}."
    )


def _numbers(evidence: Evidence, tried: dict[int, Losses], best: int) -> dict[str, float]:
    batch = evidence.case.fit.batch
    return {
        "batch": batch,
        "rows": evidence.rows,
        "noise_scale": _noise(evidence),
        "better_batch": best,
        "loss_now": tried[batch].seen,
        "loss_at_the_better": tried[best].seen,
    }
