"""Numbers of two terms, for 32 bits: what a sum or product rounds off is kept beside it.

A pair (high, low) stands for its sum. What a sum loses is known exactly (D. E. Knuth, The Art of
Computer Programming 2, 4.2.2), and a product of numbers of 12 bits loses nothing (G. W. Veltkamp
and T. J. Dekker, 1971), so no product need be fused.
"""

from __future__ import annotations

import numpy as np

from neurona.export.code import elementary
from neurona.export.code.form import (
    Let,
    Name,
    Number,
    Statement,
    less,
    number,
    pick,
    place,
    polynomial,
)
from neurona.network import Vector

Pair = tuple[Number, Number]
SPLIT = 4097.0
LARGEST = 1e34
"""Beyond, splitting a number would overflow: it is left whole."""


class Pairs:
    """Statements as they come, with a fresh name for each number."""

    def __init__(self) -> None:
        self.body: list[Statement] = []
        self.count = 0

    def let(self, value: Number) -> Number:
        """Add a statement; returns its name."""
        self.count += 1
        name = f"q{self.count}"
        self.body.append(Let(name, value))
        return Name(name)

    def sorted_sum(self, a: Number, b: Number) -> Pair:
        """Return a + b, where a is the larger."""
        total = self.let(a + b)
        return total, self.let(b - (total - a))

    def sum(self, a: Number, b: Number) -> Pair:
        """Return a + b."""
        total = self.let(a + b)
        other = self.let(total - a)
        return total, self.let((a - (total - other)) + (b - other))

    def split(self, a: Number) -> Pair:
        """Return a number as one of 12 bits and the rest."""
        wide = self.let(a * SPLIT)
        size = pick(less(a, 0.0), -a, a)
        high = self.let(pick(less(size, LARGEST), wide - (wide - a), a))
        return high, self.let(a - high)

    def product(self, a: Number, b: Number) -> Pair:
        """Return a b."""
        total = self.let(a * b)
        (a1, a2), (b1, b2) = self.split(a), self.split(b)
        low = ((a1 * b1 - total) + a1 * b2 + a2 * b1) + a2 * b2
        return total, self.let(low)

    def added(self, a: Pair, b: float | Number) -> Pair:
        """Return a pair and a number, added."""
        high, low = self.sum(a[0], number(b))
        return self.sorted_sum(high, self.let(low + a[1]))

    def quotient(self, a: Pair, b: Pair) -> Pair:
        """Return a / b."""
        first = self.let(a[0] / b[0])
        whole, part = self.product(first, b[0])
        rest = (((a[0] - whole) - part) + a[1]) - first * b[1]
        return self.sorted_sum(first, self.let(rest / b[0]))

    def times(self, a: Pair, b: Pair) -> Pair:
        """Return a b."""
        high, low = self.product(a[0], b[0])
        return self.sorted_sum(high, self.let(low + (a[0] * b[1] + a[1] * b[0])))

    def chosen(self, condition: Number, a: Pair, b: Pair) -> Pair:
        """Return a where a number is below 0, else b."""
        below = less(condition, 0.0)
        return self.let(pick(below, a[0], b[0])), self.let(pick(below, a[1], b[1]))

    def expm1(self, x: Pair, powers: str) -> Pair:
        """Return e to the x less 1 for x <= 0; `powers` is the table of those of two."""
        low = elementary.MINUS_ONE[True]
        inside = self.let(pick(less(low, x[0]), x[0], low))
        magic = number(elementary.MAGIC[True])
        n = self.let((inside * elementary.LOG2_E + magic) - magic)
        head = self.let(inside - n * elementary.LN2_HIGH[True])
        r, rest = self.sorted_sum(head, self.let(x[1] - n * elementary.LN2_LOW[True]))
        tail = self.let(polynomial(r, *elementary.TAIL) * (r * r) + rest)
        s = self.let(place(powers, n + float(round(-low * elementary.LOG2_E))))
        total, part = self.sum(self.let(s - 1.0), self.let(s * r))
        return self.sorted_sum(total, self.let(part + s * tail))


def powers_of_two() -> Vector:
    """Return the powers that `Pairs.expm1` reads."""
    most = round(-elementary.MINUS_ONE[True] * elementary.LOG2_E)
    return np.array([2.0**-k for k in range(most, -1, -1)])


def parts_of_table(values: Vector) -> tuple[Vector, Vector]:
    """Return numbers as those of 12 bits and the rest in 32."""
    mantissa, exponent = np.frexp(values)
    high = np.ldexp(np.round(mantissa * 2.0**12), exponent - 12)
    return high, values - high
