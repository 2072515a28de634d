"""Hidden units that do not learn, and gradients that do not arrive."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.checks.inputs import mildly
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy

BEFORE = ("penalty_too_large", "unscaled_inputs", "unscaled_target", "rate_too_large")


@FINDINGS.register("dead_units")
@dataclass(frozen=True)
class DeadUnits(Check):
    """Units of a hidden layer whose slope is 0 on every row."""

    of_one_training = True

    share: float = 0.5

    causes = (*BEFORE, "batch_too_small")

    def look(self, evidence: Evidence) -> Finding | None:
        """Take the layer with most of them."""
        layers = [one for one in evidence.units if one.saturated is None and len(one.dead) > 1]
        if not layers:
            return None
        worst = max(layers, key=lambda one: one.dead_share)
        if worst.dead_share <= self.share:
            return None
        count = int(worst.dead.sum())
        changes: dict[str, Any] = {"activation": "leaky_relu"}
        begun = any(
            one.dead_share > self.share / 2
            for one in evidence.units_first
            if one.layer == worst.layer
        )
        if begun:
            changes["initializer"] = "scikit_learn"
        tried = None if evidence.optimizer is None or begun else evidence.probe_first
        if tried is not None and tried.best < 1:
            changes["learning_rate_init"] = float(f"{evidence.rate * tried.best:.0e}")
        lower = "learning_rate_init" in changes
        return self.found(
            mildly(evidence, 0.3 + 0.6 * worst.dead_share),
            f"{count} of the {len(worst.dead)} units of hidden layer {worst.layer} "
            f"({worst.activation}) are dead: they are 0 on every row.",
            "A unit without a slope on any row never changes again, so the network is smaller than "
            "it looks.",
            "Take an activation with a slope everywhere (leaky_relu)"
            + (f", and a lower rate, {changes['learning_rate_init']:g}." if lower else "."),
            {"dead": count, "units": len(worst.dead), "layer": worst.layer},
            Remedy(changes),
        )


@FINDINGS.register("saturated_units")
@dataclass(frozen=True)
class SaturatedUnits(Check):
    """Units that stand at the ends of their range on most rows."""

    of_one_training = True

    share: float = 0.7

    causes = BEFORE

    def look(self, evidence: Evidence) -> Finding | None:
        """Take the layer with most of them, where training began and where it came to."""
        layers = [one for one in evidence.units if one.saturated is not None]
        if not layers:
            return None
        worst = max(layers, key=lambda one: one.saturated or 0.0)
        share = worst.saturated or 0.0
        if share <= self.share:
            return None
        first = next(
            (one.saturated or 0.0 for one in evidence.units_first if one.layer == worst.layer), 0.0
        )
        begun = first > self.share
        if not begun and evidence.optimizer is None and not evidence.stuck:
            return None  # no step threw them there: the optimum is made of such edges
        changes: dict[str, Any] = {"activation": "relu"}
        if begun:
            changes["initializer"] = "scikit_learn"
        return self.found(
            mildly(evidence, 0.35 + 0.5 * share),
            f"{share:.0%} of the values of hidden layer {worst.layer} ({worst.activation}) lie at "
            f"the ends of their range; {first:.0%} did before training.",
            "Where the slope is nearly 0 no error comes back, so these units hardly learn.",
            "Scale the inputs, draw smaller first weights"
            + ("" if begun else ", lower the rate")
            + ", or take relu.",
            {"saturated": share, "saturated_at_first": first, "layer": worst.layer},
            Remedy(changes, scaling=begun and _large(evidence)),
        )


def _large(evidence: Evidence) -> bool:
    """Whether it is the inputs that are large."""
    return not evidence.case.of_tables and any(one.size > 5 for one in evidence.columns)


@FINDINGS.register("vanishing_gradients")
@dataclass(frozen=True)
class VanishingGradients(Check):
    """Errors that shrink on their way back, layer by layer."""

    of_one_training = True

    ratio: float = 1e-3

    causes = ("unscaled_inputs",)

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare the errors of the first layer with those of the last, at the first weights."""
        layers = evidence.layers_first
        if len(layers) < 3 or not layers[-1].error > 0:
            return None
        ratio = layers[0].error / layers[-1].error
        if not ratio < self.ratio:
            return None
        return self.found(
            mildly(evidence, 0.6 + 0.05 * min(6.0, -math.log10(max(ratio, 1e-30)) - 3)),
            f"With the first weights an error is {ratio:.2g} times as large when it has come back "
            f"through the {len(layers)} layers.",
            "The first layers then hardly learn: their gradient is lost on the way.",
            "Take an activation and first weights that keep the size of the errors (relu with "
            "he_uniform), or fewer layers.",
            {"ratio": ratio, "layers": len(layers), "error_last": layers[-1].error},
            Remedy({"activation": "relu", "initializer": "he_uniform"}),
        )


@FINDINGS.register("exploding_gradients")
@dataclass(frozen=True)
class ExplodingGradients(Check):
    """Errors that grow on their way back, layer by layer."""

    of_one_training = True

    ratio: float = 100.0

    causes = ("unscaled_inputs",)

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare the errors of the first layer with those of the last, at the first weights."""
        layers = evidence.layers_first
        if len(layers) < 3 or not layers[-1].error > 0:
            return None
        ratio = layers[0].error / layers[-1].error
        if not ratio > self.ratio:
            return None
        return self.found(
            mildly(evidence, 0.75 + 0.05 * min(4.0, math.log10(ratio) - 2)),
            f"With the first weights an error is {ratio:.2g} times as large when it has come back "
            f"through the {len(layers)} layers.",
            "A step that suits the last layer throws the first ones far away.",
            "Draw smaller first weights (scikit_learn), and limit the gradient's norm "
            "(clip_norm=1).",
            {"ratio": ratio, "layers": len(layers), "error_last": layers[-1].error},
            Remedy({"initializer": "scikit_learn", "clip_norm": 1.0}),
        )
