"""Transforms of targets: monotone functions, so that errors are of one size wherever a target is.

A network learns t = f(y), and what it says is turned back. A mean of t becomes the median of y (of
log, the geometric mean) where the noise of t is symmetric, and an interval keeps what it holds.

none           t = y
log            t = ln y, of y > 0
sqrt           t = sqrt(y), of y >= 0
yeo_johnson    of any y: ((1 + y)^p - 1) / p where y >= 0, (1 - (1 - y)^(2 - p)) / (2 - p) else,
               with the p of the greatest likelihood (I.-K. Yeo, R. Johnson, Biometrika 87, 2000);
               p and 2 - p are kept .01 from 0, where the formulas would need others

No answer is farther from the targets of training than these are from each other: what lies beyond
the ends is the end. So no straight line in t becomes an answer of a million spreads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.data.table import Column
from neurona.errors import TableError
from neurona.spelling import parameter

YEO_JOHNSON = "yeo_johnson"
NEAREST = 0.01
"""How near to 0 a power, or 2 less it, may be."""
LEAST = 1e-15
"""The least 1 + p t of which a root is taken."""


@dataclass(frozen=True)
class Transform:
    """A monotone function of every target.

    `powers` are Yeo and Johnson's, empty for the others; `low` and `high` the ends between which
    outputs are turned back, all one number a target; both are empty of "none".
    """

    name: str = "none"
    powers: tuple[float, ...] = ()
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    def __bool__(self) -> bool:
        return self.name != "none"

    @classmethod
    def fit(cls, name: str, names: Sequence[str], targets: Column) -> Transform:
        """Learn a transform of targets, rows x outputs; TableError where it has no value."""
        if name == "none":
            return cls()
        targets = np.asarray(targets, np.float64)
        powers: tuple[float, ...] = ()
        if name == YEO_JOHNSON:
            powers = tuple(map(_likeliest, targets.T))
        plain = cls(name, powers)
        plain.check(names, targets)
        least, most = targets.min(axis=0), targets.max(axis=0)
        high = plain.forward(most + (most - least))
        low = 2 * plain.forward(least) - plain.forward(most)
        if name == "sqrt":
            low = np.zeros_like(least)
        if name == YEO_JOHNSON:
            low = plain.forward(least - (most - least))
        return cls(name, powers, tuple(map(float, low)), tuple(map(float, high)))

    def check(self, names: Sequence[str], targets: Column) -> None:
        """Raise TableError, with the target and a value, where there is no transform of it."""
        if self.name not in ("log", "sqrt"):
            return
        for name, column in zip(names, targets.T, strict=True):
            wrong = column <= 0 if self.name == "log" else column < 0
            if wrong.any():
                what = "logarithm" if self.name == "log" else "square root"
                way = parameter("target_transform", YEO_JOHNSON)
                raise TableError(
                    f"Target {name!r} is {column[wrong][0]:g} in a row, which has no {what}; say "
                    f"{way}, which takes any number, or leave such rows out."
                )

    def forward(self, targets: Column) -> Column:
        """Return targets, rows x outputs (or one number each), as they are learned."""
        found: Column = _FORWARD[self.name](targets, np.array(self.powers))
        return found

    def back(self, values: Column) -> Column:
        """Return learned targets in the user's units."""
        if not self:
            return values
        inside = np.clip(values, self.low, self.high)
        found: Column = _BACK[self.name](inside, np.array(self.powers))
        return found

    def to_state(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {
            "name": self.name,
            "powers": list(self.powers),
            "low": list(self.low),
            "high": list(self.high),
        }

    @classmethod
    def from_state(cls, state: Any, targets: int) -> Transform:
        """Return the transform of such data; anything else is a ValueError."""
        name = state["name"]
        powers, low, high = (tuple(map(float, state[key])) for key in ("powers", "low", "high"))
        ends = 0 if name == "none" else targets
        counts = len(powers), len(low), len(high)
        if name not in TRANSFORMS or counts != (ends * (name == YEO_JOHNSON), ends, ends):
            raise ValueError("transform")
        if not np.isfinite([*powers, *low, *high]).all() or any(map(float.__gt__, low, high)):
            raise ValueError("the transform's numbers")
        if any(one != _apart(one) for one in powers):
            raise ValueError("the transform's powers")
        return cls(name, powers, low, high)


def _likeliest(target: Column) -> float:
    """Return the power by which a target is most like a normal one."""
    # SciPy's distributions are slow to import, and needed here alone
    from scipy.stats import yeojohnson_normmax

    if (target == target[0]).all():
        return 1.0
    return _apart(float(yeojohnson_normmax(target)))


def _apart(power: float) -> float:
    """Return a power that is not too near to 0, nor to 2."""
    for end in (0.0, 2.0):
        if abs(power - end) < NEAREST:
            return end + (NEAREST if power >= end else -NEAREST)
    return power


def _yeo_johnson(y: Column, p: Column) -> Column:
    above, below = np.log1p(np.maximum(y, 0)), np.log1p(np.maximum(-y, 0))
    found: Column = np.where(y >= 0, np.expm1(p * above) / p, -np.expm1((2 - p) * below) / (2 - p))
    return found


def _yeo_johnson_back(t: Column, p: Column) -> Column:
    above, below = (np.maximum(one, 0) for one in (t, -t))
    found: Column = np.where(t >= 0, _root(above, p), -_root(below, 2 - p))
    return found


def _root(t: Column, p: Column) -> Column:
    """Return the y of which t is ((1 + y)^p - 1) / p."""
    root: Column = np.expm1(np.log1p(np.maximum(p * t, -1 + LEAST)) / p)
    return root


Way = Callable[[Any, Any], Any]
_FORWARD: dict[str, Way] = {
    "none": lambda y, _: y,
    "log": lambda y, _: np.log(y),
    "sqrt": lambda y, _: np.sqrt(y),
    YEO_JOHNSON: _yeo_johnson,
}
_BACK: dict[str, Way] = {
    "log": lambda t, _: np.exp(t),
    "sqrt": lambda t, _: t * t,
    YEO_JOHNSON: _yeo_johnson_back,
}
TRANSFORMS = tuple(_FORWARD)
"""The words for a transform."""
