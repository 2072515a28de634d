"""Immutable values with named options: what an activation, a loss, an optimizer or a schedule is in
Python.
"""

from __future__ import annotations

import dataclasses
import math
from numbers import Real
from typing import Any, ClassVar

import numpy as np

OPTION_SLOTS = 8
"""How many numbers a value's options may be: each value has this many places in the options vector.
"""


def option(
    default: Any, low: float = -math.inf, high: float = math.inf, closed: str = "left"
) -> Any:
    """Return a dataclass field for an option with a default and a range; `closed` as in
    scikit-learn.
    """
    return dataclasses.field(default=default, metadata={"range": (low, high, closed)})


@dataclasses.dataclass(frozen=True)
class Value:
    """Base of the registered values: checks the options' ranges and turns them into a vector."""

    name: ClassVar[str]

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            if "range" in field.metadata:
                self._check(field.name, getattr(self, field.name), *field.metadata["range"])

    def _check(self, name: str, value: Any, low: float, high: float, closed: str) -> None:
        inside = isinstance(value, Real) and bool(
            (low < float(value) or (closed in ("left", "both") and low == value))
            and (float(value) < high or (closed in ("right", "both") and high == value))
        )
        if not inside:
            left = "[" if closed in ("left", "both") and low != -math.inf else "("
            right = "]" if closed in ("right", "both") and high != math.inf else ")"
            raise ValueError(
                f"The {name!r} parameter of {type(self).__name__} must be a float in the range "
                f"{left}{low:g}, {high:g}{right}. Got {value!r} instead."
            )

    def options(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return the options as OPTION_SLOTS float64 numbers, in the order of the fields."""
        numbers = np.zeros(OPTION_SLOTS)
        given = [float(getattr(self, field.name)) for field in dataclasses.fields(self)]
        numbers[: len(given)] = given
        return numbers
