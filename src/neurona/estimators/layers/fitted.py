"""What a fitted Perceptron or Adaline has learned, as plain data, and an estimator of it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.engine.unit_learner import Progress
from neurona.estimators.layers.base import ThresholdLayer
from neurona.estimators.layers.mistakes import Mistakes

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass
class FittedLayer:
    """Everything that prediction, partial_fit and a warm start need.

    `running` are the weights and biases that learning goes on from (they differ from `weights` and
    `biases` for the averaged and the pocket variant), `sums` and `bias_sums` what an average needs,
    empty where there is none. `rates` are Adaline's, None of a Perceptron.
    """

    weights: Array
    biases: Array
    running: Array
    running_biases: Array
    sums: Array
    bias_sums: Array
    steps: Array
    classes: Array
    multilabel: bool
    epochs: int
    rows_seen: float
    stop_reason: str
    loss_curve: list[float]
    mistakes: Mistakes
    feature_names: Array | None
    rates: Array | None


def is_fitted(model: ThresholdLayer) -> bool:
    """Whether the model has weights."""
    return hasattr(model, "coef_")


def fitted(model: Any) -> FittedLayer:
    """Return what a fitted model has learned; arrays are the model's own."""
    weights = model.coef_.toarray() if hasattr(model.coef_, "toarray") else model.coef_
    progress: list[Progress] = model.progress()
    none = np.zeros((len(weights), 0), weights.dtype)
    averaged = all(len(one.sums) for one in progress)
    return FittedLayer(
        weights=weights,
        biases=model.intercept_,
        running=np.stack([one.weights for one in progress]),
        running_biases=np.array([one.bias for one in progress]),
        sums=np.stack([one.sums for one in progress]) if averaged else none,
        bias_sums=np.array([one.bias_sum for one in progress]),
        steps=np.array([one.steps for one in progress]),
        classes=model.classes_,
        multilabel=model.has_labels(),
        epochs=int(model.n_iter_),
        rows_seen=float(model.t_),
        stop_reason=model.stop_reason_,
        loss_curve=model.loss_curve_,
        mistakes=model.mistakes_,
        feature_names=vars(model).get("feature_names_in_"),
        rates=vars(model).get("eta_"),
    )


def restore(model: Any, state: FittedLayer) -> None:
    """Make a new estimator the fitted one whose state this is."""
    progress = [
        Progress(weights, float(bias), sums, float(bias_sum), float(steps))
        for weights, bias, sums, bias_sum, steps in zip(
            state.running,
            state.running_biases,
            state.sums,
            state.bias_sums,
            state.steps,
            strict=True,
        )
    ]
    model.take_up(state.weights, state.biases, progress, state.multilabel)
    model.classes_ = state.classes
    model.n_features_in_ = state.weights.shape[1]
    model.n_iter_, model.t_ = state.epochs, state.rows_seen
    model.stop_reason_ = state.stop_reason
    model.loss_curve_ = state.loss_curve
    model.mistakes_ = state.mistakes
    if state.feature_names is not None:
        model.feature_names_in_ = state.feature_names
    if state.rates is not None:
        model.eta_ = state.rates
