"""Networks as statements: sums in the order of their inputs, then activations."""

from __future__ import annotations

from neurona.export.code import activations, elementary
from neurona.export.code.form import (
    Call,
    Counter,
    Let,
    Loop,
    Name,
    Program,
    Put,
    less,
    number,
    pick,
    place,
)
from neurona.export.code.layers_in_pairs import write_network_in_pairs
from neurona.export.code.whole import whole_of
from neurona.export.source import Layer, Layers

i, j = Counter("i"), Counter("j")
s = Name("s")


def write_network(program: Program, network: Layers, tag: str, source: str) -> str:
    """Add the statements of a network whose inputs are in `source`; returns where its outputs are.

    `tag` begins the names of its tables.
    """
    if program.whole and _written_whole(program, network, tag, source):
        return "b"
    if program.pairs and all(one.activation.name != "softmax" for one in network.layers):
        return write_network_in_pairs(program, network, tag, source)
    for k, layer in enumerate(network.layers):
        target = "b" if source == "a" else "a"
        if source == "x":
            target = "a"
        write_layer(program, layer, f"{tag}{k + 1}", source, target)
        source = target
    return source


def _written_whole(program: Program, network: Layers, tag: str, source: str) -> bool:
    """Add a network whose sums are whole numbers, with its outputs in `b`; whether it can be."""
    if program.bound is None:
        return False
    found = whole_of(network, program.bound, source, "b", tag)
    if found is None:
        return False
    activation, units = network.layers[-1].activation, network.sizes[-1]
    program.array("b", units)
    program.body.append(found)
    if activation.name == "softmax":
        write_softmax(program, "b", units)
    elif activation.name != "identity":
        routine = activations.routine(activation, program.single, program.routines)
        value = program.call(routine, place("b", i))
        program.body.append(Loop("i", units, (Put("b", i, value),)))
    return True


def write_layer(program: Program, layer: Layer, tag: str, source: str, target: str) -> None:
    """Add a layer: each unit's bias and weighted inputs, added one after the other."""
    inputs, units = layer.weights.shape
    weights = program.table(f"weights_{tag}", layer.weights.T)
    biases = program.table(f"biases_{tag}", layer.biases)
    program.array(target, units)
    softmax = layer.activation.name == "softmax"
    step = Let("s", s + place(weights, i * inputs + j) * place(source, j), True)
    body = (Let("s", place(biases, i)), Loop("j", inputs, (step,)), Put(target, i, s))
    program.body.append(Loop("i", units, body))
    if softmax:
        write_softmax(program, target, units)
    elif layer.activation.name != "identity":
        # in a loop of its own compilers take several units at once
        routine = activations.routine(layer.activation, program.single, program.routines)
        value = program.call(routine, place(target, i))
        program.body.append(Loop("i", units, (Put(target, i, value),)))


def write_softmax(program: Program, target: str, units: int) -> None:
    """Add the statements that make exp(z - largest z) of a layer, by their sum."""
    exp = elementary.exp(program.single)
    program.need(exp)
    top, total = Name("top"), Name("total")
    z = place(target, i)
    again = "top" in _lets(program)
    program.let("top", place(target, 0), again)
    program.body.append(Loop("i", units, (Let("top", pick(less(top, z), z, top), True),)))
    program.let("total", number(0.0), again)
    grow = (Put(target, i, Call(exp.name, z - top)), Let("total", total + z, True))
    program.body.append(Loop("i", units, grow))
    program.body.append(Loop("i", units, (Put(target, i, z / total),)))


def _lets(program: Program) -> set[str]:
    return {one.name for one in program.body if isinstance(one, Let)}


def write_mean(
    program: Program, networks: tuple[Layers, ...], source: str, keep: bool = False
) -> str:
    """Add all networks and the mean of their outputs; returns where it is. With `keep` the outputs
    of each are kept in `each`, one network after the other.

    Inputs that several networks read must not be written over: they go to `f` before.
    """
    if len(networks) == 1:
        return write_network(program, networks[0], "", source)
    inputs, outputs = networks[0].sizes[0], networks[0].sizes[-1]
    if source != "x":
        program.array("f", inputs)
        program.body.append(Loop("i", inputs, (Put("f", i, place(source, i)),)))
        source = "f"
    program.array("mean", outputs)
    equal = len({network.share for network in networks}) == 1
    for k, network in enumerate(networks):
        found = write_network(program, network, f"{k + 1}_", source)
        if keep:
            program.array("each", outputs * len(networks))
            kept = Put("each", i + k * outputs, place(found, i))
            program.body.append(Loop("i", outputs, (kept,)))
        own = place(found, i) if equal else place(found, i) * network.share
        total = own if k == 0 else place("mean", i) + own
        program.body.append(Loop("i", outputs, (Put("mean", i, total),)))
    if equal:
        share = place("mean", i) / float(len(networks))
        program.body.append(Loop("i", outputs, (Put("mean", i, share),)))
    return "mean"
