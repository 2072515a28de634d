"""Operations on numbers: value, first, second and third derivative against mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neurona import autodiff
from neurona.autodiff.elementwise import sech_squared
from neurona.autodiff.operation import OPERATIONS

ANY = [-3.1, -0.7, 0.0, 1e-9, 0.4, 2.3]
POSITIVE = [1e-3, 0.5, 1.0, 7.5]
INSIDE = [-0.9, -0.1, 0.0, 0.6]

ONE = {
    "negative": (np.negative, lambda x: -x, ANY),
    "positive": (np.positive, lambda x: +x, ANY),
    "reciprocal": (np.reciprocal, lambda x: 1 / x, [-2.0, 0.3]),
    "square": (np.square, lambda x: x * x, ANY),
    "sqrt": (np.sqrt, mpmath.sqrt, POSITIVE),
    "cbrt": (np.cbrt, mpmath.cbrt, POSITIVE),
    "exp": (np.exp, mpmath.exp, ANY),
    "exp2": (np.exp2, lambda x: mpmath.mpf(2) ** x, ANY),
    "expm1": (np.expm1, mpmath.expm1, ANY),
    "log": (np.log, mpmath.log, POSITIVE),
    "log2": (np.log2, lambda x: mpmath.log(x, 2), POSITIVE),
    "log10": (np.log10, mpmath.log10, POSITIVE),
    "log1p": (np.log1p, mpmath.log1p, INSIDE),
    "sin": (np.sin, mpmath.sin, ANY),
    "cos": (np.cos, mpmath.cos, ANY),
    "tan": (np.tan, mpmath.tan, ANY),
    "arcsin": (np.arcsin, mpmath.asin, INSIDE),
    "arccos": (np.arccos, mpmath.acos, INSIDE),
    "arctan": (np.arctan, mpmath.atan, ANY),
    "sinh": (np.sinh, mpmath.sinh, ANY),
    "cosh": (np.cosh, mpmath.cosh, ANY),
    "tanh": (np.tanh, mpmath.tanh, [*ANY, 20.0, -20.0]),
    "arcsinh": (np.arcsinh, mpmath.asinh, ANY),
    "arccosh": (np.arccosh, mpmath.acosh, [1.2, 5.0]),
    "arctanh": (np.arctanh, mpmath.atanh, INSIDE),
    "logistic": (autodiff.logistic, lambda x: 1 / (1 + mpmath.exp(-x)), [*ANY, 40.0, -40.0]),
    "sech_squared": (sech_squared, lambda x: mpmath.sech(x) ** 2, [*ANY, 40.0, -40.0]),
    "softplus": (
        autodiff.softplus, lambda x: mpmath.log1p(mpmath.exp(x)), [*ANY, 40.0, -40.0]
    ),
    "erf": (autodiff.erf, mpmath.erf, ANY),
    "erfc": (autodiff.erfc, mpmath.erfc, [*ANY, 6.0]),
    "absolute": (np.abs, abs, [-1.5, 2.0]),
    "sign": (np.sign, mpmath.sign, [-1.5, 2.0]),
    "floor": (np.floor, mpmath.floor, [-1.5, 2.3]),
    "ceil": (np.ceil, mpmath.ceil, [-1.5, 2.3]),
    "rint": (np.rint, mpmath.nint, [-1.4, 2.3]),
    "trunc": (np.trunc, lambda x: mpmath.mpf(int(x)), [-1.4, 2.3]),
}  # fmt: skip
PAIRS = [(0.7, 1.3), (1.7, 0.4), (2.0, 3.0)]
TWO = {
    "add": (np.add, lambda x, y: x + y),
    "subtract": (np.subtract, lambda x, y: x - y),
    "multiply": (np.multiply, lambda x, y: x * y),
    "divide": (np.divide, lambda x, y: x / y),
    "power": (np.power, lambda x, y: x**y),
    "hypot": (np.hypot, mpmath.hypot),
    "remainder": (np.remainder, lambda x, y: x - y * mpmath.floor(x / y)),
    "floor_divide": (np.floor_divide, lambda x, y: mpmath.floor(x / y)),
    "logaddexp": (np.logaddexp, lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y))),
    "arctan2": (np.arctan2, mpmath.atan2),
    "maximum": (np.maximum, max),
    "minimum": (np.minimum, min),
    "heaviside": (np.heaviside, lambda x, y: mpmath.mpf(x > 0)),
    "xlogy": (autodiff.xlogy, lambda x, y: x * mpmath.log(y)),
}
KINKED = {"absolute", "sign", "floor", "ceil", "rint", "trunc"}
STRUCTURAL = {
    "reshape", "transpose", "broadcast_to", "astype", "sum", "cumsum", "getitem", "scatter",
    "concatenate", "max", "min", "matmul", "einsum", "solve",
}  # fmt: skip


def close(got, expected, scale=1.0):
    np.testing.assert_allclose(float(got), float(expected), rtol=2e-14, atol=2e-15 * scale)


@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_number(name):
    function, formula, points = ONE[name]
    first = autodiff.grad(function)
    second = autodiff.grad(first)
    third = autodiff.grad(second)
    with mpmath.workdps(60):
        for x in points:
            close(function(np.float64(x)), formula(mpmath.mpf(x)))
            for order, derivative in [(1, first), (2, second), (3, third)]:
                expected = mpmath.diff(formula, mpmath.mpf(x), order)
                if abs(expected) < 1e-20 and name in KINKED:
                    expected = 0
                close(derivative(x), expected, 10.0**order * max(1, abs(x)))


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("pair", PAIRS)
def test_functions_of_two_numbers(name, pair):
    function, formula = TWO[name]
    with mpmath.workdps(60):
        x, y = (mpmath.mpf(one) for one in pair)
        close(function(*map(np.float64, pair)), formula(x, y))
        for k in range(2):
            order = [0, 0]
            order[k] = 1
            first = autodiff.grad(function, k)
            close(first(*pair), mpmath.diff(formula, (x, y), tuple(order)), 10)
            for j in range(2):
                twice = list(order)
                twice[j] += 1
                expected = mpmath.diff(formula, (x, y), tuple(twice))
                close(autodiff.grad(first, j)(*pair), expected, 10)


@pytest.mark.parametrize("name", ONE)
def test_forward_mode_of_one_number(name):
    function, formula, points = ONE[name]
    x = np.array(points)
    matrix = autodiff.jacobian(function)(x)
    with mpmath.workdps(60):
        expected = [float(mpmath.diff(formula, mpmath.mpf(one))) for one in points]
    np.testing.assert_allclose(matrix, np.diag(expected), rtol=2e-14, atol=1e-14)


def test_every_operation_is_tested():
    assert set(OPERATIONS) == {*ONE, *TWO, *STRUCTURAL, "where", "clip"}


def test_kinks_take_the_mean_of_both_sides():
    assert autodiff.grad(np.abs)(0.0) == 0
    assert autodiff.grad(np.maximum, 0)(1.0, 1.0) == 0.5
    assert autodiff.grad(np.minimum, 1)(1.0, 1.0) == 0.5
    np.testing.assert_array_equal(
        autodiff.grad(np.max)(np.array([2.0, 1.0, 2.0, 0.0])), [0.5, 0, 0.5, 0]
    )


def test_clip():
    x = np.array([-2.0, -1.0, 0.3, 4.0])
    gradient = autodiff.grad(lambda x: np.sum(np.clip(x, -1, 2)))
    np.testing.assert_array_equal(gradient(x), [0, 1, 1, 0])
    low = autodiff.grad(lambda low: np.sum(np.clip(x, low, 2)))
    assert low(-1.5) == 1
    high = autodiff.grad(lambda high: np.sum(np.clip(x, None, high)))
    assert high(0.0) == 2
    np.testing.assert_array_equal(
        autodiff.jacobian(lambda x: x.clip(-1, 2))(x), np.diag([0, 1, 1, 0])
    )


def test_where_takes_the_derivative_of_the_chosen_side():
    x = np.array([-2.0, 3.0])
    function = lambda x: np.where(x > 0, x**2, -3.0 * x)  # noqa: E731
    np.testing.assert_array_equal(autodiff.jacobian(function)(x), np.diag([-3, 6]))
    np.testing.assert_array_equal(
        autodiff.hessian(lambda x: np.sum(function(x)))(x), np.diag([0, 2])
    )


@pytest.mark.parametrize(
    ("x", "y", "by_x"), [(0.0, 0, 0.0), (0.0, 1, 1.0), (0.0, 2, 0.0), (-2.0, 3, 12.0)]
)
def test_powers_at_the_edges(x, y, by_x):
    assert autodiff.grad(lambda x: x**y)(x) == by_x
    exponents = np.array([float(y)])
    assert autodiff.grad(lambda x: np.sum(x**exponents))(x) == by_x


def test_a_base_of_zero_keeps_the_exponents_derivative():
    assert autodiff.grad(np.power, 1)(0.0, 2.0) == 0


def test_constants_end_the_path():
    np.testing.assert_array_equal(
        autodiff.grad(lambda x: np.sum(np.floor(x)))(np.ones(3)), np.zeros(3)
    )
    assert autodiff.grad(lambda x: 3.0)(1.0) == 0
    assert autodiff.grad(lambda x: autodiff.stop_gradient(x) * x)(3.0) == 3


def test_extremes_stay_finite():
    far = np.array([-1e4, -800.0, 800.0, 1e4])
    for function in (np.tanh, autodiff.logistic, autodiff.softplus, autodiff.erf):
        with np.errstate(under="ignore"):
            slopes = np.diag(autodiff.jacobian(function)(far))
            curvatures = autodiff.hessian(lambda x, f=function: np.sum(f(x)))(far)
        assert np.isfinite(slopes).all()
        assert np.isfinite(curvatures).all()


SHAPES = arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3)


@settings(max_examples=60, deadline=None)
@given(
    SHAPES,
    st.sampled_from(["add", "subtract", "multiply", "divide", "power", "arctan2"]),
    st.integers(0, 99),
)
def test_broadcasting(shapes, name, seed):
    """Summed out over the axes that were copied: against differences of the broadcast function."""
    random = np.random.RandomState(seed)
    x, y = (random.uniform(0.5, 2.0, shape) for shape in shapes.input_shapes)
    weights = random.normal(size=shapes.result_shape)
    formula = getattr(np, name)

    def function(x, y):
        return np.sum(weights * formula(x, y))

    for k, given_array in enumerate((x, y)):
        gradient = autodiff.grad(function, k)(x, y)
        assert np.shape(gradient) == given_array.shape
        full = np.broadcast_to(given_array, shapes.result_shape)
        others = [np.broadcast_to(one, shapes.result_shape) for one in (x, y)]
        above, below = list(others), list(others)
        above[k], below[k] = full + 1e-5, full - 1e-5
        slopes = weights * (formula(*above) - formula(*below)) / 2e-5
        extra = slopes.ndim - given_array.ndim
        expected = slopes.sum(tuple(range(extra)))
        axes = tuple(j for j, n in enumerate(given_array.shape) if n == 1)
        expected = expected.sum(axes, keepdims=True)
        np.testing.assert_allclose(gradient, expected, rtol=1e-7, atol=1e-7)
        forward = autodiff.jacobian(lambda one, k=k: formula(*((one, y) if k == 0 else (x, one))))
        matrix = forward(given_array)
        assert matrix.shape == (*shapes.result_shape, *given_array.shape)
        whole = np.tensordot(weights, matrix, weights.ndim)
        np.testing.assert_allclose(whole, gradient, rtol=1e-12, atol=1e-12)
