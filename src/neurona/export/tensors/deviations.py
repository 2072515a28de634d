"""Error bars as nodes: the deviation of a new observation, as `predict_uncertainty` has it.

J, the derivatives of an output by all weights, is carried back layer by layer; with H = L L', the
posterior's factor, the weights give the variance |J L^-T|^2. The noise and the differences between
averaged networks come besides.
"""

from __future__ import annotations

import numpy as np

from neurona.export.code.error_bars import deviations_wide, units_of
from neurona.export.source import Exportable, Layer, Layers
from neurona.export.tensors.activations import activate
from neurona.export.tensors.graph import Graph
from neurona.export.tensors.slopes import slope
from neurona.export.tensors.turned import turned_back
from neurona.network import Vector


def deviations(
    g: Graph, model: Exportable, rows: str, each: list[str], mean: str, sizes: str
) -> str:
    """Add the nodes of all targets' deviations, rows x targets, in the user's units. `each` are
    the outputs of the networks, `mean` is their mean, `sizes` those of errors ("": one for all).
    """
    scaling, known = model.answers.scaling, model.measured
    if known is None:
        variance, noise = _posterior(g, model, rows)
        found = g.node("Sqrt", g.add(variance, g.constant([noise])))
    else:
        least = g.constant([np.broadcast_to(known.spread**2, (model.outputs,))])
        if sizes:
            least = g.multiply(least, g.multiply(sizes, sizes))
        apart = (
            _posterior(g, model, rows)[0] if model.errors is None else _apart(g, model, each, mean)
        )
        found = g.node("Sqrt", g.node("Max", apart, least))
    return found if scaling is None else g.multiply(found, g.constant([np.abs(scaling.scale)]))


def sizes_of(g: Graph, model: Exportable, rows: str, mean: str) -> str:
    """Add the nodes of how large errors are, rows x targets; "" if that is one size for all."""
    if model.noise_scale is None:
        return ""
    known = model.sizes_by_inputs()
    both = g.node("Concat", rows, mean, axis=1)
    values = g.node("Gather", both, g.constant(known.inputs, np.int64), axis=1)
    for layer in known.layers:
        z = g.node("Gemm", values, g.constant(layer.weights), g.constant(layer.biases))
        values = activate(g, z, layer.activation)
    return values


def _apart(g: Graph, model: Exportable, each: list[str], mean: str) -> str:
    """Return how far networks are apart: the variance."""
    gaps = [g.subtract(one, mean) for one in each]
    squares = [
        g.multiply(g.multiply(gap, gap), g.constant(network.share))
        for gap, network in zip(gaps, model.networks, strict=True)
    ]
    return _total(g, squares)


def _posterior(g: Graph, model: Exportable, rows: str) -> tuple[str, Vector]:
    """Return variances by what is believed of the weights, and that of each target's noise."""
    means, spreads, noise = [], [], np.zeros(model.outputs)
    for network in model.networks:
        assert network.posterior is not None
        outputs, spread = _network(g, network, rows)
        means.append(outputs)
        spreads.append(spread)
        noise = noise + np.broadcast_to(network.posterior.noise, noise.shape)
    count = float(len(means))
    variance = g.divide(_total(g, spreads), g.constant(count))
    if len(means) > 1:
        middle = g.divide(_total(g, means), g.constant(count))
        gaps = [g.subtract(one, middle) for one in means]
        squares = [g.multiply(one, one) for one in gaps]
        variance = g.add(variance, g.divide(_total(g, squares), g.constant(count)))
    return variance, noise / count


def ends(
    g: Graph, model: Exportable, learned: str, deviation: str, sizes: str, coverage: float
) -> list[str]:
    """Add the nodes of the lower and upper ends of all targets' intervals, of `learned` targets."""
    known = model.measured
    if known is None:
        half = g.multiply(deviation, g.constant(deviations_wide(coverage)))
    else:
        half = g.constant([known.half_width(coverage) * units_of(model)])
        half = g.multiply(sizes, half) if sizes else half
    found, scaling = [g.subtract(learned, half), g.add(learned, half)], model.answers.scaling
    return found if scaling is None else [turned_back(g, scaling.transform, one) for one in found]


def _total(g: Graph, some: list[str]) -> str:
    return some[0] if len(some) == 1 else g.node("Sum", *some)


def _network(g: Graph, network: Layers, rows: str) -> tuple[str, str]:
    """Return a network's outputs and their variances from its weights, each rows x outputs."""
    # SciPy is slow to import, and needed here alone
    import scipy.linalg

    values: list[str] = [rows]
    sums: list[str] = []
    for layer in network.layers:
        z = g.node("Gemm", values[-1], g.constant(layer.weights), g.constant(layer.biases))
        values.append(activate(g, z, layer.activation))
        sums.append(z)
    assert network.posterior is not None
    factor = network.posterior.factor
    inverse = scipy.linalg.solve_triangular(factor, np.eye(len(factor)), lower=True)
    turned = g.constant(inverse.T)
    spreads = []
    for output in range(network.sizes[-1]):
        row = np.zeros((1, network.sizes[-1]))
        row[0, output] = 1
        errors: list[str] = []
        for k in range(len(network.layers) - 1, -1, -1):
            if errors:
                back = g.node("MatMul", errors[0], g.constant(network.layers[k + 1].weights.T))
            else:
                back = g.constant(row)
            errors.insert(0, _turned(g, network.layers[k], sums[k], values[k + 1], back))
        matrices = [_outer(g, network, k, values[k], one) for k, one in enumerate(errors)]
        derivatives = g.node("Concat", *matrices, *errors, axis=1)
        parts = g.node("MatMul", derivatives, turned)
        axes = g.constant([1], np.int64)
        spreads.append(g.node("ReduceSum", g.multiply(parts, parts), axes, keepdims=1))
    both = spreads[0] if len(spreads) == 1 else g.node("Concat", *spreads, axis=1)
    return values[-1], both


def _turned(g: Graph, layer: Layer, z: str, values: str, errors: str) -> str:
    """Return errors of a layer's sums, of those of its values."""
    if layer.activation.name != "softmax":
        return g.multiply(errors, slope(g, z, layer.activation))
    axes = g.constant([1], np.int64)
    total = g.node("ReduceSum", g.multiply(errors, values), axes, keepdims=1)
    return g.multiply(values, g.subtract(errors, total))


def _outer(g: Graph, network: Layers, k: int, values: str, errors: str) -> str:
    """Return all products of a layer's inputs and errors, rows x (inputs x units)."""
    inputs, units = network.layers[k].weights.shape
    column = g.node("Reshape", values, g.constant([-1, inputs, 1], np.int64))
    row = g.node("Reshape", errors, g.constant([-1, 1, units], np.int64))
    return g.node("Reshape", g.multiply(column, row), g.constant([-1, inputs * units], np.int64))
