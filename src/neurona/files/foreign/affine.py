"""Layers with what is around them folded in, and an estimator made of them."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import numpy as np

from neurona.errors import FormatError
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.fitted import restore
from neurona.estimators.mlp.regressor import MLPRegressor
from neurona.inference.learned import Fitted, Labels
from neurona.network import Network, Vector
from neurona.numerics.activations import Activation
from neurona.training.history import History


class Affine(NamedTuple):
    """A layer: weights (inputs x units), biases, activation."""

    weights: Vector
    biases: Vector
    activation: Activation


def with_input(layer: Affine, scale: Vector, shift: Vector) -> Affine:
    """Return a layer that takes x where this one takes scale * x + shift."""
    return Affine(
        layer.weights * scale[:, None], layer.biases + shift @ layer.weights, layer.activation
    )


def with_output(layer: Affine, scale: Vector, shift: Vector) -> Affine:
    """Return a layer whose sums are scale * sums + shift."""
    return Affine(layer.weights * scale, layer.biases * scale + shift, layer.activation)


def model_of(layers: list[Affine], labels: Labels | None = None, names: Any = None) -> Any:
    """Return a fitted MLPRegressor of these layers, an MLPClassifier with labels; FormatError if
    they do not fit together.
    """
    sizes = [len(layers[0].weights), *(len(layer.biases) for layer in layers)]
    for before, after in itertools.pairwise(layers):
        if len(before.biases) != len(after.weights):
            raise FormatError(
                f"a layer has {len(before.biases)} units and the next takes {len(after.weights)}"
            )
    network = Network(sizes, [layer.activation for layer in layers], np.float64)
    weights = network.pack([one.weights for one in layers], [one.biases for one in layers])
    if not np.isfinite(weights).all():
        raise FormatError("a weight is not a finite number")
    words: dict[str, Any] = {
        "hidden_layer_sizes": tuple(sizes[1:-1]),
        "activation": [layer.activation for layer in layers[:-1]] or "tanh",
    }
    kinds = {layer.activation for layer in layers[:-1]}
    if len(kinds) == 1:
        words["activation"] = _word(kinds.pop())
    if labels is None:
        model: Any = MLPRegressor(**words, output_activation=_word(layers[-1].activation))
    else:
        model = MLPClassifier(**words)
    restore(model, Fitted(network, weights, History(), feature_names=names, labels=labels))
    return model


def _word(activation: Activation) -> Any:
    plain = type(activation)() if activation.name != "bounded" else None
    return activation.name if activation == plain else activation
