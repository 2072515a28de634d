"""Forward and back through a network over a batch, weights as one vector without padding.

The vector is that of `Network.parameters`: matrices first, a mirror left out, then the biases. So
an optimizer is one operation over one vector, and what is penalised is its beginning.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from neurona.jax_engine import formulas
from neurona.network import Network
from neurona.numerics.losses import Loss
from neurona.optimizers.base import StepOptimizer

Array = Any
LAYERS = 64
"""The kernels count layers by this when they seed dropout."""


class Plan(NamedTuple):
    """All of a training that its compiled functions are made for; equal plans share them."""

    sizes: tuple[int, ...]
    activations: tuple[Any, ...]
    dtype: str
    tied: bool
    loss: Loss
    optimizer: StepOptimizer | None
    batch: int
    dropout: tuple[float, ...]
    penalised: bool
    clip_value: bool
    clip_norm: bool

    def network(self) -> Network:
        """Return the network."""
        return Network(self.sizes, self.activations, self.dtype, self.tied)


class Rules(NamedTuple):
    """What is added to the loss and done to the gradient: numbers that may change freely."""

    l2: Any
    l1: Any
    clip_value: Any
    clip_norm: Any
    seed: Any


class Layer(NamedTuple):
    """What a layer has going forward; `factors` are dropout's."""

    inputs: Array
    sums: Array
    values: Array
    slopes: Array
    factors: Array | None


def matrices(network: Network, parameters: Array) -> tuple[list[Array], list[Array]]:
    """Return each layer's matrix (inputs x outputs) and biases."""
    places, biases = network.parameter_places()
    found = []
    for k, place in enumerate(places):
        n, m = network.sizes[k], network.sizes[k + 1]
        matrix = parameters[place : place + n * m]
        mirror = network.is_mirror(k)
        found.append(matrix.reshape(m, n).T if mirror else matrix.reshape(n, m))
    return found, [parameters[at : at + m] for at, m in zip(biases, network.sizes[1:], strict=True)]


def weight_count(network: Network) -> int:
    """Return how many of the parameters are weights of matrices, which come first."""
    return network.n_parameters - sum(network.sizes[1:])


def forward(
    plan: Plan, network: Network, parameters: Array, inputs: Array, seed: Any, step: Any
) -> list[Layer]:
    """Return the layers of a forward pass; `step` None drops nothing."""
    layers: list[Layer] = []
    for k, (matrix, biases) in enumerate(zip(*matrices(network, parameters), strict=True)):
        sums = inputs @ matrix + biases
        values, slopes = formulas.activate(network.activations[k], sums)
        factors = None
        if step is not None and plan.dropout and plan.dropout[k] > 0 and k < network.n_layers - 1:
            factors = dropout_factors(network, k, len(inputs), plan.dropout[k], seed, step)
            values = values * factors
        layers.append(Layer(inputs, sums, values, slopes, factors))
        inputs = values
    return layers


def dropout_factors(
    network: Network, layer: int, rows: int, rate: float, seed: Any, step: Any
) -> Array:
    """Return what a layer's values are multiplied by in a step: 0, or 1 / (1 - rate)."""
    counted = jnp.asarray(step * LAYERS + layer).astype(jnp.uint32)
    key = _mixed(jnp.asarray(seed).astype(jnp.uint32) + _mixed(counted))
    width, units = network.widths[layer + 1], network.sizes[layer + 1]
    places = jnp.arange(rows, dtype=jnp.uint32)[:, None] * np.uint32(width)
    bits = _mixed((places + jnp.arange(units, dtype=jnp.uint32)) ^ key)
    kept = network.dtype.type(1.0 / (1.0 - rate))
    return jnp.where(bits >= np.uint32(rate * 4294967295.0), kept, network.dtype.type(0))


def _mixed(x: Array) -> Array:
    """Return 32 well-mixed bits for a number: the kernels' own `random_bits`."""
    for multiplier, shift in ((0x85EBCA6B, 16), (0xC2B2AE35, 13)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(multiplier)
    return x ^ (x >> np.uint32(16))


def output_errors(plan: Plan, last: Layer, targets: Array) -> tuple[Array, Array]:
    """Return every row's penalty (float64), and the slopes of its sums."""
    activation = plan.activations[-1]
    member, on_sums = plan.loss.member(activation)
    outputs = last.sums if on_sums else last.values
    each, slopes = formulas.penalties(member, plan.loss, outputs, targets)
    errors = slopes if on_sums else formulas.chain(activation, last.slopes, slopes)
    return each.astype(jnp.float64).sum(axis=1), errors


def backward(network: Network, parameters: Array, layers: list[Layer], errors: Array) -> Array:
    """Return the gradient by all parameters, from the errors of the last sums."""
    weights, _ = matrices(network, parameters)
    slopes, biases = [], []
    for k in reversed(range(len(layers))):
        slopes.append(layers[k].inputs.T @ errors)
        biases.append(errors.sum(axis=0))
        if k:
            errors = below(network, weights, layers, k, errors)
    slopes.reverse()
    biases.reverse()
    own = []
    for k, slope in enumerate(slopes):
        if not network.is_mirror(k):
            twin = network.twin(k)
            own.append(slope + slopes[twin].T if twin > k else slope)
    return jnp.concatenate([one.reshape(-1) for one in (*own, *biases)])


def below(
    network: Network, weights: list[Array], layers: list[Layer], k: int, errors: Array
) -> Array:
    """Carry the errors of layer k's sums back to the sums of the layer below it."""
    under = layers[k - 1]
    errors = errors @ weights[k].T
    if under.factors is not None:
        errors = errors * under.factors
    return formulas.chain(network.activations[k - 1], under.slopes, errors)
