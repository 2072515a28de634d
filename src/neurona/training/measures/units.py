"""How alive the hidden units are: units that never move, and values at the ends of their range."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from neurona import autodiff
from neurona.network import Vector
from neurona.numerics.activations import Activation
from neurona.training.measures.place import Place

DEAD = 1e-6
"""A unit whose slope is below this share of the largest on every row does not learn."""
FLAT = 0.05
"""A value is saturated where the slope is below this share of the largest that there is."""


class UnitActivity(NamedTuple):
    """One hidden layer: which units have no slope on any row, and the share of values (rows x
    units) that are saturated; None for an activation without two bounds.
    """

    layer: int
    activation: str
    dead: Vector
    saturated: float | None

    @property
    def dead_share(self) -> float:
        """The share of the units that are dead."""
        return float(self.dead.mean())


def unit_activity(place: Place) -> list[UnitActivity]:
    """Return what the hidden layers do on the rows of a place, layers counted from 1.

    Layers whose units are not told apart by a slope of their own (softmax, step) are left out.
    """
    found = []
    for k, activation in enumerate(place.network.activations[:-1], 1):
        if activation.sums_to_one or not activation.has_slope:
            continue
        slopes = np.abs(slopes_of(activation, place.graph[f"layer {k} sums"].value))
        low, high = activation.range()
        steepest = _steepest(activation)
        saturated = None
        if math.isfinite(low) and math.isfinite(high):
            saturated = float((slopes < FLAT * steepest).mean())
        dead: Vector = np.all(slopes <= DEAD * steepest, axis=0)
        found.append(UnitActivity(k, activation.name, dead, saturated))
    return found


def slopes_of(activation: Activation, sums: Vector) -> Vector:
    """Return an element-wise activation's slope at every sum."""
    slopes: Vector = autodiff.grad(lambda z: np.sum(activation.expression(z)))(sums)
    return slopes


def _steepest(activation: Activation) -> float:
    """Return the largest slope near 0."""
    return float(np.abs(slopes_of(activation, np.linspace(-3, 3, 61)[:, None])).max())
