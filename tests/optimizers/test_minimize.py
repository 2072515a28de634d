"""minimize and least_squares: SciPy's answers, sources of derivatives, edges, wrong inputs."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.optimize

import neurona
from neurona.errors import IncompatibleError, StopReason, UnknownNameError
from neurona.optimizers import LBFGS, OPTIMIZERS, SOLVERS, Adam, find_solver
from neurona.optimizers.solver import Need

GENERAL = [name for name in SOLVERS if Need.MODEL not in find_solver(name).needs]
FOR_FUNCTIONS = [name for name in SOLVERS if Need.EVIDENCE not in find_solver(name).needs]
TIMES = np.linspace(0, 4, 30)
NOISE = np.random.default_rng(3).normal(0, 0.05, 30)
DATA = 3 * np.exp(-1.3 * TIMES) + 0.5 + NOISE


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def decay(p):
    return p[0] * np.exp(-p[1] * TIMES) + p[2] - DATA


def decay_slopes(p):
    fall = np.exp(-p[1] * TIMES)
    return np.column_stack([fall, -p[0] * TIMES * fall, np.ones(30)])


@pytest.mark.parametrize("method", GENERAL)
def test_every_method_finds_the_minimum(method):
    slow = method == "gradient-descent"
    result = neurona.minimize(
        rosenbrock, [-1.2, 1.0, 1.1], method,
        gradient_tolerance=1e-2 if slow else 1e-6, decrease_tolerance=0,
    )  # fmt: skip
    np.testing.assert_allclose(result.solution, 1, atol=0.05 if slow else 1e-5)
    assert result.method == method
    assert set(result.derivatives.values()) == {"from the computation graph"}
    assert ("hessian" in result.derivatives) == method.startswith("newton")
    assert result.value == rosenbrock(result.solution)
    assert len(result.history) == result.iterations == result.history[-1].iteration
    assert result.converged
    np.testing.assert_allclose(
        result.gradient, scipy.optimize.rosen_der(result.solution), atol=1e-10
    )
    assert result.gradient_norm == np.abs(result.gradient).max()


@pytest.mark.parametrize("method", FOR_FUNCTIONS)
def test_every_method_fits_like_scipy(method):
    expected = scipy.optimize.least_squares(decay, [1.0, 1, 0], decay_slopes, xtol=1e-15)
    fit = neurona.least_squares(decay, [1.0, 1, 0], method)
    np.testing.assert_allclose(fit.solution, expected.x, rtol=1e-5)
    assert fit.value == pytest.approx(expected.cost, rel=1e-10)
    np.testing.assert_array_equal(fit.residuals, decay(fit.solution))
    np.testing.assert_allclose(fit.jacobian, decay_slopes(fit.solution))
    assert fit.rank == 3


def test_errors_of_the_parameters_are_those_of_curve_fit():
    def model(t, a, b, c):
        return a * np.exp(-b * t) + c

    _, covariance = scipy.optimize.curve_fit(model, TIMES, DATA, [1.0, 1, 0])
    fit = neurona.least_squares(decay, [1.0, 1, 0])
    np.testing.assert_allclose(fit.covariance, covariance, rtol=1e-4)
    np.testing.assert_allclose(fit.standard_errors, np.sqrt(np.diag(covariance)), rtol=1e-4)


def test_parameters_that_the_data_do_not_determine_have_no_finite_error():
    fit = neurona.least_squares(lambda p: (p[0] + p[1]) * TIMES - DATA, [0.0, 0.0])
    assert fit.rank == 1
    assert np.isinf(fit.standard_errors).all()
    assert fit.converged
    exact = neurona.least_squares(lambda p: p - np.array([1.0, 2.0]), [0.0, 0.0])
    np.testing.assert_allclose(exact.solution, [1, 2], rtol=1e-14)
    assert exact.converged
    assert np.isinf(exact.standard_errors).all()


def by_math(x):
    return math.exp(x[0]) - 2 * x[0] + (x[1] - 3) ** 2


def slopes_by_math(x):
    return np.array([math.exp(x[0]) - 2, 2 * (x[1] - 3)])


SOURCES = {
    "given": {"gradient": slopes_by_math},
    "by central differences": {},
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("method", [*GENERAL, "rprop"])
def test_opaque_functions(method, source):
    result = neurona.minimize(by_math, [0.0, 0.0], method, **SOURCES[source], max_iterations=400)
    np.testing.assert_allclose(result.solution, [math.log(2), 3], atol=1e-5)
    assert result.derivatives["gradient"] == source
    if method.startswith("newton"):
        assert result.derivatives["hessian"] == "by central differences"
        assert any("The hessian was taken by central" in note for note in result.notes)
    elif source == "given":
        assert result.notes == ()
    else:
        assert "could not follow the function (TypeError" in result.notes[0]
        assert result.notes[0] in str(result)


def test_value_and_gradient_from_one_function_and_a_given_hessian():
    def both(x):
        return by_math(x), slopes_by_math(x)

    def second(x):
        second.calls += 1
        return np.diag([math.exp(x[0]), 2.0])

    for method in ("newton", "newton-cg"):
        second.calls = 0
        result = neurona.minimize(both, [0.0, 0.0], method, gradient=True, hessian=second)
        np.testing.assert_allclose(result.solution, [math.log(2), 3], rtol=1e-8)
        assert second.calls >= result.iterations
        assert result.derivatives == {"gradient": "given", "hessian": "given"}
        assert neurona.minimize(both, [0.0, 0.0], method, gradient=True).converged


def test_opaque_residuals():
    def opaque(p):
        return [math.exp(p[0] * t) - math.exp(0.7 * t) for t in TIMES]

    fit = neurona.least_squares(opaque, [0.1])
    assert fit.solution == pytest.approx(0.7)
    assert fit.derivatives == {"jacobian": "by central differences"}
    assert "The jacobian was taken by central differences" in fit.notes[0]
    fit = neurona.least_squares(
        opaque, [0.1], jacobian=lambda p: [[t * math.exp(p[0] * t)] for t in TIMES]
    )
    assert fit.solution == pytest.approx(0.7, rel=1e-12)
    assert fit.derivatives == {"jacobian": "given"}


@pytest.mark.parametrize("units", [1e-8, 1e8])
def test_differences_follow_the_units(units):
    def opaque(p):
        return [p[0] * units * math.exp(-p[1] / units * t) - 2 * math.exp(-0.5 * t) for t in TIMES]

    fit = neurona.least_squares(opaque, [1 / units, 1 * units])
    np.testing.assert_allclose(fit.solution, [2 / units, 0.5 * units], rtol=1e-7)


def test_functions_may_write_on_what_they_get():
    def rude(x):
        value = (x[0] - 1) ** 2 + math.cosh(x[1])
        x[...] = np.nan
        return value

    np.testing.assert_allclose(neurona.minimize(rude, [3.0, 1.0]).solution, [1, 0], atol=1e-6)
    buffer = np.empty(2)

    def reused(x):
        buffer[:] = math.exp(x[0]) - 2, x[1] ** 2 - 3
        return buffer

    fit = neurona.least_squares(reused, [1.0, 1.0])
    np.testing.assert_allclose(fit.solution, [math.log(2), math.sqrt(3)], rtol=1e-9)


def test_a_graph_that_fails_on_the_way_gives_way_to_differences():
    def turns(x):  # leaves NumPy below 0.5 only
        return x[0] ** 2 if x[0] > 0.5 else math.pow(x[0], 2)

    result = neurona.minimize(turns, [3.0], "gradient-descent")
    assert result.solution == pytest.approx(0, abs=1e-7)
    assert len(result.notes) == 1


def test_any_shape():
    target = np.arange(6.0).reshape(2, 3)
    result = neurona.minimize(lambda W: np.sum((W - target) ** 4), np.zeros((2, 3)))
    assert result.solution.shape == result.gradient.shape == (2, 3)
    np.testing.assert_allclose(result.solution, target, atol=0.02)
    fit = neurona.least_squares(lambda W: W - target, np.zeros((2, 3)))
    np.testing.assert_allclose(fit.solution, target)
    assert fit.standard_errors.shape == (2, 3)
    assert neurona.minimize(lambda x: np.sum((x - 2) ** 2), 7.0).solution.shape == (1,)


@pytest.mark.parametrize("method", list(OPTIMIZERS))
def test_step_methods(method):
    rate = {"adagrad": 0.5, "adadelta": 30.0, "sgd": 0.1, "momentum": 0.02, "nesterov": 0.02}
    result = neurona.minimize(
        lambda x: (x[0] - 1) ** 2 + 3 * (x[1] + 2) ** 2, [0.0, 0.0], method,
        learning_rate=rate.get(method, 0.03), max_iterations=500,
    )  # fmt: skip
    np.testing.assert_allclose(result.solution, [1, -2], atol=0.02)
    assert result.method == OPTIMIZERS.find(method).name
    # the best point of all, though steps may lead up
    assert result.value <= min(record.value for record in result.history)


def test_step_methods_step_as_the_stepper_does():
    weights = np.array([0.0, 0.0])
    stepper = neurona.optimizers.Stepper(Adam(beta1=0.8), weights, 0.1)
    for _ in range(7):
        stepper.step(np.array([2 * (weights[0] - 1), 6 * (weights[1] + 2)]))
    result = neurona.minimize(
        lambda x: (x[0] - 1) ** 2 + 3 * (x[1] + 2) ** 2, [0.0, 0.0], Adam(beta1=0.8),
        learning_rate=0.1, max_iterations=7, keep_path=True,
    )  # fmt: skip
    np.testing.assert_allclose(result.history[-1].x, weights, rtol=1e-12)


def test_a_rate_too_large_ends_with_the_best_point():
    result = neurona.minimize(lambda x: x[0] ** 4, [1.0], "sgd", learning_rate=10.0)
    assert result.reason == StopReason.DIVERGED
    assert result.solution == [1.0]
    assert not result.converged


def test_callbacks_see_points_and_stop():
    seen = []

    def callback(record):
        seen.append(record)
        return "far enough" if record.value < 1 else None

    result = neurona.minimize(rosenbrock, [-1.2, 1.0], callback=callback)
    assert result.reason == "far enough"
    assert not result.converged
    np.testing.assert_array_equal(seen[-1].x, result.solution)
    assert [r._replace(x=None) for r in seen] == list(result.history)
    assert [record.iteration for record in seen] == list(range(1, len(seen) + 1))


def test_an_interrupt_keeps_the_best_point():
    def function(x):
        function.calls += 1
        if function.calls == 15:
            raise KeyboardInterrupt
        return by_math(x)

    function.calls = 0
    result = neurona.minimize(function, [5.0, 0.0], gradient=slopes_by_math, method="cg")
    assert result.reason == StopReason.INTERRUPTED
    assert result.value == result.history[-1].value < by_math([5.0, 0.0])


def test_limits():
    result = neurona.minimize(rosenbrock, [-1.2, 1.0], max_iterations=3)
    assert result.reason == StopReason.MAX_EPOCHS
    assert result.iterations == 3
    result = neurona.minimize(rosenbrock, [-1.2, 1.0], max_evaluations=10)
    assert result.reason == StopReason.MAX_EVALUATIONS
    assert 10 <= result.evaluations < 15
    assert neurona.minimize(rosenbrock, [-1.2, 1.0], max_iterations=0).iterations == 0
    assert neurona.minimize(rosenbrock, [1.0, 1.0]).reason == StopReason.CONVERGED


def test_the_default_method_follows_the_size():
    assert neurona.minimize(rosenbrock, np.zeros(3), max_iterations=1).method == "bfgs"
    assert neurona.minimize(rosenbrock, np.zeros(500), max_iterations=1).method == "lbfgs"
    few = LBFGS(memory=3)
    assert neurona.minimize(rosenbrock, np.zeros(3), few, max_iterations=1).method == "lbfgs"


@pytest.mark.parametrize("method", GENERAL)
def test_steps_back_from_where_the_function_is_not_defined(method):
    result = neurona.minimize(
        lambda x: np.sum(x) - np.sum(np.log(x)), [0.01, 40.0], method, max_iterations=20_000
    )
    np.testing.assert_allclose(result.solution, 1, atol=1e-5)


@pytest.mark.parametrize("method", ["lm", "gauss-newton"])
def test_fits_step_back_too(method):
    fit = neurona.least_squares(lambda x: np.log(x) - 1.5, [1e3], method)
    assert fit.solution == pytest.approx(math.exp(1.5))


@pytest.mark.parametrize("units", [1e-8, 1e8])
def test_badly_scaled_parameters(units):
    scale = np.array([units, 1.0, 1 / units])
    plain = neurona.least_squares(decay, [1.0, 1, 0])
    scaled = neurona.least_squares(lambda p: decay(p * scale), np.array([1.0, 1, 0]) / scale)
    np.testing.assert_allclose(scaled.solution * scale, plain.solution, rtol=1e-7)
    np.testing.assert_allclose(scaled.standard_errors * scale, plain.standard_errors, rtol=1e-5)


@pytest.mark.parametrize(
    ("error", "message", "arguments", "options"),
    [
        (ValueError, "x0 is empty", (rosenbrock, []), {}),
        (ValueError, "x0 must be an array of real", (rosenbrock, ["a"]), {}),
        (ValueError, "holds nan or inf", (rosenbrock, [1, np.nan]), {}),
        (ValueError, "The function is not finite at x0", (lambda x: np.log(x[0]), [-1.0]), {}),
        (ValueError, "The gradient is not finite at x0", (lambda x: np.sqrt(x[0]), [0.0]), {}),
        (ValueError, "must return one real number", (lambda x: x**2, [1.0, 2.0]), {}),
        (ValueError, "as many numbers as x0, 2. Got 3", (rosenbrock, [1.0, 2.0]),
         {"gradient": lambda x: np.ones(3)}),
        (ValueError, "Hessian must be 2 x 2", (rosenbrock, [1.0, 2.0]),
         {"hessian": lambda x: np.ones(3), "method": "newton"}),
        (ValueError, "max_iterations must not be negative", (rosenbrock, [1.0, 2.0]),
         {"max_iterations": -1}),
        (ValueError, "gradient_tolerance must be 0 or more", (rosenbrock, [1.0, 2.0]),
         {"gradient_tolerance": -1.0}),
        (UnknownNameError, "Unknown method 'bgfs'; did you mean 'bfgs'. known are .*, bfgs, ",
         (rosenbrock, [1.0, 2.0]),
         {"method": "bgfs"}),
        (UnknownNameError, "3 is no solver", (rosenbrock, [1.0, 2.0]), {"method": 3}),
        (IncompatibleError, "'lm' needs a sum of squares", (rosenbrock, [1.0, 2.0]),
         {"method": "lm"}),
    ],
)  # fmt: skip
def test_wrong_inputs_of_minimize(error, message, arguments, options):
    with pytest.raises(error, match=message):
        neurona.minimize(*arguments, **options)


@pytest.mark.parametrize(
    ("message", "residuals", "options"),
    [
        ("The function is not finite at x0", lambda p: np.log(-p), {}),
        ("a row per residual and a column per parameter, \\(2, 2\\)", lambda p: p - 1,
         {"jacobian": lambda p: np.ones((2, 3))}),
        ("residuals must be real", lambda p: p + 1j, {"jacobian": lambda p: np.ones((2, 2))}),
    ],
)  # fmt: skip
def test_wrong_inputs_of_least_squares(message, residuals, options):
    with pytest.raises(ValueError, match=message):
        neurona.least_squares(residuals, [1.0, 2.0], **options)


def test_the_result_prints_as_sentences():
    text = str(neurona.minimize(rosenbrock, [-1.2, 1.0]))
    assert text.startswith("converged: the gradient or the decrease")
    assert "bfgs: " in text
    assert "gradient from the computation graph" in text


def test_the_same_bits_every_time():
    one, two = (neurona.minimize(rosenbrock, np.linspace(-1, 2, 6)) for _ in range(2))
    np.testing.assert_array_equal(one.solution, two.solution)
    assert [r[:6] for r in one.history] == [r[:6] for r in two.history]
