"""Losses of probabilities: less the logarithm of what was given to the right class."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona import autodiff
from neurona.compiled.scalars import cast, view
from neurona.numerics.activations.exponential import sigmoid_parts
from neurona.numerics.elementary import exp, log, log1p
from neurona.numerics.losses.base import Loss, loss
from neurona.numerics.losses.bounds import EPSILON, epsilon, held
from neurona.values import option


@loss("binary_cross_entropy")
@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """The log loss of every output by itself: binary and multilabel problems.

    With `label_smoothing` s the target t becomes t (1 - s) + s / 2.
    """

    label_smoothing: float = option(0.0, low=0.0, high=1.0)
    link: ClassVar[str] = "logistic"
    is_likelihood: ClassVar[bool] = True
    output_low: ClassVar[float] = 0.0
    output_high: ClassVar[float] = 1.0
    target_low: ClassVar[float] = 0.0
    target_high: ClassVar[float] = 1.0

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope from the probability p."""
        one, half, s = cast(1.0, p), cast(0.5, p), options[0]
        t = t * (one - s) + half * s
        safe = epsilon(p) if p < epsilon(p) else p
        safe = one - epsilon(p) if safe > one - epsilon(p) else safe
        return -t * log(safe) - (one - t) * log(one - safe), (safe - t) / (safe * (one - safe))

    @staticmethod
    def sum_formula(t, z, options):
        """Return penalty and slope from z: log(1 + exp z) - t z."""
        one, half, s = cast(1.0, z), cast(0.5, z), options[0]
        t = t * (one - s) + half * s
        up, _, small = sigmoid_parts(z)
        # written so that nothing cancels when the prediction is right
        rest = (one - t) * z if z > cast(0.0, z) else -t * z
        return rest + log1p(small), up - t

    @staticmethod
    def value_curvature(t, p, options):
        """Return the second derivative by the probability."""
        one, half, s = cast(1.0, p), cast(0.5, p), options[0]
        t = t * (one - s) + half * s
        safe = epsilon(p) if p < epsilon(p) else p
        safe = one - epsilon(p) if safe > one - epsilon(p) else safe
        return t / (safe * safe) + (one - t) / ((one - safe) * (one - safe))

    @staticmethod
    def sum_curvature(t, z, options):
        """Return p (1 - p)."""
        up, down, _ = sigmoid_parts(z)
        return up * down

    def _smoothed(self, t: Any) -> Any:
        return t * (1.0 - self.label_smoothing) + 0.5 * self.label_smoothing

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        t = self._smoothed(t)
        safe = held(p, EPSILON, 1.0)
        return -t * np.log(safe) - (1.0 - t) * np.log(1.0 - safe)

    def sum_expression(self, t: Any, z: Any) -> Any:
        """Return the penalties from the sums z; nothing cancels."""
        t = self._smoothed(t)
        return t * autodiff.softplus(-z) + (1.0 - t) * autodiff.softplus(z)


@loss("categorical_cross_entropy")
@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    """The log loss of one class out of several; the linked output is softmax.

    With `label_smoothing` s the target t_j of K classes becomes t_j (1 - s) + s / K.
    """

    label_smoothing: float = option(0.0, low=0.0, high=1.0)
    link: ClassVar[str] = "softmax"
    is_likelihood: ClassVar[bool] = True
    output_low: ClassVar[float] = 0.0
    output_high: ClassVar[float] = 1.0
    output_sums_to_one: ClassVar[bool] = True
    target_low: ClassVar[float] = 0.0
    target_high: ClassVar[float] = 1.0
    target_sums_to_one: ClassVar[bool] = True

    @staticmethod
    def on_sums(x, targets, penalties, scratch, rows, columns, options):
        """Class by class over all rows, so that everything vectorises, few classes or many."""
        size = rows * columns
        sums, target, penalty = view(x, size), view(targets, size), view(penalties, size)
        powers, smoothing = view(scratch, size), view(options, 1)[0]
        keep, spread = cast(1.0 - smoothing, sums), cast(smoothing / columns, sums)
        for j in range(columns):
            for i in range(rows):
                powers[j * rows + i] = sums[i * columns + j]
        # now x has room for one number a row: the largest sum, then the total and its logarithm
        row = sums[:rows]
        row[:] = cast(-math.inf, sums)
        for j in range(columns):
            z = powers[j * rows : j * rows + rows]
            for i in range(rows):
                # a nan must win: it marks a divergence
                row[i] = row[i] if z[i] <= row[i] else z[i]
        for j in range(columns):
            z = powers[j * rows : j * rows + rows]
            for i in range(rows):
                z[i] -= row[i]
                t = keep * target[i * columns + j] + spread
                penalty[i * columns + j] = -t * z[i]
        for i in range(size):
            powers[i] = exp(powers[i])
        row[:] = cast(0.0, sums)
        for j in range(columns):
            for i in range(rows):
                row[i] += powers[j * rows + i]
        for j in range(columns):
            for i in range(rows):
                powers[j * rows + i] /= row[i]
        for i in range(rows):
            row[i] = log(row[i])
        # from the last row back, so that no logarithm is overwritten before it is read
        for i in range(rows - 1, -1, -1):
            logarithm = row[i]
            for j in range(columns):
                t = keep * target[i * columns + j] + spread
                penalty[i * columns + j] += t * logarithm
                sums[i * columns + j] = powers[j * rows + i] - t

    @staticmethod
    def seeds_on_sums(x, targets, seed, k, rows, columns, options):
        """Column k of S = (diag(p) - p p') diag(p)^(-1/2), as S S' = diag(p) - p p' (sum p = 1)."""
        size = rows * columns
        sums, column = view(x, size), view(seed, size)
        for i in range(rows):
            z, out = sums[i * columns : (i + 1) * columns], column[i * columns : (i + 1) * columns]
            largest, total = z[0], cast(0.0, sums)
            for j in range(columns):
                largest = max(largest, z[j])
            for j in range(columns):
                out[j] = exp(z[j] - largest)
                total += out[j]
            p = out[k] / total
            root = cast(math.sqrt(p), sums)
            for j in range(columns):
                out[j] *= -root / total
            # 1 - p by the other classes, so that nothing cancels
            rest = cast(0.0, sums)
            for j in range(columns):
                rest -= out[j] if j != k else cast(0.0, sums)
            out[k] = rest

    def sum_expression(self, t: Any, z: Any) -> Any:
        """Return the penalties from the sums z."""
        smoothing = self.label_smoothing
        t = t * (1.0 - smoothing) + smoothing / z.shape[-1]
        return -t * autodiff.log_softmax(z, axis=-1)
