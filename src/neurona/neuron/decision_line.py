"""The border of a unit of two inputs: a line, with the side on which the unit fires."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from neurona.neuron.truth_table import number


@dataclass(frozen=True)
class DecisionLine:
    """The points (x, y) with a x + b y = c; the unit fires where a x + b y > c.

    Examples
    --------
    >>> from neurona.neuron import DecisionLine
    >>> line = DecisionLine(3, 4, 5)
    >>> line.slope, line.intercept, line.distance(0, 0), line.distance(3, 4)
    (-0.75, 1.25, -1.0, 4.0)
    """

    a: Any
    b: Any
    c: Any
    names: tuple[str, str] = ("a1", "a2")

    @property
    def slope(self) -> float | None:
        """The line's slope; None if it is vertical, or no line."""
        return None if self.b == 0 else float(-self.a / self.b)

    @property
    def intercept(self) -> float | None:
        """Where the line crosses the second axis; None if it is vertical, or no line."""
        return None if self.b == 0 else float(self.c / self.b)

    def distance(self, x: float, y: float) -> float:
        """Return the distance of a point, positive on the side on which the unit fires."""
        length = math.hypot(self.a, self.b)
        if length == 0:
            raise ValueError("Both weights are 0, so the unit has no decision line.")
        return float(self.a * x + self.b * y - self.c) / length

    def points(self, low: float, high: float) -> list[tuple[float, float]]:
        """Return two points of the line, to draw it in the square from low to high.

        For a steep line they span the second axis, for others the first.
        """
        if self.a == 0 and self.b == 0:
            raise ValueError("Both weights are 0, so the unit has no decision line.")
        if abs(self.a) > abs(self.b):
            return [(float(self.c - self.b * y) / self.a, y) for y in (low, high)]
        return [(x, float(self.c - self.a * x) / self.b) for x in (low, high)]

    def __str__(self) -> str:
        first, second = self.names
        if self.a == 0 and self.b == 0:
            return "no line: both weights are 0"
        if self.b == 0:
            return f"{first} = {number(self.c / self.a)}"
        slope, intercept = -self.a / self.b, self.c / self.b
        if slope == 0:
            return f"{second} = {number(intercept)}"
        size = "" if abs(slope) == 1 else f"{number(abs(slope))} "
        end = "" if intercept == 0 else f" {'-' if intercept < 0 else '+'} {number(abs(intercept))}"
        return f"{second} = {'-' if slope < 0 else ''}{size}{first}{end}"
