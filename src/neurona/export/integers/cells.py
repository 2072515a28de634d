"""Columns in integers: where they are cut off, and what their integers stand for.

A number comes with as many binary digits after the point as its range leaves, is cut off there, and
becomes a feature by a shift alone: what a feature's integer stands for (`factor`, `offset`) goes
into the weights behind it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from neurona.data.encoders import Boolean, Category
from neurona.data.encoders.piecewise import Piecewise
from neurona.data.encoders.scaled import Scaled
from neurona.errors import IncompatibleError
from neurona.export.integers.width import INPUT, Width
from neurona.export.source import Exportable
from neurona.network import Vector


@dataclass(frozen=True)
class Piece:
    """A feature of a number: cut off at `low` and `high`, less `start`, by 2^`shift`; `usual` where
    the cell is missing.
    """

    low: int
    high: int
    start: int
    shift: int
    usual: int


@dataclass(frozen=True)
class Cell:
    """A column: its features from `first` on; `kind` is number, boolean or category.

    Numbers have `bits` digits after the point, and a feature for each of `pieces`; with `marked`
    there is one more, `one` where the cell is missing.
    """

    kind: str
    first: int
    one: int
    bits: int = 0
    pieces: tuple[Piece, ...] = ()
    marked: bool = False
    usual: int = 0
    levels: int = 0
    absent: int = -1
    other: bool = False


@dataclass(frozen=True, eq=False)
class Features:
    """What the features' integers stand for: factor * integer + offset, each from low to high."""

    factor: Vector
    offset: Vector
    low: Vector
    high: Vector


def cells_of(
    model: Exportable, width: Width, ranges: dict[str, tuple[float, float]]
) -> tuple[tuple[Cell, ...], Features]:
    """Return the columns of a model in integers; `ranges` are those of a model without a table."""
    one = 1 << (width.value - 1)
    made = _Made(one)
    if not model.encoders:
        for name in model.names:
            low, high = ranges[name]
            _number(made, name, low, high, (low + high) / 2, 0.0, 1.0, (), False, width)
    for encoder in model.encoders:
        _of_encoder(made, model, encoder, width)
    columns = map(np.array, zip(*made.features, strict=True))
    return tuple(made.cells), Features(*(np.asarray(c, np.float64) for c in columns))


class _Made:
    """Cells and features as they come: each feature a factor, an offset, and its bounds."""

    def __init__(self, one: int) -> None:
        self.one = one
        self.cells: list[Cell] = []
        self.features: list[tuple[float, float, float, float]] = []

    def add(self, cell: Cell, marks: int) -> None:
        """Add a cell, whose last features are marks of 0 or 1."""
        self.cells.append(cell)
        self.features += [(1.0 / self.one, 0.0, 0.0, float(self.one))] * marks


def _of_encoder(made: _Made, model: Exportable, encoder: Any, width: Width) -> None:
    first = len(made.features)
    if isinstance(encoder, Scaled):
        low, high = range_of(model, encoder)
        one: Any = encoder
        edges = one.edges if isinstance(one, Piecewise) else ()
        _number(
            made, one.name, low, high, one.center, one.center, one.scale, edges, one.indicator,
            width,
        )  # fmt: skip
    elif isinstance(encoder, Boolean):
        marked = encoder.indicator
        cell = Cell("boolean", first, made.one, marked=marked, usual=int(encoder.usual) * made.one)
        made.add(cell, 2 if marked else 1)
    elif isinstance(encoder, Category):
        absent = encoder.levels.index(None) if None in encoder.levels else -1
        count = len(encoder.levels)
        cell = Cell(
            "category", first, made.one, levels=count, absent=absent, other=encoder.other
        )  # fmt: skip
        made.add(cell, count + encoder.other)
    else:
        raise IncompatibleError(
            f"The column {encoder.name!r} is of the kind {encoder.kind!r}, which has no integers "
            "here; leave the column out."
        )


def range_of(model: Exportable, encoder: Any) -> tuple[float, float]:
    """Return where a column is cut off: the range of training, at most the model's limit."""
    edge = encoder.limit * encoder.scale
    low, high = encoder.center - edge, encoder.center + edge
    if encoder.name in model.ranges:
        low = max(low, model.ranges[encoder.name][0])
        high = min(high, model.ranges[encoder.name][1])
    return min(low, encoder.center), max(high, encoder.center)


def _number(
    made: _Made,
    name: str,
    low: float,
    high: float,
    usual: float,
    center: float,
    scale: float,
    edges: tuple[float, ...],
    marked: bool,
    width: Width,
) -> None:
    """Add a column of numbers from low to high: (x - center) / scale, and a feature for each two
    edges.
    """
    half = max((high - low) / 2, 1e-9 * max(abs(low), abs(high)), 1e-300)
    # more digits than a feature keeps, so that nothing is lost before the middle is subtracted
    bits = math.floor(math.log2(2.0 ** min(width.value + 6, INPUT) / half))
    bits = min(bits, math.floor(math.log2(2.0**INPUT / max(abs(low), abs(high), 1e-300))))
    if not -100 <= bits <= 100:
        raise IncompatibleError(
            f"The column {name!r} has a range that integers cannot hold; export float32."
        )
    unit = 2.0**bits
    ends = round(low * unit), round(high * unit)
    pieces = [_piece(made, *ends, (ends[0] + ends[1]) // 2, usual, center, scale, unit, width)]
    for start, end in pairwise(edges):
        a, b = (min(max(round(one * unit), ends[0]), ends[1]) for one in (start, end))
        pieces.append(_piece(made, a, b, a, usual, start, end - start, unit, width))
    cell = Cell("number", len(made.features) - len(pieces), made.one, bits, tuple(pieces), marked)
    made.add(cell, 1 if marked else 0)


def _piece(
    made: _Made, low: int, high: int, start: int, usual: float, center: float, scale: float,
    unit: float, width: Width,
) -> Piece:  # fmt: skip
    """Return a feature, whose number is (x - center) / scale within low and high."""
    reach = max(high - start, start - low, 1)
    shift = max(math.ceil(math.log2(reach / width.most)), width.value - 2 - 30)
    while round(reach * 2.0**-shift) > width.most:
        shift += 1
    factor = 2.0**shift / unit / scale
    offset = (start / unit - center) / scale
    inside = min(max(usual * unit, low), high) - start
    standing = round(inside * 2.0**-shift)
    ends = (low - start) * 2.0**-shift - 1, (high - start) * 2.0**-shift + 1
    made.features.append((factor, offset, *ends))
    return Piece(low, high, start, shift, standing)
