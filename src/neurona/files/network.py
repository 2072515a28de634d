"""A network's sizes and activations as a document, its weights as arrays, layer by layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files import plain
from neurona.files.fields import Array, Arrays, entry
from neurona.network import Network, Vector
from neurona.numerics.activations import ACTIVATIONS, Activation

DTYPES = ("float32", "float64")
MAX_LAYERS = 1000


def encode_network(network: Network) -> dict[str, Any]:
    """Return a network's document."""
    return {
        "dtype": network.dtype.name,
        "sizes": list(network.sizes),
        "activations": [plain.encode(one, "An activation") for one in network.activations],
    }


def put_layers(arrays: dict[str, Array], prefix: str, network: Network, weights: Vector) -> None:
    """Add each layer's weights and biases."""
    if not np.isfinite(weights).all():
        raise ValueError("The model has weights that are not finite; it is of no use in a file.")
    for k, (matrix, bias) in enumerate(zip(*network.views(weights), strict=True)):
        arrays[f"{prefix}layers.{k}.weights"] = matrix
        arrays[f"{prefix}layers.{k}.biases"] = bias


def decode_network(document: dict[str, Any]) -> Network:
    """Return the network of a document; FormatError if there is none."""
    sizes, dtype = entry(document, "sizes", list), entry(document, "dtype", str)
    activations = [plain.decode(one) for one in entry(document, "activations", list)]
    plausible = 2 <= len(sizes) <= MAX_LAYERS and all(
        type(size) is int and 1 <= size < 1 << 31 for size in sizes
    )
    if not plausible or dtype not in DTYPES or len(activations) != len(sizes) - 1:
        raise FormatError("the network's layers are not as they should be")
    if not all(isinstance(one, Activation) and one.name in ACTIVATIONS for one in activations):
        raise FormatError("the network has something else for an activation")
    return Network(sizes, activations, dtype)


def take_layers(arrays: Arrays, prefix: str, network: Network) -> Vector:
    """Return the flat weights whose layers `put_layers` added."""
    # taken, and so known to be in the file, before the flat vector is made
    matrices, biases = [], []
    for k, (n, m) in enumerate(zip(network.sizes, network.sizes[1:], strict=False)):
        matrices.append(arrays.take(f"{prefix}layers.{k}.weights", network.dtype, (n, m)))
        biases.append(arrays.take(f"{prefix}layers.{k}.biases", network.dtype, (m,)))
    if not all(np.isfinite(part).all() for part in (*matrices, *biases)):
        raise FormatError("the weights are not finite")
    return network.pack(matrices, biases)
