"""Error bars as statements: the deviation of a new observation, as `predict_uncertainty` has it.

J, the derivatives of an output by the weights, is carried back layer by layer. With H = L L', the
posterior's factor, the weights give the variance |L^-1 J'|^2: L is solved for row by row. The noise
and the differences between averaged networks come besides. A square root is Heron's, of as many
steps as the least number needs.
"""

from __future__ import annotations

import numpy as np

from neurona.export.code import activations
from neurona.export.code.form import (
    Counter,
    Let,
    Loop,
    Name,
    Number,
    Program,
    Put,
    Statement,
    halved,
    less,
    names_in,
    pick,
    place,
)
from neurona.export.code.layers import write_softmax
from neurona.export.source import Exportable, Layer, Layers

HERON = 70
i, j, r = Counter("i"), Counter("j"), Counter("r")
s = Name("s")


def root(name: str) -> tuple[Statement, ...]:
    """Return the statements that let `root` be the square root of a number that has a name."""
    value, found = Name(name), Name("root")
    step = Let("root", 0.5 * (found + value / found), True)
    return Let("root", value + 1.0), Loop("j", HERON, (step,))


def write_deviations(
    program: Program, model: Exportable, source: str, target: str, known: Number | None = None
) -> None:
    """Add the statements that put the deviations of all targets into a work array; `known` is the
    variance of errors on rows held out, where that is known, which is the least.
    """
    outputs, scaling = len(model.answers.names), model.answers.scaling
    program.array("spread", outputs)
    program.array("each", outputs * len(model.networks))
    program.let("none", 0.0)
    program.body.append(Loop("i", outputs, (Put("spread", i, Name("none")),)))
    noise = np.zeros(outputs)
    for k, network in enumerate(model.networks):
        assert network.posterior is not None
        noise = noise + np.broadcast_to(network.posterior.noise, (outputs,))
        _network(program, network, k, source)
    share = float(len(model.networks))
    own = place("each", j * outputs + i)
    gap = own - Name("middle")
    apart = Let("apart", Name("apart") + gap * gap, True)
    between = (
        Let("middle", Name("none")),
        Loop("j", len(model.networks), (Let("middle", Name("middle") + own / share, True),)),
        Let("apart", Name("none")),
        Loop("j", len(model.networks), (apart,)),
    )
    scales = program.table("deviation_unit", np.ones(outputs) if scaling is None else scaling.scale)
    own = (place("spread", i) + Name("apart")) / share
    variance: tuple[Statement, ...]
    if known is None:
        noises = program.table("noise", noise / share)
        variance = (Let("variance", place(noises, i) + own),)
    else:
        least, weighed = Name("least"), Name("weighed")
        larger = Let("variance", pick(less(weighed, least), least, weighed))
        variance = Let("least", known), Let("weighed", own), larger
    body = (
        *between,
        *variance,
        *root("variance"),
        Put(target, i, Name("root") * place(scales, i)),
    )
    program.body.append(Loop("i", outputs, body))


def _network(program: Program, network: Layers, number: int, source: str) -> None:
    """Add a network's outputs to `each`, and the variances from its weights to `spread`."""
    tag = f"d{number + 1}_"
    values = [source]
    for k, layer in enumerate(network.layers, 1):
        values.append(program.array(f"h{k}", len(layer.biases)))
        program.array(f"g{k}", len(layer.biases))
        program.array(f"e{k}", len(layer.biases))
        _layer(program, network, k, values, tag)
    outputs = network.sizes[-1]
    kept = Put("each", i + number * outputs, place(values[-1], i))
    program.body.append(Loop("i", outputs, (kept,)))
    assert network.posterior is not None
    factor = network.posterior.factor
    program.table(f"factor_{tag}", factor[np.tril_indices(len(factor))])
    program.array("slopes", network.count)
    for output in range(outputs):
        _back(program, network, output, values, tag)
        _solve(program, network.count, output, tag, number + output > 0)


def _layer(program: Program, network: Layers, k: int, values: list[str], tag: str) -> None:
    layer = network.layers[k - 1]
    inputs, units = layer.weights.shape
    weights = program.table(f"weights_{tag}{k}", layer.weights.T)
    biases = program.table(f"biases_{tag}{k}", layer.biases)
    grow = Let("s", s + place(weights, i * inputs + j) * place(values[k - 1], j), True)
    sums = (Let("s", place(biases, i)), Loop("j", inputs, (grow,)))
    if layer.activation.name == "softmax":
        program.body.append(Loop("i", units, (*sums, Put(f"h{k}", i, s))))
        write_softmax(program, f"h{k}", units)
        return
    value: Number = s
    known = program.routines
    if layer.activation.name != "identity":
        value = program.call(activations.routine(layer.activation, program.single, known), s)
    turned = activations.routine(layer.activation, program.single, known, slope=True)
    slope = program.call(turned, s)
    both = Put(f"h{k}", i, value), Put(f"g{k}", i, slope)
    program.body.append(Loop("i", units, (*sums, *both)))


def _back(program: Program, network: Layers, output: int, values: list[str], tag: str) -> None:
    """Add the statements that make `slopes` of an output: all matrices, then all biases."""
    layers = network.layers
    last = len(layers)
    program.body.append(Loop("i", network.sizes[-1], (Put(f"e{last}", i, Name("none")),)))
    program.put(f"e{last}", output, 1.0)
    _turn(program, layers[-1], last)
    for k in range(last - 1, 0, -1):
        inputs, units = layers[k].weights.shape
        weights = f"weights_{tag}{k + 1}"
        grow = Let("s", s + place(weights, j * inputs + i) * place(f"e{k + 1}", j), True)
        body = (
            Let("s", Name("none")),
            Loop("j", units, (grow,)),
            Put(f"e{k}", i, s),
        )
        program.body.append(Loop("i", inputs, body))
        _turn(program, layers[k - 1], k)
    at = 0
    for k, layer in enumerate(layers, 1):
        inputs, units = layer.weights.shape
        product = Put("slopes", i * units + j + at, place(values[k - 1], i) * place(f"e{k}", j))
        program.body.append(Loop("i", inputs, (Loop("j", units, (product,)),)))
        at += inputs * units
    for k, layer in enumerate(layers, 1):
        program.body.append(
            Loop("i", len(layer.biases), (Put("slopes", i + at, place(f"e{k}", i)),))
        )
        at += len(layer.biases)


def _turn(program: Program, layer: Layer, k: int) -> None:
    """Add the statements that make errors of a layer's sums of those of its values."""
    units, error = len(layer.biases), place(f"e{k}", i)
    if layer.activation.name != "softmax":
        turned = Put(f"e{k}", i, error * place(f"g{k}", i))
        program.body.append(Loop("i", units, (turned,)))
        return
    value, total = place(f"h{k}", i), Name("turned")
    program.let("turned", Name("none"), "turned" in names_in(program.body))
    grow = Let("turned", total + error * value, True)
    program.body.append(Loop("i", units, (grow,)))
    program.body.append(Loop("i", units, (Put(f"e{k}", i, value * (error - total)),)))


def _solve(program: Program, count: int, output: int, tag: str, again: bool) -> None:
    """Add the statements that solve L v = J and add |v|^2 to the output's variance."""
    factor = f"factor_{tag}"
    row = halved(r * (r + 1))
    program.let("total", Name("none"), again)
    less = Let("s", s - place(factor, row + j) * place("slopes", j), True)
    body = (
        Let("s", place("slopes", r)),
        Loop("j", r, (less,)),
        Let("part", s / place(factor, row + r)),
        Put("slopes", r, Name("part")),
        Let("total", Name("total") + Name("part") * Name("part"), True),
    )
    program.body.append(Loop("r", count, body))
    program.put("spread", output, place("spread", output) + Name("total"))
