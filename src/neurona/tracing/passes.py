"""The passes of a step, written to be read: NumPy matrix products around the registered formulas.

Activations, losses and updates are the members that the epoch kernel calls, so that whatever is
registered can be traced; everything between them is here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.compiled import members
from neurona.estimators.next_step import NextStep
from neurona.network import Network, Vector
from neurona.numerics.activations import Activation, multiply_by_slope
from neurona.numerics.losses import Loss
from neurona.optimizers import StepOptimizer

EPOCH_LAYERS = 64
"""The kernel counts layers by this when it seeds dropout."""


class Layer(NamedTuple):
    """A layer going forward: sums, values (after dropout), dropout's factors, and the slopes that
    `chain` takes.
    """

    activation: str
    sums: Vector
    values: Vector
    factors: Vector | None
    slopes: Vector


def row_shares(step: NextStep) -> Vector:
    """Return each row's part in the mean loss."""
    dtype = step.network.dtype
    own = np.ones(len(step.inputs), dtype) if step.row_weights is None else step.row_weights
    shares: Vector = own * dtype.type(mean_scale(step))
    return shares


def mean_scale(step: NextStep) -> float:
    """Return what turns a sum over rows into the mean: 1 / the sum of their weights."""
    own = step.row_weights
    total = float(len(step.inputs) if own is None else own.sum(dtype=np.float64))
    return 1.0 / total if total > 0 else 0.0


def forward_pass(step: NextStep, weights: Vector, steps_done: int | None) -> list[Layer]:
    """Return the layers of a forward pass; without `steps_done` nothing is dropped."""
    network, rules = step.network, step.regularisation
    matrices, biases = network.views(weights)
    values, layers = step.inputs, []
    for k, activation in enumerate(network.activations):
        sums = values @ matrices[k] + biases[k]
        values, slopes = activate(activation, sums)
        factors = None
        if steps_done is not None and rules.dropout and rules.dropout[k] > 0:
            factors = dropout_factors(
                len(values), network, k, rules.dropout[k], rules.seed, steps_done
            )
            values = values * factors
        layers.append(Layer(activation.name, sums, values, factors, slopes))
    return layers


def is_elementwise(activation: Activation) -> bool:
    """Whether a unit's activation depends on its own sum alone (softmax's does not)."""
    return activation.chain is multiply_by_slope


def activate(activation: Activation, sums: Vector) -> tuple[Vector, Vector]:
    """Return the activations of sums (rows x units), and what `chain` takes: their slopes."""
    slopes, values = sums.copy(), np.empty_like(sums)
    where = members.address(activation.apply, members.APPLY, sums.dtype)
    rows, units = sums.shape
    members.call(where, members.APPLY, slopes, values, rows, units, units, activation.options())
    return values, slopes


def chain(activation: Activation, slopes: Vector, errors: Vector) -> Vector:
    """Return errors by the activations as errors by the sums."""
    errors = errors.copy()
    where = members.address(activation.chain, members.CHAIN, errors.dtype)
    rows, units = errors.shape
    members.call(where, members.CHAIN, slopes.copy(), errors, rows, units, units)
    return errors


def penalties(member: Any, loss: Loss, outputs: Vector, targets: Vector) -> tuple[Vector, Vector]:
    """Return the penalty of every output, and its slope by what the member takes."""
    slopes, found, scratch = outputs.copy(), np.empty_like(outputs), np.empty_like(outputs)
    where = members.address(member, members.LOSS, outputs.dtype)
    given = np.ascontiguousarray(targets)
    rows, units = outputs.shape
    members.call(where, members.LOSS, slopes, given, found, scratch, rows, units, loss.options())
    return found, slopes


def move(
    optimizer: StepOptimizer,
    network: Network,
    weights: Vector,
    gradient: Vector,
    state: Vector,
    memory: Vector,
    rate: float,
    step: int,
    loss: float,
) -> None:
    """Let the optimizer move a flat weight vector, chunk by chunk as the kernel does, in place."""
    where = members.address(optimizer.update, members.UPDATE, weights.dtype)
    slots, options = len(optimizer.state_names()), optimizer.options()
    each = memory.size // max(len(network.strips()[1]), 1)
    for c, (_, _, start, end) in enumerate(network.strips()[1].tolist()):
        members.call(
            where, members.UPDATE, weights[start:end], gradient[start:end],
            state[slots * start : slots * end] if slots else np.zeros(1, weights.dtype),
            memory[each * c : each * (c + 1)], end - start, options, rate, step, loss,
        )  # fmt: skip


def dropout_factors(
    rows: int, network: Network, layer: int, rate: float, seed: int, step: int
) -> Vector:
    """Return what a layer's activations are multiplied by in a step: 0, or 1 / (1 - rate)."""
    key = _mixed(np.uint64(seed) + _mixed(np.uint64(step * EPOCH_LAYERS + layer)))
    width = network.widths[layer + 1]
    bits = _mixed(np.arange(rows * width, dtype=np.uint64) ^ key)
    kept = bits >= np.uint64(rate * 4294967295.0)
    factors: Vector = np.where(kept, network.dtype.type(1.0 / (1.0 - rate)), network.dtype.type(0))
    own: Vector = factors.reshape(rows, width)[:, : network.sizes[layer + 1]]
    return own


def _mixed(x: Any) -> Any:
    """Return 32 well-mixed bits: the kernel's own `random_bits`, on 64-bit numbers."""
    low = np.uint64(0xFFFFFFFF)
    x = x & low
    for multiplier, shift in ((0x85EBCA6B, 16), (0xC2B2AE35, 13)):
        x = ((x ^ (x >> np.uint64(shift))) * np.uint64(multiplier)) & low
    return x ^ (x >> np.uint64(16))
