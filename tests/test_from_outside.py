"""A loss, an optimizer, a solver and an estimator of a user's own, each one class in a file outside
the project: found by name, trained with, kept in files, and told apart by what they say of
themselves.
"""

import importlib
import sys

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

import neurona
from neurona.cli import main as cli
from neurona.errors import FormatError, UnknownNameError
from neurona.files import models
from neurona.numerics.losses import LOSSES
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS

RANDOM = np.random.default_rng(4)
X = RANDOM.uniform(-1, 1, (80, 2))
Y = np.sin(2 * X[:, 0]) + X[:, 1] ** 2


@pytest.fixture
def a_users(monkeypatch):
    """Import a user's module; when the test is over its names are unknown again."""
    for registry in (LOSSES, OPTIMIZERS, SOLVERS):
        monkeypatch.setattr(registry, "_classes", dict(registry._classes))
    monkeypatch.setattr(models, "FORMATS", dict(models.FORMATS))

    def load(name):
        monkeypatch.delitem(sys.modules, f"tests.outside.{name}", raising=False)
        return importlib.import_module(f"tests.outside.{name}")

    return load


def network(X=X, y=Y, **given):
    options = {"hidden_layer_sizes": (6,), "activation": "tanh", "max_iter": 2000, **given}
    return neurona.MLPRegressor(random_state=0, **options).fit(X, y)


def assert_same_in_a_file(model, folder):
    neurona.save(model, folder / "model.neurona")
    loaded = neurona.load(folder / "model.neurona")
    assert np.array_equal(loaded.predict(X), model.predict(X))
    assert loaded.get_params() == model.get_params()


def test_the_project_itself_does_not_know_them():
    for registry, name in (
        (LOSSES, "cauchy"),
        (OPTIMIZERS, "yogi"),
        (SOLVERS, "barzilai-borwein"),
    ):
        with pytest.raises(UnknownNameError, match=name):
            registry.find(name)


@pytest.mark.parametrize("solver", ["adam", "lbfgs", "lm"])
def test_a_loss(a_users, tmp_path, solver):
    cauchy = a_users("loss").Cauchy(scale=0.1)
    y = np.where(np.arange(80) % 10 == 0, 30.0, Y)
    rate = {"learning_rate_init": 0.02, "batch_size": 20, "max_iter": 600, "tol": 0}
    given = rate if solver == "adam" else {}
    model = network(y=y, loss=cauchy, solver=solver, alpha=0, **given)
    assert np.median(np.abs(model.predict(X) - Y)) < 0.05
    assert_same_in_a_file(model, tmp_path)


def test_a_loss_goes_through_the_computation_graph(a_users):
    model = network(loss=a_users("loss").Cauchy(), solver="lbfgs", alpha=0)
    assert neurona.check_gradient(model, X[:20], Y[:20]).passed


def test_a_loss_says_which_constant_is_its_trivial_answer(a_users):
    noise = np.random.default_rng(0).normal(size=(80, 3))
    model = neurona.TableRegressor(loss=a_users("loss").Cauchy(), solver="adam", random_state=0)
    with pytest.warns(neurona.CollapsedWarning, match="of always saying the median"):
        model.fit(noise[:, :2], noise[:, 2])
    assert model.comparison_.metric == "mae"


def test_a_loss_says_its_output_and_what_its_targets_are(a_users):
    waiting, y = a_users("loss").Waiting(), np.exp(Y)
    model = network(y=y, loss=waiting, solver="lm")
    assert model.out_activation_ == "exp"
    assert np.median(np.abs(model.predict(X) / y - 1)) < 0.05
    table = neurona.TableRegressor(loss=waiting, random_state=0).fit(X, y)
    assert table.targets_.center == (0.0,)
    # a likelihood, so "auto" may ask for the evidence
    assert table.network_.solver_ == "bayesian-lm"


def test_an_optimizer(a_users, tmp_path):
    yogi = a_users("optimizer").Yogi
    given = {"learning_rate_init": 0.03, "batch_size": 20, "alpha": 0}
    model = network(solver=yogi(), **given)
    assert np.abs(model.predict(X) - Y).mean() < 0.05
    other = network(solver=yogi(beta1=0.5), **given)
    assert not np.array_equal(other.coefs_[0], model.coefs_[0])
    assert_same_in_a_file(model, tmp_path)
    assert_same_in_a_file(other, tmp_path)


def test_a_solver(a_users, tmp_path):
    solver, single = a_users("solver").BarzilaiBorwein(), X.astype(np.float32)
    model = network(solver=solver, alpha=0)
    assert np.abs(model.predict(X) - Y).mean() < 0.1
    assert_same_in_a_file(model, tmp_path)
    # as it says of itself
    assert network(single, solver=solver, tol=0.05).coefs_[0].dtype == np.float32
    assert network(single, solver="lm").coefs_[0].dtype == np.float64


def test_a_solver_goes_on_from_a_checkpoint(a_users, tmp_path):
    given = {"solver": a_users("solver").BarzilaiBorwein(), "tol": 0}
    with pytest.warns(ConvergenceWarning):
        straight = network(max_iter=40, **given)
    with pytest.warns(ConvergenceWarning):
        network(max_iter=15, callbacks=[neurona.Checkpoint(tmp_path / "c", 5)], **given)
    with pytest.warns(ConvergenceWarning):
        again = neurona.Checkpoint(tmp_path / "c", resume=True)
        resumed = network(max_iter=40, callbacks=[again], **given)
    assert np.array_equal(resumed.coefs_[0], straight.coefs_[0])


def test_a_solver_minimizes_any_function(a_users):
    a_users("solver")
    found = neurona.minimize(lambda x: np.sum((x - 3.0) ** 2), [0.0, 1.0], "barzilai-borwein")
    assert found.converged
    assert np.allclose(found.solution, 3.0)


def test_names_that_come_later_are_known(a_users):
    table = neurona.TableRegressor(loss="cauchy", solver="yogi", random_state=0)
    words = {"solver": "barzilai-borwein", "loss": "cauchy", "tol": 0.05, "random_state": 0}
    encoder = neurona.Autoencoder(1, **words)
    for model, data in ((table, (X, Y)), (encoder, (X,))):
        with pytest.raises(ValueError, match="cauchy"):
            model.fit(*data)
    for name in ("loss", "optimizer", "solver"):
        a_users(name)
    spread = np.abs(Y - np.median(Y)).mean()
    assert np.abs(table.fit(X, Y).predict(X) - Y).mean() < 0.5 * spread
    assert encoder.fit(X).transform(X).shape == (len(X), 1)
    assert np.abs(network(solver="barzilai-borwein", tol=0.05).predict(X) - Y).mean() < spread


def test_an_estimator(a_users, tmp_path, capsys):
    damped = a_users("estimator").DampedRegressor
    model = damped(hidden_layer_sizes=(6,), solver="lbfgs", damping=0.5, random_state=0).fit(X, Y)
    plain = neurona.MLPRegressor(hidden_layer_sizes=(6,), solver="lbfgs", random_state=0).fit(X, Y)
    assert np.array_equal(model.predict(X), plain.predict(X) / 2)
    assert_same_in_a_file(model, tmp_path)
    with pytest.raises(ValueError, match="'damping' parameter of DampedRegressor must be a float"):
        damped(damping=2.0).fit(X, Y)
    assert "damping : float, default=0.25" in damped.__doc__
    assert "alpha : float" in damped.__doc__
    # what goes with every network goes with it
    assert neurona.check_gradient(model, X[:20], Y[:20]).passed
    assert neurona.export.exportable(model).title == "DampedRegressor"
    assert cli.main(["inspect", str(tmp_path / "model.neurona")]) == 0
    assert "DampedRegressor" in capsys.readouterr().out


def test_an_estimator_that_is_no_network(a_users, tmp_path):
    mean = a_users("estimator").MeanRegressor
    assert_same_in_a_file(mean(trim=0.1).fit(X, Y), tmp_path)
    neurona.save(mean(), tmp_path / "new.neurona")
    assert not hasattr(neurona.load(tmp_path / "new.neurona"), "mean_")


def test_a_file_of_an_estimator_that_nobody_imported(a_users, tmp_path, monkeypatch):
    neurona.save(a_users("estimator").MeanRegressor(), tmp_path / "new.neurona")
    monkeypatch.delitem(models.FORMATS, "MeanRegressor")
    with pytest.raises(FormatError, match=r"'MeanRegressor', which is not one.*imported first"):
        neurona.load(tmp_path / "new.neurona")


def test_what_files_cannot_hold_is_a_sentence(a_users, tmp_path):
    class Other(neurona.MLPRegressor):
        pass

    with pytest.raises(TypeError, match=r"cannot hold a .*Other.*neurona\.files\.register"):
        neurona.save(Other(), tmp_path / "m")
    with pytest.raises(TypeError, match="inherits no class that files hold"):
        models.register(int)
    Other.__name__ = "Adaline"
    with pytest.raises(ValueError, match="files hold a class 'Adaline' already"):
        models.register(Other)
