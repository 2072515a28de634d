"""NoiseScale: how large errors are expected to be at each row, where that depends on the inputs.

Lei et al. call intervals of so many such sizes locally weighted (JASA 113, 2018, section 5.2). The
errors on held-out rows are counted in sizes that were learned of other rows, so the share of new
observations that an interval holds is what it is with equal widths.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurona.inference.held_out import HeldOutErrors
from neurona.inference.members import Member, outputs_of
from neurona.network import Vector


class NoiseScale(NamedTuple):
    """A network that says how large the error of each target is expected to be, and how far
    predictions were off on held-out rows in units of that.

    The network takes the prepared columns and behind them the model's own outputs, in double
    precision.
    """

    member: Member
    errors: HeldOutErrors

    def sizes(self, X: Vector, mean: Vector) -> Vector:
        """Return the sizes, rows x targets, of prepared rows and the model's outputs."""
        return outputs_of(self.member, np.hstack([X, mean]).astype(np.float64))
