"""HeldOutErrors: how far a model was off on rows that it did not see; error bars without a prior.

The interval of a prediction is that of split conformal inference (J. Lei et al., JASA 113, 2018),
with the errors of all folds: it holds a share of new observations, if these come as the rows of
training did.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neurona.network import Vector

MOST = 1000
"""Errors that are kept of each target: of more the quantiles."""


@dataclass(frozen=True, eq=False)
class HeldOutErrors:
    """How far predictions were off on `rows` held-out rows, in units of what the network says.

    `spread` is the root mean square of each target, `sizes` (at most 1,000 x targets) the absolute
    errors in ascending order, or their quantiles.
    """

    rows: int
    spread: Vector
    sizes: Vector

    @classmethod
    def of(cls, errors: Vector) -> HeldOutErrors:
        """Return what is kept of errors, rows x targets."""
        sizes = np.sort(np.abs(errors), axis=0)
        if len(sizes) > MOST:
            places = np.ceil(np.linspace(1 / MOST, 1, MOST) * len(sizes)).astype(int) - 1
            sizes = sizes[places]
        return cls(len(errors), np.sqrt(np.mean(errors**2, axis=0)), sizes)

    def scaled(self, scale: Vector) -> HeldOutErrors:
        """Return the same in other units."""
        size = np.abs(np.asarray(scale))
        return HeldOutErrors(self.rows, self.spread * size, self.sizes * size)

    def half_width(self, coverage: float) -> Vector:
        """Return half the interval that holds a share of new observations, for each target.

        Of n errors the one in place (n + 1) coverage, and the largest where there are too few.
        """
        kept = len(self.sizes)
        share = math.ceil((self.rows + 1) * coverage) / self.rows
        place = min(kept, max(1, math.ceil(share * kept - 1e-9)))
        half: Vector = self.sizes[place - 1]
        return half
