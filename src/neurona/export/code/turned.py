"""What was learned of a target, as it is in the target's own units: an expression."""

from __future__ import annotations

import numpy as np

from neurona.data.transforms import LEAST, Transform
from neurona.export.code import elementary
from neurona.export.code.form import Counter, Number, Program, less, pick, place

LEARNED = "t"
"""The work array of targets as they are learned, where these are not the user's."""
i = Counter("i")


def turned_back(program: Program, transform: Transform, learned: Number) -> Number:
    """Return the value of a number that was learned of the target that `i` counts; it stands there
    several times, so it should be short.
    """
    low, high = (
        place(program.table(f"{name}_end", ends), i)
        for name, ends in (("low", transform.low), ("high", transform.high))
    )
    inside = pick(less(learned, low), low, pick(less(high, learned), high, learned))
    if transform.name == "sqrt":
        return inside * inside
    if transform.name == "log":
        return program.call(elementary.exp(program.single), inside)
    powers = np.array(transform.powers)
    above = place(program.table("power", powers), i)
    below = place(program.table("power_below", 2 - powers), i)
    return pick(
        less(inside, 0.0),
        1.0 - _root(program, -inside, below),
        _root(program, inside, above) - 1.0,
    )


def _root(program: Program, t: Number, power: Number) -> Number:
    """Return (1 + power t) to 1 / power, of t where it is above 0."""
    base = 1.0 + power * pick(less(t, 0.0), 0.0, t)
    least = pick(less(base, LEAST), LEAST, base)
    logarithm = program.call(elementary.log(program.single), least)
    return program.call(elementary.exp(program.single), logarithm / power)
