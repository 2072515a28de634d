"""What a curve of losses tells: strides up and down, flat ground, a rise after the best."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Curve = np.ndarray[Any, np.dtype[Any]]


class Strides(NamedTuple):
    """How a curve goes: the middle change from one epoch to the next, by its level; the share of
    steps that go up, and of those that turn; its level.
    """

    stride: float
    up: float
    turns: float
    level: float

    def oscillates(self, stride: float) -> bool:
        """Whether it goes up as often as down, by this share of its level at least."""
        return self.stride >= stride and 0.25 < self.up < 0.75 and self.turns >= 0.3


def strides(curve: Curve) -> Strides:
    """Return how a curve of 3 epochs or more goes."""
    steps = np.diff(curve)
    level = float(np.median(curve))
    return Strides(
        float(np.median(np.abs(steps))) / level if level > 0 else 0.0,
        float((steps > 0).mean()),
        float((steps[1:] * steps[:-1] < 0).mean()),
        level,
    )


def longest_flat(curve: Curve, least: float = 0.01) -> tuple[int, int]:
    """Return where the longest stretch begins in which the best loss falls by less than a share of
    it, and its length.
    """
    best = np.minimum.accumulate(curve)
    start = longest = first = 0
    for place, value in enumerate(best):
        if value < (1 - least) * best[first]:
            first = place
        if place - first > longest:
            start, longest = first, place - first
    return start, longest


def share_of(amount: float, trivial: float) -> float:
    """Return an amount of loss as a share of the trivial answer's; it is worth nothing where that
    costs nothing: the rows all have one target, or are one row.
    """
    return amount / trivial if trivial > 0 else 0.0


def fallen(curve: Curve, trivial: float) -> tuple[float, float, int]:
    """Return how far a curve fell in its last third, by itself and by the trivial loss, and how
    many epochs these are; 0 where it ends above its best.
    """
    third = curve[-max(3, len(curve) // 3) :]
    if len(third) < 3 or third[-1] > 1.02 * third.min():
        return 0.0, 0.0, len(third)
    half = len(third) // 2
    before, after = float(np.mean(third[:half])), float(np.mean(third[half:]))
    return (before - after) / max(before, 1e-300), share_of(before - after, trivial), len(third)
