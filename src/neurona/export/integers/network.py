"""A network in integers: formats from bounds, so that no sum can overflow.

Inputs are cut off at the range of training (or the model's limit), which bounds every unit: an
interval goes through the layers, and each format has as many digits after the point as its bound
leaves: of the weights and the bias of each unit, of each layer's values, of each answer. Rounding
is to nearest; a value stops at the largest that its width holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurona.data.task import Task
from neurona.errors import IncompatibleError
from neurona.export.integers.bars import Bars, bars_of, check_bars, margin_of, spread_of
from neurona.export.integers.cells import Cell, Features, cells_of
from neurona.export.integers.curves import Curve, bounds_of, curve_of
from neurona.export.integers.row_back import RowBack, groups_of, row_back
from neurona.export.integers.width import TooWideError, Width
from neurona.export.source import Exportable, Layer, Layers
from neurona.network import Vector
from neurona.numerics.activations import ACTIVATIONS

ANSWER = 30
"""Bits of an answer."""
SHARE = 14
"""Digits after the point of how much a network counts in a mean."""


@dataclass(frozen=True, eq=False)
class Step:
    """A layer: weights (units x inputs) and biases as integers.

    `shifts` bring a unit's sum to the argument of the curve, or, in the last layer, to its answer;
    `plain` to the format of the values, which have `digits` after the point. With `softmax` the
    curve is exp, with `digits`, and the values are shares of the sum.
    """

    weights: Vector
    biases: Vector
    shifts: Vector
    plain: Vector
    curve: Curve | None
    digits: int
    softmax: bool = False

    @property
    def value_digits(self) -> int:
        """Digits after the point of the values."""
        return self.digits + self.softmax


@dataclass(frozen=True, eq=False)
class Member:
    """A network: its layers, and how it counts in a mean."""

    steps: tuple[Step, ...]
    share: int


@dataclass(frozen=True, eq=False)
class FixedNetwork:
    """All of it; `bits` are the digits after the point of each answer (0 for codes), `threshold` is
    above what a label is on, `refuse` tells whether a missing cell has no answer; `after` makes the
    answers of quantities, where these are not what is answered.
    """

    width: Width
    cells: tuple[Cell, ...]
    features: int
    members: tuple[Member, ...]
    bits: tuple[int, ...]
    task: Task
    names: tuple[str, ...]
    threshold: int
    refuse: bool
    after: RowBack | Bars | None = None


class Asked(NamedTuple):
    """What is to be answered besides: deviations, and the ends of intervals of a share."""

    std: bool = False
    coverage: float | None = None

    @property
    def bars(self) -> bool:
        """Whether error bars are asked for."""
        return self.std or self.coverage is not None


NOTHING = Asked()


def fixed_network(
    model: Exportable,
    width: Width,
    ranges: dict[str, tuple[float, float]] | None = None,
    asked: Asked = NOTHING,
) -> FixedNetwork:
    """Return a model in integers; IncompatibleError says what cannot be, and a way out.

    `ranges` are the least and the greatest of each input, for a model that keeps none.
    """
    _check(model, ranges, asked)
    cells, features = cells_of(model, width, ranges or {})
    task, answers = model.answers.task, model.answers
    several = len(model.networks) > 1
    made = [_layers(model, network, features, width) for network in model.networks]
    shares = np.array([network.share for network in model.networks])
    shares = shares / shares.sum()
    if task is Task.REGRESSION:
        bits, after = _answered(model, made, shares, features, width, asked)
        by = np.ones(len(made)) if asked.bars else shares
        members = [_quantities(one, share, bits, width)
                   for one, share in zip(made, by, strict=True)]  # fmt: skip
        digits = tuple(bits.tolist()) if after is None else after.bits
        return FixedNetwork(
            width, cells, len(features.factor), tuple(members), digits, task,
            tuple(answers.names), 0, _refuses(model), after,
        )  # fmt: skip
    members, threshold = _sides(model, made, shares, several, width)
    if len(answers.names) == 1 and task is Task.BINARY:
        # no sum is above it: there is one class
        threshold = width.room
    count = len(answers.names) if task is Task.MULTILABEL else 1
    names = answers.names if task is Task.MULTILABEL else answers.targets
    return FixedNetwork(
        width, cells, len(features.factor), tuple(members), (0,) * count, task, tuple(names),
        threshold, _refuses(model),
    )  # fmt: skip


def _refuses(model: Exportable) -> bool:
    return model.preparation is None or bool(model.preparation.refuse_missing)


def _check(model: Exportable, ranges: Any, asked: Asked) -> None:
    if asked.bars:
        check_bars(model)
    scaling = model.answers.scaling
    if scaling is not None and scaling.transform:
        raise IncompatibleError(
            f"The model learned the {scaling.transform.name} of its target, and there are no whole "
            "numbers for the way back; export float32."
        )
    if model.preparation is None and not ranges:
        raise IncompatibleError(
            "Integers need to know where inputs lie, and a model of arrays keeps no limits: give "
            "rows of training (rows=), or export float32."
        )


@dataclass(frozen=True, eq=False)
class _Made:
    """A network up to its last layer: that layer, and what comes into it."""

    steps: tuple[Step, ...]
    last: Layer
    low: Vector
    high: Vector
    digits: int

    def bounds(self) -> tuple[Vector, Vector]:
        """Bounds of the last layer's sums."""
        return _sums(self.last, self.low * 2.0**-self.digits, self.high * 2.0**-self.digits)


def _layers(model: Exportable, network: Layers, features: Features, width: Width) -> _Made:
    layers = list(network.layers)
    first = layers[0]
    # what features' integers stand for goes into the weights behind them
    factor = features.factor * 2.0**width.value
    layers[0] = Layer(
        first.weights * factor[:, None],
        first.biases + features.offset @ first.weights,
        first.activation,
    )
    answers = model.answers
    if answers.task is Task.REGRESSION:
        count = len(answers.names)
        scale, center = np.ones(count), np.zeros(count)
        if answers.scaling is not None:
            scale, center = np.array(answers.scaling.scale), np.array(answers.scaling.center)
        end = layers[-1]
        if end.activation.name == "identity":
            layers[-1] = Layer(end.weights * scale, end.biases * scale + center, end.activation)
        else:
            layers.append(Layer(np.diag(scale), center, ACTIVATIONS.find("identity")))
    low, high, digits = features.low, features.high, width.value
    steps = []
    for layer in layers[:-1]:
        step, low, high = _step(layer, low, high, digits, width)
        steps.append(step)
        digits = step.value_digits
    return _Made(tuple(steps), layers[-1], low, high, digits)


def _sums(layer: Layer, low: Vector, high: Vector) -> tuple[Vector, Vector]:
    """Return the bounds of a layer's sums from those of its inputs."""
    ends = layer.weights.T * low, layer.weights.T * high
    return (
        np.minimum(*ends).sum(axis=1) + layer.biases,
        np.maximum(*ends).sum(axis=1) + layer.biases,
    )


def _step(
    layer: Layer, low: Vector, high: Vector, digits: int, width: Width, limit: int = 99
) -> tuple[Step, Vector, Vector]:
    """Return a layer in integers and the bounds of its values, as integers; values have at most
    `limit` digits after the point.
    """
    if layer.activation.name == "softmax":
        units = np.zeros(len(layer.biases))
        return _softmax(layer, low, high, digits, width), units, units + width.most
    least, greatest = _sums(layer, low * 2.0**-digits, high * 2.0**-digits)
    size = float(np.abs([least, greatest]).max())
    if size * 2.0**width.argument > width.room:
        raise TooWideError("A unit's sum may leave what integers hold; export float32.")
    own, weights, biases = _integers(layer, low, high, digits, width)
    bottom, top = bounds_of(layer.activation, least, greatest)
    largest = max(float(np.abs([bottom, top]).max()), 1e-6)
    out = math.floor(math.log2(2.0**width.value / largest))
    # the straight part goes through sums, where it must have room
    out = min(out, math.floor(math.log2(width.room / max(size, 1e-9))) - 1, width.value + 4, limit)
    curve = curve_of(layer.activation, float(least.min()), float(greatest.max()), width)
    if curve.table is not None:
        # the entries around the last argument, from which its cubic comes, must fit too
        entry = max(float(np.abs(curve.table).max()), 1e-6)
        out = min(out, math.floor(math.log2((width.most + 1) / entry)))
    sums = own + digits
    step = Step(weights, biases, sums - width.argument, sums - out, curve, out)
    margin = 2 + 0.001 * 2.0**out * largest
    ends = bottom * 2.0**out - margin, top * 2.0**out + margin
    return step, np.maximum(ends[0], -width.most), np.minimum(ends[1], width.most)


def _integers(
    layer: Layer, low: Vector, high: Vector, digits: int, width: Width, same: bool = False
) -> tuple[Vector, Vector, Vector]:
    """Return the digits of each unit's weights, and weights and biases as integers."""
    size = np.ceil(np.maximum(np.abs(low), np.abs(high))) + 1
    weights = layer.weights
    own = np.array([
        _digits(weights[:, u], float(layer.biases[u]), size, digits, width)
        for u in range(weights.shape[1])
    ])  # fmt: skip
    if same:
        # what is compared needs one unit
        own[:] = own.min()
    integers = np.round(weights.T * 2.0 ** own[:, None]).astype(np.int64)
    biases = np.round(layer.biases * 2.0 ** (own + digits)).astype(np.int64)
    return own, integers, biases


def _digits(weights: Vector, bias: float, size: Vector, digits: int, width: Width) -> int:
    """Return how many digits after the point a unit's weights can have: each within its width, and
    the sum of the largest products with the bias and half a unit within that of sums.
    """
    largest = float(np.abs(weights).max(initial=0.0))
    start = math.floor(math.log2(width.most / largest)) + 1 if largest else 2 * width.value
    for found in range(min(start, 2 * width.value), -2 * width.value, -1):
        integers = np.abs(np.round(weights * 2.0**found))
        total = float((integers * size).sum() + abs(bias) * 2.0 ** (found + digits) + 1)
        if integers.max(initial=0) <= width.most and total < width.room:
            return found
    raise TooWideError("The model has weights that integers cannot hold; export float32.")


def _answered(
    model: Exportable,
    made: list[_Made],
    shares: Vector,
    features: Features,
    width: Width,
    asked: Asked,
) -> tuple[Vector, RowBack | Bars | None]:
    """Return the digits after the point of each quantity, and what becomes of them."""
    if asked.bars:
        # a network's own answer must fit, and the ends of its interval
        more = np.maximum(margin_of(model, asked.coverage), spread_of(model))
        own = [_answer_digits([one], np.ones(1), width, more) for one in made]
        bits: Vector = np.min(own, axis=0)
        return bits, bars_of(model, shares, bits, asked.std, asked.coverage)
    bits = _answer_digits(made, shares, width)
    if model.reconstruction is None:
        return bits, None
    for first, last in groups_of(model):
        # what is compared needs one unit
        bits[first:last] = bits[first:last].min()
    sizes = _sizes(made, shares)
    return bits, row_back(model, features, bits, sizes)


def _sizes(made: list[_Made], shares: Vector) -> Vector:
    """Return the largest sizes that the mean of the networks' answers may have."""
    sizes: Vector = np.zeros(len(made[0].last.biases))
    for one, share in zip(made, shares, strict=True):
        sizes = sizes + share * np.abs(one.bounds()).max(axis=0)
    return sizes


def _answer_digits(made: list[_Made], shares: Vector, width: Width, more: Any = 0.0) -> Vector:
    """Return the digits after the point of each answer, which leave room for so much more."""
    size = _sizes(made, shares) + more
    digits: Vector = np.floor(np.log2(2.0 ** (ANSWER - 1) / np.maximum(size, 1e-30))).astype(int)
    if width.sum < 32:
        # no more than sums have
        for one, share in zip(made, shares, strict=True):
            own = _integers(_shared(one.last, share), one.low, one.high, one.digits, width)[0]
            digits = np.minimum(digits, own + one.digits)
    return digits


def _shared(layer: Layer, share: float) -> Layer:
    return Layer(layer.weights * share, layer.biases * share, layer.activation)


def _quantities(one: _Made, share: float, bits: Vector, width: Width) -> Member:
    """Return a network whose sums are quantities, by its share."""
    last = _shared(one.last, share)
    own, weights, biases = _integers(last, one.low, one.high, one.digits, width)
    shifts = own + one.digits - bits
    step = Step(weights, biases, shifts, shifts, None, 0)
    return Member((*one.steps, step), 0)


def _sides(
    model: Exportable, made: list[_Made], shares: Vector, several: bool, width: Width
) -> tuple[list[Member], int]:
    """Return networks whose sums, or whose mean of values, tell classes, and the threshold."""
    answers = model.answers
    limit = answers.threshold
    end = made[0].last.activation.name
    by_sum = {"logistic": 0.0, "identity": limit}
    if not several and (answers.task is Task.MULTICLASS or (end in by_sum and (
        end == "identity" or limit == 0.5
    ))):  # fmt: skip
        one, start = made[0], by_sum.get(end, 0.0)
        last = Layer(one.last.weights, one.last.biases - start, one.last.activation)
        same = answers.task is Task.MULTICLASS
        own, weights, biases = _integers(last, one.low, one.high, one.digits, width, same)
        step = Step(weights, biases, own * 0, own * 0, None, 0)
        return [Member((*one.steps, step), 0)], 0
    if end == "softmax":
        members = [
            Member((*one.steps, _softmax(one.last, one.low, one.high, one.digits, width)), 0)
            for one in made
        ]
        digits = width.value
    elif answers.task is Task.MULTICLASS and end not in ("logistic", "bounded", "tanh"):
        raise IncompatibleError(
            "Integers have no mean of such classes: say --best-start, or export float32."
        )
    else:
        # what is averaged needs one unit
        ends = [_step(one.last, one.low, one.high, one.digits, width)[0] for one in made]
        digits = min(step.digits for step in ends)
        members = []
        for one in made:
            step, _, _ = _step(one.last, one.low, one.high, one.digits, width, digits)
            members.append(Member((*one.steps, step), 0))
    parts = np.round(shares * 2.0**SHARE).astype(int)
    found = [Member(one.steps, int(part))
             for one, part in zip(members, parts, strict=True)]  # fmt: skip
    return found, round(limit * 2.0**digits * int(parts.sum()))


def _softmax(layer: Layer, low: Vector, high: Vector, digits: int, width: Width) -> Step:
    """Return a layer whose values sum to 1: an exponential of what is below the largest."""
    least, greatest = _sums(layer, low * 2.0**-digits, high * 2.0**-digits)
    if float(np.abs([least, greatest]).max()) * 2.0**width.argument > width.room:
        raise TooWideError("A unit's sum may leave what integers hold; export float32.")
    own, weights, biases = _integers(layer, low, high, digits, width)
    below = -min(float(greatest.max() - least.min()), 24.0)
    curve = curve_of(ACTIVATIONS.find("exp"), min(below, -1.0), 0.0, width)
    shifts = own + digits - width.argument
    return Step(weights, biases, shifts, shifts, curve, width.value - 1, True)
