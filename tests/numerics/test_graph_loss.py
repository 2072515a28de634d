"""Losses of the user's own: the same training as the built-in ones, and what happens to errors."""

from __future__ import annotations

import gc
import pickle
import weakref

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import neurona
from neurona import GraphLoss, MLPClassifier, MLPRegressor, TableRegressor, autodiff
from neurona.errors import IncompatibleError, OperationError, UnknownNameError
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.curvature import output_curvature
from neurona.numerics.losses import LOSSES
from neurona.training.graph import expand
from tests.engine.problems import make_network, random_weights
from tests.numerics.test_losses import PAIRS, targets_for

pytestmark = pytest.mark.filterwarnings("ignore:.*:sklearn.exceptions.ConvergenceWarning")

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(120, 3))
Y = np.stack([np.sin(X[:, 0]), X[:, 1] * X[:, 2]], axis=1)
LABELS = (Y[:, 0] > 0).astype(int)


def half_square(targets, outputs):
    return 0.5 * (outputs - targets) ** 2


def half_square_of_rows(targets, outputs):
    return 0.5 * np.sum((outputs - targets) ** 2, axis=1)


def logits(targets, z):
    return targets * autodiff.softplus(-z) + (1 - targets) * autodiff.softplus(z)


def log_loss(targets, p):
    return -targets * np.log(p) - (1 - targets) * np.log(1 - p)


def regressor(loss, **options):
    words = {"hidden_layer_sizes": (6,), "max_iter": 8, "random_state": 0, "batch_size": 50}
    return MLPRegressor(loss, **(words | options))


def assert_same_training(left, right, rtol=1e-10):
    for got, expected in zip(left.coefs_, right.coefs_, strict=True):
        np.testing.assert_allclose(got, expected, rtol=rtol, atol=1e-12)


@pytest.mark.parametrize("function", [half_square, half_square_of_rows])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"solver": "sgd"},
        {"solver": "rprop", "batch_size": "auto"},
        {"solver": "lbfgs"},
        {"n_threads": 2, "hidden_layer_sizes": (90, 90), "max_iter": 2},
        {"early_stopping": True, "alpha": 0.1},
    ],
    ids=str,
)
def test_trains_as_the_built_in_loss(function, options):
    if options.get("n_threads") == 2:
        X_, Y_ = np.repeat(X, 3, 0), np.repeat(Y, 3, 0)
        options = options | {"batch_size": 300}
    else:
        X_, Y_ = X, Y
    own = regressor(GraphLoss(function), **options).fit(X_, Y_)
    built_in = regressor("squared_error", **options).fit(X_, Y_)
    assert_same_training(own, built_in, 1e-6 if options.get("solver") == "lbfgs" else 1e-10)
    assert own.loss_ == pytest.approx(built_in.loss_, rel=1e-9)


def test_same_bits_for_any_number_of_threads():
    options = {"hidden_layer_sizes": (90, 90), "batch_size": 300, "max_iter": 2}
    rows, targets = np.repeat(X, 3, 0), np.repeat(Y, 3, 0)
    loss = GraphLoss(lambda t, p: np.logaddexp(t - p, p - t))
    one, two = (regressor(loss, n_threads=n, **options).fit(rows, targets) for n in (1, 2))
    for left, right in zip(one.coefs_, two.coefs_, strict=True):
        np.testing.assert_array_equal(left, right)


def test_float32():
    own = regressor(GraphLoss(half_square)).fit(X.astype(np.float32), Y)
    built_in = regressor("squared_error").fit(X.astype(np.float32), Y)
    assert own.coefs_[0].dtype == np.float32
    assert_same_training(own, built_in, 1e-3)


@pytest.mark.parametrize("loss", [GraphLoss(logits, sums_of="logistic"), GraphLoss(log_loss)])
def test_classifier(loss):
    words = {"hidden_layer_sizes": (6,), "max_iter": 8, "random_state": 0}
    own = MLPClassifier(loss=loss, **words).fit(X, LABELS)
    assert_same_training(own, MLPClassifier(**words).fit(X, LABELS), 1e-8)


def test_sample_weights():
    weights = RANDOM.uniform(0, 2, len(X))
    own = regressor(GraphLoss(half_square)).fit(X, Y, weights)
    assert_same_training(own, regressor("squared_error").fit(X, Y, weights))


def test_table_regressor_and_model_selection():
    loss = GraphLoss(half_square)
    table = TableRegressor(loss=loss, random_state=0, epochs=3)
    assert table.fit(X, Y[:, 0]).predict(X).shape == (len(X),)
    search = GridSearchCV(regressor(loss), {"alpha": [0.0, 1.0]}, cv=2).fit(X, Y)
    assert search.best_estimator_.loss == loss
    assert clone(search).estimator.loss == loss


def test_pickled_and_unpickled():
    model = regressor(GraphLoss(half_square)).fit(X, Y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.loss == model.loss


def test_a_file_cannot_hold_a_function(tmp_path):
    model = regressor(GraphLoss(half_square)).fit(X, Y)
    with pytest.raises(
        TypeError, match=r"'loss' of MLPRegressor is GraphLoss\(.*a file cannot hold"
    ):
        neurona.save(model, tmp_path / "model.neurona")


class Broken:
    """Fails at the given call."""

    def __init__(self, problem, at):
        self.problem, self.left = problem, at

    def __call__(self, targets, outputs):
        self.left -= 1
        if self.left == 0:
            raise self.problem
        return 0.5 * (outputs - targets) ** 2


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_an_error_in_the_function_comes_out_and_the_model_stays(solver):
    model = regressor(GraphLoss(Broken(LookupError("no such row"), 5)), solver=solver)
    with pytest.raises(LookupError, match="no such row"):
        model.fit(X, Y)
    assert np.isfinite(model.predict(X)).all()


def test_an_error_in_one_of_two_threads():
    model = regressor(
        GraphLoss(Broken(LookupError("no such row"), 10)), n_threads=2,
        hidden_layer_sizes=(90, 90), batch_size=120,
    )  # fmt: skip
    with pytest.raises(LookupError, match="no such row"):
        model.fit(X, Y)


def test_ctrl_c_in_the_function_interrupts_training():
    model = regressor(GraphLoss(Broken(KeyboardInterrupt(), 10)))
    with pytest.warns(UserWarning, match="interrupted by user"):
        model.fit(X, Y)
    assert "interrupted" in model.stop_reason_
    assert np.isfinite(model.predict(X)).all()


def test_a_diverging_loss_ends_as_divergence():
    with pytest.raises(neurona.DivergenceError):
        regressor(GraphLoss(lambda t, p: np.exp(1e6 + p))).fit(X, Y)


def test_what_the_function_must_return():
    with pytest.raises(OperationError, match=r"of shape \(50, 2\) here, .* Got \(\)"):
        regressor(GraphLoss(lambda t, p: np.mean(p - t))).fit(X, Y)
    with pytest.raises(OperationError, match=r"np.nansum is no operation"):
        regressor(GraphLoss(lambda t, p: np.nansum(p - t, axis=1))).fit(X, Y)


def test_members_live_as_long_as_their_loss():
    loss = GraphLoss(half_square)
    member = weakref.ref(loss.member(ACTIVATIONS.find("identity"))[0])
    gc.collect()
    assert member() is not None
    del loss
    gc.collect()
    assert member() is None


def test_what_is_refused():
    with pytest.raises(ValueError, match="'function' parameter of GraphLoss must be a function"):
        GraphLoss("squared_error")
    sums = GraphLoss(logits, sums_of="logistic")
    with pytest.raises(IncompatibleError, match="works on the sums of 'logistic'"):
        regressor(sums).fit(X, Y)
    with pytest.raises(IncompatibleError, match="its slope is 0 everywhere"):
        GraphLoss(half_square).member(ACTIVATIONS.find("step"))
    with pytest.raises(UnknownNameError):
        LOSSES.find("graph")


def test_expands_into_a_graph():
    network = make_network((3, 4, 2), ("tanh", "identity"))
    weights = random_weights(network)
    own = expand(network, GraphLoss(half_square_of_rows), weights, X, Y)
    built_in = expand(network, LOSSES.find("squared_error"), weights, X, Y)
    assert own.loss == pytest.approx(built_in.loss, rel=1e-14)
    np.testing.assert_allclose(
        own.weights_gradient(), built_in.weights_gradient(), rtol=1e-11, atol=1e-15
    )


@pytest.mark.parametrize(("name", "output"), [*PAIRS[:3], *PAIRS[-20:]])
def test_curvature_is_the_slope_of_the_slopes(name, output):
    loss = LOSSES.find(name)
    _, on_sums = loss.member(ACTIVATIONS.find(output))
    targets = targets_for(loss, np.random.RandomState(1))
    z = np.random.RandomState(2).uniform(-1.5, 1.5, targets.shape)
    outputs = z if on_sums else ACTIVATIONS.find(output).expression(z)
    if not on_sums and name in ("poisson", "binary_cross_entropy"):
        outputs = np.clip(outputs, 0.1, 0.9)
    got = output_curvature(loss, targets, outputs, on_sums)
    assert got.shape == (*targets.shape, targets.shape[1])
    slopes = autodiff.grad(lambda x: np.sum(loss.expression(targets, x, on_sums)))
    for k in range(targets.shape[1]):
        move = np.zeros_like(outputs)
        move[:, k] = 1e-6
        expected = (slopes(outputs + move) - slopes(outputs - move)) / 2e-6
        np.testing.assert_allclose(got[:, :, k], expected, rtol=1e-6, atol=1e-8)
