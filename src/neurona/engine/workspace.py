"""Everything one training or prediction needs besides the data: tables, buffers, state. Allocated
once.

The kernels take these as named tuples of arrays; all are C-contiguous and of the network's dtype
unless noted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.compiled import members
from neurona.compiled.tile import TILE_ROWS
from neurona.network import TWIN, Layout, Network, Vector, padded
from neurona.values import OPTION_SLOTS, Value

BLOCK_ROWS = 256
"""Rows of a batch that are in flight at a time: larger batches are worked through in blocks of this
many.
"""
LEAST_BLOCK_ROWS = 64


class Buffers(NamedTuple):
    """What a block of rows needs, flat.

    Values, sums (later slopes) and errors of every layer, padded; outputs, penalties and targets of
    the last layer without padding; room for one layer's inputs; row weights; losses of the rows of
    a whole batch.
    """

    values: Vector
    slopes: Vector
    errors: Vector
    outputs: Vector
    penalties: Vector
    scratch: Vector
    spare: Vector
    targets: Vector
    weights: Vector
    losses: Vector


class Model(NamedTuple):
    """What training changes: weights, their gradient, their transposes, the optimizer's state and
    memory.
    """

    weights: Vector
    gradient: Vector
    turned: Vector
    state: Vector
    memory: Vector


def aligned(size: int, dtype: Any) -> Vector:
    """Return zeros that start on a 64-byte line."""
    dtype = np.dtype(dtype)
    raw = np.zeros(size * dtype.itemsize + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size * dtype.itemsize].view(dtype)


def block_rows(batch: int) -> int:
    """Return how many rows of a batch are in flight at a time (validation rows too, so never just
    one).
    """
    return min(BLOCK_ROWS, padded(max(batch, LEAST_BLOCK_ROWS), TILE_ROWS))


def make_layout(network: Network, block: int, options: Vector) -> Layout:
    """Return the integer tables of a network, with the addresses of its activations; fills their
    options.
    """
    layers = np.zeros((network.n_layers, TWIN + 1), np.int64)
    starts = np.cumsum([0, *(block * width for width in network.widths)])
    matrices, biases = network.parameter_places()
    for k, activation in enumerate(network.activations):
        slot = k * OPTION_SLOTS
        options[slot : slot + OPTION_SLOTS] = activation.options()
        layers[k] = (
            network.sizes[k],
            network.sizes[k + 1],
            network.widths[k],
            network.widths[k + 1],
            network.offsets[k],
            network.turned_offsets[k],
            starts[k],
            starts[k + 1],
            members.address(activation.apply, members.APPLY, network.dtype),
            members.address(activation.chain, members.CHAIN, network.dtype),
            slot,
            matrices[k],
            biases[k],
            network.twin(k),
        )
    return Layout(layers, *network.strips())


def make_buffers(network: Network, block: int, batch: int) -> Buffers:
    """Return buffers for blocks of `block` rows out of batches of `batch` rows."""
    dtype = network.dtype
    all_layers, last_layer = block * sum(network.widths), block * network.sizes[-1]
    return Buffers(
        values=aligned(all_layers, dtype),
        slopes=aligned(all_layers, dtype),
        errors=aligned(all_layers, dtype),
        outputs=aligned(last_layer, dtype),
        penalties=aligned(last_layer, dtype),
        scratch=aligned(last_layer, dtype),
        spare=aligned(max(network.widths), dtype),
        targets=aligned(last_layer, dtype),
        weights=np.ones(block, dtype),
        losses=np.zeros(max(batch, block)),
    )


def member_options(network: Network, *values: Value) -> tuple[Vector, list[int]]:
    """Return one vector for all options: the layers' first (filled by `make_layout`), then these
    values'.
    """
    options = np.zeros((network.n_layers + len(values)) * OPTION_SLOTS)
    slots = []
    for k, value in enumerate(values, network.n_layers):
        slots.append(k * OPTION_SLOTS)
        options[slots[-1] : slots[-1] + OPTION_SLOTS] = value.options()
    return options, slots
