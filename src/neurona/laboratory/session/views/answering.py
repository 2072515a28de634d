"""Answers of a network and of all its units, for weights that change: buffers made once."""

from __future__ import annotations

import numpy as np

from neurona.engine.predict import Predictor
from neurona.network import Network, Vector

BLOCK = 4_096


class Answering:
    """Answers for one network; `units` has every layer's values.

    A layer is the output of the network's first layers, whose weights are the first part of the
    flat vector: what is computed is what the network computes itself.
    """

    def __init__(self, network: Network, rows: int = BLOCK) -> None:
        self.network = network
        self._weights = np.zeros(network.size, network.dtype)
        self._layers = []
        for k in range(network.n_layers):
            part = Network(network.sizes[: k + 2], network.activations[: k + 1], network.dtype)
            self._layers.append(Predictor(part, self._weights[: part.size], min(rows, BLOCK)))

    def set(self, weights: Vector) -> None:
        """Answer with these weights from now on; they are copied."""
        self._weights[:] = weights

    def outputs(self, matrix: Vector) -> Vector:
        """Return the outputs (rows x outputs)."""
        return self._layers[-1].predict(matrix)

    def layer(self, k: int, matrix: Vector) -> Vector:
        """Return the values of a layer (rows x units), the first hidden one being 0."""
        return self._layers[k].predict(matrix)
