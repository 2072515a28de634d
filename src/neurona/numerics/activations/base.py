"""What an activation is: its members, its range, and what a loss needs to know of an output."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from neurona import elsewhere
from neurona.compiled.kernel import inlined
from neurona.compiled.scalars import cast, view
from neurona.errors import OperationError
from neurona.registry import Registry
from neurona.values import Value

ACTIVATIONS = Registry("activation", elsewhere.ACTIVATIONS)


@dataclass(frozen=True)
class Activation(Value):
    """Base of the activations: members, range, and what a loss needs to know of an output."""

    apply: ClassVar[Callable[..., None]]
    chain: ClassVar[Callable[..., None]]
    low: ClassVar[float] = -math.inf
    high: ClassVar[float] = math.inf
    reaches_bounds: ClassVar[bool] = False
    sums_to_one: ClassVar[bool] = False
    has_slope: ClassVar[bool] = True

    def range(self) -> tuple[float, float]:
        """Return the interval in which the values lie (open, unless `reaches_bounds`)."""
        return self.low, self.high

    def expression(self, z: Any) -> Any:
        """Return the value for sums z (rows x units) in the operations of `neurona.autodiff`.

        Raises `OperationError` for an activation that has none.
        """
        raise OperationError(
            f"The activation {self.name!r} has no expression in the operations of "
            "neurona.autodiff: give its class a method expression(self, z) that returns the value."
        )


def activation(name: str) -> Callable[[type], type]:
    """Class decorator: register an activation and build its members from its `formula`.

    A class with a static method `formula(z, options) -> (value, slope)` is element-wise; others
    bring `apply` and `chain` themselves. `options` is a tuple of the fields as numbers of z's type.
    """

    def add(cls: type) -> type:
        if "formula" in vars(cls):
            _make_elementwise(cls)
        return ACTIVATIONS.register(name)(cls)

    return add


def _make_elementwise(cls: Any) -> None:
    formula = inlined(cls.formula)

    def apply(z, a, rows, columns, stride, options):
        size = rows * stride
        z, a, given = view(z, size), view(a, size), view(options, 3)
        numbers = cast(given[0], z), cast(given[1], z), cast(given[2], z)
        for i in range(size):
            a[i], z[i] = formula(z[i], numbers)

    apply.__qualname__ = f"{cls.__qualname__}.apply"
    apply.formula = cls.formula  # type: ignore[attr-defined]
    cls.apply, cls.chain = staticmethod(apply), staticmethod(multiply_by_slope)


def multiply_by_slope(slope, errors, rows, columns, stride):
    """Backward part of every element-wise activation."""
    size = rows * stride
    slope, errors = view(slope, size), view(errors, size)
    for i in range(size):
        errors[i] *= slope[i]
