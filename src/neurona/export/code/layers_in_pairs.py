"""Networks whose sums have two terms: 32 bits, where weights are large and cancel.

An output's weights may add up to a hundred spreads of the target, while the answer is one. Then
what 32 bits round off, of weights, values and sums, is seen in the seventh digit; kept in second
terms it is not.
"""

from __future__ import annotations

from typing import Any

from neurona.export.code import activations
from neurona.export.code.form import (
    Counter,
    Let,
    Loop,
    Name,
    Program,
    Put,
    Statement,
    less,
    number,
    pick,
    place,
    pruned,
)
from neurona.export.code.pairs import Pair, Pairs, parts_of_table, powers_of_two
from neurona.export.source import Layer, Layers

i, j = Counter("i"), Counter("j")
s, e = Name("s"), Name("e")


def write_network_in_pairs(program: Program, network: Layers, tag: str, source: str) -> str:
    """Add the statements of a network whose inputs are in `source`; returns where its outputs are,
    which have one term again.
    """
    inputs = network.sizes[0]
    high, low = _arrays(program, "p", inputs)
    made = Pairs()
    parts = made.split(place(source, i))
    kept = (Put(high, i, parts[0]), Put(low, i, parts[1]))
    program.body.append(Loop("i", inputs, (*made.body, *kept)))
    for k, layer in enumerate(network.layers):
        units = len(layer.biases)
        if k == len(network.layers) - 1:
            program.array("b", units)
            _write_layer(program, layer, f"{tag}{k + 1}", (high, low), ("b", ""))
            break
        target = _arrays(program, "q" if high.startswith("p") else "p", units)
        _write_layer(program, layer, f"{tag}{k + 1}", (high, low), target)
        high, low = target
    return "b"


def _arrays(program: Program, letter: str, size: int) -> tuple[str, str]:
    return program.array(f"{letter}h", size), program.array(f"{letter}l", size)


def _write_layer(
    program: Program, layer: Layer, tag: str, source: tuple[str, str], target: tuple[str, str]
) -> None:
    inputs, units = layer.weights.shape
    high, rest = parts_of_table(layer.weights.T)
    weights = program.table(f"weights_{tag}", high), program.table(f"rest_{tag}", rest)
    bias, less_of_it = parts_of_table(layer.biases)
    biases = program.table(f"biases_{tag}", bias), program.table(f"biases_rest_{tag}", less_of_it)
    at = i * inputs + j
    w, v = place(weights[0], at), place(weights[1], at)
    h, low = place(source[0], j), place(source[1], j)
    grow = Pairs()
    total, lost = grow.sum(s, grow.let(w * h))
    grow.body += [
        Let("e", e + (lost + (w * low + v * (h + low))), True),
        Let("s", total, True),
    ]
    body: list[Statement] = [
        Let("s", place(biases[0], i)),
        Let("e", place(biases[1], i)),
        Loop("j", inputs, tuple(grow.body)),
    ]
    if not target[1]:
        value = s + e
        if layer.activation.name != "identity":
            known = program.routines
            routine = activations.routine(layer.activation, program.single, known)
            value = program.call(routine, s + e)
        body.append(Put(target[0], i, value))
    else:
        made = Pairs()
        z = made.sorted_sum(s, e)
        value_high, value_low = _activated(program, layer.activation, made, z)
        first, second = made.split(value_high)
        used = pruned(tuple(made.body), first + (second + value_low))
        body += [*used, Put(target[0], i, first), Put(target[1], i, second + value_low)]
    program.body.append(Loop("i", units, tuple(body)))


def _activated(program: Program, activation: Any, made: Pairs, z: Pair) -> Pair:
    """Return the value of an activation in two terms; of those without a formula in pairs the
    second is its slope by the second of z.
    """
    name = activation.name
    if name == "identity":
        return z
    if name == "step":
        return made.let(pick(less(0.0, z[0]), 1.0, 0.0)), number(0.0)
    if name in ("relu", "leaky_relu"):
        slope = getattr(activation, "negative_slope", 0.0)
        below = made.let(z[0] * slope), made.let(z[1] * slope)
        return made.chosen(z[0], below, z)
    if name in ("tanh", "logistic", "bounded", "silu"):
        return _sigmoid(program, activation, made, z)
    value = program.call(activations.routine(activation, True, program.routines), z[0])
    turned = activations.routine(activation, True, program.routines, slope=True)
    return made.let(value), made.let(program.call(turned, z[0]) * z[1])


def _sigmoid(program: Program, activation: Any, made: Pairs, z: Pair) -> Pair:
    """Return tanh, or what is made of the logistic function, by exp(-|z|) less 1."""
    factor = -2.0 if activation.name == "tanh" else -1.0
    negative = less(z[0], 0.0)
    size = made.let(pick(negative, -z[0], z[0])), made.let(pick(negative, -z[1], z[1]))
    x = made.let(size[0] * factor), made.let(size[1] * factor)
    gone = made.expm1(x, program.table("powers", powers_of_two()))
    two = made.added(gone, 2.0)
    if activation.name == "tanh":
        found = made.quotient((made.let(-gone[0]), made.let(-gone[1])), two)
        return made.chosen(z[0], (-found[0], -found[1]), found)
    one: Pair = number(1.0), number(0.0)
    share = made.quotient(made.chosen(z[0], made.added(gone, 1.0), one), two)
    if activation.name == "logistic":
        return share
    if activation.name == "silu":
        return made.times(z, share)
    width = activation.upper - activation.lower
    wide = made.times(share, (number(width), number(0.0)))
    return made.added(wide, activation.lower)
