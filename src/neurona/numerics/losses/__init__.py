"""Losses: what a prediction costs, and the slope that starts backpropagation.

| name | penalty of a prediction p for the target t | asks of the output |
|---|---|---|
| squared_error | (p - t)^2 / 2 | |
| absolute_error | |p - t| | |
| huber | d^2 / 2 within delta, delta (|d| - delta / 2) beyond (Huber 1964) | |
| log_cosh | log cosh(p - t) | |
| quantile | q (t - p) if t > p, else (1 - q)(p - t) (Koenker and Bassett 1978) | |
| poisson | half the deviance, p - t log p + t log t - t | positive |
| binary_cross_entropy | -t log p - (1 - t) log(1 - p), each output by itself | in (0, 1) |
| categorical_cross_entropy | -sum_j t_j log p_j, the t_j of a row sum to 1 | sums to 1 |

A row's loss is the sum over its outputs times its sample weight; the loss of a batch is the mean
over its rows (by weight). A loss has one output activation to which it is linked (logistic for the
binary cross-entropy, softmax, exp, identity). With that one it works on the sums z, so that it
neither overflows nor takes the logarithm of 0; with any other activation in the right range it
works on the values, and the activation's own slope follows by the chain rule. Every other pair is
refused.

Second-order methods ask for the second derivative by the output, which is never negative here. A
robust loss answers with slope / difference instead: the weight under which a squared error has the
same slope (iteratively reweighted least squares, A. Beaton and J. Tukey 1974).
"""

from __future__ import annotations

from neurona.numerics.losses.base import LOSSES, Loss, loss
from neurona.numerics.losses.difference import AbsoluteError, Huber, LogCosh, Quantile, SquaredError
from neurona.numerics.losses.poisson import Poisson
from neurona.numerics.losses.probabilities import BinaryCrossEntropy, CategoricalCrossEntropy

__all__ = [
    "LOSSES",
    "AbsoluteError",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Huber",
    "LogCosh",
    "Loss",
    "Poisson",
    "Quantile",
    "SquaredError",
    "loss",
]
