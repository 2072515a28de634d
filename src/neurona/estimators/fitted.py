"""What a fitted estimator has learned, taken out of it, and an estimator made of it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.preprocessing import LabelBinarizer

from neurona.estimators.base import BaseMLP
from neurona.estimators.outcome import FittedOptimizer, adopt_members
from neurona.inference.learned import NUMBERS, TEXTS, Fitted, Labels
from neurona.inference.members import Member
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
        numbers={name: found[name] for name in NUMBERS if _is_kept(name, found)},
        loss_curve=found.get("loss_curve_"),
        validation_scores=found.get("validation_scores_"),
        feature_names=found.get("feature_names_in_"),
        best_result=found.get("_rule_best"),
        flat_epochs=found.get("_no_improvement_count", 0),
        optimizer=None if optimizer is None else optimizer.state,
        learning_rate=0.0 if optimizer is None else optimizer.learning_rate,
        labels=_labels(model) if "classes_" in found else None,
        members=_members(model),
        starts=found.get("starts_", []),
        best_start=found.get("best_start_", 0),
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
    adopt_members(model, state.members or [Member(network, state.weights)])
    if state.starts:
        model.starts_, model.best_start_ = state.starts, state.best_start


def _is_kept(name: str, found: Mapping[str, Any]) -> bool:
    # a solver that is a value is a parameter, and kept with them
    return name in found and (name not in TEXTS or isinstance(found[name], str))


def _members(model: BaseMLP) -> list[Member]:
    """Return the members, where they are more than the weights themselves."""
    members: list[Member] = vars(model).get("_members", [])
    told = len(members) > 1 or any(member.posterior is not None for member in members)
    return members if told else []


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
