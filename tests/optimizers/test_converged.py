"""`converged` is said where it holds; what a function or its derivatives give is checked."""

import re

import numpy as np
import pytest

import neurona
from neurona import autodiff
from neurona.errors import OperationError, StopReason
from neurona.optimizers.solver import SOLVERS

HOURS = np.linspace(0, 10, 50)
LINE = 2 * HOURS + 1 + np.sin(7 * HOURS)

KINKS = {
    "sum of sizes": (lambda p: np.abs(p).sum(), [1.0, -2.0], 0.0),
    "largest": (lambda p: np.max(np.abs(p - 1)), [3.0, -1.0], 0.0),
    "uneven": (lambda p: np.abs(p[0]) + 100 * np.abs(p[1] - 1), [3.0, -2.0], 0.0),
    "on a bowl": (lambda p: 1e-3 * np.sum(p**2) + np.abs(p[0] - p[1]), [5.0, -3.0], 0.0),
    "far from 0": (lambda p: 1e6 + np.abs(p - 3).sum(), [1.0, -2.0], 1e6),
    "an edge": (lambda p: np.maximum(p[0] + p[1] ** 2, -1.0 - p[0]), [2.0, 2.0], -0.5),
}
SMOOTH = {
    "bowl": (lambda p: np.sum((p - 3) ** 2), [1.0, 2.0]),
    "steep bowl": (lambda p: 1e10 * np.sum((p - 3) ** 2), [1.0, 2.0]),
    "shallow bowl": (lambda p: 1e-6 * np.sum((p - 3) ** 2) + 5, [1.0, 2.0]),
    "valley": (lambda p: 100 * (p[1] - p[0] ** 2) ** 2 + (1 - p[0]) ** 2, [-1.2, 1.0]),
    "far offset": (lambda p: 1e8 + np.sum((p - 3) ** 2), [1.0, 2.0]),
    "uneven bowl": (lambda p: 1e8 * (p[0] - 1) ** 2 + (p[1] - 1) ** 2, [3.0, 3.0]),
    "logistic": (lambda p: np.sum(np.log(1 + np.exp(-p))) + 0.1 * np.sum(p**2), [5.0, -5.0]),
}
METHODS = ["bfgs", "lbfgs", "cg", "scg", "newton", "newton-cg"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", KINKS)
def test_a_kink_is_no_convergence_unless_it_is_the_minimum(name, method):
    function, start, least = KINKS[name]
    found = neurona.minimize(function, start, method, max_iterations=300)
    if found.converged:
        assert found.value <= least + 1e-6 * max(1.0, abs(least))
    elif found.reason.startswith(StopReason.STEEP):
        assert "slope is not zero" in str(found)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", SMOOTH)
def test_a_minimum_is_convergence(name, method):
    function, start = SMOOTH[name]
    found = neurona.minimize(function, start, method)
    assert found.converged, found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scale", [1e-12, 1e-20, 1e-150])
def test_a_function_of_tiny_numbers_is_not_taken_for_flat(scale, method):
    found = neurona.minimize(lambda p: scale * np.sum((p - 3) ** 2), [1.0, 2.0], method)
    assert not found.converged and found.reason == StopReason.TINY
    near = neurona.minimize(lambda p: np.sum((p - 3) ** 2), [3 + 1e-9, 3.0], method)
    assert near.converged and near.iterations == 0


@pytest.mark.parametrize("result", [lambda p: p[0] + 1j, lambda p: "a", lambda p: np.sqrt(p + 0j)])
def test_what_is_no_real_number_has_no_slope(result):
    with pytest.raises((ValueError, OperationError), match="real"):
        neurona.minimize(result, [2.0])
    with pytest.raises(OperationError, match=r"returned .* only real numbers have slopes"):
        autodiff.grad(result)(2.0 * np.ones(1))


@pytest.mark.parametrize(
    ("residuals", "start", "said"),
    [
        (
            lambda p: np.sqrt(p[0]) * HOURS[1:] + p[1],
            [0.0, 0.0],
            "residual 0 by parameter 0 is inf",
        ),
        (
            lambda p: p[0] * HOURS + np.sqrt(p[1]),
            [1.0, 0.0],
            "the derivative of residual 0 by parameter",
        ),
        (
            lambda p: np.where(np.arange(50) == 49, np.sqrt(p[0]), p[1]),
            [0.0, 1.0],
            "residual 49 by parameter 0",
        ),
        (lambda p: HOURS / (p[0] + HOURS - 10), [0.0], "residual 49 is inf"),
        (lambda p: p[0] * np.log(HOURS - 5), [1.0], "residual 0 is nan"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_not_finite_at_the_start_is_named(residuals, start, said):
    for method in ("lm", "gauss-newton", "lbfgs"):
        with pytest.raises(ValueError, match=f"not finite at x0: .*{said}"):
            neurona.least_squares(residuals, start, method)


@pytest.mark.parametrize("index", [0, 2])
def test_a_gradient_that_is_not_finite_is_named(index):
    with pytest.raises(ValueError, match=f"component {index} of the gradient is inf"):
        neurona.minimize(lambda p: np.sum(p**2) + np.sqrt(p[index]), np.zeros(3))


def test_a_given_jacobian_that_is_not_finite_is_named():
    def slopes(p):
        matrix = np.column_stack([HOURS, np.ones(50)])
        matrix[7, 1] = np.nan
        return matrix

    with pytest.raises(ValueError, match="residual 7 by parameter 1 is nan"):
        neurona.least_squares(lambda p: p[0] * HOURS + p[1] - LINE, [0.0, 0.0], jacobian=slopes)


def test_derivatives_that_break_on_the_way_are_no_convergence():
    def slopes(p):
        matrix = np.column_stack([HOURS, np.ones(50)])
        if p[0] != 0:
            matrix[:, 1] = np.nan
        return matrix

    fit = neurona.least_squares(lambda p: p[0] * HOURS + p[1] - LINE, [0.0, 0.0], jacobian=slopes)
    assert not fit.converged
    assert "the derivative of residual 0 by parameter 1 is nan" in fit.reason


@pytest.mark.parametrize(
    ("jacobian", "shape"),
    [
        (lambda p: [HOURS, np.ones(50)], "(2, 50); transpose it"),
        (lambda p: np.zeros((25, 4)), "(25, 4)"),
        (lambda p: np.zeros(100), "(100,)"),
        (lambda p: np.zeros((50, 1)), "(50, 1)"),
        (lambda p: np.zeros((49, 2)), "(49, 2)"),
        (lambda p: np.zeros((1, 2)), "(1, 2)"),
    ],
)
def test_a_jacobian_has_a_row_per_residual(jacobian, shape):
    with pytest.raises(ValueError, match=re.escape(f"(50, 2). Got an array of shape {shape}")):
        neurona.least_squares(lambda p: p[0] * HOURS + p[1] - LINE, [0.0, 0.0], jacobian=jacobian)


def test_a_jacobian_of_one_parameter_or_residual_may_be_flat():
    fit = neurona.least_squares(lambda p: p[0] * HOURS - LINE, [0.0], jacobian=lambda p: HOURS)
    assert fit.converged
    one = neurona.least_squares(
        lambda p: p[0] + 2 * p[1] - 3, [0.0, 0.0], jacobian=lambda p: [1.0, 2.0]
    )
    assert one.value < 1e-20


@pytest.mark.parametrize("shape", [(3, 2), (6, 1, 2), (1, 7), (5,)])
def test_a_gradient_has_the_shape_of_x0(shape):
    with pytest.raises(ValueError, match="gradient must have"):
        neurona.minimize(lambda p: np.sum(p**2), np.ones((2, 3)), gradient=lambda p: np.ones(shape))


def test_residuals_are_always_as_many():
    calls = []

    def residuals(p):
        calls.append(1)
        return np.full(5 + len(calls), float(np.asarray(p)[0]))

    with pytest.raises(ValueError, match="as many residuals at every point"):
        neurona.least_squares(residuals, [1.0], jacobian=lambda p: np.ones((6, 1)))


def forgotten(p):
    np.sum(p**2)


@pytest.mark.parametrize(
    "call",
    [
        lambda: autodiff.grad(forgotten)(np.ones(2)),
        lambda: autodiff.value_and_grad(forgotten)(np.ones(2)),
        lambda: autodiff.jacobian(forgotten)(np.ones(2)),
        lambda: autodiff.hessian(forgotten)(np.ones(2)),
        lambda: autodiff.jacobian_vector_product(forgotten)(np.ones(2), np.ones(2)),
        lambda: autodiff.vector_jacobian_product(forgotten)(np.ones(2)),
        lambda: neurona.minimize(forgotten, [1.0, 2.0]),
        lambda: neurona.minimize(lambda p: p @ p, [1.0], gradient=forgotten),
        lambda: neurona.minimize(lambda p: p @ p, [1.0], "newton", hessian=forgotten),
        lambda: neurona.minimize(forgotten, [1.0], gradient=True),
        lambda: neurona.least_squares(forgotten, [1.0, 2.0]),
        lambda: neurona.least_squares(lambda p: p, [1.0, 2.0], jacobian=forgotten),
    ],
)
def test_a_forgotten_return_is_said(call):
    with pytest.raises((ValueError, TypeError), match="forgotten returned None; end it with `ret"):
        call()


@pytest.mark.parametrize("method", [name for name in SOLVERS if name != "bayesian-lm"])
def test_a_start_at_the_minimum_is_convergence(method):
    fit = neurona.least_squares(lambda p: p - 1.0, [1.0, 1.0], method)
    assert fit.converged and fit.iterations == 0
