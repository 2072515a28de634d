"""The columns of a row as statements: what `data.encoders` makes of cells, made of numbers.

A cell is a number in `x`: a word is its code, a date is days since 1970, a missing cell is
not-a-number. The columns of numbers go into the work array `a`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.data.encoders import LIMIT, Boolean, Category, Encoder
from neurona.data.encoders.piecewise import Piecewise
from neurona.data.encoders.scaled import Scaled
from neurona.errors import IncompatibleError
from neurona.export.code.form import (
    Counter,
    Input,
    Let,
    Loop,
    Name,
    Number,
    Program,
    Put,
    less,
    pick,
    place,
    same,
)

LARGEST = {True: 3.4028234663852886e38, False: 1.7976931348623157e308}
v = Name("v")


def inputs_of(
    encoders: tuple[Encoder, ...], refuse: bool, ranges: Mapping[str, tuple[float, float]]
) -> tuple[Input, ...]:
    """Return the columns of a row of a table."""
    found = (_input(one, refuse) for one in encoders)
    return tuple(replace(one, seen=ranges.get(one.name)) for one in found)


def _input(encoder: Any, refuse: bool) -> Input:
    missing = not refuse
    if isinstance(encoder, Scaled):
        return Input(
            encoder.name, encoder.kind, (), missing,
            encoder.center, encoder.scale, encoder.limit,
        )  # type: ignore[attr-defined]  # fmt: skip
    if isinstance(encoder, Boolean):
        words = () if encoder.as_numbers() else (encoder.low, encoder.high)
        return Input(encoder.name, encoder.kind, words, missing, encoder.usual, 1.0)
    if isinstance(encoder, Category):
        return Input(encoder.name, encoder.kind, encoder.levels, missing)
    raise IncompatibleError(
        f"The column {encoder.name!r} is of the kind {encoder.kind!r}, which has no code here; "
        "leave the column out."
    )


def write_columns(program: Program, encoders: tuple[Encoder, ...]) -> None:
    """Add the statements that make `a` of `x`."""
    program.array("a", sum(len(one.features()) for one in encoders))
    first = column = 0
    for together, group in itertools.groupby(encoders, _is_plain):
        some: list[Any] = list(group)
        if together and len(some) > 1:
            _many_scaled(program, some, first, column)
            first, column = first + len(some), column + len(some)
            continue
        for encoder in some:
            _WRITERS[_kind_of(encoder)](program, encoder, first, column)
            first, column = first + 1, column + len(encoder.features())


def bound_of(encoders: tuple[Encoder, ...]) -> float:
    """Return what no number of the columns is larger than."""
    found = [1.0]
    for one in encoders:
        if isinstance(one, Scaled):
            found.append(float(one.limit))  # type: ignore[attr-defined]
        elif isinstance(one, Boolean) and one.as_numbers():
            found.append(LIMIT)
    return max(found)


def _is_plain(encoder: Any) -> bool:
    return isinstance(encoder, Scaled) and len(encoder.features()) == 1


def _kind_of(encoder: Any) -> type:
    return next(kind for kind in _WRITERS if isinstance(encoder, kind))


def halves(value: float, single: bool) -> tuple[float, float]:
    """Return a number as two of 32 bits, the second 0 if one holds it; as it is in 64 bits."""
    if not single:
        return value, 0.0
    high = float(np.float32(value))
    return high, float(np.float32(value - high))


def cut(value: Number, limit: float) -> Number:
    """Return a number within +-limit."""
    return pick(less(value, -limit), -limit, pick(less(limit, value), limit, value))


def finite(x: Number, single: bool) -> Number:
    """Return a number without infinities; not-a-number stays."""
    return cut(x, LARGEST[single])


def _many_scaled(program: Program, some: list[Any], first: int, column: int) -> None:
    """Add a loop over columns of numbers that differ in their constants only."""
    tag = f"{first + 1}"
    k = Counter("k")
    parts = [halves(one.center, program.single) for one in some]
    centers = program.table(f"center_{tag}", [high for high, _ in parts])
    scales = program.table(f"scale_{tag}", [one.scale for one in some])
    shifted = finite(place("x", k + first), program.single) - place(centers, k)
    if any(low for _, low in parts):
        rest = program.table(f"center_rest_{tag}", [low for _, low in parts])
        shifted = shifted - place(rest, k)
    limits: float | Number = some[0].limit
    if any(one.limit != limits for one in some):
        limits = place(program.table(f"limit_{tag}", [one.limit for one in some]), k)
    low, high = -limits, limits
    body = (
        Let("v", shifted / place(scales, k)),
        Let("v", pick(less(v, low), low, pick(less(high, v), high, v)), True),
        Put("a", k + column, pick(same(v, v), v, 0.0)),
    )
    program.body.append(Loop("k", len(some), body))


def _scaled(program: Program, encoder: Any, first: int, column: int) -> None:
    x = place("x", first)
    high, low = halves(encoder.center, program.single)
    shifted = finite(x, program.single) - high
    shifted = shifted - low if low else shifted
    value = program.let(f"v{first + 1}", cut(shifted / encoder.scale, encoder.limit))
    program.put("a", column, pick(same(value, value), value, 0.0))
    _mark(program, encoder, x, column)


def _boolean(program: Program, encoder: Any, first: int, column: int) -> None:
    x = place("x", first)
    if encoder.as_numbers():
        value = cut(x, LIMIT)
        known = same(x, x)
        program.put("a", column, pick(known, value, encoder.usual))
        _mark(program, encoder, x, column)
        return
    # a code that is neither counts as missing
    chosen = pick(same(x, 1.0), 1.0, pick(same(x, 0.0), 0.0, encoder.usual))
    program.put("a", column, chosen)
    if encoder.indicator:
        program.put("a", column + 1, pick(same(x, 1.0), 0.0, pick(same(x, 0.0), 0.0, 1.0)))


def _piecewise(program: Program, encoder: Any, first: int, column: int) -> None:
    """Add the scaled number, and how far it is from each quantile to the next."""
    x, single = place("x", first), program.single
    _scaled(program, encoder, first, column)
    edges = np.array(encoder.edges) / 2  # so that they leave room for their difference
    if len(edges) < 2:
        return
    gaps, parts = np.diff(edges), [halves(low, single) for low in edges[:-1]]
    tag, k = f"{first + 1}", Counter("k")
    lows = program.table(f"edge_{tag}", [high for high, _ in parts])
    shifted = finite(x, single) * 0.5 - place(lows, k)
    if any(low for _, low in parts):
        shifted = shifted - place(program.table(f"edge_rest_{tag}", [r for _, r in parts]), k)
    usual = np.clip((encoder.center / 2 - edges[:-1]) / gaps, 0, 1)
    absent = place(program.table(f"piece_{tag}", usual), k)
    share = Name("u")
    inside = pick(less(share, 0.0), 0.0, pick(less(1.0, share), 1.0, share))
    body = (
        Let("u", shifted / place(program.table(f"gap_{tag}", gaps), k)),
        Put("a", k + column + 1, pick(same(x, x), inside, absent)),
    )
    program.body.append(Loop("k", len(gaps), body))


def _mark(program: Program, encoder: Any, x: Number, column: int) -> None:
    if encoder.indicator:
        column += len(encoder.features()) - 2
        program.put("a", column + 1, pick(same(x, x), 0.0, 1.0))


def _category(program: Program, encoder: Any, first: int, column: int) -> None:
    x = place("x", first)
    for code, level in enumerate(encoder.levels):
        # a missing cell is not-a-number, which equals nothing
        own = pick(same(x, x), 0.0, 1.0) if level is None else pick(same(x, float(code)), 1.0, 0.0)
        program.put("a", column + code, own)
    if encoder.other:
        # a code of none of the levels, and a missing cell where that is no level
        known, count = f"known{first + 1}", len(encoder.levels)
        program.let(known, 0.0)
        grow = Let(known, Name(known) + place("a", Counter("k") + column), True)
        program.body.append(Loop("k", count, (grow,)))
        program.put("a", column + count, 1.0 - Name(known))


_WRITERS: dict[type, Callable[[Program, Any, int, int], None]] = {
    Piecewise: _piecewise,
    Scaled: _scaled,
    Boolean: _boolean,
    Category: _category,
}
