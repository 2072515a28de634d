"""Initial weights: how a layer of `inputs` x `outputs` weights and its biases begin.

| name | weights | biases |
|---|---|---|
| scikit_learn | uniform, bound sqrt(6 / (in + out)), 2 in place of 6 for logistic | the same |
| glorot_uniform, glorot_normal | variance 2 / (in + out) (Glorot and Bengio 2010) | 0 |
| he_uniform, he_normal | variance 2 / in, for relu (He 2015) | 0 |
| lecun_uniform, lecun_normal | variance 1 / in, for selu (LeCun 1998) | 0 |
| orthogonal | orthonormal rows or columns (Saxe 2014) | 0 |
| nguyen_widrow | spread over inputs in [-1, 1], for tanh (Nguyen and Widrow 1990) | spread |

An initializer is a plain function (random, inputs, outputs, activation) -> (weights, biases).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from neurona import elsewhere
from neurona.errors import UnknownNameError
from neurona.nearest import unknown
from neurona.numerics.activations import Activation, Logistic

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Initializer = Callable[[np.random.RandomState, int, int, Activation], tuple[Matrix, Matrix]]

INITIALIZERS: dict[str, Initializer] = {}


def initializer(function: Initializer) -> Initializer:
    """Decorator: register an initializer by its function's name."""
    INITIALIZERS[function.__name__] = function
    return function


def find_initializer(name: str | Initializer) -> Initializer:
    """Return an initializer by name; functions pass through."""
    if callable(name):
        return name
    if name not in INITIALIZERS:
        raise UnknownNameError(unknown("initializer", name, INITIALIZERS, elsewhere.INITIALIZERS))
    return INITIALIZERS[name]


@initializer
def scikit_learn(
    random: np.random.RandomState, inputs: int, outputs: int, activation: Activation
) -> tuple[Matrix, Matrix]:
    """scikit-learn's MLP: Glorot's uniform for weights and biases alike, drawn in its order."""
    bound = math.sqrt((2.0 if isinstance(activation, Logistic) else 6.0) / (inputs + outputs))
    weights = random.uniform(-bound, bound, (inputs, outputs))
    return weights, random.uniform(-bound, bound, outputs)


def _uniform(variance: Callable[[int, int], float], name: str) -> None:
    def draw(
        random: np.random.RandomState, inputs: int, outputs: int, activation: Activation
    ) -> tuple[Matrix, Matrix]:
        bound = math.sqrt(3 * variance(inputs, outputs))
        return random.uniform(-bound, bound, (inputs, outputs)), np.zeros(outputs)

    INITIALIZERS[name] = draw


def _normal(variance: Callable[[int, int], float], name: str) -> None:
    def draw(
        random: np.random.RandomState, inputs: int, outputs: int, activation: Activation
    ) -> tuple[Matrix, Matrix]:
        deviation = math.sqrt(variance(inputs, outputs))
        return random.normal(0.0, deviation, (inputs, outputs)), np.zeros(outputs)

    INITIALIZERS[name] = draw


for _name, _variance in {
    "glorot": lambda n, m: 2 / (n + m),
    "he": lambda n, m: 2 / n,
    "lecun": lambda n, m: 1 / n,
}.items():
    _uniform(_variance, f"{_name}_uniform")
    _normal(_variance, f"{_name}_normal")


@initializer
def orthogonal(
    random: np.random.RandomState, inputs: int, outputs: int, activation: Activation
) -> tuple[Matrix, Matrix]:
    """A random matrix with orthonormal rows or columns, whichever are fewer."""
    long, short = max(inputs, outputs), min(inputs, outputs)
    q, r = np.linalg.qr(random.normal(size=(long, short)))
    q = q * np.sign(np.diag(r))  # makes the distribution uniform
    return (q if inputs >= outputs else q.T), np.zeros(outputs)


@initializer
def nguyen_widrow(
    random: np.random.RandomState, inputs: int, outputs: int, activation: Activation
) -> tuple[Matrix, Matrix]:
    """Weight vectors of length 0.7 outputs^(1 / inputs), biases spread over as much."""
    length = 0.7 * outputs ** (1 / inputs)
    weights = random.uniform(-1, 1, (inputs, outputs))
    weights *= length / np.linalg.norm(weights, axis=0)
    return weights, random.uniform(-length, length, outputs)
