"""An estimator's graph: its loss, a gradient that training brought to zero, its first weights."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from neurona import (
    Autoencoder,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
    TableAutoencoder,
    TableRegressor,
    computation_graph,
    trace,
)

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


FIRST = {
    "regressor": (MLPRegressor(hidden_layer_sizes=3), X[:, 0]),
    "two targets": (MLPRegressor(hidden_layer_sizes=(3, 2), alpha_l1=0.1), X[:, :2]),
    "no layer": (MLPRegressor(hidden_layer_sizes=()), X[:, 0]),
    "shapes": (MLPRegressor(hidden_layer_sizes=[(3,), ()], solver="bayesian-lm"), X[:, 0]),
    "auto": (MLPRegressor(hidden_layer_sizes=2, solver="auto"), X[:, 0]),
    "two classes": (MLPClassifier((3,)), X[:, 0] > 0),
    "three classes": (MLPClassifier((3,), class_weight="balanced"), NAMES),
    "several labels": (MLPClassifier((3,)), (X > 0).astype(int)),
    "code": (Autoencoder(1, (3,)), None),
    "tied code": (Autoencoder(2, (3,), tied=True, solver="lbfgs"), None),
}


@pytest.mark.parametrize(("model", "y"), FIRST.values(), ids=list(FIRST))
def test_what_is_not_fitted_draws_its_first_weights(model, y):
    model = clone(model).set_params(random_state=3)
    graph = computation_graph(model, X, y)
    assert not hasattr(model, "coefs_") and np.isfinite(graph.loss)
    again = computation_graph(model, X, y)
    assert again.loss == graph.loss
    if not isinstance(model, Autoencoder):
        classes = None if not isinstance(model, MLPClassifier) else np.unique(y)
        step = trace(model, X, y, classes=classes)
        assert graph.loss == pytest.approx(step.loss + step.penalty, rel=1e-12)
        old = [layer.weights.old for layer in step.update]
        for k, matrix in enumerate(old, 1):
            np.testing.assert_array_equal(graph[f"layer {k} weights"].value, matrix)


def test_classes_that_the_rows_have_not_can_be_given():
    graph = computation_graph(MLPClassifier((2,)), X[:1], ["ash"], classes=["ash", "birch", "oak"])
    assert graph["layer 2 values"].shape == (1, 3)


def test_a_table_is_shown_as_its_network_sees_it():
    table = {"a": X[:, 0], "kind": NAMES}
    model = TableRegressor(solver="lm", hidden_layer_sizes=2, random_state=0)
    graph = computation_graph(model.fit(table, X[:, 0]), table, X[:, 0])
    assert graph["inputs"].shape == (60, len(model.preparation_.features))
    outputs = model.targets_.back(graph["layer 2 values"].value)
    np.testing.assert_allclose(outputs.ravel(), model.predict(table))
    # one row
    row = computation_graph(model, {"a": 0.5, "kind": "oak"}, 1.0)
    assert row["inputs"].shape[0] == 1


REFUSED = [
    (TableRegressor(), X, X[:, 0], NotFittedError, "fit it first"),
    (TableAutoencoder(), X, None, TypeError, "Got a TableAutoencoder"),
    (Perceptron(), X, NAMES, TypeError, "Got a Perceptron"),
    ("model", X, NAMES, TypeError, "Got a str"),
    (MLPRegressor(), X, None, ValueError, "needs the targets y"),
    (MLPClassifier(), X, None, ValueError, "needs the targets y"),
    (MLPRegressor(activation="sigmoid"), X, X[:, 0], ValueError, "Did you mean 'logistic'"),
    (MLPRegressor("poisson"), X, X[:, 0], ValueError, "needs targets in"),
    (MLPRegressor(), X, X[:5, 0], ValueError, "inconsistent numbers of samples"),
    (MLPRegressor(), [["a"]], [1.0], ValueError, "neurona.TableRegressor takes such a table"),
]


@pytest.mark.parametrize(("model", "rows", "y", "error", "message"), REFUSED)
def test_what_has_no_graph_is_a_sentence(model, rows, y, error, message):
    with pytest.raises(error, match=message):
        computation_graph(model, rows, y)
