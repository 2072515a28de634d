"""What a network of integers answers, exactly as the C does: NumPy in 64 bits."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.task import Task
from neurona.export.integers.cells import Cell
from neurona.export.integers.curves import SIXTH, Curve
from neurona.export.integers.network import FixedNetwork, Member, Step
from neurona.export.integers.rounding import rounded
from neurona.export.integers.width import ABSENT, Width
from neurona.network import Vector


def evaluate(network: FixedNetwork, rows: Vector) -> Vector:
    """Return the integers that answer rows of integers."""
    features = np.zeros((len(rows), network.features), np.int64)
    for k, cell in enumerate(network.cells):
        _encode(cell, rows[:, k], features)
    each = [_member(network, member, features) for member in network.members]
    if network.after is not None:
        return network.after.evaluate(each, features)
    total: Any = sum(each)
    if network.task is Task.REGRESSION:
        return np.asarray(total)
    if network.task is Task.MULTICLASS:
        best: Vector = total.argmax(axis=1)[:, None]
        return best
    on: Vector = (total > network.threshold).astype(np.int64)
    return on


def _member(network: FixedNetwork, member: Member, values: Vector) -> Vector:
    width = network.width
    for step in member.steps:
        sums = values @ step.weights.T + step.biases
        assert np.abs(sums).max(initial=0) < width.room
        if step.curve is None:
            return rounded(sums, step.shifts)
        if step.softmax:
            values = _softmax(step, sums, width)
            if step is not member.steps[-1]:
                values = np.minimum(values, width.most)
        else:
            values = activated(step, sums, width)
    return values * member.share


def activated(step: Step, sums: Vector, width: Width) -> Vector:
    """Return a layer's values of its sums."""
    curve, most = step.curve, width.most
    assert curve is not None
    if curve.kind == "step":
        return (sums > 0) * np.int64(min(1 << step.digits, most))
    straight = rounded(sums, step.plain)
    negative = sums < 0
    above = gained(straight, curve.above, width)
    if curve.kind == "straight":
        return np.clip(np.where(negative, gained(straight, curve.below, width), above), -most, most)
    z = rounded(sums, step.shifts)
    entries = entries_of(curve, step.digits, width)
    if curve.kind == "all":
        start = round(curve.start * 2**width.argument)
        found = bent(entries, z - start, width)
        beyond = z >= start + round(curve.length * 2**width.argument)
        return np.clip(np.where(beyond & (curve.above > 0), above, found), -most, most)
    bend = bent(entries, np.abs(z), width)
    if curve.kind == "odd":
        middle = round(curve.middle * 2.0**step.digits)
        found = middle + np.where(z < 0, -bend, bend)
    elif curve.kind == "even":
        found = np.where(negative, 0, above) + bend
    else:
        found = np.where(z < 0, bend, above)
    fitted: Vector = np.clip(found, -most, most)
    return fitted


def gained(values: Vector, gain: float, width: Width) -> Vector:
    """Return values by a gain, exactly 0 and 1 if it is so."""
    if gain in (0.0, 1.0):
        return values * int(gain)
    digits = gain_digits(width)
    return rounded(values * round(gain * 2.0**digits), digits)


def gain_digits(width: Width) -> int:
    """Return how many digits after the point a gain has."""
    return width.value - 2


def entries_of(curve: Curve, digits: int, width: Width) -> Vector:
    """Return a curve's table as integers."""
    assert curve.table is not None
    found: Vector = np.clip(np.round(curve.table * 2.0**digits), -width.most, width.most)
    return found.astype(np.int64)


def bent(entries: Vector, u: Vector, width: Width) -> Vector:
    """Return a table's curve at u >= 0, and at its ends beyond them."""
    inside, one = width.inside, np.int64(1) << width.inside
    u = np.clip(u, 0, ((len(entries) - 4) << inside))
    at, t = u >> inside, u & (one - 1)
    p0, p1, p2, p3 = (entries[at + k] for k in range(4))
    rise, first, second = p2 - p1, (p2 - p1) - (p1 - p0), (p3 - p2) - (p2 - p1)
    part = (((t * (one - t)) >> inside) * SIXTH) >> 18
    mix = rounded((2 * one - t) * first + (one + t) * second, inside)
    found: Vector = p1 + rounded(t * rise - mix * part, inside)
    return found


def _softmax(step: Step, sums: Vector, width: Width) -> Vector:
    assert step.curve is not None
    z = rounded(sums, step.shifts)
    below = z - z.max(axis=1, keepdims=True)
    start = round(step.curve.start * 2**width.argument)
    parts = np.maximum(bent(entries_of(step.curve, step.digits, width), below - start, width), 0)
    total = parts.sum(axis=1, keepdims=True)
    return np.asarray((parts << width.value) // total)


def _encode(cell: Cell, x: Vector, values: Vector) -> None:
    absent, first, one = x == ABSENT, cell.first, cell.one
    if cell.kind == "category":
        known = np.zeros(len(x), bool)
        for code in range(cell.levels):
            hit = absent if code == cell.absent else x == code
            values[:, first + code] = hit * one
            known |= hit
        if cell.other:
            values[:, first + cell.levels] = ~known * one
        return
    width = len(cell.pieces) or 1
    if cell.kind == "boolean":
        absent = (x != 0) & (x != 1)
        values[:, first] = np.where(absent, cell.usual, x * one)
    for k, piece in enumerate(cell.pieces):
        inside = np.clip(x, piece.low, piece.high) - piece.start
        values[:, first + k] = np.where(absent, piece.usual, rounded(inside, piece.shift))
    if cell.marked:
        values[:, first + width] = absent * one


def integers_of(network: FixedNetwork, rows: Vector) -> Vector:
    """Return rows of numbers and codes as the integers that the code takes."""
    found = np.empty(rows.shape, np.int64)
    for k, cell in enumerate(network.cells):
        x = rows[:, k]
        scaled = np.nan_to_num(x, posinf=1e300, neginf=-1e300)
        with np.errstate(over="ignore"):
            scaled = np.clip(scaled * 2.0**cell.bits, -(2.0**30), 2.0**30)
        found[:, k] = np.where(np.isnan(x), ABSENT, np.round(scaled))
    return found


def numbers_of(network: FixedNetwork, answers: Vector) -> Vector:
    """Return integers that answer as numbers and codes."""
    found: Vector = answers / 2.0 ** np.array(network.bits)
    return np.asarray(np.where(answers == ABSENT, np.nan, found))


def refused(network: FixedNetwork, rows: Vector) -> Vector:
    """Return which rows have a missing cell where none may be."""
    found: Vector = (rows == ABSENT).any(axis=1) & network.refuse
    return found
