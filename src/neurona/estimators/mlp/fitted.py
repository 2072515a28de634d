"""What a fitted estimator has learned, taken out of it, and an estimator made of it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.preprocessing import LabelBinarizer

from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.outcome import FittedOptimizer, adopt_members
from neurona.inference.learned import NUMBERS, Fitted, Labels, Method
from neurona.training.history import History


def is_fitted(model: BaseMLP) -> bool:
    """Whether the model has weights."""
    return hasattr(model, "coefs_")


def fitted(model: BaseMLP) -> Fitted:
    """Return what a fitted model has learned; arrays are the model's own."""
    packed = vars(model).get("_packed")
    if packed is None or not model._is_current(packed):
        packed = model._packed_again()
    found = vars(model)
    optimizer: FittedOptimizer | None = found.get("_optimizer")
    return Fitted(
        network=packed.network,
        weights=packed.weights,
        history=found.get("history_", History()),
        numbers={name: found[name] for name in NUMBERS if name in found},
        loss_curve=found.get("loss_curve_"),
        validation_scores=found.get("validation_scores_"),
        feature_names=found.get("feature_names_in_"),
        best_result=found.get("_rule_best"),
        flat_epochs=found.get("_no_improvement_count", 0),
        optimizer=None if optimizer is None else optimizer.state,
        learning_rate=0.0 if optimizer is None else optimizer.learning_rate,
        labels=_labels(model) if "classes_" in found else None,
        members=found.get("_members", []),
        method=_method(found),
    )


def restore(model: BaseMLP, state: Fitted) -> None:
    """Make a new estimator the fitted one whose state this is; arrays are copied or taken over."""
    network = state.network
    model._adopt(network, state.weights)
    model.history_ = state.history
    model.n_features_in_ = network.sizes[0]
    model.n_outputs_ = network.sizes[-1]
    model.n_layers_ = len(network.sizes)
    model.out_activation_ = network.activations[-1].name
    model._no_improvement_count = state.flat_epochs
    for name, value in state.numbers.items():
        setattr(model, name, value)
    if not isinstance(model.solver, str):
        model.solver_ = model.solver
    if state.feature_names is not None:
        model.feature_names_in_ = state.feature_names
    if state.loss_curve is not None:
        # these three are set together, the scores None where no rows were put aside
        model.loss_curve_ = state.loss_curve
        model.validation_scores_ = state.validation_scores
    if state.best_result is not None:
        model._rule_best = state.best_result
    if state.optimizer is not None:
        model._optimizer = FittedOptimizer(state.optimizer, state.learning_rate)
    if state.labels is not None:
        _set_labels(model, state.labels)
    if state.method is not None:
        model.solver_, model.solver_reason_ = state.method.solver, state.method.reason
        model.starts_, model.best_start_ = state.method.starts, state.method.best
    adopt_members(model, state.members)


def _method(found: Mapping[str, Any]) -> Method | None:
    if "starts_" not in found:
        return None
    return Method(found["solver_"], found["solver_reason_"], found["starts_"], found["best_start_"])


def _labels(model: Any) -> Labels:
    binarizer = model._label_binarizer
    return Labels(
        model.classes_, binarizer.classes_, str(binarizer.y_type_), bool(binarizer.sparse_input_)
    )


def _set_labels(model: Any, labels: Labels) -> None:
    binarizer = LabelBinarizer()
    binarizer.y_type_ = labels.kind
    binarizer.sparse_input_ = labels.sparse
    binarizer.classes_ = labels.known
    model.classes_ = labels.classes
    if np.array_equal(labels.classes, labels.known):
        binarizer.classes_ = labels.classes
    model._label_binarizer = binarizer
