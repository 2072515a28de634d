"""Every registered solver on the MLPs: what they reach, record, keep and refuse."""

from __future__ import annotations

import dataclasses
import itertools
import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor, Ridge

import neurona
from neurona import IncompatibleError, MLPClassifier, MLPRegressor
from neurona.errors import StopReason
from neurona.numerics.line_search import LineSearch
from neurona.optimizers.solve.levenberg_marquardt import LevenbergMarquardt
from neurona.optimizers.solver import SOLVERS, Need, find_solver
from tests.estimators.tables import samples as tables

# "bayesian-lm" minimizes another function, for it estimates the penalties: test_bayesian.py
NAMES = [name for name in SOLVERS if Need.EVIDENCE not in find_solver(name).needs]
SECOND = [name for name in NAMES if Need.MODEL in find_solver(name).needs]
# where each iteration is cheap and its progress small
PATIENT = {"max_iter": 20_000, "max_fun": 10**6, "tol": 1e-10, "random_state": 0}
TASKS = {
    "regression": (MLPRegressor, tables.regression, {}),
    "two outputs": (MLPRegressor, tables.two_outputs, {}),
    "poisson": (MLPRegressor, tables.counts, {"loss": "poisson"}),
    "huber": (MLPRegressor, tables.regression, {"loss": "huber"}),
    "two classes": (MLPClassifier, tables.two_classes, {}),
    "three classes": (MLPClassifier, tables.three_classes, {}),
    "three labels": (MLPClassifier, tables.three_labels, {}),
}


def small(cls=MLPRegressor, **parameters):
    defaults = {"hidden_layer_sizes": (6,), "activation": "tanh", "max_iter": 8, "random_state": 0}
    return cls(**{**defaults, **parameters})


def searches(name):
    """Whether a solver goes as far as a line search says."""
    fields = dataclasses.fields(find_solver(name))
    return any(isinstance(getattr(find_solver(name), one.name), LineSearch) for one in fields)


# -- one layer: closed form and scikit-learn


def within(solver):
    """How near; L-BFGS ends by the decrease of the loss, as SciPy's does."""
    return 3e-5 if solver == "lbfgs" else 1e-6


def one_layer(cls, solver, X, y, **parameters):
    model = cls(hidden_layer_sizes=(), solver=solver, **{**PATIENT, **parameters}).fit(X, y)
    return model.coefs_[0], model.intercepts_[0]


@pytest.mark.parametrize("alpha", [0.0, 7.0])
@pytest.mark.parametrize("solver", NAMES)
def test_linear_regression(solver, alpha):
    X, Y = tables.two_outputs()
    exact = LinearRegression() if alpha == 0 else Ridge(alpha=alpha)
    exact.fit(X, Y)
    coefs, intercepts = one_layer(MLPRegressor, solver, X, Y, alpha=alpha)
    np.testing.assert_allclose(coefs, exact.coef_.T, rtol=0, atol=within(solver))
    np.testing.assert_allclose(intercepts, exact.intercept_, rtol=0, atol=within(solver))


@pytest.mark.parametrize("make", [tables.two_classes, tables.three_classes])
@pytest.mark.parametrize("solver", NAMES)
def test_logistic_regression(solver, make):
    X, y = make()
    exact = LogisticRegression(C=1 / 2.0, tol=1e-12, max_iter=10_000).fit(X, y)
    coefs, intercepts = one_layer(MLPClassifier, solver, X, y, alpha=2.0)
    np.testing.assert_allclose(coefs, exact.coef_.T, rtol=0, atol=within(solver))
    expected = exact.intercept_
    if len(intercepts) > 1:  # softmax is the same with a number added to all
        intercepts, expected = intercepts - intercepts.mean(), expected - expected.mean()
    np.testing.assert_allclose(intercepts, expected, rtol=0, atol=within(solver))


@pytest.mark.parametrize("solver", NAMES)
def test_poisson_regression(solver):
    X, y = tables.counts()
    exact = PoissonRegressor(
        alpha=2.0 / len(y), tol=1e-12, max_iter=10_000, solver="newton-cholesky"
    ).fit(X, y)
    coefs, intercepts = one_layer(MLPRegressor, solver, X, y, alpha=2.0, loss="poisson")
    np.testing.assert_allclose(coefs.ravel(), exact.coef_, rtol=0, atol=within(solver))
    assert intercepts[0] == pytest.approx(exact.intercept_, abs=within(solver))


# -- training


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("solver", NAMES)
def test_the_loss_goes_down_and_the_history_tells(solver, task):
    cls, table, words = TASKS[task]
    X, y = table()
    model = small(cls, solver=solver, **words).fit(X, y)
    losses = model.loss_curve_
    assert len(losses) == len(model.history_) == model.n_iter_ > 1
    assert all(after <= before for before, after in itertools.pairwise(losses))
    # the loss of the untrained network: the first iteration starts there
    start = small(cls, solver="sgd", learning_rate_init=1e-12, max_iter=1, **words).fit(X, y)
    assert losses[-1] < 0.97 * start.loss_
    rates = [one.learning_rate for one in model.history_]
    if searches(solver):
        assert all(rate is not None and rate >= 0 for rate in rates)
    assert all(np.isfinite(one.gradient_norm) for one in model.history_)
    assert model.coefs_[0].dtype == np.float64


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_what_second_order_records():
    X, y = tables.regression()
    history = small(solver="lm").fit(X, y).history_
    assert all(one.damping > 0 and one.learning_rate is None for one in history)
    damping = history.column("damping")
    assert damping[0] >= LevenbergMarquardt().damping and len(set(damping)) > 1
    model = small(solver=LevenbergMarquardt(damping=5.0)).fit(X, y)
    assert model.history_[0].damping >= 5.0


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", NAMES)
def test_a_callback_stops(solver):
    def enough(training, record):
        return "enough" if record.epoch == 2 else None

    model = small(solver=solver, callbacks=enough).fit(*tables.regression())
    assert (model.stop_reason_, model.n_iter_) == ("enough", 2)


def own_rows(solver, **words):
    X, y = tables.regression(140)
    noisy = y + np.random.default_rng(0).normal(size=140)
    model = small(
        solver=solver, hidden_layer_sizes=(20,), max_iter=60, monitor="val_loss",
        n_iter_no_change=5, tol=0.0, alpha=0.0, **words,
    )  # fmt: skip
    return model.fit(X[:70], noisy[:70], X_val=X[70:], y_val=noisy[70:]), X[70:], noisy[70:]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")  # the best of a few bad epochs
@pytest.mark.parametrize("solver", [name for name in NAMES if name != "lbfgs"])
def test_own_validation_rows_keep_the_best_weights(solver):
    model, X_val, y_val = own_rows(solver)
    val_losses = model.history_.column("val_loss")
    error = 0.5 * np.mean((model.predict(X_val) - y_val) ** 2)
    assert error == pytest.approx(min(val_losses), rel=1e-12)
    if solver in SECOND:  # fits the noise soon
        assert model.stop_reason_ == StopReason.MONITOR_FLAT
        assert val_losses[-1] > min(val_losses)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", [name for name in NAMES if name != "lbfgs"])
@pytest.mark.parametrize("task", ["regression", "three classes"])
def test_early_stopping_puts_rows_aside(solver, task):
    cls, table, words = TASKS[task]
    model = small(cls, solver=solver, early_stopping=True, **words).fit(*table())
    assert len(model.validation_scores_) == model.n_iter_
    assert model.best_validation_score_ == max(model.validation_scores_)


@pytest.mark.parametrize("solver", NAMES)
def test_ctrl_c_keeps_a_model(solver):
    def interrupt(training, record):
        if record.epoch == 3:
            raise KeyboardInterrupt

    X, y = tables.regression()
    with pytest.warns(UserWarning, match="interrupted by user"):
        model = small(solver=solver, callbacks=interrupt).fit(X, y)
    assert model.stop_reason_ == StopReason.INTERRUPTED
    half = 0.5 * np.mean((model.predict(X) - y) ** 2)
    penalty = 0.5 * model.alpha / len(y) * sum(np.sum(w**2) for w in model.coefs_)
    assert half + penalty == pytest.approx(model.loss_, rel=1e-12)


@pytest.mark.parametrize("solver", NAMES)
def test_ctrl_c_within_an_iteration_leaves_the_last_point(solver, monkeypatch):
    from neurona.training.objective import NetworkObjective

    X, y = tables.regression()
    calls = []
    for name in ("value", "value_and_gradient", "model"):
        whole = getattr(NetworkObjective, name)

        def counted(self, x, whole=whole):
            calls.append(x)
            found = whole(self, x)
            if len(calls) == 12:
                raise KeyboardInterrupt
            return found

        monkeypatch.setattr(NetworkObjective, name, counted)
    with pytest.warns(UserWarning, match="interrupted by user"):
        model = small(solver=solver, max_iter=100).fit(X, y)
    half = 0.5 * np.mean((model.predict(X) - y) ** 2)
    penalty = 0.5 * model.alpha / len(y) * sum(np.sum(w**2) for w in model.coefs_)
    assert half + penalty == pytest.approx(model.loss_, rel=1e-9)


@pytest.mark.parametrize("solver", NAMES)
def test_too_few_iterations_are_told(solver):
    with pytest.warns(
        ConvergenceWarning, match=r"failed to converge after 2 iteration.*\n.*max_iter=2"
    ):
        small(solver=solver, max_iter=2).fit(*tables.regression())


# -- refusals


@pytest.mark.parametrize("solver", NAMES)
def test_partial_fit_is_refused(solver):
    with pytest.raises(AttributeError, match="partial_fit"):
        small(solver=solver).partial_fit(*tables.regression())


@pytest.mark.parametrize("solver", [name for name in NAMES if name != "lbfgs"])
@pytest.mark.parametrize(
    "words", [{"dropout": 0.1}, {"clip_norm": 1.0}, {"clip_value": 1.0}], ids=str
)
def test_what_changes_the_gradient_is_refused(solver, words):
    name = next(iter(words))
    with pytest.raises(
        IncompatibleError, match=f"'{solver}' needs the exact gradient, which {name}"
    ):
        small(solver=solver, **words).fit(*tables.regression())


@pytest.mark.parametrize("solver", [*SECOND, "newton"])
def test_too_large_a_network_is_refused(solver):
    limited = dataclasses.replace(find_solver(solver), memory_limit=0.01)
    with pytest.raises(IncompatibleError, match=r"needs .* MiB, and 0 MiB are allowed: use"):
        small(solver=limited, hidden_layer_sizes=(30,)).fit(*tables.regression(400))


# -- like any other estimator


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", NAMES)
def test_saved_pickled_and_cloned_with_a_solver_as_a_value(solver, tmp_path):
    X, y = tables.regression()
    model = small(solver=find_solver(solver)).fit(X, y)
    neurona.save(model, tmp_path / "model.neurona")
    for other in (neurona.load(tmp_path / "model.neurona"), pickle.loads(pickle.dumps(model))):
        assert other.solver == model.solver
        np.testing.assert_array_equal(other.predict(X), model.predict(X))
        assert list(other.history_) == list(model.history_)
    again = clone(model).fit(X, y)
    named = small(solver=solver).fit(X, y)
    for other in (again, named):
        np.testing.assert_array_equal(other.predict(X), model.predict(X))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", NAMES)
def test_float32_inputs(solver):
    X, y = tables.regression()
    narrow, wide = X.astype(np.float32), X.astype(np.float32).astype(np.float64)
    model = small(solver=solver, max_iter=4).fit(narrow, y, X_val=narrow, y_val=y)
    expected = np.float32 if solver == "lbfgs" else np.float64
    assert model.coefs_[0].dtype == model.predict(narrow).dtype == expected
    if solver != "lbfgs":
        same = small(solver=solver, max_iter=4).fit(wide, y)
        np.testing.assert_array_equal(model.predict(narrow), same.predict(wide))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", NAMES)
def test_warm_start_goes_on(solver):
    X, y = tables.regression()
    model = small(solver=solver, max_iter=3, warm_start=True).fit(X, y)
    first = model.loss_
    model.fit(X, y)
    assert model.loss_ < first
    assert len(model.history_) == 6


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", SECOND)
def test_threads_change_no_bit(solver):
    X, y = tables.regression(500)
    models = [small(solver=solver, n_threads=n, max_iter=4).fit(X, y) for n in (1, 2, 3)]
    for other in models[1:]:
        for a, b in zip(other.coefs_, models[0].coefs_, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("solver", SECOND)
def test_row_weights_count_as_repeated_rows(solver):
    X, y = tables.regression()
    counts = np.arange(len(y)) % 3
    weighted = small(solver=solver, max_iter=5).fit(X, y, sample_weight=counts.astype(float))
    repeated = small(solver=solver, max_iter=5).fit(X.repeat(counts, 0), y.repeat(counts))
    np.testing.assert_allclose(weighted.loss_curve_, repeated.loss_curve_, rtol=1e-6)


@pytest.mark.filterwarnings("ignore::neurona.errors.CollapsedWarning")
@pytest.mark.parametrize("solver", NAMES)
@pytest.mark.parametrize("cls", [neurona.TableRegressor, neurona.TableClassifier])
def test_table_estimators(cls, solver):
    X, y = tables.regression(120)
    y = y if cls is neurona.TableRegressor else np.where(y > 0, "high", "low")
    model = cls(solver=solver, hidden_layer_sizes=(4,), epochs=15, random_state=0).fit(X, y)
    assert model.score(X, y) > (0.3 if cls is neurona.TableRegressor else 0.7)
    assert model.network_.coefs_[0].dtype == np.float64
