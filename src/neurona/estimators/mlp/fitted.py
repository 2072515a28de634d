"""What a fitted estimator has learned, taken out of it, and an estimator made of it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.outcome import adopt_members
from neurona.estimators.mlp.standing import Standing
from neurona.inference.learned import NUMBERS, Fitted, Labels, Method
from neurona.inference.learned_weights import LearnedWeights
from neurona.training.history import History


def is_fitted(model: BaseMLP) -> bool:
    """Whether the model has weights."""
    return hasattr(model, "coefs_")


def fitted(model: BaseMLP) -> Fitted:
    """Return what a fitted model has learned; arrays are the model's own."""
    learned, standing, found = model.learned(), model.standing(), vars(model)
    return Fitted(
        network=learned.network,
        weights=learned.weights,
        history=found.get("history_", History()),
        numbers={name: found[name] for name in NUMBERS if name in found},
        loss_curve=found.get("loss_curve_"),
        validation_scores=found.get("validation_scores_"),
        feature_names=found.get("feature_names_in_"),
        best_result=standing.best_result,
        flat_epochs=standing.flat_epochs,
        optimizer=standing.optimizer,
        learning_rate=standing.learning_rate,
        labels=_labels(model),
        members=learned.members,
        method=_method(found),
    )


def restore(model: BaseMLP, state: Fitted) -> None:
    """Make a new estimator the fitted one whose state this is; arrays are copied or taken over."""
    network = state.network
    standing = Standing(state.best_result, state.flat_epochs, state.optimizer, state.learning_rate)
    model.adopt(LearnedWeights(network, state.weights), standing)
    model.history_ = state.history
    model.n_features_in_ = network.sizes[0]
    model.n_outputs_ = network.sizes[-1]
    model.n_layers_ = len(network.sizes)
    model.out_activation_ = network.activations[-1].name
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
    if state.labels is not None and isinstance(model, MLPClassifier):
        model.set_labels(state.labels)
    if state.method is not None:
        model.solver_, model.solver_reason_ = state.method.solver, state.method.reason
        model.starts_, model.best_start_ = state.method.starts, state.method.best
    adopt_members(model, state.members)


def _labels(model: BaseMLP) -> Labels | None:
    known = isinstance(model, MLPClassifier) and hasattr(model, "classes_")
    return model.labels() if known else None


def _method(found: Mapping[str, Any]) -> Method | None:
    if "starts_" not in found:
        return None
    return Method(found["solver_"], found["solver_reason_"], found["starts_"], found["best_start_"])
