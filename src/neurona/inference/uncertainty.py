"""Error bars: the standard deviation of a prediction, from the noise and from the weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from neurona.errors import IncompatibleError
from neurona.inference.members import Member, have_error_bars, outputs_of
from neurona.network import Vector
from neurona.spelling import parameter


class Uncertainty(NamedTuple):
    """Predictions with their standard deviations; all arrays have the shape of the predictions.

    `noise` is that of the data around the truth, which more data would not lessen; `weights` that
    of the model's own weights, which grows away from the data.
    """

    mean: Vector
    noise: Vector
    weights: Vector

    @property
    def std(self) -> Vector:
        """Both together: how far a new observation is expected from the mean."""
        both: Vector = np.hypot(self.noise, self.weights)
        return both

    def interval(self, coverage: float) -> tuple[Vector, Vector]:
        """Return the lower and upper ends that should hold a share `coverage` of observations."""
        if not 0 < coverage < 1:
            raise ValueError(f"coverage must be in the range (0, 1). Got {coverage!r} instead.")
        half = float(ndtri(0.5 + coverage / 2)) * self.std
        return self.mean - half, self.mean + half

    def scaled(self, scale: Any, shift: Any) -> Uncertainty:
        """Return the same in other units: times scale, plus shift."""
        scale, shift = np.asarray(scale), np.asarray(shift)
        return Uncertainty(self.mean * scale + shift, self.noise * scale, self.weights * scale)


def uncertainty(members: Sequence[Member], X: Any) -> Uncertainty:
    """Return mean and deviations of a mixture of members (rows x outputs).

    IncompatibleError if the members know nothing of their weights' uncertainty.
    """
    if not have_error_bars(members):
        raise IncompatibleError(
            "Error bars need a model that knows how sure it is of its weights: fit with "
            f"{parameter('solver', 'bayesian-lm')} and {parameter('loss', 'squared_error')}."
        )
    means, noises, spreads = [], [], []
    if not members or any(member.posterior is None for member in members):
        raise IncompatibleError(
            "Error bars need a model that knows how sure it is of its weights: fit with "
            "solver='bayesian-lm' (loss 'squared_error')."
        )
    for member in members:
        assert member.posterior is not None
        means.append(outputs_of(member, X))
        noises.append(member.posterior.noise)
        spreads.append(member.posterior.variances(member.network, member.weights, X))
    mean = np.mean(means, axis=0)
    between = np.var(means, axis=0)
    noise = np.broadcast_to(np.sqrt(np.mean(noises, axis=0)), mean.shape).copy()
    return Uncertainty(mean, noise, np.sqrt(np.mean(spreads, axis=0) + between))
