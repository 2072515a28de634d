"""Activations whose slope does not change: the linear unit and the threshold unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.compiled.scalars import cast
from neurona.numerics.activations.base import Activation, activation


@activation("identity")
@dataclass(frozen=True)
class Identity(Activation):
    """z itself: a linear layer."""

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        return z, cast(1.0, z)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph: a node of its own."""
        return +z


@activation("step")
@dataclass(frozen=True)
class Step(Activation):
    """1 if z > 0, else 0: the threshold unit. Its slope is 0: layers below do not learn."""

    low, high, reaches_bounds, has_slope = 0.0, 1.0, True, False

    @staticmethod
    def formula(z, options):
        """Return value and slope."""
        zero, one = cast(0.0, z), cast(1.0, z)
        value = one if z > zero else zero
        return z if z != z else value, zero

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return np.heaviside(z, 0.0)
