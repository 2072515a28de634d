"""About how long a training takes at most, told before its first epoch: operations, not a promise.

The rates are those of one core of a usual machine; what the budget allows is counted, though most
trainings stop before it.
"""

from __future__ import annotations

import os

from neurona.optimizers.solver import Need
from neurona.training.loop import Training

OPERATIONS = 2e10
"""Multiplications and additions of a second on rows and weights, in float64."""
FACTORS = 1.5e10
"""The same of large matrices: of Jacobians and their factors."""
STEP = 4e-6
"""Seconds of a step besides them."""
ITERATION = 5e-4
"""Seconds of a full-batch iteration besides them."""


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def seconds_at_most(training: Training, starts: int) -> float:
    """Return about how long so many starts like this one take if none stops before its budget."""
    epochs = training.plan.max_epochs - training.epochs_done
    network, rows = training.network, training.rows
    weights = float(network.n_parameters)
    passing = 6 * weights * rows / (OPERATIONS * 8 / network.dtype.itemsize)
    if training.solving is None:
        one = passing + STEP * -(-rows // int(training.problem.batch))
    elif Need.MODEL in training.solving.solver.needs:
        residuals = rows * network.sizes[-1]
        # a Gauss-Newton matrix, of weights or of residuals, and on average two factors of it
        side = min(residuals, weights)
        curvature = residuals * weights * side + 2 * side**3 / 3
        one = ITERATION + passing * network.sizes[-1] + curvature / FACTORS
    else:
        one = ITERATION + 1.5 * passing
    rounds = -(-starts // min(starts, cores()))
    return float(epochs * one * rounds)
