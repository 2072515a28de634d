"""Shape and budget follow the method, whoever names it; nothing is computed before it is needed."""

import warnings

import numpy as np
import pytest

from neurona import Callback, IncompatibleError, MLPRegressor, TableAutoencoder, TableRegressor
from neurona.optimizers.solver import SOLVERS

RANDOM = np.random.default_rng(1)
X = {"a": RANDOM.normal(size=60), "b": RANDOM.normal(size=60)}
Y = np.sin(X["a"]) + X["b"]


class Planned(Exception):  # noqa: N818
    """Raised before the first epoch."""


class Leave(Callback):
    def on_start(self, training):
        self.training = training
        raise Planned


def planned(model, *rows):
    leave = Leave()
    model.set_params(callbacks=leave)
    with pytest.raises(Planned):
        model.fit(*rows)
    return leave.training


@pytest.mark.parametrize("solver", [*SOLVERS, *map(SOLVERS.find, SOLVERS)], ids=str)
def test_a_named_solver_gets_its_own_plan(solver):
    training = planned(TableRegressor(solver=solver, random_state=0), X, Y)
    dense = training.solving.solver.is_dense
    assert training.plan.max_epochs == (300 if dense else 1500)
    assert training.network.n_parameters < (200 if dense else 5000)
    # a plan that is looked at only computes nothing
    assert training.problem.steps == 0 and np.isnan(training.solving.loss)


@pytest.mark.parametrize("words", [{"steps": 77}, {"epochs": 77}])
@pytest.mark.parametrize("solver", ["lm", "lbfgs", "bayesian-lm", "rprop"])
def test_a_length_that_was_given_holds(solver, words):
    training = planned(TableRegressor(solver=solver, **words), X, Y)
    assert training.plan.max_epochs == 77


def test_mini_batches_and_autoencoders_keep_theirs():
    assert planned(TableRegressor(solver="adam"), X, Y).plan.max_epochs == 10_000
    assert planned(TableAutoencoder(), X).plan.max_epochs > 1500
    assert planned(TableAutoencoder(solver="lbfgs"), X).plan.max_epochs == 1500


@pytest.mark.parametrize("hidden", [(500, 500), (3000,)])
def test_memory_of_bfgs_is_said_before_any_work(hidden):
    with pytest.raises(IncompatibleError, match=r"needs [\d,]+ MiB, and 2,048 MiB are allowed"):
        MLPRegressor(hidden_layer_sizes=hidden, solver="bfgs").fit(np.zeros((5, 20)), np.zeros(5))


def test_a_plan_that_was_left_leaves_no_loss():
    model = MLPRegressor(solver="lm", callbacks=Leave())
    with warnings.catch_warnings(), pytest.raises(Planned):
        warnings.simplefilter("error")
        model.fit(np.zeros((5, 2)), np.zeros(5))
    assert np.isnan(model.loss_)
