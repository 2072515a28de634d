"""Slopes of activations as nodes, in operators that ONNX Runtime has for float64."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from neurona.errors import IncompatibleError
from neurona.export.tensors.activations import normal_tail, small
from neurona.export.tensors.graph import Graph
from neurona.numerics.activations import Activation
from neurona.numerics.activations.rectifiers import SELU_ALPHA, SELU_SCALE


def _sides(g: Graph, z: str) -> tuple[str, str]:
    """Return the logistic function of z, and of -z."""
    e, one = small(g, z), g.constant(1.0)
    rest = g.add(one, e)
    negative = g.node("Less", z, g.constant(0.0))
    return g.divide(g.pick(negative, e, one), rest), g.divide(g.pick(negative, one, e), rest)


def _logistic(g: Graph, z: str, a: Any) -> str:
    return g.multiply(*_sides(g, z))


def _bounded(g: Graph, z: str, a: Any) -> str:
    return g.multiply(g.constant(a.upper - a.lower), _logistic(g, z, a))


def _tanh(g: Graph, z: str, a: Any) -> str:
    t = g.node("Tanh", z)
    return g.subtract(g.constant(1.0), g.multiply(t, t))


def _above(g: Graph, z: str, above: float, below: str) -> str:
    """Return one number above 0, else another."""
    return g.pick(g.greater(z, 0.0), g.constant(above), below)


def _exponential(g: Graph, z: str, above: float, below: float) -> str:
    e = g.node("Exp", g.node("Min", z, g.constant(0.0)))
    return _above(g, z, above, g.multiply(g.constant(below), e))


def _gelu(g: Graph, z: str, a: Any) -> str:
    m, bell, share = normal_tail(g, z)
    near = g.multiply(g.node("Sign", z), m)
    density = g.multiply(bell, g.constant(1 / math.sqrt(2 * math.pi)))
    return g.add(share, g.multiply(near, density))


def _silu(g: Graph, z: str, a: Any) -> str:
    up, down = _sides(g, z)
    return g.multiply(up, g.add(g.constant(1.0), g.multiply(z, down)))


def _mish(g: Graph, z: str, a: Any) -> str:
    e, two, above = small(g, z), g.constant(2.0), g.greater(z, 0.0)
    twice = g.multiply(two, e)
    top = g.pick(above, g.add(g.constant(1.0), twice), g.multiply(e, g.add(e, two)))
    rest = g.pick(above, g.multiply(twice, e), two)
    total = g.add(top, rest)
    t = g.divide(top, total)
    gap = g.multiply(g.divide(rest, total), g.add(g.constant(1.0), t))
    return g.add(t, g.multiply(g.multiply(z, _sides(g, z)[0]), gap))


SLOPES: dict[str, Callable[[Graph, str, Any], str]] = {
    "identity": lambda g, z, a: g.add(g.multiply(z, g.constant(0.0)), g.constant(1.0)),
    "step": lambda g, z, a: g.multiply(z, g.constant(0.0)),
    "logistic": _logistic,
    "bounded": _bounded,
    "tanh": _tanh,
    "exp": lambda g, z, a: g.node("Exp", z),
    "relu": lambda g, z, a: _above(g, z, 1.0, g.constant(0.0)),
    "leaky_relu": lambda g, z, a: _above(g, z, 1.0, g.constant(a.negative_slope)),
    "elu": lambda g, z, a: _exponential(g, z, 1.0, a.alpha),
    "selu": lambda g, z, a: _exponential(g, z, SELU_SCALE, SELU_SCALE * SELU_ALPHA),
    "gelu": _gelu,
    "silu": _silu,
    "softplus": lambda g, z, a: _sides(g, z)[0],
    "mish": _mish,
}


def slope(g: Graph, z: str, activation: Activation) -> str:
    """Add the slope of an activation at the sums z; IncompatibleError if there are no nodes."""
    if activation.name not in SLOPES:
        raise IncompatibleError(
            f"The activation {activation.name!r} has no slope in ONNX here; leave --std out."
        )
    return SLOPES[activation.name](g, z, activation)
