"""How wide integers are: 16 bits with sums of 32, or 32 with sums of 64."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.errors import IncompatibleError


@dataclass(frozen=True)
class Width:
    """Sizes of numbers in bits, the sign not counted.

    `value` is that of what a unit gives and of weights, `sum` that of sums and products;
    `argument` is how many binary digits after the point an activation's argument has, `step` how
    many of them tell where it lies in a table, the rest (`inside`) where between two entries.
    """

    name: str
    value: int
    sum: int
    argument: int
    step: int

    @property
    def inside(self) -> int:
        """Digits that say where between two entries of a table an argument lies."""
        return self.argument - self.step

    @property
    def most(self) -> int:
        """The largest value."""
        return (1 << self.value) - 1

    @property
    def room(self) -> int:
        """What no sum may reach: half of what there is."""
        return 1 << (self.sum - 1)

    @property
    def value_bytes(self) -> int:
        """Bytes of a value or a weight."""
        return 2 if self.value < 16 else 4

    @property
    def sum_bytes(self) -> int:
        """Bytes of a sum."""
        return 4 if self.sum < 32 else 8


NARROW = Width("int16", 15, 31, 16, 4)
WIDE = Width("int32", 30, 63, 26, 5)
INPUT = 29
"""Bits of an input, whatever the width."""
ABSENT = -(2**31)
"""Stands for a missing cell."""


class TooWideError(IncompatibleError):
    """A number does not fit into this width; a wider one may hold it."""
