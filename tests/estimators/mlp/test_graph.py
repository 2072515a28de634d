"""A fitted estimator's graph: its loss, and a gradient that training brought to zero."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from neurona import MLPClassifier, MLPRegressor, computation_graph

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(60, 3))
NAMES = np.array(["ash", "birch", "oak"])[np.argmax(X, axis=1)]
WORDS = {"hidden_layer_sizes": (4,), "solver": "lbfgs", "alpha": 1.0, "random_state": 0}

MODELS = [
    (MLPRegressor(**WORDS, activation="tanh"), X @ [1.0, -2.0, 0.5]),
    (MLPRegressor("huber", **WORDS, activation="tanh"), np.sin(X[:, :2])),
    (MLPRegressor("poisson", **WORDS, activation="tanh"), RANDOM.poisson(np.exp(X[:, 0]))),
    (MLPClassifier(**WORDS, activation="tanh"), X[:, 0] > 0),
    (MLPClassifier(**WORDS, activation="tanh", class_weight="balanced"), NAMES),
]


@pytest.mark.parametrize(("model", "y"), MODELS, ids=lambda value: type(value).__name__)
def test_the_loss_is_the_models_and_its_gradient_is_gone(model, y):
    weights = RANDOM.uniform(0.5, 2.0, len(X))
    model.set_params(tol=1e-9, max_iter=2000, max_fun=10_000).fit(X, y, weights)
    graph = computation_graph(model, X, y, weights)
    assert graph.loss == pytest.approx(model.loss_, rel=1e-10)
    assert np.abs(graph.weights_gradient()).max() < 1e-3
    outputs = graph[f"layer {len(model.coefs_)} values"].value
    said = model.predict(X) if isinstance(model, MLPRegressor) else model.predict_proba(X)
    if said.ndim == 1:
        said = said[:, None]
    np.testing.assert_allclose(outputs, said[:, -outputs.shape[1] :], rtol=1e-9, atol=1e-12)


def test_not_fitted():
    with pytest.raises(NotFittedError):
        computation_graph(MLPRegressor(), X, X[:, 0])
