"""A fitted estimator's loss as a computation graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.examples import more_examples
from neurona.estimators.mlp.one_network import refuse_several
from neurona.estimators.next_step import NextStep, as_rows, next_step, step_of_network
from neurona.estimators.tables.base import BaseTable
from neurona.training.graph import NetworkGraph, expand

_WRONG = (
    "A computation graph shows the networks of neurona's estimators. Got a {}; give an "
    "MLPRegressor, MLPClassifier, Autoencoder, TableRegressor or TableClassifier."
)


def computation_graph(
    model: Any, X: Any, y: Any = None, sample_weight: Any = None, *, classes: Any = None
) -> NetworkGraph:
    """Return the graph of a model's loss on some rows, every node named and readable.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, Autoencoder, TableRegressor or TableClassifier
        Its loss, penalties and class weights are used as in training (dropout is not). One that
        was not fitted draws its first weights, as `trace` does; a table's must be fitted.
    X : {array-like, sparse matrix} of shape (n_samples, n_features), or one row, flat
        A few rows: nodes hold every intermediate number. For a table model as in its `fit`.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs); None for an autoencoder
    sample_weight : array-like of shape (n_samples,), optional
    classes : array-like, optional
        For a classifier that was not fitted: all classes that there will be; else those of y.

    Returns
    -------
    NetworkGraph
        `graph["layer 1 sums"].value`, `graph.gradient("layer 1 weights")`, `print(graph)`; a
        drawing in a notebook.

    Raises
    ------
    TypeError
        The model is none of those.
    NotFittedError
        A table's model that was not fitted.
    IncompatibleError
        A model that averages several networks: take one of them, `model.member(0)`.

    Examples
    --------
    >>> from neurona import MLPRegressor, computation_graph
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 0.5]
    >>> model = MLPRegressor(hidden_layer_sizes=(2,), solver="lbfgs", random_state=0).fit(X, y)
    >>> graph = computation_graph(model, X, y)
    >>> [name for name in graph if name.endswith("values")]
    ['layer 1 values', 'layer 2 values']
    >>> bool(abs(graph.loss - model.loss_) < 1e-12)
    True
    """
    X = as_rows(X)
    if y is None and hasattr(model, "predict"):
        raise ValueError(f"The loss of a {type(model).__name__} needs the targets y of the rows.")
    network = getattr(model, "network_", model)
    refuse_several(network, "a computation graph")
    if isinstance(model, BaseTable) or not hasattr(network, "coefs_"):
        step = _first_step(model, X, y, sample_weight, classes)
        return expand(
            step.network,
            step.loss,
            step.weights,
            step.inputs,
            step.targets,
            step.row_weights,
            network.alpha,
            network.alpha_l1,
        )
    y = [y] if y is not None and np.ndim(y) == 0 else y
    if not isinstance(model, BaseMLP):
        raise TypeError(_WRONG.format(type(model).__name__))
    found, learned = more_examples(model, X, y, sample_weight), model.learned()
    return expand(
        learned.network,
        found.loss,
        learned.weights.copy(),
        found.inputs,
        found.targets,
        found.weights,
        model.alpha,
        model.alpha_l1,
    )


def _first_step(model: Any, X: Any, y: Any, sample_weight: Any, classes: Any) -> NextStep:
    """Return what a step of a model begins with, of a table or not fitted yet."""
    if isinstance(model, BaseTable):
        return next_step(model, X, y, sample_weight)
    if not isinstance(model, BaseMLP):
        raise TypeError(_WRONG.format(type(model).__name__))
    if isinstance(model, MLPClassifier) and classes is None and y is not None:
        classes = np.unique(y)
    return step_of_network(model, X, y, sample_weight, classes, None)
