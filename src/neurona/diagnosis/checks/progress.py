"""How far training came: nowhere, to a standstill, or not to its end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.curves import fallen, longest_flat, share_of
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy
from neurona.errors import StopReason

FEW_STEPS = 400
"""Below so many steps it is the length of a training that is at fault, not its rate."""
SETUP = (
    "penalty_too_large",
    "unscaled_inputs",
    "unscaled_target",
    "rate_too_large",
    "rate_too_small",
    "vanishing_gradients",
    "exploding_gradients",
    "dead_units",
    "saturated_units",
    "unreachable_targets",
    "target_outliers",
    "class_imbalance",
)


@FINDINGS.register("collapsed")
@dataclass(frozen=True)
class Collapsed(Check):
    """A model that says the same of every row, where the inputs tell more."""

    learned: float = 0.02
    known: float = 0.1

    causes = SETUP

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare the model with the trivial answer, and with neighbours and a line."""
        explained = evidence.on_seen.explained
        if explained > self.learned:
            return None
        known = evidence.known
        if known < self.known:
            return None
        changes: dict[str, Any] = {"activation": "tanh"}
        if evidence.optimizer is not None and evidence.probe_first.best != 1:
            changes["learning_rate_init"] = float(
                f"{evidence.rate * evidence.probe_first.best:.0e}"
            )
        return self.found(
            0.9,
            f"The model explains {max(0.0, explained):.1%} of its own training rows beyond the one "
            f"best constant answer, where a row's neighbours or a straight line tell {known:.0%}.",
            "It has collapsed to the mean, or to the most frequent class: it has learned nothing.",
            "Mend what is found besides; else begin anew with another activation, rate or seed.",
            {"explained": explained, "known_by_simple_means": known},
            Remedy(changes),
        )


@FINDINGS.register("plateau")
@dataclass(frozen=True)
class Plateau(Check):
    """A loss that does not move for long, high above what is possible."""

    of_one_training = True

    share: float = 0.4
    least_epochs: int = 20
    short: float = 0.1
    """It explains so much less than simple means."""

    causes = (*SETUP, "collapsed", "stopped_early")

    def look(self, evidence: Evidence) -> Finding | None:
        """Look for the longest stretch in which the loss falls by less than a hundredth."""
        curve = evidence.curve[np.isfinite(evidence.curve)]
        if len(curve) < self.least_epochs:
            return None
        start, length = longest_flat(curve)
        share = length / len(curve)
        known = evidence.known
        level = 1 - share_of(float(curve[start]), evidence.on_seen.trivial)
        if share < self.share or min(known - level, evidence.falls_short) < self.short:
            return None
        return self.found(
            0.6 + 0.3 * min(1.0, known - level),
            f"From epoch {start + 1} on the loss stood at {curve[start]:.3g} for {length} epochs, "
            f"{share:.0%} of the training, where simple means explain {known:.0%} and this "
            f"{max(0.0, level):.0%}.",
            "On such flat ground the gradient hardly tells where to go.",
            "Take a method that scales its steps (adam), an activation that does not flatten "
            "(relu), or a solver that knows the curvature (lbfgs).",
            {"epoch": start + 1, "epochs": length, "share": share, "known_by_simple_means": known},
            Remedy({"solver": "adam", "activation": "relu", "learning_rate_init": 0.003}),
        )


@FINDINGS.register("stopped_early")
@dataclass(frozen=True)
class StoppedEarly(Check):
    """A training that ended while its loss was still falling."""

    of_one_training = True

    falling: float = 0.05
    """The share of the loss lost in the last third of the epochs, from which it is falling."""
    worth: float = 0.01

    causes = ("penalty_too_large", "unscaled_inputs", "unscaled_target", "rate_too_small",
              "rate_too_large")  # fmt: skip

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare the halves of the last third of the curve, of the validation loss if known."""
        ended = (StopReason.CONVERGED, StopReason.NO_PROGRESS, StopReason.EVIDENCE_FLAT)
        if evidence.diverged or evidence.reason in ended:
            return None
        val = evidence.val_curve
        # rows held out are far behind: whether they still gain is not in the curve of the others
        behind = val is None and evidence.held is not None and evidence.overfits > 0.1
        if behind and evidence.probe is None:
            return None
        curve = evidence.curve if val is None else val
        share, worth, epochs = fallen(curve[np.isfinite(curve)], evidence.on_seen.trivial)
        if (behind or evidence.steps < FEW_STEPS) and evidence.probe is not None:
            # too few epochs to see a fall in them
            tried = evidence.probe
            further = tried.now.gain_over(tried.start, evidence.on_seen.trivial)
            if behind or further[1] > worth:
                (share, worth), epochs = further, len(evidence.curve)
        if share < self.falling or worth < self.worth:
            return None
        return self.found(
            0.4 + 0.5 * min(1.0, 6 * worth),
            f"Training ended after {len(evidence.curve)} epochs ({evidence.reason}), and its loss "
            f"was still falling, by {share:.0%} in {epochs} epochs.",
            "What it would have learned in more epochs is missing.",
            "Let it train longer.",
            {"epochs": len(evidence.curve), "falling": share, "worth": worth},
            Remedy(longer(evidence)),
        )


def longer(evidence: Evidence) -> dict[str, Any]:
    """Return the parameters of a longer training."""
    model = evidence.case.model
    if evidence.case.of_tables:
        if model.epochs is not None:
            return {"epochs": 5 * model.epochs}
        return {"steps": 5 * model.steps}
    epochs = max(5 * max(len(evidence.curve), 1), int(model.max_iter))
    changes: dict[str, Any] = {"max_iter": max(epochs, 200)}
    if evidence.reason in (StopReason.LOSS_FLAT, StopReason.MONITOR_FLAT):
        changes["tol"] = model.tol / 100
        patience = model.n_iter_no_change
        changes["n_iter_no_change"] = patience if math.isinf(patience) else 3 * patience
        by_score = evidence.case.classifies and evidence.reason == StopReason.MONITOR_FLAT
        if by_score and model.monitor in ("auto", "score"):
            # which rows are right hardly changes while how sure it is of them still does
            changes["monitor"] = "val_loss"
    return changes
