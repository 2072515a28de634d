"""The targets: their scale, what lies far out, and whether the outputs can reach them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.checks.inputs import mildly
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy


@FINDINGS.register("unscaled_target")
@dataclass(frozen=True)
class UnscaledTarget(Check):
    """A quantity that is large, tiny, or far from 0."""

    most: float = 10.0
    least: float = 0.03
    offset: float = 10.0

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare mean and standard deviation with the outputs of first weights, which are of size
        1.
        """
        case = evidence.case
        if case.of_tables or case.classifies or case.fit.loss.link != "identity":
            return None
        if case.fit.network.activations[-1].name != "identity":
            return None
        targets = case.train.targets
        mean, std = np.abs(targets.mean(axis=0)).max(), targets.std(axis=0)
        if not (std > 0).any():
            return None
        size = float(np.sqrt((targets**2).mean(axis=0)).max())
        least, offset = float(std[std > 0].min()), float(mean / std.max())
        off = offset if size > 3 else 0.0
        excess = max(size / self.most, self.least / least, off / self.offset)
        if excess <= 1:
            return None
        large = size > self.most
        severity = mildly(evidence, min(0.95, 0.6 + 0.13 * math.log10(excess)))
        return self.found(
            severity,
            f"The target is not scaled: its mean is {float(targets.mean()):.4g}, its standard "
            f"deviation {float(std.max()):.3g}, and the first answers are of size 1.",
            "The first thousands of steps only bring the outputs there, and the gradient is as "
            "large as the target."
            if large
            else "Errors and gradients are so small that training ends, or is held back by the "
            "penalty, before anything is learned.",
            "Scale the target: a table estimator does it itself; or wrap the model in a "
            "TransformedTargetRegressor.",
            {"mean": float(targets.mean()), "std": float(std.max()), "size": size},
            Remedy(scaling=True),
        )


@FINDINGS.register("target_outliers")
@dataclass(frozen=True)
class TargetOutliers(Check):
    """A few rows whose targets lie so far out that a squared error sees nothing else."""

    carried: float = 0.6
    """Of the squares about the median, this share lies in a hundredth of the rows."""
    far: float = 12.0
    """Those lie this many spreads from the median, at least."""

    def look(self, evidence: Evidence) -> Finding | None:
        """Ask what share of the squares a hundredth of the rows carries."""
        case = evidence.case
        if case.classifies or not case.fit.loss.has_noise:
            return None
        targets = case.train.targets
        if len(targets) < 50:
            return None
        away = np.abs(targets - np.median(targets, axis=0))
        spread = np.quantile(away, 0.75, axis=0) / 1.15
        worst = int((away.max(axis=0) / np.where(spread > 0, spread, np.inf)).argmax())
        if not spread[worst] > 0:
            return None
        away = away[:, worst] / spread[worst]
        few = max(1, len(away) // 100)
        top = np.sort(away)[-few:]
        carried = float((top**2).sum() / (away**2).sum())
        count = int((away > self.far).sum())
        if carried < self.carried or not count:
            return None
        return self.found(
            0.45 + carried / 2,
            f"{count} of {len(away):,} targets lie more than {self.far:g} spreads from the median, "
            f"the farthest {away.max():.3g}, and carry {carried:.0%} of the squared error.",
            "A squared error learns these few rows and little of the others.",
            "Look whether they are mistakes, or take a loss that does not square: absolute_error "
            "or huber.",
            {"outliers": count, "carried": carried, "farthest": float(away.max())},
            Remedy({"loss": "absolute_error"}, measure="mae"),
        )


@FINDINGS.register("unreachable_targets")
@dataclass(frozen=True)
class UnreachableTargets(Check):
    """Targets outside the range of the outputs."""

    share: float = 0.01

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare targets and the output activation's range."""
        case = evidence.case
        output = case.fit.network.activations[-1]
        low, high = output.range()
        if case.classifies or not (math.isfinite(low) or math.isfinite(high)):
            return None
        if output.name == case.fit.loss.link:
            return None
        targets = case.train.targets
        outside = float(((targets < low) | (targets > high)).mean())
        if outside <= self.share:
            return None
        return self.found(
            0.75 + outside / 4,
            f"{outside:.0%} of the targets lie outside what the outputs can say: {output.name} has "
            f"values from {low:g} to {high:g}, the targets go from {targets.min():.4g} to "
            f"{targets.max():.4g}.",
            "No weights can bring the outputs there, and pushing at the edge saturates them.",
            f"Take the output activation that belongs to the loss ({case.fit.loss.link}), or "
            "`Bounded` with bounds that hold all targets.",
            {"share_outside": outside, "low": low, "high": high},
            Remedy({"output_activation": None}),
        )
