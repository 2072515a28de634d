"""A model that averages several networks: what shows one refuses, and `member` gives it."""

from __future__ import annotations

import numpy as np
import pytest

import neurona
from neurona import surfaces
from neurona.errors import IncompatibleError

RANDOM = np.random.default_rng(0)
TABLE = {"a": RANDOM.uniform(-3, 3, 60), "b": RANDOM.uniform(-3, 3, 60)}
TABLE["y"] = np.sin(TABLE["a"]) + TABLE["b"]
X, Y = np.column_stack([TABLE["a"], TABLE["b"]]), TABLE["y"]
SHAPES = {"hidden_layer_sizes": [(3,), (2, 2)], "n_starts": 3, "solver": "bayesian-lm"}


@pytest.fixture(scope="module")
def table_model():
    return neurona.TableRegressor(**SHAPES, random_state=0).fit(TABLE, "y")


@pytest.fixture(scope="module")
def mlp():
    options = {**SHAPES, "combine": "average", "activation": "tanh", "max_iter": 20}
    with pytest.warns(Warning, match="failed to converge"):
        return neurona.MLPRegressor(**options, random_state=0).fit(X, Y)


def test_the_mean_of_the_members_is_the_prediction(table_model, mlp):
    for model, rows in ((table_model, TABLE), (mlp, X)):
        said = np.mean([model.member(k).predict(rows) for k in range(3)], axis=0)
        assert np.allclose(said, model.predict(rows), rtol=1e-12, atol=1e-12)
        assert not np.allclose(model.member(0).predict(rows), model.predict(rows), atol=1e-9)


def test_a_member_is_a_model_of_its_own(mlp, tmp_path):
    before = mlp.predict(X)
    one = mlp.member(1)
    assert [w.shape for w in one.coefs_] == [(2, 2), (2, 2), (2, 1)]
    assert one.predict_interval(X)[0].shape == (60,)
    one.coefs_[0][:] = 0.0
    assert np.array_equal(mlp.predict(X), before)
    neurona.save(mlp.member(1), tmp_path / "one.neurona")
    loaded = neurona.load(tmp_path / "one.neurona")
    assert np.array_equal(loaded.predict(X), mlp.member(1).predict(X))
    assert one.n_layers_ == 4
    alone = neurona.MLPRegressor(hidden_layer_sizes=(2,), solver="lbfgs").fit(X, Y)
    assert np.array_equal(alone.member(0).predict(X), alone.predict(X))


def test_there_is_no_member_beyond_the_last(mlp, table_model):
    for model in (mlp, table_model):
        with pytest.raises(IndexError, match=r"has 3 networks, from 0\. Got 3"):
            model.member(3)


SHOWN = {
    "a step": lambda model, path: neurona.trace(model, X[0], Y[0]),
    "a gradient": lambda model, path: neurona.check_gradient(model, X, Y),
    "a graph": lambda model, path: neurona.computation_graph(model, X[:3], Y[:3]),
    "a workbook's step": lambda model, path: neurona.export.xlsx(
        model, path / "model.xlsx", X, y=Y, training_step=True
    ),
    "a surface": lambda model, path: surfaces.of_network(model, X, Y),
}


@pytest.mark.parametrize("what", SHOWN)
def test_what_shows_one_network_refuses_several(mlp, what, tmp_path):
    with pytest.raises(IncompatibleError, match=r"the mean of 3 networks.*model.member\(0\)"):
        SHOWN[what](mlp, tmp_path)
    for k in range(3):
        SHOWN[what](mlp.member(k), tmp_path)


def test_of_a_table_model(table_model, tmp_path):
    row = {"a": 0.5, "b": 1.0}
    with pytest.raises(IncompatibleError, match=r"model.member\(2\)"):
        neurona.trace(table_model, row, 1.0)
    with pytest.raises(IncompatibleError, match=r"model.member\(2\)"):
        neurona.export.xlsx(table_model, tmp_path / "model.xlsx", TABLE, training_step=True)
    step = neurona.trace(table_model.member(1), row, 1.0)
    assert step.sizes == (2, 2, 2, 1)
    said = table_model.member(1).predict({"a": [0.5], "b": [1.0]})
    assert step.prediction.ravel() == pytest.approx(said)
    neurona.export.xlsx(table_model.member(1), tmp_path / "model.xlsx", TABLE)


def test_the_best_of_several_shapes_is_shown_as_it_is():
    options = {**SHAPES, "combine": "best", "activation": "tanh", "max_iter": 10}
    with pytest.warns(Warning, match="failed to converge"):
        model = neurona.MLPRegressor(**options, random_state=0).fit(X, Y)
    assert neurona.check_gradient(model, X, Y).passed
    assert neurona.trace(model, X[0], Y[0]).sizes == model.member(0).learned().network.sizes


def test_a_step_after_an_automatic_fit_is_that_of_partial_fit():
    model = neurona.MLPRegressor(hidden_layer_sizes=(3,), activation="tanh", solver="auto")
    with pytest.warns(Warning, match="failed to converge"):
        model.set_params(random_state=0, max_iter=10).fit(X, Y)
    step = neurona.trace(model, X[0], Y[0])
    model.partial_fit(X[:1], Y[:1])
    for layer, matrix in zip(step.update, model.coefs_, strict=True):
        assert np.allclose(layer.weights.new, matrix, rtol=0, atol=1e-12)
