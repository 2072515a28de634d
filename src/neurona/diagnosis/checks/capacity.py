"""Too much and too little: over-fitting, networks too small or too large."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.checks.progress import SETUP
from neurona.diagnosis.curves import share_of
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy
from neurona.estimators.tables.plan import is_bayesian

AVERAGED = 8
"""Starts whose mean takes the place of one."""


@FINDINGS.register("overfitting")
@dataclass(frozen=True)
class Overfitting(Check):
    """Rows learned by heart: far better on them than on rows held out."""

    gap: float = 0.2
    """The difference of explained shares."""
    rise: float = 0.05
    """How far the validation loss has risen from its best, by the trivial answer's."""

    causes = ("duplicates_across_split", "id_like_column", "target_outliers",
              "extrapolation", "exploding_gradients", "rate_too_large")  # fmt: skip

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare the rows trained on with those held out."""
        held, gap = evidence.on_held, evidence.overfits
        if held is None or not math.isfinite(gap) or evidence.explained < 0.1:
            return None
        rise = 0.0
        val = evidence.val_curve
        if val is not None and np.isfinite(val).any():
            best = float(np.nanmin(val))
            rise = max(0.0, share_of(float(val[-1]) - best, held.trivial))
        kept = held.loss - (float(np.nanmin(val)) if val is not None else held.loss)
        lost = min(rise, share_of(kept, held.trivial))
        if evidence.case.fit.plan.restore_best:
            lost = 0.0  # what rose after the weights that were kept cost nothing
        learned = gap > self.gap and (evidence.falls_short > 0.02 or gap > 2 * self.gap)
        if not learned and not lost > self.rise:
            return None
        changes = self._remedy(evidence)
        return self.found(
            0.45 + 0.5 * min(1.0, max(gap, lost)),
            f"The model explains {_share(evidence.on_seen.explained)} of the rows trained on, and "
            f"{_share(held.explained)} of those held out.",
            "It has learned the noise of its rows, too, which other rows do not share.",
            f"Average {AVERAGED} starts, or take fewer units: the evidence sets the penalty itself."
            if "combine" in changes
            else "Stop where the validation score is best, and penalise large weights (alpha).",
            {
                "explained_train": evidence.on_seen.explained,
                "explained_held_out": held.explained,
                "rise_of_validation_loss": rise,
            },
            Remedy(changes),
        )

    def _remedy(self, evidence: Evidence) -> dict[str, Any]:
        model = evidence.case.model
        if is_bayesian(evidence.case.network.solver):
            return {"n_starts": AVERAGED, "combine": "average"}  # it sets its penalty itself
        alpha = max(1.0, 30 * float(model.alpha))
        if evidence.case.of_tables:
            return {"alpha": alpha}
        if evidence.optimizer is None:
            return {"alpha": alpha}
        return {"alpha": alpha, "early_stopping": True}


def _share(value: float) -> str:
    return f"{value:.0%}" if value > 0 else "nothing"


@FINDINGS.register("too_many_parameters")
@dataclass(frozen=True)
class TooManyParameters(Check):
    """More weights than the rows can settle, and a gap that shows it."""

    of_one_training = True
    counts_rows = True

    ratio: float = 8.0
    gap: float = 0.15

    causes = ("id_like_column", "exploding_gradients")

    def look(self, evidence: Evidence) -> Finding | None:
        """Count parameters and targets."""
        numbers = evidence.rows * evidence.network.sizes[-1]
        ratio = evidence.network.n_parameters / numbers
        if evidence.on_held is None or ratio < self.ratio or evidence.overfits < self.gap:
            return None
        inputs, outputs = evidence.network.sizes[0], evidence.network.sizes[-1]
        units = max(2, int(numbers / 4 / (inputs + 1 + outputs)))
        return self.found(
            0.3 + 0.05 * math.log10(ratio) + 0.3 * min(1.0, evidence.overfits),
            f"The network has {evidence.network.n_parameters:,} weights for {numbers:,} numbers "
            f"to be learned, {ratio:.3g} times as many.",
            "Many networks then fit the rows, and most of them are wrong in between.",
            f"Take a smaller network (one layer of {units}) with a penalty.",
            {"parameters": evidence.network.n_parameters, "rows": evidence.rows, "ratio": ratio},
            Remedy(
                {
                    "hidden_layer_sizes": (units,),
                    "alpha": max(0.1, float(evidence.case.model.alpha)),
                }
            ),
        )


@FINDINGS.register("network_too_small")
@dataclass(frozen=True)
class NetworkTooSmall(Check):
    """Errors that depend on the inputs in a way that the network cannot follow."""

    of_one_training = True

    left: float = 0.15
    """The share of the errors that a row's neighbours tell."""
    worth: float = 0.03

    causes = (*SETUP, "collapsed", "stopped_early", "plateau", "oscillation", "time_order",
              "batch_too_large", "dependent_inputs")  # fmt: skip

    def look(self, evidence: Evidence) -> Finding | None:
        """Ask whether neighbours have the same errors."""
        left = evidence.references.residual
        missed = 1 - evidence.on_seen.explained
        if not left > self.left or left * missed < self.worth:
            return None
        hidden = evidence.network.sizes[1:-1]
        if hidden and evidence.stuck:
            return None
        wider = tuple(max(16, 4 * size) for size in hidden) if hidden else (32,)
        changes: dict[str, Any] = {"hidden_layer_sizes": wider}
        shape = "no hidden layer" if not hidden else f"hidden layers of {hidden}"
        if hidden and all(one.name == "identity" for one in evidence.network.activations[:-1]):
            changes["activation"] = "relu"
            shape += ", which do nothing but add"
        return self.found(
            0.35 + 0.5 * min(1.0, left) * min(1.0, 2 * missed + 0.2),
            f"{left:.0%} of what the model gets wrong on its own rows is told by the errors of the "
            f"rows next to them: a shape that it cannot follow with {shape}.",
            "It misses what the inputs tell, in the rows trained on, too.",
            f"Take a larger network, {wider}.",
            {"told_by_neighbours": left, "missed": missed},
            Remedy(changes),
        )
