"""How near to its bounds a prediction may come before a logarithm or a quotient is taken."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona import autodiff
from neurona.compiled.scalars import polynomial

TINY, EPSILON = (1.2e-38, 2.3e-308), (2.0**-23, 2.0**-52)
"""How near to its bounds a value may come, in float32 and float64."""

tiny = polynomial(TINY[:1], TINY[1:])
epsilon = polynomial(EPSILON[:1], EPSILON[1:])
nearly_zero = polynomial([1e-4], [1e-4])


def held(p: Any, near: tuple[float, float], high: float) -> Any:
    """Return p kept off its bounds 0 and `high`, with slope 1 there, as the compiled losses do."""
    numbers = autodiff.stop_gradient(p)
    least = near[numbers.dtype == np.float64]
    return p + (np.clip(numbers, least, high - least) - numbers)
