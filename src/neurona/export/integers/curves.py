"""Activations in integers: a straight part, and a table of what bends, by cubics between entries.

An entry between two others is Everett's formula with second differences: with t from 0 to 1,
(1 - t) p1 + t p2 - t (1 - t) / 6 ((2 - t) D2 p1 + (1 + t) D2 p2), which is the cubic through four
entries (J. D. Everett, 1900). What a table leaves out is constant or straight to the last digit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.errors import IncompatibleError
from neurona.export.integers.width import Width
from neurona.network import Vector
from neurona.numerics.activations import Activation
from neurona.numerics.activations.rectifiers import SELU_ALPHA, SELU_SCALE

FARTHEST = 40.0
"""Beyond, every activation is straight or constant in 32 bits."""
MOST_ENTRIES = 4_096
SIXTH = 43_691
"""2^18 / 6."""


@dataclass(frozen=True, eq=False)
class Curve:
    """An activation of sums z, as a kind and a table.

    `kind` says how the table's value r is used; `above` and `below` are the gains of the straight
    part.

    straight   above z, below 0 below z
    step       1 above 0
    odd        middle + r(z), middle - r(-z) below 0
    even       above z + r(|z|)
    below      above z; r(-z) below 0
    all        r(z - start), z itself beyond the table
    """

    kind: str
    above: float = 0.0
    below: float = 0.0
    middle: float = 0.0
    start: float = 0.0
    table: Vector | None = None
    length: float = 0.0


Said = tuple[str, float, float, float, Callable[[Vector], Vector]]


def _bend(activation: Any) -> Said:
    """Return an activation's kind, its gains above and below, its middle, and what bends."""
    name, g = activation.name, activation.expression
    found: dict[str, Callable[[], Said]] = {
        "tanh": lambda: ("odd", 0.0, 0.0, 0.0, np.tanh),
        "logistic": lambda: ("odd", 0.0, 0.0, 0.5, lambda u: g(u) - 0.5),
        "bounded": lambda: _bounded(activation),
        "silu": lambda: ("even", 1.0, 0.0, 0.0, lambda u: g(u) - u),
        "gelu": lambda: ("even", 1.0, 0.0, 0.0, lambda u: g(u) - u),
        "softplus": lambda: ("even", 1.0, 0.0, 0.0, lambda u: g(u) - u),
        "elu": lambda: ("below", 1.0, 0.0, 0.0, lambda u: activation.alpha * np.expm1(-u)),
        "selu": lambda: (
            "below", SELU_SCALE, 0.0, 0.0, lambda u: SELU_SCALE * SELU_ALPHA * np.expm1(-u)
        ),
        "mish": lambda: ("all", 1.0, 0.0, 0.0, g),
        "exp": lambda: ("all", 0.0, 0.0, 0.0, np.exp),
    }  # fmt: skip
    if name not in found:
        raise IncompatibleError(
            f"The activation {name!r} has no integers here; export float32, or train with another."
        )
    return found[name]()


def _bounded(activation: Any) -> Said:
    low, high, g = activation.lower, activation.upper, activation.expression
    middle = (low + high) / 2
    return "odd", 0.0, 0.0, middle, lambda u: g(u) - middle


def curve_of(activation: Activation, low: float, high: float, width: Width) -> Curve:
    """Return an activation whose arguments lie from low to high; IncompatibleError if it has no
    integers.
    """
    name: str = activation.name
    straight = {"identity": (1.0, 1.0), "relu": (1.0, 0.0)}
    if name == "leaky_relu":
        negative_slope: Any = getattr(activation, "negative_slope", 0.01)
        straight[name] = (1.0, float(negative_slope))
    if name in straight:
        return Curve("straight", *straight[name])
    if name == "step":
        return Curve("step")
    kind, above, below, middle, bend = _bend(activation)
    h = 2.0**-width.step
    if kind == "all":
        start = np.floor(max(low, -FARTHEST) / h) * h
        end = high if above == 0 else min(high, FARTHEST)
        start, end = _trimmed(bend, start, max(end, start + h), above, width)
        count = int(np.ceil((end - start) / h))
        table = _entries(lambda u: bend(start + u), count, h)
        return Curve(kind, above, below, middle, float(start), table, count * h)
    reach = max(abs(low), abs(high), h) if kind != "below" else max(-low, h)
    count = int(np.ceil(min(reach, FARTHEST) / h))
    grid = np.arange(count + 1) * h
    end = bend(np.array([FARTHEST]))[0]
    rest = np.abs(bend(grid) - end)
    near = np.flatnonzero(rest <= max(1.0, abs(end)) * 2.0 ** -(min(width.value, 25) + 2))
    count = int(near[0]) if len(near) and near[0] > 0 else count
    return Curve(kind, above, below, middle, 0.0, _entries(bend, count, h), count * h)


def _trimmed(
    bend: Callable[[Vector], Vector], start: float, end: float, above: float, width: Width
) -> tuple[float, float]:
    """Return where a curve really bends."""
    h = 2.0**-width.step
    grid = start + np.arange(int(np.ceil((end - start) / h)) + 1) * h
    values = bend(grid)
    least = float(np.abs(values).max()) * 2.0 ** -(min(width.value, 25) + 2)
    bends = np.flatnonzero(np.abs(values - above * np.maximum(grid, 0)) > least)
    if not len(bends):
        return start, start + h
    return float(grid[max(bends[0] - 1, 0)]), float(grid[min(bends[-1] + 1, len(grid) - 1)])


def _entries(bend: Callable[[Vector], Vector], count: int, h: float) -> Vector:
    """Return the entries from one before the first to two after the last."""
    if count > MOST_ENTRIES:
        raise IncompatibleError(
            "An activation's table would be too long; export float32, or train with a penalty."
        )
    with np.errstate(all="ignore"):
        return np.asarray(bend(np.arange(-1, count + 3) * h), np.float64)


def bounds_of(activation: Activation, low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """Return the least and the greatest of an activation over intervals: it is monotonous, but for
    a dip below 0.
    """
    dip = np.linspace(-3.0, 0.0, 301)[:, None]
    inside = np.clip(dip, low, high)
    every = np.vstack([low, high, inside])
    with np.errstate(all="ignore"):
        values = np.asarray(activation.expression(every), np.float64)
    return values.min(axis=0), values.max(axis=0)
