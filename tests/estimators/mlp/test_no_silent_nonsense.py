"""A training that came to nothing says so, and leaves the best weights seen."""

import itertools
import re
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from neurona import (
    Autoencoder,
    CollapsedWarning,
    DivergenceError,
    DivergenceWarning,
    MLPClassifier,
    MLPRegressor,
)
from neurona.errors import StopReason
from neurona.numerics.losses import LOSSES
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS
from neurona.training.guard import trivial_loss
from neurona.training.problem import Problem
from neurona.training.rows import make_table

RANDOM = np.random.default_rng(3)
X = RANDOM.uniform(-3, 3, (90, 2))
Y = np.sin(X[:, 0]) + 0.3 * X[:, 1]
CLASSES = np.digitize(Y, [-0.5, 0.5])
RATES = [1e-3, 0.1, 1.0, 50.0, 1e6]
TELLING = (CollapsedWarning, DivergenceWarning, ConvergenceWarning)


def fit(model, X, y):
    """Fit, and return the classes of what was said; None where it was refused."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model.fit(X, y)
        except DivergenceError:
            return None
    return [one.category for one in caught]


def assert_no_silent_nonsense(model, inputs, y):
    said = fit(model, inputs, y)
    assert all(np.isfinite(w).all() for w in model.coefs_ + model.intercepts_)
    if said is None:
        return
    answers = model.predict(inputs)
    if answers.dtype.kind == "f":
        assert np.isfinite(answers).all()
    if any(issubclass(one, TELLING) for one in said):
        return
    if isinstance(model, MLPClassifier):
        chances = model.predict_proba(inputs).astype(float)
        loss = -np.log(np.maximum(chances[np.arange(len(y)), y], 1e-300)).mean()
        shares = np.bincount(y) / len(y)
        assert loss <= 1.05 * -(shares * np.log(shares)).sum()
    else:
        assert model.score(inputs, y) > -0.05


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("solver", list(OPTIMIZERS))
def test_mini_batches(solver, rate):
    for activation, dtype in itertools.product(["tanh", "relu", "identity"], ["f4", "f8"]):
        words = {"activation": activation, "max_iter": 30, "learning_rate_init": rate}
        words |= {"solver": solver, "random_state": 0, "hidden_layer_sizes": (8,)}
        if not OPTIMIZERS.find(solver).full_batch:
            words |= {"batch_size": 15}
        assert_no_silent_nonsense(MLPRegressor(**words), X.astype(dtype), Y)
        assert_no_silent_nonsense(MLPClassifier(**words), X.astype(dtype), CLASSES)


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_solvers(solver):
    cases = itertools.product(["tanh", "relu"], [(1, 0), (1e-3, 1e4), (1e6, 0)], [1, 1e4])
    for activation, (scale, offset), spread in cases:
        words = {"activation": activation, "solver": solver, "random_state": 0, "max_iter": 30}
        model = MLPRegressor(hidden_layer_sizes=(3,), **words)
        assert_no_silent_nonsense(model, spread * X, offset + scale * Y)
        model = MLPClassifier(hidden_layer_sizes=(3,), **words)
        assert_no_silent_nonsense(model, spread * X, CLASSES)


@pytest.mark.parametrize("words", [{}, {"early_stopping": True}, {"restore_best": True}], ids=str)
@pytest.mark.parametrize("activation", ["tanh", "logistic", "identity"])
@pytest.mark.parametrize("rate", [0.5, 50.0])
def test_divergence_that_stays_finite_is_said(activation, rate, words):
    model = MLPRegressor(
        hidden_layer_sizes=20, activation=activation, solver="sgd", learning_rate_init=rate,
        random_state=0, **words,
    )  # fmt: skip
    X = RANDOM.uniform(-3, 3, (500, 1))
    said = fit(model, X, np.sin(X[:, 0]))
    if model.stop_reason_ == StopReason.DIVERGED:
        assert said is None or DivergenceWarning in said
    # the first weights at the worst
    first = MLPRegressor(
        hidden_layer_sizes=20, activation=activation, solver="sgd", learning_rate_init=1e-300,
        random_state=0, max_iter=1, **words,
    )  # fmt: skip
    fit(first, X, np.sin(X[:, 0]))
    assert model.score(X, np.sin(X[:, 0])) >= first.score(X, np.sin(X[:, 0])) - 1e-9


def test_the_best_epoch_is_kept_where_there_was_a_good_one():
    from neurona.numerics.schedules import Exponential

    model = MLPRegressor(
        hidden_layer_sizes=20, activation="tanh", solver="sgd", schedule=Exponential(1.3),
        random_state=0, max_iter=200, tol=0,
    )  # fmt: skip
    assert DivergenceWarning in fit(model, X, Y)
    assert model.stop_reason_ == StopReason.DIVERGED
    assert model.score(X, Y) > 0.6


def test_partial_fit_that_runs_away_is_said():
    model = MLPRegressor(
        hidden_layer_sizes=20, activation="tanh", solver="sgd", learning_rate_init=0.5,
        random_state=0, batch_size=5,
    )  # fmt: skip
    with pytest.warns(DivergenceWarning):
        for _ in range(50):
            model.partial_fit(X, 5 * Y)
    assert np.isfinite(model.predict(X)).all()


def test_targets_far_from_zero_that_were_not_learned_are_said():
    y = 3e5 + 5e4 * Y
    model = MLPRegressor(hidden_layer_sizes=(6,), tol=1e12, n_iter_no_change=2, random_state=0)
    with pytest.warns(CollapsedWarning, match="targets lie far from 0"):
        model.fit(X, y)
    with pytest.warns(ConvergenceWarning, match="worse than answering always the same"):
        model.set_params(tol=0, max_iter=5).fit(X, y)


def test_an_autoencoder_that_came_to_nothing_is_said():
    with pytest.warns(CollapsedWarning):
        Autoencoder(1, tol=1e9, n_iter_no_change=1, random_state=0).fit(100 + X)


@pytest.mark.parametrize("value", [0.0, 1.0, -7.0])
def test_constant_targets_are_no_failure(value):
    for solver in ("adam", "lbfgs", "lm", "bayesian-lm", "scg"):
        model = MLPRegressor(hidden_layer_sizes=(5,), solver=solver, random_state=0, max_iter=500)
        said = fit(model, X, np.full(len(X), value))
        assert said is not None and not {CollapsedWarning, DivergenceWarning} & set(said)


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("weighted", [False, True])
def test_the_trivial_answer_costs_what_a_network_says(loss, weighted):
    from neurona.engine.choice import current_engine
    from neurona.network import Network
    from neurona.numerics.activations import ACTIVATIONS

    found = LOSSES.find(loss)
    targets = RANDOM.dirichlet(np.ones(3), 40)
    weights = RANDOM.uniform(0, 2, 40) if weighted else None
    table = make_table(np.zeros((40, 1)), targets, weights, "f8")
    name = "softmax" if found.output_sums_to_one else "identity"
    name = "exp" if loss == "poisson" else "logistic" if loss.startswith("binary") else name
    output = ACTIVATIONS.find(name)
    network = Network((1, 3), [output], "f8")
    problem = Problem(network, found, None, table, 40, engine=current_engine())
    mean = np.average(targets, axis=0, weights=weights)
    if found.baseline == "median" and not weighted:
        mean = np.median(targets, axis=0)
    biases = {"softmax": np.log(mean), "exp": np.log(mean), "identity": mean}
    biases["logistic"] = np.log(mean / (1 - mean))
    problem.set_weights(network.pack([np.zeros((1, 3))], [biases[name]]))
    assert trivial_loss(found, table) == pytest.approx(problem.evaluate(table, 40)[1], rel=1e-9)


def test_advice_names_the_rate_and_that_the_best_weights_stay():
    model = MLPRegressor(
        hidden_layer_sizes=20, activation="tanh", solver="sgd", learning_rate_init=50.0
    )
    with pytest.warns(DivergenceWarning) as caught:
        model.fit(X, Y)
    said = str(caught[0].message)
    assert re.search("learning_rate_init=50.0.*best weights seen were kept", said)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs", "scg", "lm", "rprop"])
@pytest.mark.parametrize(
    ("offset", "scale"), [(0, 1e-8), (0, 1e-30), (1e12, 1), (1e6, 1e-3), (-1e12, 0)]
)
def test_targets_of_other_sizes_are_learned_or_it_is_said(solver, offset, scale):
    y = offset + scale * Y
    model = MLPRegressor(hidden_layer_sizes=(5,), solver=solver, random_state=0, max_iter=60)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(X, y)
    error = np.abs(model.predict(X) - y).mean()
    spread = np.abs(y - y.mean()).mean() if scale else abs(offset) / 2
    said = " ".join(str(one.message) for one in caught)
    assert error < 1.1 * spread or "worse than" in said or "best weights seen were kept" in said


def test_a_search_that_ended_no_better_than_the_mean_says_what_to_scale():
    model = MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", random_state=0)
    with pytest.warns(CollapsedWarning, match="no better than.*targets have columns of very"):
        model.fit(X, 1e30 * Y)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_small_target_that_a_large_one_hides_is_named(solver):
    both = np.column_stack([Y, 1e-6 * Y, np.full(len(Y), 0.3)])
    model = MLPRegressor(hidden_layer_sizes=(8,), solver=solver, random_state=0, max_iter=300)
    with pytest.warns(UserWarning, match="column 1 was not learned"):
        model.fit(X, both)
    scaled = fit(model, X, both * [1, 1e6, 1])
    assert CollapsedWarning not in scaled


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_target_that_is_nearly_always_the_same_is_not_hidden_by_its_unit(recwarn):
    seldom = np.zeros(len(Y))
    seldom[:2] = 1e-3  # a pixel at the edge
    model = MLPRegressor(hidden_layer_sizes=(8,), random_state=0, max_iter=5)
    model.fit(X, np.column_stack([Y, seldom]))
    assert np.abs(model.predict(X)[:, 1] - seldom).mean() > 2 * seldom.std()
    assert not [one for one in recwarn if "was not learned" in str(one.message)]
