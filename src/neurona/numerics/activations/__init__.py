"""Activations: the value of a unit from its sum z, and the slope that backpropagation needs.

| name | value | range |
|---|---|---|
| identity | z | all |
| step | 1 if z > 0, else 0 (slope 0) | {0, 1} |
| logistic | 1 / (1 + exp(-z)) | (0, 1) |
| bounded | low + (high - low) logistic(z) | (low, high) |
| tanh | tanh z | (-1, 1) |
| softmax | exp(z_j) / sum exp(z_k), over the layer | (0, 1), sums to 1 |
| exp | exp z (an output for counts) | (0, inf) |
| relu | max(z, 0) | [0, inf) |
| leaky_relu | z, or slope * z below 0 (Maas 2013) | all |
| elu | z, or alpha (exp z - 1) below 0 (Clevert 2016) | (-alpha, inf) |
| selu | scaled elu that keeps mean and variance (Klambauer 2017) | (-1.758, inf) |
| gelu | z Phi(z), Phi the normal distribution function (Hendrycks and Gimpel 2016) | (-0.17, inf) |
| silu | z logistic(z) (Elfwing 2018) | (-0.28, inf) |
| softplus | log(1 + exp z) | (0, inf) |
| mish | z tanh(softplus z) (Misra 2019) | (-0.31, inf) |

An element-wise activation is a formula (z, options) -> (value, slope): both come from z, so both
are right to a few units in the last place where the textbook forms a (1 - a) and 1 - a^2 cancel.
`apply` stores the value in `a` and leaves the slope in `z`'s place; `chain` multiplies the errors
by it. `expression` is the same value in the operations of the computation graph.
"""

from __future__ import annotations

from neurona.numerics.activations.base import ACTIVATIONS, Activation, activation, multiply_by_slope
from neurona.numerics.activations.constant_slope import Identity, Step
from neurona.numerics.activations.exponential import Bounded, Exp, Logistic, Tanh
from neurona.numerics.activations.rectifiers import (
    Elu,
    Gelu,
    LeakyRelu,
    Mish,
    Relu,
    Selu,
    Silu,
    Softplus,
)
from neurona.numerics.activations.softmax import Softmax

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "Bounded",
    "Elu",
    "Exp",
    "Gelu",
    "Identity",
    "LeakyRelu",
    "Logistic",
    "Mish",
    "Relu",
    "Selu",
    "Silu",
    "Softmax",
    "Softplus",
    "Step",
    "Tanh",
    "activation",
    "multiply_by_slope",
]
