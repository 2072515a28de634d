"""A network in integers of 16 bits: formats from bounds, so that no sum can overflow.

Inputs are cut off at the range of training (or the model's limit), which bounds every unit: an
interval goes through the layers, and each format has as many digits after the point as its bound
leaves. Weights and activations have 16 bits with a power of two as their unit, sums 32 bits;
rounding is to nearest; nothing saturates but the input and the argument of tanh: the nearest of 257
values, and from there two terms of its series, t + (1 - t^2) d - t (1 - t^2) d^2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.data.encoders import Boolean, Category
from neurona.data.encoders.scaled import Scaled
from neurona.data.targets import Task
from neurona.errors import IncompatibleError
from neurona.export.source import Exportable, Layer
from neurona.network import Vector

MOST = 32_767
SUM = 2**31 - 1
BEYOND = 8.0
"""Where tanh is 1 in 16 bits; the table ends there."""
ENTRIES = 256
TANH_BITS = 16
"""Digits after the point of tanh's argument."""
ABSENT = -(2**31)
"""Stands for a missing cell."""
KNOWN = ("tanh", "logistic", "silu", "relu", "identity")
ENDS = ("identity", "logistic", "softmax", "tanh")


@dataclass(frozen=True)
class Cell:
    """A column: integers of `bits` digits after the point, cut at `low` and `high`, less `center`,
    times `factor` and rounded by 2^`shift`; `width` numbers from `first` on. `kind` is scaled,
    boolean or category.
    """

    kind: str
    first: int
    width: int
    bits: int = 0
    low: int = 0
    high: int = 0
    center: int = 0
    factor: int = 0
    shift: int = 0
    marked: bool = False
    usual: int = 0
    levels: tuple[int, ...] = ()
    absent: int = -1
    other: bool = False


@dataclass(frozen=True, eq=False)
class Step:
    """A layer: weights (units x inputs) and biases as integers, and the activation; `shifts` bring
    each unit's sum to the next format (of silu: to that of tanh's argument; `plain` to the next).
    """

    weights: Vector
    biases: Vector
    shifts: Vector
    activation: str
    bits: int
    plain: Vector | None = None


@dataclass(frozen=True, eq=False)
class FixedNetwork:
    """All of it; `one` is the number 1 in the format of the features, `bits` the digits after the
    point of each answer (0 for codes).
    """

    cells: tuple[Cell, ...]
    features: int
    one: int
    steps: tuple[Step, ...]
    bits: tuple[int, ...]
    task: Task
    names: tuple[str, ...]


def fixed_network(model: Exportable) -> FixedNetwork:
    """Return a model in integers; IncompatibleError says what cannot be, and a way out."""
    _check(model)
    layers = list(model.networks[0].layers)
    lows, highs = _feature_bounds(model)
    largest = float(max(1.0, np.abs(np.concatenate([lows, highs])).max()))
    bits = math.floor(math.log2(MOST / largest))
    cells = _cells(model, bits)
    steps: list[Step] = []
    digits = bits
    for k, layer in enumerate(layers):
        last = k == len(layers) - 1
        given = _with_units(model, layer) if last and model.answers.scaling is not None else layer
        step, lows, highs = _step(given, lows, highs, digits, last)
        steps.append(step)
        digits = step.bits
    task = model.answers.task
    quantities = task is Task.REGRESSION
    out = tuple(steps[-1].shifts.tolist()) if quantities else (0,)
    if task is Task.MULTILABEL:
        out = (0,) * len(model.answers.names)
    names = model.answers.names if quantities or task is Task.MULTILABEL else model.answers.targets
    return FixedNetwork(
        cells, len(model.features), 1 << bits, tuple(steps), out, task, tuple(names)
    )


def _check(model: Exportable) -> None:
    if model.preparation is None or model.reconstruction is not None:
        raise IncompatibleError(
            "int16 needs a TableRegressor or TableClassifier, whose inputs are cut off at limits; "
            "train one, or export float32."
        )
    if len(model.networks) > 1:
        raise IncompatibleError(
            "int16 is written of one network and the model averages several: say --best-start, or "
            "export float32."
        )
    for k, layer in enumerate(model.networks[0].layers):
        last = k == len(model.networks[0].layers) - 1
        if layer.activation.name not in (ENDS if last else KNOWN) or (
            last and layer.activation.name == "tanh"
        ):
            raise IncompatibleError(
                f"The activation {layer.activation.name!r} has no integers here; train with "
                f"{', '.join(KNOWN)}, or export float32."
            )


def _with_units(model: Exportable, layer: Layer) -> Layer:
    """Return the last layer with the scaling of targets in its weights."""
    scaling = model.answers.scaling
    assert scaling is not None
    scale, center = np.array(scaling.scale), np.array(scaling.center)
    if layer.activation.name != "identity":
        raise IncompatibleError(
            "int16 needs an output that is a plain sum where targets are scaled; export float32."
        )
    return Layer(layer.weights * scale, layer.biases * scale + center, layer.activation)


def range_of(model: Exportable, encoder: Any) -> tuple[float, float]:
    """Return where a column is cut off: the range of training, at most the model's limit."""
    edge = encoder.limit * encoder.scale
    low, high = encoder.center - edge, encoder.center + edge
    if encoder.name in model.ranges:
        low = max(low, model.ranges[encoder.name][0])
        high = min(high, model.ranges[encoder.name][1])
    return min(low, encoder.center), max(high, encoder.center)


def _feature_bounds(model: Exportable) -> tuple[Vector, Vector]:
    lows: list[float] = []
    highs: list[float] = []
    for encoder in model.encoders:
        count = len(encoder.features())
        if isinstance(encoder, Scaled):
            low, high = range_of(model, encoder)
            center, scale = encoder.center, encoder.scale  # type: ignore[attr-defined]
            lows += [(low - center) / scale, *[0.0] * (count - 1)]
            highs += [(high - center) / scale, *[1.0] * (count - 1)]
        else:
            lows += [0.0] * count
            highs += [1.0] * count
    return np.array(lows), np.array(highs)


def _cells(model: Exportable, bits: int) -> tuple[Cell, ...]:
    found, first = [], 0
    for encoder in model.encoders:
        width = len(encoder.features())
        one: Any = encoder
        if isinstance(encoder, Scaled):
            found.append(_scaled(model, one, first, width, bits))
        elif isinstance(encoder, Boolean):
            marked = encoder.indicator
            found.append(Cell("boolean", first, width, marked=marked, usual=int(encoder.usual)))
        elif isinstance(encoder, Category):
            absent = encoder.levels.index(None) if None in encoder.levels else -1
            found.append(
                Cell("category", first, width, levels=tuple(range(len(encoder.levels))),
                     absent=absent, other=encoder.other)
            )  # fmt: skip
        else:
            raise IncompatibleError(
                f"The column {one.name!r} is of the kind {one.kind!r}, which has no integers here; "
                "leave the column out."
            )
        first += width
    return tuple(found)


def _scaled(model: Exportable, encoder: Any, first: int, width: int, bits: int) -> Cell:
    low, high = range_of(model, encoder)
    reach = max(high - encoder.center, encoder.center - low)
    # what is left after the center has 15 bits, and the cell itself must have room in 31
    own = math.floor(math.log2((MOST - 1) / reach))
    room = math.floor(math.log2((2**30) / max(abs(low), abs(high), 1e-300)))
    own = min(own, room, 30)
    factor = 2.0 ** (bits - own) / encoder.scale
    shift = 14 - math.floor(math.log2(factor))
    if not 0 < shift < 31:
        raise IncompatibleError(
            f"The column {encoder.name!r} has a range that 16 bits cannot hold; export float32."
        )
    return Cell(
        "scaled", first, width, own,
        round(low * 2.0**own), round(high * 2.0**own), round(encoder.center * 2.0**own),
        min(round(factor * 2.0**shift), MOST), shift, encoder.indicator,
    )  # fmt: skip


def _step(
    layer: Layer, lows: Vector, highs: Vector, bits: int, last: bool
) -> tuple[Step, Vector, Vector]:
    """Return a layer in integers and the bounds of what comes out of it."""
    weights, name = layer.weights, layer.activation.name
    low = np.minimum(weights.T * lows, weights.T * highs).sum(axis=1) + layer.biases
    high = np.maximum(weights.T * lows, weights.T * highs).sum(axis=1) + layer.biases
    size = np.maximum(np.abs(lows), np.abs(highs))
    inputs = np.ceil(size * 2.0**bits) + 1
    own = np.array([_digits(weights[:, u], layer.biases[u], inputs, bits) for u in range(len(low))])
    if last and name == "softmax":
        # classes are compared by their sums, which need one unit
        own[:] = own.min()
    integers = np.round(weights.T * 2.0 ** own[:, None]).astype(np.int64)
    biases = np.round(layer.biases * 2.0 ** (own + bits)).astype(np.int64)
    if last:
        return Step(integers, biases, own + bits, name, 0), low, high
    if name in ("tanh", "logistic", "silu"):
        if max(float(np.abs([low, high]).max()), 0.0) * 2.0**TANH_BITS > SUM / 2:
            raise IncompatibleError(
                "A unit's sum may leave what 32 bits hold; export float32, or train with a penalty."
            )
        # the logistic function is half of 1 + tanh(z / 2)
        shifts = own + bits - TANH_BITS + (0 if name == "tanh" else 1)
        if name == "silu":
            out = _room(low, high)
            below = np.maximum(low, -0.28)
            plain = own + bits - out
            return Step(integers, biases, shifts, name, out, plain), below, np.maximum(high, 0)
        out = 15 if name == "tanh" else 14
        ends = np.full(len(low), -1.0 if name == "tanh" else 0.0), np.ones(len(low))
        return Step(integers, biases, shifts, name, out), *ends
    low, high = (np.maximum(low, 0), np.maximum(high, 0)) if name == "relu" else (low, high)
    out = _room(low, high)
    return Step(integers, biases, own + bits - out, name, out), low, high


def _room(low: Vector, high: Vector) -> int:
    """Return how many digits after the point numbers within bounds can have in 16 bits."""
    largest = max(float(np.abs([low, high]).max()), 1e-6) * 1.01
    return min(math.floor(math.log2((MOST - 1) / largest)), 14)


def _digits(weights: Vector, bias: float, inputs: Vector, bits: int) -> int:
    """Return how many digits after the point a unit's weights can have: 15 bits each, and the sum
    of the largest products with the bias and half a unit within 31.
    """
    for digits in range(15 + 16, -16, -1):
        integers = np.abs(np.round(weights * 2.0**digits))
        total = float((integers * inputs).sum() + abs(bias) * 2.0 ** (digits + bits) + 1)
        if integers.max(initial=0) <= MOST and total < SUM / 2:
            return digits
    raise IncompatibleError("The model has weights that 16 bits cannot hold; export float32.")


def tanh_table() -> Vector:
    """Return tanh from 0 to 8 in 257 steps, 15 digits after the point."""
    z = np.arange(ENTRIES + 1) * (BEYOND / ENTRIES)
    found: Vector = np.minimum(np.round(np.tanh(z) * 32768), MOST).astype(np.int64)
    return found


def rounded(values: Vector, shift: Any) -> Vector:
    """Return integers by 2^shift, to nearest, halves away from 0; a negative shift multiplies."""
    shift = np.broadcast_to(shift, values.shape)
    down, up = np.maximum(shift, 0), np.maximum(-shift, 0)
    half = np.where(down > 0, np.int64(1) << np.maximum(down - 1, 0), 0)
    found: Vector = np.sign(values) * ((np.abs(values) + half) >> down) << up
    return found


def evaluate(network: FixedNetwork, rows: Vector) -> Vector:
    """Return the integers that answer rows of integers, exactly as the C does."""
    values = np.zeros((len(rows), network.features), np.int64)
    for k, cell in enumerate(network.cells):
        _encode(cell, rows[:, k], values, network.one)
    for step in network.steps:
        sums = values @ step.weights.T + step.biases
        assert np.abs(sums).max(initial=0) <= SUM
        values = sums if step.bits == 0 else _activated(step, sums)
    if network.task is Task.REGRESSION:
        return values
    if network.task is Task.MULTICLASS:
        best: Vector = values.argmax(axis=1)[:, None]
        return best
    on: Vector = (values > 0).astype(np.int64)
    return on


def _activated(step: Step, sums: Vector) -> Vector:
    values = rounded(sums, step.shifts)
    if step.activation == "relu":
        above: Vector = np.maximum(values, 0)
        return above
    if step.activation == "identity":
        return values
    table = tanh_table()
    most = int(BEYOND * 2**TANH_BITS) - 1
    size = np.minimum(np.abs(values), most)
    place = (size + 1024) >> 11
    near, d = table[place], size - (place << 11)
    slope = 32768 - ((near * near + 16384) >> 15)
    bend = ((near * slope + 16384) >> 15) * ((d * d) >> 4)
    size = np.minimum(near + rounded(slope * d - rounded(bend, 12), 16), MOST)
    t: Vector = np.where(values < 0, -size, size)
    if step.activation == "tanh":
        return t
    part: Vector = (t + 32768) >> 2
    if step.plain is None:
        return part
    return rounded(rounded(sums, step.plain) * part, 14)


def _encode(cell: Cell, x: Vector, values: Vector, one: int) -> None:
    absent, first = x == ABSENT, cell.first
    if cell.kind == "category":
        known = np.zeros(len(x), bool)
        for code in cell.levels:
            hit = absent if code == cell.absent else x == code
            values[:, first + code] = hit * one
            known |= hit
        if cell.other:
            values[:, first + len(cell.levels)] = ~known * one
        return
    if cell.kind == "boolean":
        absent = (x != 0) & (x != 1)
        values[:, first] = np.where(absent, cell.usual, x) * one
    else:
        inside = np.clip(x, cell.low, cell.high) - cell.center
        values[:, first] = np.where(absent, 0, rounded(inside * cell.factor, cell.shift))
    if cell.marked:
        values[:, first + 1] = absent * one


def integers_of(network: FixedNetwork, rows: Vector) -> Vector:
    """Return rows of numbers and codes as the integers that the code takes."""
    found = np.empty(rows.shape, np.int64)
    for k, cell in enumerate(network.cells):
        x = rows[:, k]
        scaled = np.clip(np.nan_to_num(x, posinf=1e300, neginf=-1e300) * 2.0**cell.bits, -1e9, 1e9)
        found[:, k] = np.where(np.isnan(x), ABSENT, np.round(scaled))
    return found


def numbers_of(network: FixedNetwork, answers: Vector) -> Vector:
    """Return integers that answer as numbers and codes."""
    found: Vector = answers / 2.0 ** np.array(network.bits)
    return found
