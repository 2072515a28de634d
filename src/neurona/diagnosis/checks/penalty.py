"""A penalty of large weights that leaves too little of them."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy

USUAL = 1e-4
"""The alpha of an MLP that nobody chose."""


@FINDINGS.register("penalty_too_large")
@dataclass(frozen=True)
class PenaltyTooLarge(Check):
    """Weights that a penalty holds back from what simple answers know.

    A straight line through n rows of inputs with the variance 1 keeps n / (n + alpha) of its slope;
    a network loses more, as each layer is held back.
    """

    share: float = 0.05
    """Of the slope, lost."""
    short: float = 0.1
    """By how much less the model explains than neighbours or a straight line."""

    causes = ("unscaled_inputs", "unscaled_target")

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare the penalty with the rows, and the model with simple answers."""
        alpha = float(evidence.case.fit.regularisations[0].l2)
        lost = alpha / (alpha + evidence.rows)
        if not lost > self.share or not evidence.falls_short > self.short:
            return None
        explained = max(0.0, evidence.squares)
        return self.found(
            0.6 + 0.35 * min(1.0, evidence.falls_short),
            f"The penalty alpha={alpha:g} is large beside {evidence.rows:,} rows; the model "
            f"explains {explained:.0%} of what varies, simple answers {evidence.known:.0%}.",
            "It holds the weights so small that the answers hardly move.",
            f"Take a smaller penalty, alpha={USUAL:g}.",
            {"alpha": alpha, "lost_of_slope": lost, "falls_short": evidence.falls_short},
            Remedy({"alpha": USUAL}),
        )
