"""A trace is what the compiled step does, and says it in parts that fit together."""

from __future__ import annotations

import dataclasses
import itertools
import warnings

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

import neurona
from neurona.errors import IncompatibleError
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import OPTIMIZERS, RMSProp
from neurona.optimizers.solver import SOLVERS
from neurona.tracing.step import trace_step
from neurona.training.problem import Regularisation
from tests.tracing.steps import ROW_WEIGHTS, compiled, step_of

RATE = 0.01


def close(ours, theirs, tolerance=1e-13):
    """Equal to a relative tolerance, of each number or of the largest where sums cancelled."""
    largest = np.abs(theirs).max(initial=0.0)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance * largest)


def compare(step, steps=1, tolerance=1e-13):
    """Trace some steps one after the other, and let the kernels do them, too."""
    problem, result = compiled(step, RATE, steps)
    network = step.network
    for _ in range(steps):
        trace = trace_step(step, RATE)
        new = network.pack(
            [layer.weights.new for layer in trace.update],
            [layer.biases.new for layer in trace.update],
        )
        before = step
        step = advanced(step)
    close(new, problem.weights, tolerance)
    assert trace.loss + trace.penalty == pytest.approx(result.loss, rel=tolerance)
    theirs = problem.optimizer_state().named(before.optimizer, network)
    for name, flat in theirs.items():
        for layer, matrix, bias in zip(trace.update, *network.views(flat), strict=True):
            close(layer.weights.after[name], matrix, tolerance)
            close(layer.biases.after[name], bias, tolerance)
    return trace, result


def advanced(step):
    """The same step after the kernels did it once."""
    problem, _ = compiled(step, RATE)
    return dataclasses.replace(
        step, weights=problem.weights.copy(), state=problem.optimizer_state().copy()
    )


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_every_optimizer_moves_as_the_compiled_step_does(optimizer):
    rules = Regularisation(l2=0.3, l1=0.1, clip_value=0.2)
    compare(step_of(optimizer=optimizer, rules=rules), steps=3)


def test_options_of_an_optimizer_count():
    compare(step_of(optimizer=RMSProp(momentum=0.5, centered=True, weight_decay=0.1)), steps=3)


@pytest.mark.parametrize("hidden", list(ACTIVATIONS))
def test_every_activation_is_the_compiled_one(hidden):
    compare(step_of(hidden=hidden, optimizer="adam"), steps=2)


def may_be_trained(loss, output):
    try:
        LOSSES.find(loss).member(ACTIVATIONS.find(output))
    except IncompatibleError:
        return False
    return True


PAIRS = [pair for pair in itertools.product(LOSSES, ACTIVATIONS) if may_be_trained(*pair)]


@pytest.mark.parametrize(("loss", "output"), PAIRS, ids=str)
def test_every_pair_of_loss_and_output_that_may_be_trained(loss, output):
    trace, _ = compare(step_of(loss, output))
    last = trace.backward[-1]
    if last.arriving is not None and last.slopes is not None:
        close(last.arriving * last.slopes, last.errors, 1e-12)


@pytest.mark.parametrize(
    "rules",
    [
        Regularisation(clip_norm=0.1),
        Regularisation(l2=2.0, clip_value=0.05, clip_norm=0.1),
        Regularisation(dropout=(0.4, 0.2, 0.0), seed=1234),
    ],
    ids=str,
)
def test_what_is_done_to_the_gradient(rules):
    trace, result = compare(step_of(optimizer="adam", rules=rules, row_weights=ROW_WEIGHTS), 2)
    assert trace.gradient_norm == pytest.approx(result.gradient_norm, rel=1e-12)


def test_float32_is_traced_in_float32():
    trace, _ = compare(step_of(optimizer="sgd", dtype=np.float32), tolerance=1e-6)
    assert trace.forward[0].sums.dtype == np.float32


def test_a_step_that_can_be_done_by_hand():
    model = neurona.MLPRegressor(
        hidden_layer_sizes=(1,), activation="logistic", solver="sgd", momentum=0, alpha=0,
        learning_rate_init=0.5,
    )  # fmt: skip
    model.partial_fit([[0.0]], [0.0])
    model.coefs_, model.intercepts_ = (
        [np.array([[2.0]]), np.array([[3.0]])],
        [np.array([-2.0]), np.array([0.5])],
    )
    trace = neurona.trace(model, [1.0], 1.0)
    assert trace.forward[0].sums[0, 0] == 0  # 2 x 1 - 2
    assert trace.forward[0].values[0, 0] == 0.5
    assert trace.forward[1].values[0, 0] == 2.0  # 3 x 0.5 + 0.5
    assert trace.loss == 0.5  # (2 - 1)^2 / 2
    assert trace.backward[1].errors[0, 0] == 1.0
    assert trace.backward[0].arriving[0, 0] == 3.0
    assert trace.backward[0].slopes[0, 0] == 0.25
    assert trace.backward[0].errors[0, 0] == 0.75
    assert trace.update[1].weights.gradient[0, 0] == 0.5  # a x error
    assert trace.update[1].weights.new[0, 0] == 2.75
    assert trace.update[0].biases.new[0] == -2.375


@pytest.mark.parametrize("solver", list(OPTIMIZERS))
def test_partial_fit_then_does_what_was_traced(solver):
    X, y = np.random.default_rng(0).normal(size=(4, 2)), [0.0, 1.0, 0.5, 2.0]
    model = neurona.MLPRegressor(hidden_layer_sizes=(3,), solver=solver, random_state=1)
    model.partial_fit(X, y).partial_fit(X, y)
    weights = [w.copy() for w in model.coefs_]
    trace = neurona.trace(model, X, y)
    assert all(np.array_equal(a, b) for a, b in zip(weights, model.coefs_, strict=True))
    assert trace.step == 3
    model.partial_fit(X, y)
    for layer, coefs, intercepts in zip(trace.update, model.coefs_, model.intercepts_, strict=True):
        close(layer.weights.new, coefs)
        close(layer.biases.new, intercepts)


@pytest.mark.parametrize(
    "words",
    [
        {"schedule": "exponential"},
        {"solver": "sgd", "learning_rate": "invscaling"},
        {"dropout": 0.5, "alpha_l1": 0.1, "shuffle": False},
        {"class_weight": "balanced"},
    ],
    ids=str,
)
def test_schedules_dropout_and_class_weights_are_the_estimators(words):
    X, y = np.random.default_rng(0).normal(size=(6, 2)), list("aababc")
    model = neurona.MLPClassifier((3,), random_state=1, **words).partial_fit(X, y, classes=[*"abc"])
    trace = neurona.trace(model, X, y)
    close(trace.update[1].weights.new, model.partial_fit(X, y).coefs_[1])


def test_a_model_that_was_not_fitted_draws_the_weights_that_fit_would():
    X = [[0.0, 1.0], [1.0, 0.0]]
    model = neurona.MLPClassifier((3,), random_state=7)
    trace = neurona.trace(model, X[0], "yes", classes=["no", "yes"])
    assert not hasattr(model, "coefs_")
    model.partial_fit(X[:1], ["yes"], classes=["no", "yes"])
    close(trace.update[0].weights.new, model.coefs_[0])
    with pytest.raises(ValueError, match="does not know its classes; pass classes="):
        neurona.trace(neurona.MLPClassifier((3,)), X[0], "yes")


def test_a_generator_given_as_random_state_is_not_drawn_from():
    random = np.random.RandomState(5)
    model = neurona.MLPRegressor(hidden_layer_sizes=(3,), random_state=random, dropout=0.5)
    before = random.get_state()[1].copy()
    neurona.trace(model, [1.0, 2.0], 3.0)
    np.testing.assert_array_equal(random.get_state()[1], before)


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(0)
    return {
        "load": random.normal(size=40),
        "gear": random.choice(["low", "high"], 40),
        "wear": random.normal(10, 3, size=40),
    }


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_a_table_model_goes_through_its_preparation_and_scaling(table):
    model = neurona.TableRegressor((3,), steps=50, random_state=0, dtype="float64", solver="sgd")
    model.fit(table, "wear")
    row = {"load": 0.5, "gear": "low", "wear": 12.0}
    trace = neurona.trace(model, row, "wear")
    assert trace.input_names == ("load", "gear = high", "gear = low")
    assert trace.output_names == ("wear",)
    inputs = {"load": [0.5], "gear": ["low"]}
    assert trace.prediction[0, 0] == pytest.approx(model.predict(inputs)[0], rel=1e-13)
    assert trace.truth[0, 0] == pytest.approx(12.0)
    for same in ({"load": 0.5, "gear": "low"}, [0.5, "low"]):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the list has no names: by position
            assert neurona.trace(model, same, 12.0).loss == trace.loss
    scaled = model.targets_.forward([[12.0]])
    np.testing.assert_allclose(trace.targets, scaled)
    before = trace.update[0].weights.old.copy()
    model.network_.set_params(monitor="loss", batch_size="auto").partial_fit(
        trace.inputs, trace.targets.ravel()
    )
    close(trace.update[0].weights.new, model.network_.coefs_[0])
    np.testing.assert_array_equal(trace.update[0].weights.old, before)


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_a_table_classifier_names_its_classes(table):
    model = neurona.TableClassifier((3,), steps=50, random_state=0).fit(table, "gear")
    trace = neurona.trace(model, {"load": 0.1, "wear": 9.0}, "low")
    assert trace.output_names == ("low",)
    assert trace.targets.tolist() == [[1.0]]
    with pytest.raises(NotFittedError, match="fit it first"):
        neurona.trace(neurona.TableClassifier(), {"load": 0.1}, "low")


@pytest.mark.parametrize("solver", list(SOLVERS))
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_full_batch_solver_says_what_is_not_shown(solver):
    X, y = [[0.0, 1.0], [1.0, 0.0]], [0.0, 1.0]
    model = neurona.MLPRegressor(hidden_layer_sizes=(2,), solver=solver, random_state=0).fit(X, y)
    trace = neurona.trace(model, X, y)
    assert trace.optimizer is None
    assert trace.update[0].weights.new is None
    assert repr(solver) in trace.note and "not shown" in trace.note
    assert trace.note.split(";")[0][:40] in str(trace)
    assert solver in trace.svg("update")


def test_parts_cannot_be_changed():
    trace = trace_step(step_of(), RATE)
    with pytest.raises(ValueError, match="read-only"):
        trace.forward[0].sums[0, 0] = 1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.loss = 0.0
    with pytest.raises(TypeError):
        trace.update[0].weights.before["x"] = 1


def test_another_learning_rate_may_be_asked_for():
    model = neurona.MLPRegressor(hidden_layer_sizes=(2,), solver="sgd", momentum=0, random_state=0)
    trace = neurona.trace(model, [1.0], 1.0, learning_rate=2.0)
    change = trace.update[1].weights
    close(change.new, change.old - 2.0 * change.gradient)
    with pytest.raises(ValueError, match=r"learning_rate must be greater than 0\. Got -1"):
        neurona.trace(model, [1.0], 1.0, learning_rate=-1)


def test_what_is_no_estimator_is_refused():
    with pytest.raises(TypeError, match="Got a Autoencoder; give an MLPRegressor"):
        neurona.trace(neurona.Autoencoder(), [[1.0]], [[1.0]])
    with pytest.raises(TypeError, match="Got a str; give an MLPRegressor"):
        neurona.trace("model", [1.0], 1.0)
