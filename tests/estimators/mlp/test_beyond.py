"""What neurona's estimators can do beyond scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Lasso, LogisticRegression
from sklearn.utils.class_weight import compute_sample_weight

from neurona import IncompatibleError, MLPClassifier, MLPRegressor, UnknownNameError
from neurona.numerics.activations import ACTIVATIONS, Bounded, LeakyRelu
from neurona.numerics.initializers import INITIALIZERS
from neurona.numerics.losses import LOSSES, Huber, Quantile
from neurona.numerics.schedules import SCHEDULES, Cosine, Exponential, StepDecay, WarmUp
from neurona.optimizers import OPTIMIZERS, SGD, Adam, Adamax, Rprop
from tests.estimators.tables import samples as tables

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def regressor(**parameters):
    defaults = {"hidden_layer_sizes": (8,), "max_iter": 5, "random_state": 0, "batch_size": 20}
    return MLPRegressor(**{**defaults, **parameters})


def classifier(**parameters):
    defaults = {"hidden_layer_sizes": (8,), "max_iter": 5, "random_state": 0, "batch_size": 20}
    return MLPClassifier(**{**defaults, **parameters})


def same_bits(a, b) -> bool:
    return all(
        np.array_equal(x, y)
        for x, y in zip(a.coefs_ + a.intercepts_, b.coefs_ + b.intercepts_, strict=True)
    )


# Validation rows


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_validation_rows_are_measured_after_every_epoch(solver, weighted):
    X, y = tables.regression()
    X_val, y_val, w = X[50:], y[50:], np.arange(33.0) if weighted else None
    model = regressor(solver=solver).fit(
        X[:50], y[:50], X_val=X_val, y_val=y_val, sample_weight_val=w
    )
    last = model.history_[-1]
    error = np.average((model.predict(X_val) - y_val) ** 2, weights=w) / 2
    assert last.val_loss == pytest.approx(error)
    assert last.score == pytest.approx(model.score(X_val, y_val, w))
    assert same_bits(model, regressor(solver=solver).fit(X[:50], y[:50]))


def test_validation_score_of_a_classifier_is_its_accuracy():
    X, y = tables.three_classes()
    model = classifier().fit(X[:50], y[:50], X_val=X[50:], y_val=y[50:])
    assert model.history_[-1].score == pytest.approx(model.score(X[50:], y[50:]))


def test_early_stopping_takes_the_given_rows():
    X, y = tables.regression()
    model = regressor(early_stopping=True).fit(X, y, X_val=X, y_val=y)
    assert model.best_validation_score_ == pytest.approx(model.score(X, y))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"X_val"}, "X_val is provided, but y_val was not provided"),
        ({"y_val"}, "y_val is provided, but X_val was not provided"),
        ({"sample_weight_val"}, "sample_weight_val is provided, but X_val and y_val"),
    ],
)
def test_validation_rows_need_all_their_parts(given, message):
    X, y = tables.regression()
    parts = {"X_val": X, "y_val": y, "sample_weight_val": np.ones(len(y))}
    with pytest.raises(ValueError, match=message):
        regressor().fit(X, y, **{name: parts[name] for name in given})


def test_validation_rows_are_checked_as_training_rows_are():
    X, y = tables.three_classes()
    with pytest.raises(ValueError, match=r"4 features.* expecting 5"):
        classifier().fit(X, y, X_val=X[:, :4], y_val=y)
    with pytest.raises(ValueError, match=r"y_val has classes that y has not: \[9\]"):
        classifier().fit(X, y, X_val=X[:2], y_val=[1, 9])


# Weights of classes


@pytest.mark.parametrize("class_weight", ["balanced", {1: 3.0, 2: 1.0, 3: 0.5}])
@pytest.mark.parametrize("more", [{}, {"early_stopping": True}])
def test_class_weight_equals_sample_weight(class_weight, more):
    X, y = tables.three_classes()
    weights = compute_sample_weight(class_weight, y)
    by_class = classifier(class_weight=class_weight, **more).fit(X, y)
    assert same_bits(by_class, classifier(**more).fit(X, y, weights))
    both = classifier(class_weight=class_weight, **more).fit(X, y, weights)
    assert same_bits(both, classifier(**more).fit(X, y, weights * weights))


# Losses and outputs

LOSS_TABLES = {
    "poisson": (tables.counts, "exp"),
    "binary_cross_entropy": (tables.three_labels, "logistic"),
    "categorical_cross_entropy": (
        lambda: (tables.inputs(), np.eye(3)[tables.three_classes()[1] - 1]),
        "softmax",
    ),
}


@pytest.mark.parametrize("loss", [*LOSSES, Huber(0.3), Quantile(0.9)], ids=str)
def test_every_loss_learns_more_than_a_constant(loss):
    table, output = LOSS_TABLES.get(loss, (tables.regression, "identity"))
    X, y = table()
    model = regressor(
        loss=loss, output_activation=output, learning_rate_init=0.02, max_iter=100, alpha=0
    )
    constant = model.fit(np.zeros_like(X), y).loss_
    assert model.fit(X, y).loss_ < 0.6 * constant


def test_quantile_leaves_its_share_below():
    X, y = tables.regression(400)
    model = regressor(
        hidden_layer_sizes=(), loss=Quantile(0.8), max_iter=200, schedule="cosine", tol=0,
        learning_rate_init=0.01,
    ).fit(X, y)  # fmt: skip
    assert np.mean(y < model.predict(X)) == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy", "huber"])
def test_a_classifier_takes_other_losses(loss):
    X, y = tables.two_classes()
    model = classifier(loss=loss, max_iter=100, learning_rate_init=0.02).fit(X, y)
    assert model.score(X, y) > 0.9
    assert model.predict_proba(X).sum(axis=1) == pytest.approx(1)


def test_bounded_keeps_predictions_within_bounds():
    X, y = tables.regression()
    model = regressor(output_activation=Bounded(-0.5, 0.25), max_iter=100).fit(X, y)
    assert -0.5 <= model.predict(100 * X).min() < model.predict(100 * X).max() <= 0.25


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (
            regressor(loss="poisson", output_activation="identity"),
            r"The loss 'poisson' cannot be used with the output activation 'identity': its values "
            r"are not inside \(0, inf\); use 'exp'\.",
        ),
        (regressor(output_activation="step"), "slope is 0 everywhere"),
        (classifier(output_activation="tanh"), r"must have values in \[0, 1\]; use 'logistic'"),
        (classifier(loss="categorical_cross_entropy"), "do not sum to 1; use 'softmax'"),
    ],
    ids=lambda value: "" if isinstance(value, str) else repr(value),
)
def test_pairs_that_cannot_be_trained_are_refused_in_a_sentence(model, message):
    X, y = tables.two_classes()
    with pytest.raises(IncompatibleError, match=message):
        model.fit(X, (y == "yes").astype(float))


# Activations


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_every_activation_trains(name):
    X, y = tables.regression()
    curve = regressor(activation=name, hidden_layer_sizes=(8, 4), max_iter=30).fit(X, y)
    assert curve.loss_curve_[-1] < curve.loss_curve_[0]


def test_a_list_gives_each_hidden_layer_its_own():
    X, y = tables.regression()
    two = {"hidden_layer_sizes": (8, 4)}
    mixed = regressor(activation=["tanh", LeakyRelu(0.2)], **two).fit(X, y)
    (w1, w2, w3), (b1, b2, b3) = mixed.coefs_, mixed.intercepts_
    z = np.tanh(X @ w1 + b1) @ w2 + b2
    np.testing.assert_allclose(mixed.predict(X), (np.where(z > 0, z, 0.2 * z) @ w3 + b3)[:, 0])
    alike = regressor(activation=["tanh", "tanh"], **two).fit(X, y)
    assert same_bits(alike, regressor(activation="tanh", **two).fit(X, y))


@pytest.mark.parametrize("hidden", [(), (8,), (8, 4, 2)])
def test_a_list_of_another_length_is_refused(hidden):
    with pytest.raises(ValueError, match=rf"each of the {len(hidden)}. Got a list of 2\."):
        regressor(hidden_layer_sizes=hidden, activation=["relu"] * 2).fit(*tables.regression())


# Regularisation


@pytest.mark.parametrize("dropout", [0.4, [0.4, 0.0]])
def test_dropout_happens_in_training_alone_and_by_the_seed(dropout):
    X, y = tables.regression()
    two = {"hidden_layer_sizes": (8, 4)}
    model, again = (regressor(dropout=dropout, **two).fit(X, y) for _ in range(2))
    assert same_bits(model, again)
    assert not same_bits(model, regressor(**two).fit(X, y))
    np.testing.assert_array_equal(model.predict(X), model.predict(X))


def test_dropout_keeps_the_expected_sum():
    X, y = np.ones((400, 1)), np.full(400, 3.0)
    model = regressor(
        hidden_layer_sizes=(50,), activation="identity", dropout=0.5, max_iter=100
    ).fit(X, y)
    assert model.predict(X[:1])[0] == pytest.approx(3, abs=0.3)


@pytest.mark.parametrize("dropout", [[0.1], [0.1, 0.2, 0.3], [0.1, 1.0]])
def test_dropout_needs_a_rate_for_each_hidden_layer(dropout):
    with pytest.raises(ValueError, match="one for each of the 2 hidden layers"):
        regressor(hidden_layer_sizes=(8, 4), dropout=dropout).fit(*tables.regression())


def test_alpha_l1_is_the_lasso():
    X, y = tables.regression(200)
    model = regressor(
        hidden_layer_sizes=(), alpha=0, alpha_l1=20, solver="sgd", momentum=0, batch_size=200,
        learning_rate_init=0.02, max_iter=500, n_iter_no_change=500,
    ).fit(X, y)  # fmt: skip
    assert model.coefs_[0][:, 0] == pytest.approx(Lasso(20 / 200).fit(X, y).coef_, abs=0.005)


@pytest.mark.parametrize(("word", "order"), [("clip_norm", 2), ("clip_value", np.inf)])
def test_clipping_limits_a_step(word, order):
    X, y = tables.regression()
    words = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.1, "batch_size": len(y)}
    model = regressor(**words, **{word: 0.01}).partial_fit(X, 100 * y)
    before = np.concatenate([w.ravel() for w in model.coefs_ + model.intercepts_])
    model.partial_fit(X, 100 * y)
    after = np.concatenate([w.ravel() for w in model.coefs_ + model.intercepts_])
    assert np.linalg.norm(after - before, order) == pytest.approx(0.1 * 0.01)


# Optimizers, schedules, initial weights


@pytest.mark.parametrize("solver", [*OPTIMIZERS, Adam(beta1=0.5), SGD(momentum=0.5)], ids=str)
def test_every_optimizer_learns(solver):
    X, y = tables.regression()
    model = regressor(solver=solver, batch_size="auto", learning_rate_init=0.01, max_iter=30)
    curve = model.fit(X, y).loss_curve_
    assert curve[-1] < 0.999 * curve[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("adamax", Adamax()), ("amsgrad", Adam(amsgrad=True)), ("momentum", SGD(momentum=0.9))],
)
def test_a_name_is_short_for_a_value(name, value):
    X, y = tables.regression()
    assert same_bits(regressor(solver=name).fit(X, y), regressor(solver=value).fit(X, y))


@pytest.mark.parametrize("solver", ["rprop", Rprop(eta_plus=1.1)], ids=str)
def test_rprop_refuses_mini_batches(solver):
    X, y = tables.regression()
    with pytest.raises(ValueError, match=r"needs the full batch.*batch_size=20 for 83 rows"):
        regressor(solver=solver).fit(X, y)
    regressor(solver=solver, batch_size=83).fit(X, y)


@pytest.mark.parametrize("solver", ["sgd", "adam"])
@pytest.mark.parametrize("name", list(SCHEDULES))
def test_every_schedule_learns(name, solver):
    X, y = tables.regression()
    model = regressor(schedule=name, solver=solver, learning_rate_init=0.02, max_iter=30)
    curve = model.fit(X, y).loss_curve_
    assert curve[-1] < curve[0]


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (StepDecay(every=2, factor=0.5), [1, 1, 0.5, 0.5, 0.25]),
        (WarmUp(epochs=2), [0.5, 1, 1, 1, 1]),
        # one step an epoch: its rate is that of the epoch's start
        (Cosine(), [1, *(0.5 + 0.5 * np.cos(np.pi * np.arange(1, 5) / 5))]),
    ],
    ids=str,
)
def test_a_schedule_sets_the_rate(schedule, rates):
    X, y = tables.regression()
    model = regressor(schedule=schedule, solver="sgd", batch_size=83).fit(X, y)
    assert model.history_.column("learning_rate") == pytest.approx(0.001 * np.array(rates))


@pytest.mark.parametrize("name", list(INITIALIZERS))
def test_every_initializer_begins_a_training(name):
    X, y = tables.regression()
    model = regressor(initializer=name, max_iter=30).fit(X, y)
    assert model.loss_curve_[-1] < model.loss_curve_[0]


def test_an_initializer_of_ones_own():
    def halves(random, inputs, outputs, activation):
        return np.full((inputs, outputs), 0.5), np.zeros(outputs)

    X, y = tables.regression()
    model = regressor(initializer=halves, learning_rate_init=1e-12).fit(X, y)
    assert model.coefs_[0] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("word", "name", "hint"),
    [
        ("solver", "adm", "adam"),
        ("activation", ["rleu"], "relu"),
        ("initializer", "he_norml", "he_normal"),
        ("schedule", "cosin", "cosine"),
    ],
)
def test_a_misspelt_name_lists_the_right_one(word, name, hint):
    with pytest.raises((ValueError, UnknownNameError), match=hint):
        regressor(**{word: name}).fit(*tables.regression())


# The best epoch


@pytest.mark.parametrize("restore", ["auto", True, False])
@pytest.mark.parametrize(
    ("monitor", "column", "sign"), [("loss", "loss", 1), ("val_loss", "val_loss", 1),
                                    ("score", "score", -1), ("auto", "loss", 1)],
)  # fmt: skip
def test_the_best_epochs_weights_come_back(monitor, column, sign, restore):
    X, y = tables.regression()
    seen = []

    def keep(training, record):
        seen.append(training.network.views(training.weights.copy()))

    model = regressor(
        monitor=monitor, restore_best=restore, max_iter=12, schedule=Exponential(2.0),
        callbacks=keep,
    ).fit(X[:50], y[:50], X_val=X[50:], y_val=y[50:])  # fmt: skip
    results = sign * np.array(model.history_.column(column))
    watched = monitor in ("val_loss", "score")
    best = results.argmin() if restore is True or (restore == "auto" and watched) else -1
    for got, kept in zip(model.coefs_, seen[best][0], strict=True):
        np.testing.assert_array_equal(got, kept)
    assert results.argmin() not in (0, len(results) - 1)


@pytest.mark.parametrize("monitor", ["val_loss", "score"])
def test_a_validation_result_needs_validation_rows(monitor):
    with pytest.raises(ValueError, match=f"monitor='{monitor}' needs validation rows: pass X_val"):
        regressor(monitor=monitor).fit(*tables.regression())


# Threads, output, no hidden layer


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_number_of_threads_changes_no_bit(dtype, solver):
    X, y = tables.regression(300)
    words = {"hidden_layer_sizes": (300, 200), "batch_size": 100, "max_iter": 2, "clip_norm": 1.0}
    models = [
        regressor(solver=solver, n_threads=n, dropout=0.2, **words).fit(X.astype(dtype), y)
        for n in (1, 2, 3)
    ]
    assert same_bits(models[0], models[1])
    assert same_bits(models[0], models[2])


@pytest.mark.parametrize("verbose", [2, 10])
def test_more_verbose_prints_the_lines_of_scikit_learn(verbose, capsys):
    X, y = tables.regression()
    model = regressor(verbose=verbose, max_iter=2, early_stopping=True).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    first = model.history_[0]
    assert lines[0] == f"Iteration 1, loss = {first.loss:.8f}"
    assert lines[1] == f"Validation score: {first.score:f}"
    assert lines[-1] == f"Stopped after 2 iterations: {model.stop_reason_}."


def test_no_hidden_layer_is_ridge_regression():
    X, y = tables.two_outputs()
    model = regressor(hidden_layer_sizes=(), solver="lbfgs", alpha=5.0, tol=1e-12, max_iter=500)
    model.fit(X, y)
    Xc, yc = X - X.mean(axis=0), y - y.mean(axis=0)
    coefficients = np.linalg.solve(Xc.T @ Xc + 5.0 * np.eye(5), Xc.T @ yc)
    # SciPy's L-BFGS ends when the loss falls by less than 2e-9 of itself
    np.testing.assert_allclose(model.coefs_[0], coefficients, rtol=0, atol=1e-5)
    assert model.predict(X).mean(axis=0) == pytest.approx(y.mean(axis=0), abs=1e-5)


def test_no_hidden_layer_is_logistic_regression():
    X, y = tables.two_classes()
    model = classifier(hidden_layer_sizes=(), solver="lbfgs", alpha=2.0, tol=1e-10, max_iter=500)
    expected = LogisticRegression(C=1 / 2.0, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(
        model.fit(X, y).predict_proba(X), expected.predict_proba(X), rtol=1e-5
    )
