"""Error bars: the standard deviation of a prediction, from the noise and from the weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from neurona.errors import IncompatibleError
from neurona.inference.held_out import HeldOutErrors
from neurona.inference.members import (
    Member,
    have_error_bars,
    mean_of,
    outputs_of,
)
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

    def half_width(self, coverage: float) -> Vector:
        """Return half of such an interval, for every prediction."""
        half: Vector = float(ndtri(0.5 + coverage / 2)) * self.std
        return half

    def interval(self, coverage: float) -> tuple[Vector, Vector]:
        """Return the lower and upper ends that should hold a share `coverage` of observations."""
        if not 0 < coverage < 1:
            raise ValueError(f"coverage must be in the range (0, 1). Got {coverage!r} instead.")
        half = self.half_width(coverage)
        return self.mean - half, self.mean + half

    def mapped(self, change: Callable[[Vector], Vector]) -> Uncertainty:
        """Return the same in another shape."""
        return Uncertainty(change(self.mean), change(self.noise), change(self.weights))

    def scaled(self, scale: Any, shift: Any) -> Uncertainty:
        """Return the same in other units: times scale, plus shift."""
        scale, shift = np.asarray(scale), np.asarray(shift)
        return Uncertainty(self.mean * scale + shift, self.noise * scale, self.weights * scale)


class MeasuredUncertainty(Uncertainty):
    """That of a model whose `errors` on held-out rows are known: they say how wide to be."""

    errors: HeldOutErrors

    @classmethod
    def with_errors(cls, found: Uncertainty, errors: HeldOutErrors) -> MeasuredUncertainty:
        """Return deviations with the errors, in the same units."""
        known = cls(found.mean, found.noise, found.weights)
        known.errors = errors
        return known

    def half_width(self, coverage: float) -> Vector:
        """Return half of the interval, for every prediction."""
        half = self.errors.half_width(coverage)
        return np.broadcast_to(half[0] if self.mean.ndim == 1 else half, self.mean.shape)

    def mapped(self, change: Callable[[Vector], Vector]) -> Uncertainty:
        """Return the same in another shape."""
        return self.with_errors(super().mapped(change), self.errors)

    def scaled(self, scale: Any, shift: Any) -> Uncertainty:
        """Return the same in other units: times scale, plus shift."""
        return self.with_errors(super().scaled(scale, shift), self.errors.scaled(scale))


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
    for member in members:
        assert member.posterior is not None
        means.append(outputs_of(member, X))
        noises.append(member.posterior.noise)
        spreads.append(member.posterior.variances(member.network, member.weights, X))
    mean = np.mean(means, axis=0)
    between = np.var(means, axis=0)
    noise = np.broadcast_to(np.sqrt(np.mean(noises, axis=0)), mean.shape).copy()
    return Uncertainty(mean, noise, np.sqrt(np.mean(spreads, axis=0) + between))


def held_out_uncertainty(errors: HeldOutErrors, members: Sequence[Member], X: Any) -> Uncertainty:
    """Return mean and deviations (rows x outputs) of networks whose errors on held-out rows are
    known: these, or the deviation of the networks among themselves where it is larger.
    """
    each = [outputs_of(member, X) for member in members]
    mean = mean_of(members, each)
    between = mean_of(members, ((one - mean) ** 2 for one in each))
    noise = np.sqrt(np.maximum(errors.spread**2 - between, 0))
    return MeasuredUncertainty.with_errors(Uncertainty(mean, noise, np.sqrt(between)), errors)
