"""Losses: what a prediction costs, and the slope that starts backpropagation.

| name | penalty of a prediction p for the target t | asks of the output |
|---|---|---|
| squared_error | (p - t)^2 / 2 | |
| absolute_error | |p - t| | |
| huber | d^2 / 2 within delta, delta (|d| - delta / 2) beyond (Huber 1964) | |
| log_cosh | log cosh(p - t) | |
| quantile | q (t - p) if t > p, else (1 - q)(p - t) (Koenker and Bassett 1978) | |
| poisson | half the deviance, p - t log p + t log t - t | positive |
| binary_cross_entropy | -t log p - (1 - t) log(1 - p), each output by itself | in (0, 1) |
| categorical_cross_entropy | -sum_j t_j log p_j, the t_j of a row sum to 1 | sums to 1 |

A row's loss is the sum over its outputs times its sample weight; the loss of a batch is the mean
over its rows (by weight). A loss has one output activation to which it is linked (logistic for the
binary cross-entropy, softmax, exp, identity). With that one it works on the sums z, so that it
neither overflows nor takes the logarithm of 0; with any other activation in the right range it
works on the values, and the activation's own slope follows by the chain rule. Every other pair is
refused.

Second-order methods ask for the second derivative by the output, which is never negative here. A
robust loss answers with slope / difference instead: the weight under which a squared error has the
same slope (iteratively reweighted least squares, A. Beaton and J. Tukey 1974).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from neurona import autodiff
from neurona.compiled.kernel import scalar_kernel
from neurona.compiled.scalars import cast, polynomial, view
from neurona.errors import IncompatibleError, OperationError
from neurona.numerics.activations import Activation, sigmoid_parts
from neurona.numerics.elementary import exp, exp_and_expm1, log, log1p
from neurona.registry import Registry
from neurona.values import Value, option

LOSSES = Registry("loss")

TINY, EPSILON = (1.2e-38, 2.3e-308), (2.0**-23, 2.0**-52)
"""How near to its bounds a value may come, in float32 and float64."""

tiny = polynomial(TINY[:1], TINY[1:])
epsilon = polynomial(EPSILON[:1], EPSILON[1:])
nearly_zero = polynomial([1e-4], [1e-4])


@dataclass(frozen=True)
class Loss(Value):
    """Base of the losses: compiled members, the linked activation, and what outputs and targets
    must be.
    """

    link: ClassVar[str]
    on_sums: ClassVar[Callable[..., None]]
    on_values: ClassVar[Callable[..., None] | None] = None
    seeds_on_sums: ClassVar[Callable[..., None] | None] = None
    seeds_on_values: ClassVar[Callable[..., None] | None] = None
    output_low: ClassVar[float] = -math.inf
    output_high: ClassVar[float] = math.inf
    output_sums_to_one: ClassVar[bool] = False
    target_low: ClassVar[float] = -math.inf
    target_high: ClassVar[float] = math.inf
    target_sums_to_one: ClassVar[bool] = False

    def member(self, output: Activation) -> tuple[Callable[..., None], bool]:
        """Return the compiled member for an output activation, and whether it works on the sums z.

        Raises `IncompatibleError`, with the reason, for a pair that cannot be trained.
        """
        if output.name == self.link:
            return self.on_sums, True
        complaint = self._complaint(output)
        if complaint or self.on_values is None:
            raise IncompatibleError(
                f"The loss {self.name!r} cannot be used with the output activation "
                f"{output.name!r}: "
                f"{complaint}; use {self.link!r}."
            )
        return self.on_values, False

    def seeds(self, output: Activation) -> Callable[..., None] | None:
        """Return the compiled member that gives the columns of a square root of the Hessian by the
        outputs, on sums or values as `member`; None if the loss has none.
        """
        return self.seeds_on_sums if output.name == self.link else self.seeds_on_values

    def expression(self, targets: Any, outputs: Any, on_sums: bool) -> Any:
        """Return the penalties (rows x outputs) in the operations of `neurona.autodiff`.

        `outputs` are the sums z of the output layer if `on_sums`, as `member` says, else its
        values. Raises `OperationError` for a loss that has no expression.
        """
        if on_sums and self.link != "identity":
            return self.sum_expression(targets, outputs)
        return self.value_expression(targets, outputs)

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties from the values p."""
        raise OperationError(self._no_expression("value_expression(self, t, p)"))

    def sum_expression(self, t: Any, z: Any) -> Any:
        """Return the penalties from the sums z, for the linked activation."""
        raise OperationError(self._no_expression("sum_expression(self, t, z)"))

    def _no_expression(self, method: str) -> str:
        return (
            f"The loss {self.name!r} has no expression in the operations of neurona.autodiff: give "
            f"its class a method {method} that returns the penalties."
        )

    def _complaint(self, output: Activation) -> str:
        low, high = output.range()
        if not output.has_slope:
            return "its slope is 0 everywhere, so nothing would be learned"
        if self.output_sums_to_one and not output.sums_to_one:
            return "its values do not sum to 1"
        if self.on_values is None:
            return "the loss works on the sums of the units, before their activation"
        outside = low < self.output_low or high > self.output_high
        reached = output.reaches_bounds and (low == self.output_low or high == self.output_high)
        if outside or (reached and math.isfinite(self.output_low)):
            return f"its values are not inside ({self.output_low:g}, {self.output_high:g})"
        return ""


def loss(name: str) -> Callable[[type], type]:
    """Class decorator: register a loss and build its members from its formulas.

    `value_formula(t, p, options) -> (penalty, slope by p)` and, where the link is not the identity,
    `sum_formula(t, z, options) -> (penalty, slope by z)`. With `value_curvature` and
    `sum_curvature`, which return the second derivative, second-order methods can use the loss.
    """

    def add(cls: Any) -> type:
        if "value_formula" in vars(cls):
            cls.on_values = cls.on_sums = staticmethod(_over_outputs(cls, "value_formula"))
        if "sum_formula" in vars(cls):
            cls.on_sums = staticmethod(_over_outputs(cls, "sum_formula"))
        if "value_curvature" in vars(cls):
            cls.seeds_on_values = cls.seeds_on_sums = staticmethod(_roots(cls, "value_curvature"))
        if "sum_curvature" in vars(cls):
            cls.seeds_on_sums = staticmethod(_roots(cls, "sum_curvature"))
        registered: type = LOSSES.register(name)(cls)
        return registered

    return add


def _over_outputs(cls: Any, name: str) -> Callable[..., None]:
    formula = scalar_kernel(getattr(cls, name))

    def over_outputs(x, targets, penalties, scratch, rows, columns, options):
        size = rows * columns
        output, target, given = view(x, size), view(targets, size), view(options, 1)
        penalty, numbers = view(penalties, size), (cast(given[0], output),)
        for i in range(size):
            penalty[i], output[i] = formula(target[i], output[i], numbers)

    over_outputs.__qualname__ = f"{cls.__qualname__}.{name}"
    over_outputs.formula = getattr(cls, name)  # type: ignore[attr-defined]
    return over_outputs


def _roots(cls: Any, name: str) -> Callable[..., None]:
    curvature = scalar_kernel(getattr(cls, name))

    def seeds(x, targets, seed, k, rows, columns, options):
        size = rows * columns
        output, target, column = view(x, size), view(targets, size), view(seed, size)
        numbers = (cast(view(options, 1)[0], output),)
        column[:] = cast(0.0, output)
        for i in range(rows):
            at = i * columns + k
            column[at] = cast(math.sqrt(curvature(target[at], output[at], numbers)), output)

    seeds.__qualname__ = f"{cls.__qualname__}.{name}"
    seeds.formula = getattr(cls, name)  # type: ignore[attr-defined]
    return seeds


def held(p: Any, near: tuple[float, float], high: float) -> Any:
    """Return p kept off its bounds 0 and `high`, with slope 1 there, as the compiled losses do."""
    numbers = autodiff.stop_gradient(p)
    least = near[numbers.dtype == np.float64]
    return p + (np.clip(numbers, least, high - least) - numbers)


@loss("squared_error")
@dataclass(frozen=True)
class SquaredError(Loss):
    """Half the squared difference."""

    link = "identity"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope."""
        d = p - t
        return cast(0.5, p) * d * d, d

    @staticmethod
    def value_curvature(t, p, options):
        """Return the second derivative."""
        return cast(1.0, p)

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        difference = p - t
        return 0.5 * difference * difference


@loss("absolute_error")
@dataclass(frozen=True)
class AbsoluteError(Loss):
    """The absolute difference: estimates the median; slope 0 at 0."""

    link = "identity"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope."""
        d, zero, one = p - t, cast(0.0, p), cast(1.0, p)
        return abs(d), (one if d > zero else -one) if d != zero else zero

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight, bounded where the difference vanishes."""
        return cast(1.0, p) / max(abs(p - t), nearly_zero(p))

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        return np.abs(p - t)


@loss("huber")
@dataclass(frozen=True)
class Huber(Loss):
    """Squared within `delta`, linear beyond: outliers pull less."""

    delta: float = option(1.0, low=0.0, closed="neither")
    link: ClassVar[str] = "identity"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope."""
        d, delta, half = p - t, options[0], cast(0.5, p)
        size = abs(d)
        if size <= delta:
            return half * d * d, d
        return delta * (size - half * delta), math.copysign(delta, d)

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight."""
        size, delta = abs(p - t), options[0]
        return cast(1.0, p) if size <= delta else delta / size

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        difference, delta = p - t, self.delta
        size = np.abs(difference)
        beyond = delta * (size - 0.5 * delta)
        return np.where(size <= delta, 0.5 * difference * difference, beyond)


@loss("log_cosh")
@dataclass(frozen=True)
class LogCosh(Loss):
    """log cosh of the difference: squared near 0, absolute far away, smooth everywhere."""

    link = "identity"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope, tanh(d)."""
        d, two = p - t, cast(2.0, p)
        e, e_minus_1 = exp_and_expm1(-two * abs(d))
        slope = math.copysign(-e_minus_1 / (two + e_minus_1), d)
        # log cosh d = -log(1 - tanh(d)^2) / 2, without cancellation for small d
        square, half = slope * slope, cast(0.5, p)
        near = abs(d) < half
        logarithm = log1p(square / (cast(1.0, p) - square) if near else e)
        return half * logarithm if near else abs(d) + logarithm - cast(math.log(2), p), slope

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight tanh(d) / d."""
        size, two = abs(p - t), cast(2.0, p)
        _, e_minus_1 = exp_and_expm1(-two * size)
        small = nearly_zero(p)
        return -e_minus_1 / (two + e_minus_1) / size if size > small else cast(1.0, p)

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties: near 0 from tanh, far away from logaddexp, neither cancels."""
        difference = p - t
        near = np.abs(autodiff.stop_gradient(difference)) < 0.5
        close = np.tanh(np.where(near, difference, 0.0))
        far = np.logaddexp(difference, -difference) - math.log(2)
        return np.where(near, -0.5 * np.log1p(-close * close), far)


@loss("quantile")
@dataclass(frozen=True)
class Quantile(Loss):
    """The pinball loss: estimates the quantile `quantile` of the target."""

    quantile: float = option(0.5, low=0.0, high=1.0, closed="neither")
    link: ClassVar[str] = "identity"

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope; slope 0 at 0."""
        d, zero = t - p, cast(0.0, p)
        slope = -options[0] if d > zero else cast(1.0, p) - options[0]
        return -slope * d, slope if d != zero else d

    @staticmethod
    def value_curvature(t, p, options):
        """Return the weight, bounded where the difference vanishes."""
        above = options[0] if t > p else cast(1.0, p) - options[0]
        return above / max(abs(p - t), nearly_zero(p))

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties; slope 0 at 0."""
        difference = t - p
        difference = np.where(difference == 0, 0.0, difference)
        above, below = self.quantile * difference, (self.quantile - 1.0) * difference
        return np.where(difference > 0, above, below)


@scalar_kernel
def t_log_t(t):
    """Return t log t - t, with 0 at 0: makes the least Poisson loss 0."""
    return t * log(t if t > tiny(t) else tiny(t)) - t


@loss("poisson")
@dataclass(frozen=True)
class Poisson(Loss):
    """Half the Poisson deviance, for counts and rates; the linked output is exp."""

    link = "exp"
    output_low, target_low = 0.0, 0.0

    @staticmethod
    def value_formula(t, p, options):
        """Return penalty and slope from the rate p."""
        safe = tiny(p) if p < tiny(p) else p
        return p - t * log(safe) + t_log_t(t), cast(1.0, p) - t / safe

    @staticmethod
    def sum_formula(t, z, options):
        """Return penalty and slope from z, the logarithm of the rate."""
        rate = exp(z)
        return rate - t * z + t_log_t(t), rate - t

    @staticmethod
    def value_curvature(t, p, options):
        """Return the second derivative by the rate."""
        safe = tiny(p) if p < tiny(p) else p
        return t / safe / safe

    @staticmethod
    def sum_curvature(t, z, options):
        """Return the second derivative by the logarithm of the rate."""
        return exp(z)

    def value_expression(self, t: Any, p: Any) -> Any:
        """Return the penalties in the operations of the computation graph."""
        safe = held(p, TINY, math.inf)
        return p - t * np.log(safe) + (autodiff.xlogy(t, t) - t)

    def sum_expression(self, t: Any, z: Any) -> Any:
        """Return the penalties from the sums z."""
        return np.exp(z) - t * z + (autodiff.xlogy(t, t) - t)


@loss("binary_cross_entropy")
@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """The log loss of every output by itself: binary and multilabel problems.

    With `label_smoothing` s the target t becomes t (1 - s) + s / 2.
    """

    label_smoothing: float = option(0.0, low=0.0, high=1.0)
    link: ClassVar[str] = "logistic"
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
