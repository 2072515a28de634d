"""Rounding of integers by powers of two, as the C does it."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.network import Vector


def rounded(values: Vector, shift: Any) -> Vector:
    """Return integers by 2^shift, to nearest, halves away from 0; a negative shift multiplies."""
    shift = np.broadcast_to(shift, values.shape)
    down, up = np.maximum(shift, 0), np.maximum(-shift, 0)
    half = np.where(down > 0, np.int64(1) << np.maximum(down - 1, 0), 0)
    found: Vector = np.sign(values) * ((np.abs(values) + half) >> down) << up
    return found
