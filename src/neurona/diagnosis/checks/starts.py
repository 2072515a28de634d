"""Several starts: how much chance decides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.curves import share_of
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy


@FINDINGS.register("spread_over_starts")
@dataclass(frozen=True)
class SpreadOverStarts(Check):
    """Starts that come to results far apart."""

    of_one_training = True

    spread: float = 0.5
    """By the median of their losses."""
    worth: float = 0.02
    far: float = 0.1
    """By the trivial answer's loss, whatever their median is."""

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare the losses of the starts, if there are several of the same shape."""
        starts = getattr(evidence.case.network, "starts_", [])
        if len(starts) < 2 or len(evidence.case.network.subject().hidden_shapes()) > 1:
            return None
        losses = np.array([one.loss for one in starts], np.float64)
        lost = int((~np.isfinite(losses)).sum())
        losses = losses[np.isfinite(losses)]
        if len(losses) < 2:
            return None
        spread = float((losses.max() - losses.min()) / max(np.median(losses), 1e-300))
        worth = share_of(float(losses.max() - losses.min()), evidence.on_seen.trivial)
        apart = worth >= self.far or (spread >= self.spread and worth >= self.worth)
        if not apart and not lost:
            return None
        more = 4 * len(starts)
        return self.found(
            0.4 + 0.3 * min(1.0, worth),
            f"The {len(starts)} starts came to losses between {losses.min():.3g} and "
            f"{losses.max():.3g}" + (f", and {lost} diverged." if lost else "."),
            "Chance decides: another seed may be much worse or better.",
            f"Train more starts ({more}) and keep the best, and mend what makes them differ.",
            {"starts": len(starts), "lowest": losses.min(), "highest": losses.max()},
            Remedy({"n_starts": more}),
        )
