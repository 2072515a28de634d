"""The plane that a field is drawn over: two inputs vary, the others stand where they are pinned."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import numpy as np

from neurona.laboratory.commands import ViewWish
from neurona.laboratory.session.world import World
from neurona.network import Vector

KEPT = 6
LINE = 200
MARGIN = 0.08


class Planes:
    """Prepared rows over a plane, kept for as long as the same is asked for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, tuple[World, Vector, Vector]] = OrderedDict()

    def of(self, world: World, wish: ViewWish, grid: int) -> tuple[Vector, Vector]:
        """Return prepared rows, and the first axis' values; with one input a line of LINE rows.

        Rows go along the first axis, then up along the second.
        """
        axes = axes_of(world, wish)
        pins = tuple(sorted((wish.pins or {}).items()))
        key = (id(world), axes, pins, grid if len(axes) == 2 else LINE)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][1:]
        found = self._made(world, axes, dict(pins), key[-1])
        self._kept[key] = (world, *found)  # the world too, so that its id stays its own
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return found

    def _made(
        self, world: World, axes: tuple[str, ...], pins: dict[str, Any], grid: int
    ) -> tuple[Vector, Vector]:
        lines = [np.linspace(*ranged(world, name), grid) for name in axes]
        if len(axes) == 2:
            first, second = np.meshgrid(*lines)
            varied = dict(zip(axes, (first.ravel(), second.ravel()), strict=True))
        else:
            varied = dict(zip(axes, lines, strict=True))
        rows = grid ** len(axes) if axes else 1
        columns: dict[str, Any] = {}
        for name in world.material.table.names:
            if name in varied:
                columns[name] = varied[name]
            else:
                columns[name] = _pinned(world, name, pins.get(name), rows)
        return world.prepared(columns), lines[0] if lines else np.zeros(1)


def axes_of(world: World, wish: ViewWish) -> tuple[str, ...]:
    """Return the names of the inputs that span a field: those wished for, else the first two."""
    names, used = world.material.table.names, set(world.model.preparation_.needed)
    numeric = [name for name in world.material.numeric if name in used]
    asked = [names[place] for place in wish.axes if place < len(names)]
    asked = [name for name in dict.fromkeys(asked) if name in numeric]
    return tuple([*asked, *(name for name in numeric if name not in asked)][:2])


def ranged(world: World, name: str) -> tuple[float, float]:
    """Return what an input is drawn over: its range, and a little more."""
    column = world.material.table[name]
    known = column[np.isfinite(column)]
    if not len(known):
        return -1.0, 1.0
    low, high = float(known.min()), float(known.max())
    more = MARGIN * (high - low) or 1.0
    return low - more, high + more


def middle(world: World, name: str) -> float:
    """Return the median of an input of numbers."""
    column = world.material.table[name]
    known = column[np.isfinite(column)]
    return float(np.median(known)) if len(known) else 0.0


def _pinned(world: World, name: str, value: Any, rows: int) -> Any:
    column = world.material.table[name]
    if column.dtype.kind == "f":
        return np.full(rows, value if isinstance(value, float) else middle(world, name))
    if column.dtype.kind == "M" or not len(column):
        return np.repeat(column[:1], rows)
    texts, counts = np.unique([str(one) for one in column], return_counts=True)
    wanted = value if value in texts else texts[counts.argmax()]
    usual = column[[str(one) for one in column].index(wanted)]
    made = np.empty(rows, column.dtype)
    made[:] = usual
    return made
