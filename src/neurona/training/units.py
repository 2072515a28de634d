"""A network's outputs in units in which its targets are about 0 and of size 1, for a solver whose
prior expects them so.

With the targets' mean m and size s, the last layer's weights w and biases b stand for

    w = s w',        b = m + s b',

and the solver moves w' and b': the loss, less by s^2, is that of a network which learns (t - m) / s
from the same hidden units. Weights, losses and error bars are the user's all the time. One size is
taken for all outputs, so that their errors count among each other as they did.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.network import Network, Vector
from neurona.numerics.linear_solvers import NormalModel
from neurona.numerics.losses import Loss
from neurona.optimizers.solver import Believed
from neurona.training.objective import NetworkObjective
from neurona.training.rows import Table

USUAL = 3.0
"""Targets of a size between a third and three times 1, no farther from 0, stay as they are."""
LEAST = 1e-150
"""The least size that is scaled to 1, and the inverse of the largest: squares stay numbers."""


class Units:
    """Factors and offsets of all parameters (`Network.parameters`)."""

    def __init__(self, network: Network, size: float, means: Vector) -> None:
        self.network, self.size = network, size
        factors, offsets = np.ones(network.n_parameters), np.zeros(network.n_parameters)
        matrices, biases = network.parameter_places()
        outputs = network.sizes[-1]
        ends = slice(biases[-1], biases[-1] + outputs)
        factors[matrices[-1] : matrices[-1] + network.sizes[-2] * outputs] = size
        factors[ends], offsets[ends] = size, means
        self.factors, self.offsets = factors, offsets

    def outside(self, x: Vector) -> Vector:
        """Return the parameters in the user's units."""
        return self.factors * x + self.offsets

    def inside(self, x: Vector) -> Vector:
        """Return the parameters in the solver's units."""
        return (x - self.offsets) / self.factors

    def begun(self, weights: Vector) -> Vector:
        """Return flat weights drawn for targets of size 1, for these."""
        drawn = self.network.parameters(weights).astype(np.float64)
        return self.network.from_parameters(self.outside(drawn))


def units_of(network: Network, loss: Loss, table: Table) -> Units | None:
    """Return the units that a table's targets ask for; None where they are as they should be, or
    the outputs could not be scaled.
    """
    if not loss.has_noise or network.activations[-1].name != "identity" or network.tied:
        return None
    targets = table.targets.astype(np.float64)
    weights = table.weights.astype(np.float64) if table.weights.size else None
    if not targets.size or (weights is not None and not weights.sum() > 0):
        return None
    with np.errstate(all="ignore"):
        means = np.average(targets, axis=0, weights=weights)
        peak = float(np.abs(targets - means).max()) or 1.0
        parts = np.average(((targets - means) / peak) ** 2, axis=0, weights=weights)
        size = peak * math.sqrt(float(parts.mean()))
    if not (math.isfinite(size) and np.isfinite(means).all()):
        return None
    size = min(max(size, LEAST), 1 / LEAST)
    if not size > 1e-14 * float(np.abs(means).max()):
        size = 1.0
    if 1 / USUAL <= size <= USUAL and np.abs(means).max() <= USUAL:
        return None
    return Units(network, size, means)


class ScaledObjective(NetworkObjective):
    """A network's loss in the solver's units."""

    def __init__(self, units: Units, *given: Any) -> None:
        super().__init__(*given)
        self.units = units

    def place(self, x: Vector) -> None:
        """Give the network these parameters."""
        super().place(self.units.outside(x))

    def parameters_of(self, weights: Vector) -> Vector:
        """Return the solver's parameters of flat weights."""
        return self.units.inside(super().parameters_of(weights))

    def loss_of(self, value: float) -> float:
        """Return the loss in the user's units."""
        return value * self.units.size**2

    def value(self, x: Vector) -> float:
        """Return the loss."""
        return super().value(x) / self.units.size**2

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Return loss and gradient."""
        value, gradient = super().value_and_gradient(x)
        return value / self.units.size**2, gradient * self.units.factors / self.units.size**2

    def _model(self, x: Vector) -> NormalModel:
        given: Any = super()._model(x)
        shares = self.units.factors / self.units.size
        matrix = given.matrix * np.outer(shares, shares)
        square = self.units.size**2
        return NormalModel(given.value / square, given.gradient * shares / self.units.size, matrix)

    def believed_outside(self, believed: Believed) -> Believed:
        """Return what is believed of the weights in the user's units."""
        factors, seen = self.units.factors, believed.evidence
        first = np.unique(self.groups(believed.by_input), return_index=True)[1]
        return believed._replace(
            evidence=seen._replace(
                factor=seen.factor / factors[:, None],
                log=seen.log - self.observations * math.log(self.units.size),
            ),
            precisions=believed.precisions / factors[first] ** 2,
        )
