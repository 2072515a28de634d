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
from neurona.inference.noise_scale import NoiseScale
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
    """That of a model whose `errors` on held-out rows are known: they say how wide to be, in units
    of the `sizes` that are expected of each prediction's error.
    """

    errors: HeldOutErrors
    sizes: Vector

    @classmethod
    def with_errors(
        cls, found: Uncertainty, errors: HeldOutErrors, sizes: Vector
    ) -> MeasuredUncertainty:
        """Return deviations with the errors and sizes."""
        known = cls(found.mean, found.noise, found.weights)
        known.errors, known.sizes = errors, sizes
        return known

    def half_width(self, coverage: float) -> Vector:
        """Return half of the interval, for every prediction."""
        half = self.errors.half_width(coverage)
        found: Vector = self.sizes * (half[0] if self.mean.ndim == 1 else half)
        return found

    def mapped(self, change: Callable[[Vector], Vector]) -> Uncertainty:
        """Return the same in another shape."""
        return self.with_errors(super().mapped(change), self.errors, change(self.sizes))

    def scaled(self, scale: Any, shift: Any) -> Uncertainty:
        """Return the same in other units: times scale, plus shift."""
        found = super().scaled(scale, shift)
        return self.with_errors(found, self.errors.scaled(scale), self.sizes)


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


def measured_uncertainty(
    members: Sequence[Member],
    X: Any,
    errors: HeldOutErrors | None,
    scale: NoiseScale | None = None,
) -> Uncertainty:
    """Return mean and deviations (rows x outputs) of networks of which the errors on held-out rows
    are known, or how large these are by the inputs: a deviation is that, or what the weights say
    where it is larger.

    Weights say how far networks are apart, and where no `errors` are known what is believed of
    them; IncompatibleError if that is nothing, either.
    """
    if errors is None:
        found = uncertainty(members, X)
        mean, apart = found.mean, found.weights**2
    else:
        each = [outputs_of(member, X) for member in members]
        mean = mean_of(members, each)
        apart = mean_of(members, ((one - mean) ** 2 for one in each))
    sizes = np.ones_like(mean)
    if scale is not None:
        errors, sizes = scale.errors, scale.sizes(X, mean)
    if errors is None:
        return found
    noise = np.sqrt(np.maximum((errors.spread * sizes) ** 2 - apart, 0))
    known = Uncertainty(mean, noise, np.sqrt(apart))
    return MeasuredUncertainty.with_errors(known, errors, sizes)
