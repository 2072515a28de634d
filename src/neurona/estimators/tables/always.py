"""Labels that are the same in every row: all that a model of them can say is that."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.table import Column
from neurona.inference.learned_weights import LearnedWeights
from neurona.network import Network, Vector

CERTAIN = 40.0
"""A logistic output of this sum is 1, and of its opposite 4e-18."""


def say_always(model: Any, labels: Column) -> None:
    """Let the outputs of a fitted classifier whose labels (rows x labels) never change say that.

    It stands in the weights, so that files and exports say the same. Where every label changes
    nothing is done; nor for outputs that are not logistic.
    """
    same = (labels == labels[0]).all(axis=0)
    learned = model.learned()
    if not same.any() or learned.network.activations[-1].name != "logistic":
        return
    sums = np.where(labels[0] > 0, CERTAIN, -CERTAIN)
    weights = _saying(learned.network, learned.weights, same, sums)
    members = [
        one._replace(weights=_saying(one.network, one.weights, same, sums))
        for one in learned.members
    ]
    model.adopt(LearnedWeights(learned.network, weights, members))


def _saying(network: Network, weights: Vector, same: Column, sums: Column) -> Vector:
    own = weights.copy()
    matrices, biases = network.views(own)
    matrices[-1][:, same] = 0
    biases[-1][same] = sums[same]
    return own
