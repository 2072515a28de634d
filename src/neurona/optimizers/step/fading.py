"""What fades away in an optimizer's memory ends as 0.

The mean of a weight whose gradient stays 0 (a dead unit's) shrinks by a factor at every step, into
numbers below the smallest with all their digits, where processors take up to a hundred times as
long; rounding keeps them there for ever. They move nothing, and are 0.
"""

from __future__ import annotations

from neurona.compiled.kernel import inlined
from neurona.compiled.scalars import cast

SMALLEST = 2.2250738585072014e-308
SMALLEST_SINGLE = 1.1754943508222875e-38


@inlined
def smallest(like):
    """Return the smallest number with all its digits in like's type."""
    found = cast(SMALLEST, like)
    return found if found > cast(0.0, like) else cast(SMALLEST_SINGLE, like)


@inlined
def faded(number, least):
    """Return a number, or 0 where its size is below the least; nan stays nan."""
    return cast(0.0, number) if abs(number) < least else number
