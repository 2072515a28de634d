"""Error bars as nodes: the deviation of a new observation, as `predict_uncertainty` has it.

J, the derivatives of an output by all weights, is carried back layer by layer; with H = L L', the
posterior's factor, the weights give the variance |J L^-T|^2. The noise and the differences between
averaged networks come besides.
"""

from __future__ import annotations

import numpy as np

from neurona.export.source import Exportable, Layers
from neurona.export.tensors.activations import activate
from neurona.export.tensors.graph import Graph
from neurona.export.tensors.slopes import slope


def deviations(g: Graph, model: Exportable, rows: str) -> str:
    """Add the nodes of all targets' deviations, rows x targets, in the user's units."""
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
    found = g.node("Sqrt", g.add(variance, g.constant([noise / count])))
    scaling = model.answers.scaling
    return found if scaling is None else g.multiply(found, g.constant([scaling.scale]))


def _total(g: Graph, some: list[str]) -> str:
    return some[0] if len(some) == 1 else g.node("Sum", *some)


def _network(g: Graph, network: Layers, rows: str) -> tuple[str, str]:
    """Return a network's outputs and their variances from its weights, each rows x outputs."""
    # SciPy is slow to import, and needed here alone
    import scipy.linalg

    values, slopes = [rows], []
    for layer in network.layers:
        z = g.node("Gemm", values[-1], g.constant(layer.weights), g.constant(layer.biases))
        values.append(activate(g, z, layer.activation))
        slopes.append(slope(g, z, layer.activation))
    assert network.posterior is not None
    factor = network.posterior.factor
    inverse = scipy.linalg.solve_triangular(factor, np.eye(len(factor)), lower=True)
    turned = g.constant(inverse.T)
    spreads = []
    for output in range(network.sizes[-1]):
        row = np.zeros((1, network.sizes[-1]))
        row[0, output] = 1
        errors = [g.multiply(slopes[-1], g.constant(row))]
        for k in range(len(network.layers) - 1, 0, -1):
            back = g.node("MatMul", errors[0], g.constant(network.layers[k].weights.T))
            errors.insert(0, g.multiply(back, slopes[k - 1]))
        matrices = [_outer(g, network, k, values[k], one) for k, one in enumerate(errors)]
        derivatives = g.node("Concat", *matrices, *errors, axis=1)
        parts = g.node("MatMul", derivatives, turned)
        axes = g.constant([1], np.int64)
        spreads.append(g.node("ReduceSum", g.multiply(parts, parts), axes, keepdims=1))
    both = spreads[0] if len(spreads) == 1 else g.node("Concat", *spreads, axis=1)
    return values[-1], both


def _outer(g: Graph, network: Layers, k: int, values: str, errors: str) -> str:
    """Return all products of a layer's inputs and errors, rows x (inputs x units)."""
    inputs, units = network.layers[k].weights.shape
    column = g.node("Reshape", values, g.constant([-1, inputs, 1], np.int64))
    row = g.node("Reshape", errors, g.constant([-1, 1, units], np.int64))
    return g.node("Reshape", g.multiply(column, row), g.constant([-1, inputs * units], np.int64))
