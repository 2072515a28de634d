"""Exportable models of fitted estimators, and rows checked as their `predict` checks them.

The only file here that knows estimators, and with them scikit-learn.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from neurona.data.table import Table
from neurona.data.task import Task
from neurona.estimators.choices import initial_rate
from neurona.estimators.layers import fitted as layers
from neurona.estimators.layers.base import ThresholdLayer
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.mlp.base import BaseMLP, is_sparse
from neurona.estimators.mlp.fitted import fitted
from neurona.estimators.next_step import next_step
from neurona.estimators.tables import inputs
from neurona.estimators.tables.autoencoder import TableAutoencoder
from neurona.estimators.tables.base import BaseTable
from neurona.export.learned import class_answers, of_fitted, of_table, training_of
from neurona.export.source import (
    Answers,
    Exportable,
    Layer,
    Layers,
    Reconstruction,
    Training,
)
from neurona.network import Vector, numbered
from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.losses import LOSSES, Loss

KNOWN = (
    "MLPRegressor, MLPClassifier, TableRegressor, TableClassifier, Autoencoder, TableAutoencoder, "
    "Perceptron or Adaline"
)


def of_estimator(model: Any) -> Exportable:
    """Return a fitted estimator's exportable model.

    TypeError for what is no estimator of ours, NotFittedError for one that was not fitted.
    """
    name = type(model).__name__
    if isinstance(model, BaseTable | TableAutoencoder):
        _check_fitted(model, "network_", name)
        return _of_table(model, name)
    if isinstance(model, BaseMLP):
        return _of_mlp(model, name)
    if isinstance(model, ThresholdLayer):
        _check_fitted(model, "coef_", name)
        return _of_layer(model, name)
    raise TypeError(f"neurona's own networks are exported. Got a {name}; give an {KNOWN}.")


def _check_fitted(model: Any, attribute: str, name: str) -> None:
    if not hasattr(model, attribute):
        raise NotFittedError(f"This {name} is not fitted: there are no weights to write; fit it.")


def _of_mlp(model: Any, name: str) -> Exportable:
    _check_fitted(model, "coefs_", name)
    learned = fitted(model)
    training = training_of(
        learned,
        loss=_loss(model.loss, learned.network.activations[-1]),
        l2=float(model.alpha),
        l1=float(model.alpha_l1),
        rate=initial_rate(vars(model)),
    )
    found = of_fitted(learned, name, training)
    if isinstance(model, Autoencoder):
        return replace(
            found,
            answers=Answers(Task.REGRESSION, found.features, found.names),
            reconstruction=Reconstruction(int(model.encoder_layers_), model.reference_),
        )
    return found


def _loss(given: Any, output: Activation) -> Loss:
    """Return the loss of training; "log_loss" is that which the output asks for."""
    if isinstance(given, str) and given == "log_loss":
        given = "categorical_cross_entropy" if output.sums_to_one else "binary_cross_entropy"
    loss: Loss = LOSSES.find(given)
    return loss


def _of_table(model: Any, name: str) -> Exportable:
    network = _of_mlp(model.network_, name)
    notes = tuple(getattr(model, "notes_", ()))
    training = replace(
        network.training, notes=notes, comparison=getattr(model, "comparison_", None)
    )
    network = replace(network, training=training)
    preparation = model.preparation_
    if isinstance(model, TableAutoencoder):
        code = network.reconstruction
        assert code is not None
        features = tuple(preparation.features)
        return replace(
            network,
            names=tuple(preparation.needed),
            features=features,
            preparation=preparation,
            answers=Answers(Task.REGRESSION, features, tuple(preparation.needed)),
            reconstruction=Reconstruction(code.code_layers, model.reference_),
        )
    return of_table(
        network, name, preparation, model.task_, model.target_names_,
        getattr(model, "targets_", None), getattr(model, "classes_", None),
        getattr(model, "columns_", ()), vars(model).get("held_out_errors_"),
        vars(model).get("noise_scale_"),
    )  # fmt: skip


def _of_layer(model: Any, name: str) -> Exportable:
    """Return a layer of sums: a class is the sign of one, or the largest of several."""
    learned = layers.fitted(model)
    weights, biases = learned.weights.T.astype(np.float64), learned.biases.astype(np.float64)
    given = learned.feature_names
    names = numbered("x", len(weights)) if given is None else tuple(map(str, given))
    return Exportable(
        title=name,
        names=names,
        features=names,
        networks=(Layers((Layer(weights, biases, ACTIVATIONS.find("identity")),)),),
        answers=class_answers(learned.classes, len(biases), learned.multilabel, sums=True),
        training=Training(
            single=learned.weights.dtype == np.float32,
            epochs=learned.epochs,
            stop_reason=learned.stop_reason,
        ),
    )


def checked_rows(model: Any, X: Any) -> Table | Vector:
    """Return X as an exportable model takes it, after refusing what `predict` refuses."""
    if isinstance(model, BaseTable | TableAutoencoder):
        table = inputs.matched(model, X)
        model.preparation_.transform(table)
        return table
    if is_sparse(X):
        X = X.toarray()
    (model.reconstruct if isinstance(model, Autoencoder) else model.predict)(X)
    return np.asarray(X, np.float64)


def first_targets(model: Any, X: Any, y: Any) -> list[float]:
    """Return the targets of the first row as the loss has them, in the user's units."""
    step = next_step(model, X, y, dtype=np.float64)
    found = step.targets if step.scaling is None else step.scaling.back(step.targets)
    return [float(value) for value in found[0]]
