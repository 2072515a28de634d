"""How large the gradient is in each layer: what vanishes, or explodes, on its way back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurona.training.measures.place import Place


class LayerGradient(NamedTuple):
    """One layer with weights, counted from 1.

    `error` is the root mean square, over rows and units, of a row's loss by the layer's sums;
    `gradient` that of the loss by its weights, over the weights; `weights` that of the weights
    themselves.
    """

    layer: int
    error: float
    gradient: float
    weights: float


def layer_gradients(place: Place) -> list[LayerGradient]:
    """Return the sizes of the gradient in all layers, the first one first; without penalties."""
    matrices = place.network.views(place.weights)[0]
    found = []
    for k, matrix in enumerate(matrices, 1):
        errors = place.graph.gradient(f"layer {k} sums") * place.rows
        slope = _matrix_gradient(place, k)
        found.append(LayerGradient(k, _size(errors), _size(slope), _size(matrix)))
    return found


def _matrix_gradient(place: Place, k: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    if place.network.is_mirror(k - 1):
        # a mirror's gradient is in its twin's
        return _matrix_gradient(place, place.network.twin(k - 1) + 1)
    return place.graph.gradient(f"layer {k} weights")


def _size(numbers: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float(np.sqrt(np.mean(np.square(numbers))))
