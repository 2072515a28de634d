"""A fitted estimator's loss as a computation graph."""

from __future__ import annotations

from typing import Any

from sklearn.utils.validation import check_is_fitted

from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.examples import more_examples
from neurona.estimators.mlp.one_network import refuse_several
from neurona.training.graph import NetworkGraph, expand


def computation_graph(model: BaseMLP, X: Any, y: Any, sample_weight: Any = None) -> NetworkGraph:
    """Return the graph of a fitted model's loss on some rows, every node named and readable.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier or Autoencoder
        Fitted; its loss, penalties and class weights are used as in training (dropout is not).
    X : {array-like, sparse matrix} of shape (n_samples, n_features)
        A few rows: nodes hold every intermediate number.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs); None for an autoencoder
    sample_weight : array-like of shape (n_samples,), optional

    Returns
    -------
    NetworkGraph
        `graph["layer 1 sums"].value`, `graph.gradient("layer 1 weights")`, `print(graph)`; a
        drawing in a notebook.

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
    check_is_fitted(model)
    refuse_several(model, "a computation graph")
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
