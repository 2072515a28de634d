"""Subject: what an estimator's network is to learn, as functions that the estimator hands over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from neurona.network import Network, Vector
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss
from neurona.numerics.noise import Noise
from neurona.training.loop import Training


class Subject(NamedTuple):
    """What a network is to learn: how rows are read, by what they are learned, how it is scored.

    Attributes
    ----------
    task, score_name : str
        What is learned, and what the validation score is called.
    encode : function (X, y, incremental, first) that returns inputs and targets
        Validates rows to train on, and learns what there is to know of the columns and classes;
        targets are rows x outputs.
    encode_more : function (X, y) that returns inputs and targets
        The same for other rows: what is known of the columns stays.
    row_weights : function (y, sample_weight) that returns weights or None
    loss_and_output : function () that returns the loss and the output activation
        After `encode`, which may decide on it.
    hidden_shapes : function () that returns the sizes of the hidden layers of each start in turn
    network : function (sizes, output, dtype) that returns a network of these layers
    noise : function () that returns what the inputs are spoiled with in training, or None
    stratify : function (targets) that returns what a split is stratified by, or None
    score_of : function (targets, weights) that returns the validation score, a function of outputs
    trained : function (training)
        Learns more from a training that has just been taken over.
    """

    task: str
    score_name: str
    encode: Callable[[Any, Any, bool, bool], tuple[Any, Vector]]
    encode_more: Callable[[Any, Any], tuple[Any, Vector]]
    row_weights: Callable[[Any, Vector | None], Vector | None]
    loss_and_output: Callable[[], tuple[Loss, Activation]]
    hidden_shapes: Callable[[], list[list[int]]]
    network: Callable[[list[int], Activation, Any], Network]
    noise: Callable[[], Noise | None]
    stratify: Callable[[Vector], Any]
    score_of: Callable[[Vector, Vector | None], Callable[[Vector], float]]
    trained: Callable[[Training], None]
