"""Activations, their slopes, and the slopes of losses as spreadsheet formulas.

Every formula is of cells: `z` the sum, `a` the activation, `row` the sums of the whole layer. None
overflows: a spreadsheet makes an error of exp(710). `-x^2` is (-x)^2 there, so signs go outside of
brackets. NORMSDIST is the normal distribution function, the same as NORM.S.DIST(z, TRUE) and known
to every spreadsheet.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from neurona.errors import IncompatibleError
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss


class Unit(NamedTuple):
    """The cells of a unit, as references: its sum, its activation, the sums of its layer."""

    z: str
    a: str
    row: str


def literal(value: float) -> str:
    """Return a number as a formula has it, to the last digit."""
    if not math.isfinite(value):
        raise IncompatibleError(f"A spreadsheet cannot hold the number {value}.")
    text = repr(float(value)).upper().removesuffix(".0")
    return f"({text})" if value < 0 else text


def logistic(z: str) -> str:
    """Return 1 / (1 + exp(-z)), from exp(-|z|)."""
    return f"IF({z}>=0,1,EXP(-ABS({z})))/(1+EXP(-ABS({z})))"


def softplus(z: str) -> str:
    """Return log(1 + exp z)."""
    return f"(MAX({z},0)+LN(1+EXP(-ABS({z}))))"


def _elu(z: str, alpha: float) -> str:
    return f"IF({z}>0,{z},{literal(alpha)}*(EXP(MIN({z},0))-1))"


def _elu_slope(z: str, alpha: float) -> str:
    return f"IF({z}>0,1,{literal(alpha)}*EXP(MIN({z},0)))"


SELU, SELU_ALPHA = 1.0507009873554804934, 1.6732632423543772848

Formula = Callable[[Any, Unit], str]

VALUES: dict[str, Formula] = {
    "identity": lambda g, u: u.z,
    "step": lambda g, u: f"IF({u.z}>0,1,0)",
    "logistic": lambda g, u: logistic(u.z),
    "bounded": lambda g, u: f"{literal(g.lower)}+{literal(g.upper - g.lower)}*({logistic(u.z)})",
    "tanh": lambda g, u: f"TANH({u.z})",
    "exp": lambda g, u: f"EXP(MIN({u.z},709))",
    "relu": lambda g, u: f"MAX({u.z},0)",
    "leaky_relu": lambda g, u: f"IF({u.z}>0,{u.z},{literal(g.negative_slope)}*{u.z})",
    "elu": lambda g, u: _elu(u.z, g.alpha),
    "selu": lambda g, u: f"{literal(SELU)}*{_elu(u.z, SELU_ALPHA)}",
    "gelu": lambda g, u: f"{u.z}*NORMSDIST({u.z})",
    "silu": lambda g, u: f"{u.z}*({logistic(u.z)})",
    "softplus": lambda g, u: softplus(u.z),
    "mish": lambda g, u: f"{u.z}*TANH({softplus(u.z)})",
    "softmax": lambda g, u: f"EXP({u.z}-MAX({u.row}))/SUMPRODUCT(EXP({u.row}-MAX({u.row})))",
}

SLOPES: dict[str, Formula] = {
    "identity": lambda g, u: "1",
    "step": lambda g, u: "0",
    "logistic": lambda g, u: f"{u.a}*(1-{u.a})",
    "bounded": lambda g, u: (
        f"({u.a}-{literal(g.lower)})*({literal(g.upper)}-{u.a})/{literal(g.upper - g.lower)}"
    ),
    "tanh": lambda g, u: f"1-{u.a}^2",
    "exp": lambda g, u: u.a,
    "relu": lambda g, u: f"IF({u.z}>0,1,0)",
    "leaky_relu": lambda g, u: f"IF({u.z}>0,1,{literal(g.negative_slope)})",
    "elu": lambda g, u: _elu_slope(u.z, g.alpha),
    "selu": lambda g, u: f"{literal(SELU)}*{_elu_slope(u.z, SELU_ALPHA)}",
    "gelu": lambda g, u: f"NORMSDIST({u.z})+{u.z}*EXP(-({u.z}^2)/2)/SQRT(2*PI())",
    "silu": lambda g, u: f"{logistic(u.z)}*(1+{u.z}*(1-{logistic(u.z)}))",
    "softplus": lambda g, u: logistic(u.z),
    "mish": lambda g, u: (
        f"TANH({softplus(u.z)})+{u.z}*({logistic(u.z)})*(1-TANH({softplus(u.z)})^2)"
    ),
}


class Said(NamedTuple):
    """The cells of an output for a loss: the target, and the activation (p)."""

    t: str
    p: str
    outputs: int


def _smoothed(loss: Any, cells: Said, classes: int) -> str:
    s = loss.label_smoothing
    return cells.t if not s else f"({cells.t}*{literal(1 - s)}+{literal(s / classes)})"


LossFormula = Callable[[Any, Said], str]

LOSS_SLOPES: dict[str, LossFormula] = {
    "squared_error": lambda e, c: f"({c.p}-{c.t})",
    "absolute_error": lambda e, c: f"SIGN({c.p}-{c.t})",
    "huber": lambda e, c: f"MAX({literal(-e.delta)},MIN({literal(e.delta)},{c.p}-{c.t}))",
    "log_cosh": lambda e, c: f"TANH({c.p}-{c.t})",
    "quantile": lambda e, c: (
        f"IF({c.t}>{c.p},{literal(-e.quantile)},IF({c.t}<{c.p},{literal(1 - e.quantile)},0))"
    ),
    "poisson": lambda e, c: f"(1-{c.t}/{c.p})",
    "binary_cross_entropy": lambda e, c: f"({c.p}-{_smoothed(e, c, 2)})/({c.p}*(1-{c.p}))",
}
"""By the activation p."""

JOINED_SLOPES: dict[str, LossFormula] = {
    "poisson": lambda e, c: f"{c.p}-{c.t}",
    "binary_cross_entropy": lambda e, c: f"{c.p}-{_smoothed(e, c, 2)}",
    "categorical_cross_entropy": lambda e, c: f"{c.p}-{_smoothed(e, c, c.outputs)}",
}
"""By the sum z, where the output activation is the one that the loss is linked to."""


def activation_value(activation: Activation, unit: Unit) -> str:
    """Return the formula of an activation; IncompatibleError if there is none."""
    return _of(VALUES, activation, unit)


def activation_slope(activation: Activation, unit: Unit) -> str:
    """Return the formula of an activation's slope, which may use the activation's own cell."""
    return _of(SLOPES, activation, unit)


def _of(table: dict[str, Formula], activation: Activation, unit: Unit) -> str:
    if activation.name not in table:
        raise IncompatibleError(
            f"The activation {activation.name!r} has no spreadsheet formula here; those of "
            f"{', '.join(table)} have."
        )
    return table[activation.name](activation, unit)


def output_slope(loss: Loss, activation: Activation, cells: Said) -> tuple[str, bool]:
    """Return the formula of a loss's slope, and whether it is that by z (loss and activation
    joined) already.
    """
    if activation.name == loss.link and loss.name in JOINED_SLOPES:
        return JOINED_SLOPES[loss.name](loss, cells), True
    if loss.name not in LOSS_SLOPES:
        raise IncompatibleError(
            f"The loss {loss.name!r} with the output {activation.name!r} has no spreadsheet "
            "formula here; leave training_step out."
        )
    return LOSS_SLOPES[loss.name](loss, cells), False
