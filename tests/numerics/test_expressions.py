"""Expressions in the computation graph against the compiled members, extremes included."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from neurona import autodiff
from neurona.compiled import members
from neurona.errors import OperationError
from neurona.numerics.activations import ACTIVATIONS, Activation, Bounded, Elu, LeakyRelu, Softmax
from neurona.numerics.losses import (
    LOSSES,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Huber,
    Loss,
    Quantile,
)
from tests.numerics.oracles import PENALTIES, VALUES, apply

DTYPES = [np.float32, np.float64]
ACTIVATION_VALUES = [
    *(ACTIVATIONS.find(name) for name in ACTIVATIONS if name != "softmax"),
    Bounded(-3.0, 2.5), LeakyRelu(0.25), Elu(1.75),
]  # fmt: skip
LOSS_VALUES = [
    *(LOSSES.find(name) for name in LOSSES),
    Huber(0.25), Quantile(0.9), BinaryCrossEntropy(0.2), CategoricalCrossEntropy(0.2),
]  # fmt: skip
POINTS = [0.0, 1e-9, 0.4, 1.3, 5.0, 17.0, 30.0, 80.0, 700.0, 1e4]


def points(dtype):
    return np.array([*np.negative(POINTS), *POINTS], dtype)


def close(got, expected, dtype, scale=1.0):
    assert got.dtype == dtype
    eps = np.finfo(dtype).eps
    smallest = 1e4 * float(np.finfo(dtype).smallest_normal)
    # at z = -37 one rounding of z^2 / 2 in an exponent is 700 roundings of the value
    np.testing.assert_allclose(got, expected, rtol=2000 * eps, atol=4 * eps * scale + smallest)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("activation", ACTIVATION_VALUES, ids=repr)
def test_activation(activation, dtype):
    z = points(dtype)
    values, slopes = apply(activation, z)
    with np.errstate(over="ignore"):
        node = activation.expression(autodiff.variable(z))
        _, pull = autodiff.vector_jacobian_product(activation.expression)(z)
        got = pull(np.ones_like(z))
    close(node.value, values, dtype, 1.0 if activation.name in ("bounded",) else 0.0)
    close(got, slopes, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax(dtype):
    z = np.array([[1.0, -2.0, 0.5], [1e4, -1e4, 0.0], [700.0, 700.0, -3.0]], dtype)
    errors = np.array([[1.0, 0.5, -2.0]] * 3, dtype)
    left, values, chained = z.copy(), np.empty_like(z), errors.copy()
    where = members.address(Softmax.apply, members.APPLY, dtype)
    members.call(where, members.APPLY, left, values, 3, 3, 3, np.zeros(8))
    where = members.address(Softmax.chain, members.CHAIN, dtype)
    members.call(where, members.CHAIN, left, chained, 3, 3, 3)
    value, pull = autodiff.vector_jacobian_product(Softmax().expression)(z)
    close(np.asarray(value), values, dtype)
    close(pull(errors), chained, dtype)


@pytest.mark.parametrize("name", sorted(set(VALUES) - {"step"}))
def test_second_derivatives_of_activations(name):
    activation = ACTIVATIONS.find(name)
    z = np.array([-30.0, -2.0, -0.3, 0.7, 3.0, 20.0])
    got = np.diag(autodiff.hessian(lambda z: np.sum(activation.expression(z)))(z))
    with mpmath.workdps(60):
        expected = [
            float(mpmath.diff(VALUES[name], mpmath.mpf(one), 2, direction=np.sign(one)))
            for one in z
        ]
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", ["tanh", "logistic", "gelu", "silu", "softplus", "mish"])
def test_second_derivatives_at_zero(name):
    """Where weights of 0 put every unit; a kink hidden in a formula would show here."""
    activation = ACTIVATIONS.find(name)
    with mpmath.workdps(60):
        for order in (1, 2, 3):
            derivative = lambda z: activation.expression(z)  # noqa: E731
            for _ in range(order):
                derivative = autodiff.grad(derivative)
            expected = float(mpmath.diff(VALUES[name], mpmath.mpf(0), order))
            np.testing.assert_allclose(derivative(0.0), expected, rtol=1e-13, atol=1e-15)


def compiled_loss(member, loss, x, targets):
    x, penalties, scratch = x.copy(), np.zeros_like(x), np.zeros_like(x)
    where = members.address(member, members.LOSS, x.dtype)
    members.call(
        where, members.LOSS, x, targets, penalties, scratch, *x.shape, loss.options()
    )  # fmt: skip
    return penalties, x


def loss_cases(loss, dtype):
    """Targets and outputs, kinks and bounds included: (targets, outputs, on sums)."""
    far = points(dtype)[:, None]
    tiny = float(np.finfo(dtype).tiny)
    inside = np.array([[0.0, tiny, 1e-6, 0.3, 0.5, 1 - 1e-6, 1.0]], dtype).T
    if loss.name == "categorical_cross_entropy":
        z = np.array([[1, -2, 0.5], [1e4, -1e4, 0], [700, 700, -3]], dtype)
        return [(np.eye(3, dtype=dtype)[[k] * 3], z, True) for k in range(3)]
    if loss.name == "binary_cross_entropy":
        return [
            (np.full_like(x, t), x, on_sums)
            for t in (0.0, 0.3, 1.0)
            for x, on_sums in ((far, True), (inside, False))
        ]
    if loss.name == "poisson":
        rates = np.array([[tiny, 1e-6, 0.3, 4.0, 1e9]], dtype).T
        logarithms = np.array([[-50.0, -3, 0, 2, 40]], dtype).T
        return [
            (np.full_like(x, t), x, on_sums)
            for t in (0.0, 0.3, 7.0)
            for x, on_sums in ((rates, False), (logarithms, True))
        ]
    return [(np.full_like(far, t), far, True) for t in (0.0, 0.4, -1e4)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("loss", LOSS_VALUES, ids=repr)
def test_loss(loss, dtype):
    eps = np.finfo(dtype).eps
    for targets, outputs, on_sums in loss_cases(loss, dtype):
        member = loss.on_sums if on_sums else loss.on_values
        penalties, slopes = compiled_loss(member, loss, outputs, targets)
        function = lambda x, t=targets, on=on_sums: loss.expression(t, x, on)  # noqa: E731
        with np.errstate(over="ignore"):
            value, pull = autodiff.vector_jacobian_product(function)(outputs)
            got = pull(np.ones_like(outputs))
        assert value.dtype == dtype
        np.testing.assert_allclose(value, penalties, rtol=50 * eps, atol=20 * eps)
        np.testing.assert_allclose(got, slopes, rtol=50 * eps, atol=4 * eps)


SECOND = [
    ("squared_error", 0.4), ("huber", 0.4), ("huber", 3.0), ("log_cosh", 0.0), ("log_cosh", 0.3),
    ("log_cosh", -2.0), ("log_cosh", 30.0), ("quantile", 0.4), ("poisson", 2.5),
    ("binary_cross_entropy", 0.3), ("absolute_error", 0.4),
]  # fmt: skip


@pytest.mark.parametrize(("name", "p"), SECOND)
def test_second_derivatives_of_losses(name, p):
    loss, target = LOSSES.find(name), 1.0 if name in ("poisson", "binary_cross_entropy") else 0.0
    got = autodiff.grad(autodiff.grad(lambda p: loss.value_expression(np.array(target), p)))(p)
    with mpmath.workdps(60):
        expected = mpmath.diff(lambda p: PENALTIES[name](mpmath.mpf(target), p), mpmath.mpf(p), 2)
        if name == "log_cosh" and p == 0:
            expected = 1
    np.testing.assert_allclose(got, float(expected), rtol=1e-13, atol=1e-15)


def test_who_has_no_expression_says_so():
    class Mine(Activation):
        name = "mine"

    with pytest.raises(OperationError, match=r"'mine' has no expression .* give its class"):
        Mine().expression(1.0)

    class Own(Loss):
        name, link = "own", "identity"

    with pytest.raises(OperationError, match=r"loss 'own' has no expression .* value_expression\("):
        Own().expression(1.0, 2.0, True)
