"""Forward and back through a network over a batch, whatever form its parameters have.

A `Form` (`forms.py`) says how the parameters lie: the passes take its matrices and biases apart,
multiply as it says, and give it the gradient back.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from neurona.jax_engine import formulas
from neurona.jax_engine.forms import Form
from neurona.network import Network
from neurona.numerics.losses import Loss
from neurona.optimizers.base import StepOptimizer

Array = Any
LAYERS = 64
"""The kernels count layers by this when they seed dropout."""


class Plan(NamedTuple):
    """All of a training that its compiled functions are made for; equal plans share them.

    `at_once` steps are done before it is asked whether to go on.
    """

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
    at_once: int = 1

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


def forward(
    plan: Plan, form: Form, leaves: list[Array], inputs: Array, seed: Any, step: Any
) -> list[Layer]:
    """Return the layers of a forward pass; `step` None drops nothing."""
    layers: list[Layer] = []
    network = form.network
    for k, (matrix, biases) in enumerate(zip(*form.matrices(leaves), strict=True)):
        sums = form.sums(k, form.product(inputs, matrix) + biases)
        values, slopes = formulas.activate(network.activations[k], sums)
        factors = None
        if step is not None and plan.dropout and plan.dropout[k] > 0 and k < network.n_layers - 1:
            factors = dropout_factors(network, k, values.shape, plan.dropout[k], seed, step)
            values = values * factors
        values = form.values(k, values)
        layers.append(Layer(inputs, sums, values, slopes, factors))
        inputs = values
    return layers


def dropout_factors(
    network: Network, layer: int, shape: tuple[int, ...], rate: float, seed: Any, step: Any
) -> Array:
    """Return what a layer's values are multiplied by in a step: 0, or 1 / (1 - rate)."""
    counted = jnp.asarray(step * LAYERS + layer).astype(jnp.uint32)
    key = _mixed(jnp.asarray(seed).astype(jnp.uint32) + _mixed(counted))
    (rows, units), width = shape, network.widths[layer + 1]
    places = jnp.arange(rows, dtype=jnp.uint32)[:, None] * np.uint32(width)
    bits = _mixed((places + jnp.arange(units, dtype=jnp.uint32)) ^ key)
    kept = network.dtype.type(1.0 / (1.0 - rate))
    return jnp.where(bits >= np.uint32(rate * 4294967295.0), kept, network.dtype.type(0))


def _mixed(x: Array) -> Array:
    """Return 32 well-mixed bits for a number: the kernels' own `random_bits`."""
    for multiplier, shift in ((0x85EBCA6B, 16), (0xC2B2AE35, 13)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(multiplier)
    return x ^ (x >> np.uint32(16))


def output_errors(plan: Plan, form: Form, last: Layer, targets: Array) -> tuple[Array, Array]:
    """Return every row's penalty (float64), and the slopes of its sums."""
    activation, k = plan.activations[-1], len(plan.activations) - 1
    member, on_sums = plan.loss.member(activation)
    outputs = last.sums if on_sums else last.values
    each, slopes = formulas.penalties(member, plan.loss, outputs, targets)
    errors = slopes if on_sums else formulas.chain(activation, last.slopes, slopes)
    each, errors = form.values(k, each), form.values(k, errors)
    return each.astype(jnp.float64).sum(axis=1), errors


def backward(form: Form, leaves: list[Array], layers: list[Layer], errors: Array) -> list[Array]:
    """Return the gradient, from the errors of the last sums, in the parameters' form."""
    weights, _ = form.matrices(leaves)
    slopes, biases = [], []
    for k in reversed(range(len(layers))):
        slopes.append(form.product(layers[k].inputs.T, errors))
        biases.append(errors.sum(axis=0))
        if k:
            errors = below(form, weights, layers, k, errors)
    return form.gathered(slopes[::-1], biases[::-1])


def below(form: Form, weights: list[Array], layers: list[Layer], k: int, errors: Array) -> Array:
    """Carry the errors of layer k's sums back to the sums of the layer below it."""
    under = layers[k - 1]
    errors = form.product(errors, weights[k].T)
    if under.factors is not None:
        errors = errors * under.factors
    return formulas.chain(form.network.activations[k - 1], under.slopes, errors)
