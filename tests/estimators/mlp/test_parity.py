"""The same seed gives scikit-learn's numbers; its words, attributes and tools work unchanged."""

from __future__ import annotations

import copy
import inspect
import io
import pickle
from typing import Any

import joblib
import numpy as np
import pytest
import sklearn.neural_network
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import neurona
from tests.estimators.tables import samples as tables

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

REGRESSOR, CLASSIFIER = "MLPRegressor", "MLPClassifier"
TASKS = {
    "regression": (REGRESSOR, tables.regression),
    "two outputs": (REGRESSOR, tables.two_outputs),
    "counts": (REGRESSOR, tables.counts),
    "two classes": (CLASSIFIER, tables.two_classes),
    "three classes": (CLASSIFIER, tables.three_classes),
    "three labels": (CLASSIFIER, tables.three_labels),
}
SGD: dict[str, Any] = {"solver": "sgd", "learning_rate_init": 0.05}
WAYS: dict[str, dict[str, Any]] = {
    "adam": {},
    "adam, other options": {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3},
    "sgd": {**SGD, "momentum": 0},
    "momentum": {**SGD, "nesterovs_momentum": False},
    "nesterov": {**SGD, "momentum": 0.8},
    "invscaling": {**SGD, "learning_rate": "invscaling", "power_t": 0.3},
    "adaptive": {**SGD, "learning_rate": "adaptive", "tol": 1.0, "n_iter_no_change": 2},
    "stops flat": {"tol": 1.0, "n_iter_no_change": 2},
    "identity": {"activation": "identity"},
    "logistic": {"activation": "logistic"},
    "tanh": {"activation": "tanh", "hidden_layer_sizes": (7, 6, 5)},
    "early stopping": {"early_stopping": True, "validation_fraction": 0.2},
    "early stopping, one flat epoch": {"early_stopping": True, "n_iter_no_change": 1},
    "no shuffle": {"shuffle": False},
    "one row a step": {"batch_size": 1, "max_iter": 3},
    "batches of 80 and 3": {"batch_size": 80},
    "large alpha": {"alpha": 50.0},
    "no alpha": {"alpha": 0.0},
}


def fit_both(task, sample_weight=None, convert=np.asarray, **parameters):
    name, table = TASKS[task]
    X, y = table()
    parameters = {
        "hidden_layer_sizes": (9,),
        "batch_size": 20,
        "max_iter": 8,
        "random_state": 3,
        **parameters,
    }
    if task == "counts":
        parameters["loss"] = "poisson"
    ours = getattr(neurona, name)(**parameters).fit(convert(X), y, sample_weight)
    theirs = getattr(sklearn.neural_network, name)(**parameters)
    try:
        theirs.fit(convert(X), y, sample_weight)
    except TypeError as error:
        if "isnan" not in str(error) or sklearn.__version__ >= "1.9":
            raise
        pytest.skip("scikit-learn 1.8 asks whether classes that are words are finite")
    return theirs, ours


def assert_same(theirs, ours, tolerance=1e-10):
    pairs = [
        *zip(theirs.coefs_, ours.coefs_, strict=True),
        *zip(theirs.intercepts_, ours.intercepts_, strict=True),
    ]
    assert ours.n_iter_ == theirs.n_iter_
    # scikit-learn reports the squared error as the mean over the outputs, neurona as their sum
    if ours.n_outputs_ == 1 or isinstance(ours, neurona.MLPClassifier):
        pairs.append((theirs.loss_, ours.loss_))
        if hasattr(theirs, "loss_curve_"):
            pairs.append((theirs.loss_curve_, ours.loss_curve_))
    if getattr(theirs, "validation_scores_", None):
        pairs.append((theirs.validation_scores_, ours.validation_scores_))
        assert ours.best_validation_score_ == pytest.approx(theirs.best_validation_score_)
    for expected, got in pairs:
        np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance * np.abs(expected).max())


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")  # "stops flat" does so too soon
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("task", ["regression", "three classes"])
def test_same_numbers(task, way):
    assert_same(*fit_both(task, **WAYS[way]))


@pytest.mark.parametrize("way", ["adam", "nesterov", "early stopping", "large alpha"])
@pytest.mark.parametrize("task", ["two outputs", "counts", "two classes", "three labels"])
def test_same_numbers_for_other_targets(task, way):
    assert_same(*fit_both(task, **WAYS[way]))


@pytest.mark.parametrize("task", TASKS)
def test_same_numbers_with_weights_and_sparse_inputs(task):
    weights = np.random.default_rng(2).integers(0, 4, tables.ROWS).astype(float)
    assert_same(*fit_both(task, weights, early_stopping=True, validation_fraction=0.3))
    assert_same(*fit_both(task, weights, convert=sparse.csr_matrix))
    assert_same(*fit_both(task, convert=sparse.csc_array))


@pytest.mark.parametrize("task", TASKS)
def test_lbfgs_walks_the_same_way(task):
    theirs, ours = fit_both(task, solver="lbfgs", max_iter=6, alpha=0.1)
    assert_same(theirs, ours, tolerance=1e-8)


@pytest.mark.parametrize("task", TASKS)
def test_partial_fit_walks_the_same_way(task):
    name, table = TASKS[task]
    X, y = table()
    loss = {"loss": "poisson"} if task == "counts" else {}
    classes = np.arange(3) if y.ndim == 2 else np.unique(y)
    several = {"classes": classes} if name == CLASSIFIER else {}
    theirs, ours = (
        getattr(module, name)(hidden_layer_sizes=(9,), random_state=3, batch_size=20, **loss)
        for module in (sklearn.neural_network, neurona)
    )
    for model in (theirs, ours):
        for rows in (slice(0, 50), slice(20, 83), slice(0, 50)):
            model.partial_fit(X[rows], y[rows], **several)
    assert_same(theirs, ours)
    assert ours.t_ == theirs.t_


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("task", ["regression", "three classes"])
def test_warm_start_walks_the_same_way(task, way):
    name, table = TASKS[task]
    X, y = table()
    words = {"hidden_layer_sizes": (9,), "random_state": 3, "max_iter": 4, **WAYS[way]}
    theirs, ours = (
        getattr(module, name)(warm_start=True, **words)
        for module in (sklearn.neural_network, neurona)
    )
    more = {"classes": np.unique(y)} if name == CLASSIFIER else {}
    for model in (theirs, ours):
        model.fit(X, y).fit(X, y).set_params(max_iter=3).fit(X, y)
    assert_same(theirs, ours)
    if "early_stopping" not in words:
        for model in (theirs, ours):
            model.partial_fit(X, y, **more).partial_fit(X, y, **more)
        assert_same(theirs, ours)
        assert ours.t_ == theirs.t_


@pytest.mark.parametrize("activation", ["relu", "tanh", "identity", "logistic"])
@pytest.mark.parametrize("solver", ["sgd", "adam", "lbfgs"])
@pytest.mark.parametrize("task", TASKS)
def test_no_hidden_layer_begins_and_walks_the_same_way(task, solver, activation):
    words = {"hidden_layer_sizes": (), "solver": solver, "activation": activation}
    assert_same(*fit_both(task, max_iter=1, learning_rate_init=1e-12, **words), tolerance=1e-8)
    assert_same(*fit_both(task, max_iter=5, alpha=0.1, **words), tolerance=1e-8)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("task", TASKS)
def test_lbfgs_does_not_stop_early_as_theirs(task, weighted):
    weights = np.linspace(0, 2, tables.ROWS) if weighted else None
    words = {"solver": "lbfgs", "max_iter": 6, "alpha": 0.1}
    theirs, ours = fit_both(task, weights, early_stopping=True, **words)
    if task != "two outputs":  # their value is half of what their gradient belongs to
        assert_same(theirs, ours, tolerance=1e-8)
    plain = fit_both(task, weights, **words)[1]
    for name in ("loss_curve_", "loss_", "best_loss_", "best_validation_score_", "n_iter_", "t_"):
        assert getattr(ours, name) == getattr(plain, name)
    assert ours.validation_scores_ is None is plain.validation_scores_


@pytest.mark.parametrize("name", [REGRESSOR, CLASSIFIER])
def test_words_order_and_defaults(name):
    theirs, ours = (
        list(inspect.signature(getattr(module, name)).parameters.values())
        for module in (sklearn.neural_network, neurona)
    )
    for expected, got in zip(theirs, ours, strict=False):
        assert (got.name, got.default, got.kind) == (
            expected.name,
            expected.default,
            expected.kind,
        )
    assert len(ours) > len(theirs)
    assert all(more.kind is more.KEYWORD_ONLY for more in ours[len(theirs) :])


@pytest.mark.parametrize("way", [{}, {"early_stopping": True}, {"solver": "lbfgs"}])
@pytest.mark.parametrize("task", TASKS)
def test_fitted_attributes(task, way):
    theirs, ours = fit_both(task, **way)
    for name, value in vars(theirs).items():
        if name.endswith("_") and not name.startswith("_"):
            # a NumPy float64 is a float
            assert isinstance(value, type(getattr(ours, name))), name
    for name in ("n_layers_", "n_outputs_", "out_activation_", "n_features_in_", "t_"):
        assert getattr(ours, name) == getattr(theirs, name)


@pytest.mark.parametrize("name", [REGRESSOR, CLASSIFIER])
def test_parameters_clone_and_repr(name):
    model = getattr(neurona, name)(hidden_layer_sizes=(3, 2), alpha=0.5, schedule="cosine")
    assert clone(model).get_params() == model.get_params()
    assert repr(model) == f"{name}(alpha=0.5, hidden_layer_sizes=(3, 2), schedule='cosine')"
    assert model.set_params(alpha=2).alpha == 2


@pytest.mark.parametrize("task", ["regression", "three labels"])
def test_grid_search_over_a_pipeline(task):
    name, table = TASKS[task]
    X, y = table()
    model = getattr(neurona, name)(solver="lbfgs", max_iter=20, random_state=0)
    words = {f"{name.lower()}__hidden_layer_sizes": [(2,), (5, 5)]}
    search = GridSearchCV(make_pipeline(StandardScaler(), model), words, cv=3).fit(X, y)
    assert search.predict(X).shape == y.shape
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def through_joblib(model):
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


@pytest.mark.parametrize(
    "travel", [lambda m: pickle.loads(pickle.dumps(m)), through_joblib, copy.deepcopy]
)
@pytest.mark.parametrize("task", ["two outputs", "two classes", "three labels"])
def test_a_copy_predicts_the_same_bits_and_goes_on_the_same_way(task, travel):
    _, model = fit_both(task)
    X, y = TASKS[task][1]()
    other = travel(model)
    np.testing.assert_array_equal(other.outputs(X), model.outputs(X))
    assert list(other.history_) == list(model.history_)
    for going_on in ("partial_fit", "fit"):
        for one in (model, other):
            getattr(one.set_params(warm_start=True), going_on)(X, y)
        np.testing.assert_array_equal(other.outputs(X), model.outputs(X))


def test_an_unfitted_model_travels():
    for model in (neurona.MLPRegressor(), neurona.MLPClassifier()):
        again = pickle.loads(pickle.dumps(model))
        with pytest.raises(Exception, match="not fitted"):
            again.predict(tables.inputs())
