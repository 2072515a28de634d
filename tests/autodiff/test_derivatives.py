"""Gradients, Jacobians and Hessians: nesting, types, depth, memory, and what they refuse."""

from __future__ import annotations

import gc
import math
import weakref

import numpy as np
import pytest
from scipy import special

from neurona import autodiff
from neurona.autodiff import sweeps
from neurona.errors import OperationError
from tests.autodiff.oracles import complex_jacobian

HOURS = np.linspace(0.5, 12.0, 60)


def decay(b):
    """A residual function of the NIST kind."""
    return b[0] * np.exp(-b[1] * HOURS) + b[2] * np.exp(-(((HOURS - b[3]) / b[4]) ** 2)) - 1.0


PARAMETERS = np.array([2.0, 0.3, 1.5, 6.0, 2.5])


def test_jacobian_of_residuals_is_the_complex_step():
    np.testing.assert_allclose(
        autodiff.jacobian(decay)(PARAMETERS), complex_jacobian(decay, PARAMETERS),
        rtol=1e-13, atol=1e-15,
    )  # fmt: skip


def test_jacobian_in_several_bundles(monkeypatch):
    whole = autodiff.jacobian(decay)(PARAMETERS)
    monkeypatch.setattr(sweeps, "BUNDLE_BYTES", 2 * 8 * len(HOURS))
    np.testing.assert_array_equal(autodiff.jacobian(decay)(PARAMETERS), whole)


def test_jacobian_of_few_outputs_takes_the_same_numbers_back():
    def few(x):
        return np.stack([np.sum(x**2), np.prod(x[:3])])

    x = np.arange(1.0, 9.0)
    np.testing.assert_allclose(autodiff.jacobian(few)(x), complex_jacobian(few, x), rtol=1e-15)
    value, matrix = autodiff.value_and_jacobian(few)(x)
    np.testing.assert_array_equal(value, [204, 6])
    np.testing.assert_array_equal(matrix, autodiff.jacobian(few)(x))


def test_a_list_of_nodes_is_stacked():
    matrix = autodiff.jacobian(lambda x: [x[0] * x[1], x[1], 7.0])(np.array([2.0, 3.0]))
    np.testing.assert_array_equal(matrix, [[3, 2], [0, 1], [0, 0]])


def test_hessian_of_rosenbrock():
    def rosenbrock(x):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    x, y = -1.2, 1.0
    expected = [[1200 * x * x - 400 * y + 2, -400 * x], [-400 * x, 200]]
    np.testing.assert_allclose(autodiff.hessian(rosenbrock)([x, y]), expected, rtol=1e-14)
    value, gradient, hessian = autodiff.value_gradient_and_hessian(rosenbrock)([x, y])
    assert value == pytest.approx(24.2)
    np.testing.assert_allclose(gradient, [-215.6, -88.0], rtol=1e-13)
    np.testing.assert_allclose(hessian, expected, rtol=1e-14)


def test_derivatives_nest_without_mixing_up_their_variables():
    # d/dx of x * (d/dy of (x + y) at y = 1) is 1, not 2
    inner = lambda x: x * autodiff.grad(lambda y: x + y)(1.0)  # noqa: E731
    assert autodiff.grad(inner)(3.0) == 1
    mixed = lambda x: autodiff.grad(lambda y: x**3 * y**2)(x)  # noqa: E731
    assert autodiff.grad(mixed)(2.0) == 2 * 4 * 2.0**3  # d/dx of 2 x^4
    tower = np.sin
    for _ in range(4):
        tower = autodiff.grad(tower)
    assert tower(0.7) == pytest.approx(np.sin(0.7), rel=1e-14)


def test_jacobian_inside_a_gradient():
    def volume(x):
        return np.sum(autodiff.jacobian(lambda y: np.stack([y[0] * y[1], y[1] ** 2]))(x) ** 2)

    # y1^2 + y0^2 + 4 y1^2
    np.testing.assert_allclose(autodiff.grad(volume)(np.array([2.0, 3.0])), [4, 30], rtol=1e-15)


def test_jvp_inside_a_gradient():
    direction = np.array([1.0, -1.0])

    def slope(x):
        return autodiff.jacobian_vector_product(lambda y: np.sum(y**3))(x, direction)[1]

    np.testing.assert_allclose(autodiff.grad(slope)(np.array([2.0, 3.0])), [12, -18], rtol=1e-15)


def test_argnum_and_options():
    def function(a, b, *, power=1):
        return np.sum((a * b) ** power)

    gradient = autodiff.grad(function, 1)(2.0, np.array([1.0, 3.0]), power=2)
    np.testing.assert_array_equal(gradient, [8, 24])
    with pytest.raises(ValueError, match="argnum is 2, but function was called with 2"):
        autodiff.grad(function, 2)(1.0, 2.0)


def test_float32_is_kept_and_integers_become_float64():
    def function(x):
        return np.mean(
            np.tanh(x) * 2.0 + np.exp(-x * x) - autodiff.erf(x) + np.where(x > 0, x, 0.0)
        )

    x = np.array([0.5, -1.0], np.float32)
    assert autodiff.grad(function)(x).dtype == np.float32
    assert autodiff.hessian(function)(x).dtype == np.float32
    assert autodiff.jacobian(lambda x: x * np.float64(2))(x).dtype in (np.float32, np.float64)
    mixed = autodiff.grad(lambda x: np.sum(x * np.array([1.0, 2.0])))
    assert mixed(x).dtype == np.float32
    assert autodiff.grad(lambda x: x**2)(3) == 6.0


def test_results_belong_to_the_caller():
    x = np.ones(3)
    gradient = autodiff.grad(np.sum)(x)
    gradient += 1
    np.testing.assert_array_equal(x, 1)
    identity = autodiff.jacobian(lambda x: x)(x)
    np.testing.assert_array_equal(identity, np.eye(3))
    identity += 1


def test_scipys_ufuncs_are_known_by_name():
    assert autodiff.grad(special.expit)(0.0) == 0.25
    assert autodiff.grad(special.erf)(0.0) == pytest.approx(2 / math.sqrt(math.pi))
    assert autodiff.grad(special.xlogy)(2.0, 1.0) == 0


def test_vector_jacobian_product_checks_shapes():
    _, pull = autodiff.vector_jacobian_product(np.exp)(np.zeros(2))
    with pytest.raises(ValueError, match=r"shape of the result, \(2,\). Got \(3,\)"):
        pull(np.zeros(3))
    with pytest.raises(ValueError, match=r"shape of its argument, \(2,\). Got \(3,\)"):
        autodiff.jacobian_vector_product(np.exp)(np.zeros(2), np.zeros(3))


def test_ten_thousand_operations_deep():
    def deep(x):
        for _ in range(10_000):
            x = np.sin(x) + 0.1
        return np.sum(x)

    gradient = autodiff.grad(deep)(np.array([0.5]))
    x, slope = 0.5, 1.0
    for _ in range(10_000):
        slope *= math.cos(x)
        x = math.sin(x) + 0.1
    np.testing.assert_allclose(gradient, [slope], rtol=1e-9, atol=1e-300)
    assert autodiff.jacobian_vector_product(deep)(np.array([0.5]), np.ones(1))[1] == pytest.approx(
        slope, rel=1e-9, abs=1e-300
    )


def test_a_graph_is_freed_with_its_last_node():
    gc.disable()
    try:
        start = autodiff.variable(np.ones(10))
        watched = weakref.ref(start)
        end = start
        for _ in range(50_000):
            end = end + 1.0
        del start
        assert watched() is not None
        del end
        assert watched() is None
    finally:
        gc.enable()


def test_a_gradient_leaves_nothing_behind():
    seen = []

    def function(x):
        seen.append(weakref.ref(x))
        return np.sum(x**2)

    gc.disable()
    try:
        autodiff.grad(function)(np.ones(3))
        assert seen[0]() is None
    finally:
        gc.enable()


REFUSED = {
    "np.fft": (lambda x: np.fft.fft(x), "np.fft is no operation of the computation graph"),
    "cosine": (lambda x: np.i0(x), "is no operation"),
    "near": (lambda x: np.arctan(np.nansum(x)), r"np.nansum is no operation .*near: .*sum"),
    "math": (lambda x: math.exp(x[0]), "functions of the module math cut the graph"),
    "array": (lambda x: np.sum(np.array([x[0], x[1]])), r"Use np.stack\(\[...\]\)"),
    "out": (lambda x: np.sum(np.add(np.ones(2), x, out=np.ones(2))), "takes no 'out'"),
    "set": (lambda x: x.__setitem__(0, 1.0), "its elements cannot be set"),
    "option": (lambda x: np.mean(x, dtype=np.float32), "np.mean on nodes does not take"),
    "accumulate": (lambda x: np.add.accumulate(x), "np.add.accumulate is no operation"),
    "vector": (lambda x: x, "returns one number, but .* returned an array of shape"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name):
    function, sentence = REFUSED[name]
    with pytest.raises((OperationError, TypeError), match=sentence):
        autodiff.grad(function)(np.array([1.0, 2.0]))


def test_text_is_no_variable():
    with pytest.raises(OperationError, match=r"must be an array of real numbers\. Got str"):
        autodiff.grad(np.sum)("abc")
    with pytest.raises(OperationError, match="complex128"):
        autodiff.grad(np.sum)(np.ones(2) * 1j)


def test_nodes_are_immutable_and_say_what_they_lack():
    node = autodiff.variable([1.0, 2.0], "x")
    with pytest.raises(AttributeError, match="immutable: 'value' cannot be set"):
        node.value = 3
    with pytest.raises(AttributeError, match=r"no attribute 'sumx'\. Near: .*sum"):
        node.sumx  # noqa: B018
    assert list(node > 1.5) == [False, True]
    assert node.argmax() == 1
    assert len({node, node.named("y")}) == 2
    assert node.named("y").name == "y"
    assert "'x', variable" in repr(node)


def test_check_gradient_finds_a_wrong_component():
    def function(x):
        return np.sum(np.sin(x) * x[0])

    right = autodiff.grad(function)
    x = np.array([0.3, -2.0, 5.0])
    check = autodiff.check_gradient(function, x, right)
    assert check
    assert check.method == "the complex step"
    assert check.relative_errors.max() < 1e-14
    wrong = autodiff.check_gradient(function, x, lambda x: right(x) * [1, 1, 1.001])
    assert wrong.suspects.tolist() == [False, False, True]
    assert "1 of 3 components differ" in str(wrong)
    assert wrong.relative_errors[2] == pytest.approx(0.001, rel=0.01)
    with pytest.raises(ValueError, match=r"shape of the function's result, .* \(3,\). Got \(2,\)"):
        autodiff.check_gradient(function, x, lambda x: x[:2])


def test_check_gradient_does_not_trust_a_misleading_complex_step():
    # the absolute value of a complex number loses the derivative
    check = autodiff.check_gradient(lambda x: np.sum(np.abs(x) * x), np.array([1.5, -0.4]))
    assert check.passed
    assert check.method == "central differences"


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e8])
def test_check_gradient_at_any_scale(scale):
    check = autodiff.check_gradient(
        lambda x: np.log(x[0] / scale) + np.abs(x[1] / scale) ** 3, np.array([1.3, 0.7]) * scale
    )
    assert check.passed, str(check)
