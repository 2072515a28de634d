"""Activations and their slopes as statements: `ACTIVATIONS` says each by its name.

The formulas are those of `numerics.activations`: none overflows, none cancels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from neurona.errors import IncompatibleError
from neurona.export.code import elementary
from neurona.export.code.form import (
    Call,
    Let,
    Name,
    Number,
    Routine,
    Statement,
    less,
    number,
    pick,
    polynomial,
    pruned,
)
from neurona.numerics.activations import Activation
from neurona.numerics.activations.rectifiers import SELU_ALPHA, SELU_SCALE
from neurona.numerics.normal import DOUBLE, SINGLE

z = Name("z")
e, m, s, t = Name("e"), Name("m"), Name("s"), Name("t")
a = pick(less(z, 0.0), -z, z)
"""The size of z."""


class Said(NamedTuple):
    """An activation: statements, its value, its slope, and the routines it uses."""

    body: tuple[Statement, ...]
    value: Number
    slope: Number
    uses: tuple[Routine, ...] = ()


SMALL = (Let("m", a), Let("e", Call("exp", -m)), Let("s", 1.0 + e))
"""e is exp(-|z|), s is 1 + e."""
up = pick(less(z, 0.0), e, 1.0) / s
down = pick(less(z, 0.0), 1.0, e) / s


def _of_exp(value: Number, slope: Number, single: bool, *more: Statement) -> Said:
    return Said((*SMALL, *more), value, slope, (elementary.exp(single),))


def _logistic(g: Any, single: bool) -> Said:
    return _of_exp(up, up * down, single)


def _bounded(g: Any, single: bool) -> Said:
    width = g.upper - g.lower
    return _of_exp(g.lower + width * up, width * (up * down), single)


def _tanh(g: Any, single: bool) -> Said:
    """A quotient of polynomials of z^2 (`elementary.tanh_terms`): no table, nothing to choose."""
    above, below, most = elementary.tanh_terms(single)
    c, q, t = Name("c"), Name("q"), Name("t")
    body = (
        Let("c", pick(less(z, -most), -most, pick(less(most, z), most, z))),
        Let("q", c * c),
        Let("t", (c * polynomial(q, *above)) / polynomial(q, *below)),
    )
    return Said(body, t, 1.0 - t * t)


def _exp(g: Any, single: bool) -> Said:
    body = (Let("e", Call("exp", z)),)
    return Said(body, e, e, (elementary.exp(single),))


def _elu_of(alpha: float, factor: float, single: bool) -> Said:
    below = factor * alpha
    body = (Let("e", Call("expm1", pick(less(z, 0.0), z, 0.0))),)
    value = pick(less(0.0, z), z, alpha * e)
    slope = pick(less(0.0, z), factor, below * (e + 1.0))
    return Said(body, factor * value if factor != 1 else value, slope, (elementary.expm1(single),))


def _elu(g: Any, single: bool) -> Said:
    return _elu_of(g.alpha, 1.0, single)


def _selu(g: Any, single: bool) -> Said:
    return _elu_of(SELU_ALPHA, SELU_SCALE, single)


def _gelu(g: Any, single: bool) -> Said:
    """z Phi(z): the tail beyond |z| is exp(-z^2 / 2) R, and (|z| + 2) R a polynomial."""
    most = 12.0 if single else 37.0
    bell, tail = Name("e"), Name("t")
    ratio = polynomial((m - 5.0) / (m + 5.0), *(SINGLE if single else DOUBLE))
    body = (
        Let("s", a),
        Let("m", pick(less(Name("s"), most), Name("s"), most)),
        Let("e", Call("exp", (-0.5 * m) * m)),
        Let("t", bell * (ratio / (m + 2.0))),
        Let("p", pick(less(0.0, z), 1.0 - tail, tail)),
    )
    # beyond, the value below 0 is nothing
    value = pick(less(z, -most), 0.0, z * Name("p"))
    density = bell * (1 / math.sqrt(2 * math.pi))
    near = pick(less(z, 0.0), -m, m)
    return Said(body, value, Name("p") + near * density, (elementary.exp(single),))


def _silu(g: Any, single: bool) -> Said:
    return _of_exp(z * up, up * (1.0 + z * down), single)


def _softplus(g: Any, single: bool) -> Said:
    value = pick(less(z, 0.0), 0.0, z) + Call("log1p", e)
    return Said(SMALL, value, up, (elementary.exp(single), elementary.log1p(single)))


def _mish(g: Any, single: bool) -> Said:
    """z tanh(softplus z), as a quotient of polynomials of e = exp(-|z|)."""
    top = pick(less(z, 0.0), e * (e + 2.0), 1.0 + 2.0 * e)
    rest = pick(less(z, 0.0), 2.0, (2.0 * e) * e)
    body = (Let("p", top), Let("q", top + rest), Let("t", Name("p") / Name("q")))
    gap = (rest / Name("q")) * (1.0 + t)
    return _of_exp(z * t, t + (z * up) * gap, single, *body)


def _plain(value: Number, slope: float | Number) -> Callable[[Any, bool], Said]:
    return lambda g, single: Said((), value, number(slope))


def _leaky(g: Any, single: bool) -> Said:
    slope = pick(less(0.0, z), 1.0, g.negative_slope)
    return Said((), pick(less(0.0, z), z, g.negative_slope * z), slope)


ACTIVATIONS: dict[str, Callable[[Any, bool], Said]] = {
    "identity": _plain(z, 1.0),
    "step": _plain(pick(less(0.0, z), 1.0, 0.0), 0.0),
    "logistic": _logistic,
    "bounded": _bounded,
    "tanh": _tanh,
    "exp": _exp,
    "relu": _plain(pick(less(z, 0.0), 0.0, z), pick(less(0.0, z), 1.0, 0.0)),
    "leaky_relu": _leaky,
    "elu": _elu,
    "selu": _selu,
    "gelu": _gelu,
    "silu": _silu,
    "softplus": _softplus,
    "mish": _mish,
}
"""Element by element; softmax is of a layer (`layers.py`)."""


def said(activation: Activation, single: bool) -> Said:
    """Return an activation's statements; IncompatibleError if there are none."""
    if activation.name not in ACTIVATIONS:
        raise IncompatibleError(
            f"The activation {activation.name!r} has no code here; those of "
            f"{', '.join(ACTIVATIONS)} and softmax have."
        )
    return ACTIVATIONS[activation.name](activation, single)


def routine(activation: Activation, single: bool, known: Any = (), slope: bool = False) -> Routine:
    """Return an activation as a routine, or its slope; `known` are routines that have names."""
    found = said(activation, single)
    name = f"{activation.name}_slope" if slope else activation.name
    if activation.name == "exp" and not slope:
        return elementary.exp(single)
    result = found.slope if slope else found.value
    count = 1
    while name in known and known[name].result != result:
        count += 1
        name = f"{activation.name}{'_slope' if slope else ''}_{count}"
    return Routine(name, {}, pruned(found.body, result), result, found.uses)
