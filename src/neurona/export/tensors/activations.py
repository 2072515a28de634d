"""Activations as nodes that ONNX Runtime computes in float64, and that its optimizer leaves alone.

Elu, Selu, Softplus, Mish, Gelu, Erf and LeakyRelu have no kernel for float64 there, and Sigmoid is
wrong in its tail: all are made of Exp of what is not above 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neurona.errors import IncompatibleError
from neurona.export.tensors.graph import Graph
from neurona.numerics.activations import Activation
from neurona.numerics.activations.rectifiers import SELU_ALPHA, SELU_SCALE
from neurona.numerics.normal import DOUBLE, SINGLE


def small(g: Graph, z: str) -> str:
    """Return exp(-|z|)."""
    return g.node("Exp", g.node("Neg", g.node("Abs", z)))


def _logistic(g: Graph, z: str, a: Any = None) -> str:
    e, one = small(g, z), g.constant(1.0)
    top = g.pick(g.node("Less", z, g.constant(0.0)), e, one)
    return g.divide(top, g.add(one, e))


def _bounded(g: Graph, z: str, a: Any) -> str:
    width = g.constant(a.upper - a.lower)
    return g.add(g.constant(a.lower), g.multiply(width, _logistic(g, z)))


def _elu_of(g: Graph, z: str, alpha: float) -> str:
    e = g.node("Exp", g.node("Min", z, g.constant(0.0)))
    below = g.multiply(g.constant(alpha), g.subtract(e, g.constant(1.0)))
    return g.pick(g.greater(z, 0.0), z, below)


def _selu(g: Graph, z: str, a: Any) -> str:
    return g.multiply(g.constant(SELU_SCALE), _elu_of(g, z, SELU_ALPHA))


def _leaky(g: Graph, z: str, a: Any) -> str:
    return g.pick(g.greater(z, 0.0), z, g.multiply(g.constant(a.negative_slope), z))


def _softplus(g: Graph, z: str, a: Any) -> str:
    rest = g.node("Log", g.add(g.constant(1.0), small(g, z)))
    return g.add(g.node("Max", z, g.constant(0.0)), rest)


def _mish(g: Graph, z: str, a: Any) -> str:
    e, two = small(g, z), g.constant(2.0)
    above = g.greater(z, 0.0)
    twice = g.multiply(two, e)
    top = g.pick(above, g.add(g.constant(1.0), twice), g.multiply(e, g.add(e, two)))
    rest = g.pick(above, g.multiply(twice, e), two)
    return g.multiply(z, g.divide(top, g.add(top, rest)))


def normal_tail(g: Graph, z: str) -> tuple[str, str, str]:
    """Return |z| up to where nothing is beyond, exp(-z^2 / 2), and the normal law's share below z:
    the tail beyond |z| by Horner's rule, as in `numerics.normal`.
    """
    most = g.constant(12.0 if g.single else 37.0)
    m = g.node("Min", g.node("Abs", z), most)
    five = g.constant(5.0)
    t = g.divide(g.subtract(m, five), g.add(m, five))
    coefficients = SINGLE if g.single else DOUBLE
    ratio = g.constant(coefficients[-1])
    for one in reversed(coefficients[:-1]):
        ratio = g.add(g.multiply(ratio, t), g.constant(one))
    bell = g.node("Exp", g.multiply(g.multiply(g.constant(-0.5), m), m))
    tail = g.multiply(bell, g.divide(ratio, g.add(m, g.constant(2.0))))
    share = g.pick(g.greater(z, 0.0), g.subtract(g.constant(1.0), tail), tail)
    return m, bell, share


def _gelu(g: Graph, z: str, a: Any) -> str:
    return g.multiply(z, normal_tail(g, z)[2])


NODES: dict[str, Callable[[Graph, str, Any], str]] = {
    "identity": lambda g, z, a: z,
    "step": lambda g, z, a: g.numbers(g.greater(z, 0.0)),
    "logistic": _logistic,
    "bounded": _bounded,
    "tanh": lambda g, z, a: g.node("Tanh", z),
    "exp": lambda g, z, a: g.node("Exp", z),
    "relu": lambda g, z, a: g.node("Relu", z),
    "leaky_relu": _leaky,
    "elu": lambda g, z, a: _elu_of(g, z, a.alpha),
    "selu": _selu,
    "gelu": _gelu,
    "silu": lambda g, z, a: g.multiply(z, _logistic(g, z)),
    "softplus": _softplus,
    "mish": _mish,
    "softmax": lambda g, z, a: g.node("Softmax", z, axis=1),
}


def activate(g: Graph, z: str, activation: Activation) -> str:
    """Add an activation of the sums z; IncompatibleError if there are no nodes for it."""
    if activation.name not in NODES:
        raise IncompatibleError(
            f"The activation {activation.name!r} has no ONNX nodes here; those of "
            f"{', '.join(NODES)} have."
        )
    return NODES[activation.name](g, z, activation)
