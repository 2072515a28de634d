"""Linear equations over the rational numbers: what a proof is checked with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

Row = list[Fraction]


def solve(columns: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> Row | None:
    """Return the only x with sum_j x_j columns[j] = right, or None if there is none, or several.

    Gauss's elimination on integers without fractions (E. Bareiss, 1968), so that the numbers stay
    as short as determinants are.
    """
    unknowns = len(columns)
    equations = [
        _integers([*(column[i] for column in columns), right[i]]) for i in range(len(right))
    ]
    last = 1
    for k in range(unknowns):
        pivot = next((i for i in range(k, len(equations)) if equations[i][k]), None)
        if pivot is None:
            return None
        equations[k], equations[pivot] = equations[pivot], equations[k]
        top = equations[k]
        for i in range(k + 1, len(equations)):
            row = equations[i]
            equations[i] = [
                (top[k] * a - row[k] * b) // last for a, b in zip(row, top, strict=True)
            ]
        last = top[k]
    if any(row[unknowns] for row in equations[unknowns:]):
        return None
    x: Row = [Fraction(0)] * unknowns
    for k in reversed(range(unknowns)):
        row = equations[k]
        rest = row[unknowns] - sum(row[j] * x[j] for j in range(k + 1, unknowns))
        x[k] = Fraction(rest) / row[k]
    return x


def _integers(row: Sequence[Fraction]) -> list[int]:
    """Return a row of an equation, multiplied by the common denominator."""
    common = math.lcm(*(number.denominator for number in row))
    return [int(number * common) for number in row]


def product(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    """Return the scalar product."""
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))
