"""What a loss is: its members, its linked output, and what outputs and targets must be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from neurona import elsewhere
from neurona.compiled.kernel import inlined
from neurona.compiled.scalars import cast, view
from neurona.errors import IncompatibleError, OperationError
from neurona.numerics.activations import Activation
from neurona.registry import Registry
from neurona.values import Value

LOSSES = Registry("loss", elsewhere.LOSSES)


@dataclass(frozen=True)
class Loss(Value):
    """Base of the losses: compiled members, the linked activation, and what outputs and targets
    must be.

    `baseline` is the "mean" or "median" of the targets where that is the one number that costs
    least and a model that is no clearly better has collapsed to it; None where nothing so simple
    can be said. `is_likelihood` says that the loss is less the logarithm of a probability of the
    target, so that evidence means something; `has_noise` that it is half a squared difference, so
    that this probability has a variance to be found.
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
    baseline: ClassVar[str | None] = None
    is_likelihood: ClassVar[bool] = False
    has_noise: ClassVar[bool] = False

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
        outputs, on sums or values as `member`; None if the loss has none. One that is marked
        `apart` gives each output a column in which all others are 0.
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
    formula = inlined(getattr(cls, name))

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
    curvature = inlined(getattr(cls, name))

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
    seeds.apart = True  # type: ignore[attr-defined]
    return seeds
