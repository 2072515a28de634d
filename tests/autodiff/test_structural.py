"""Operations on whole arrays: both modes against the complex step, second derivatives too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neurona import autodiff
from tests.autodiff.oracles import complex_jacobian, forward_jacobian, reverse_jacobian

RANDOM = np.random.RandomState(0)
LEFT, RIGHT = RANDOM.normal(size=(2, 3)), RANDOM.normal(size=(4, 2))
BATCH = RANDOM.normal(size=(5, 4, 2))
SQUARE = RANDOM.normal(size=(3, 3)) + 8 * np.eye(3)
TWICE = np.array([0, 2, 2, -1])

# name: (function, shape of its argument)
CASES = {
    "reshape": (lambda x: np.reshape(x, (3, -1)), (2, 3)),
    "reshape method": (lambda x: x.reshape(3, 2), (2, 3)),
    "ravel": (np.ravel, (2, 3)),
    "transpose": (np.transpose, (2, 3, 4)),
    "transpose of axes": (lambda x: np.transpose(x, (1, 2, 0)), (2, 3, 4)),
    "T": (lambda x: x.T, (2, 3)),
    "swapaxes": (lambda x: np.swapaxes(x, 0, -1), (2, 3, 4)),
    "moveaxis": (lambda x: np.moveaxis(x, 0, -1), (2, 3, 4)),
    "squeeze": (np.squeeze, (1, 3, 1)),
    "expand_dims": (lambda x: np.expand_dims(x, (0, 2)), (3,)),
    "atleast_2d": (np.atleast_2d, (3,)),
    "broadcast_to": (lambda x: np.broadcast_to(x, (4, 2, 3)), (2, 1)),
    "sum": (np.sum, (2, 3)),
    "sum of axes": (lambda x: np.sum(x, axis=(0, -1)), (2, 3, 2)),
    "sum kept": (lambda x: x.sum(axis=1, keepdims=True), (2, 3)),
    "add.reduce": (np.add.reduce, (2, 3)),
    "mean": (lambda x: x.mean(axis=0), (2, 3)),
    "average": (lambda x: np.average(x, axis=1, weights=[1.0, 2.0, 4.0]), (2, 3)),
    "var": (lambda x: np.sum((x - np.mean(x)) ** 2) / 5, (6,)),
    "prod": (lambda x: np.prod(x, axis=0), (5, 2)),
    "prod of all": (np.prod, (7,)),
    "cumsum": (lambda x: np.cumsum(x, axis=-1), (2, 4)),
    "cumsum of all": (np.cumsum, (2, 2)),
    "element": (lambda x: x[1], (3,)),
    "element of rows": (lambda x: x[-1, 0], (2, 3)),
    "slice": (lambda x: x[1:, ::-2], (3, 4)),
    "newaxis": (lambda x: x[:, None, ..., 0], (2, 3, 2)),
    "integer array, repeated": (lambda x: x[TWICE], (3, 2)),
    "integer arrays": (lambda x: x[[0, 1, 1], [2, 0, 0]], (2, 3)),
    "mixed": (lambda x: x[1:, [0, 0, 1]], (3, 2)),
    "mask": (lambda x: x[np.array([True, False, True])], (3, 2)),
    "take": (lambda x: np.take(x, [1, 1, 0], axis=1), (2, 3)),
    "flip": (lambda x: np.flip(x, 1), (2, 3)),
    "roll": (lambda x: np.roll(x, 1, axis=0), (3, 2)),
    "repeat": (lambda x: np.repeat(x, 2, axis=1), (2, 2)),
    "tile": (lambda x: np.tile(x, (2, 2)), (2, 2)),
    "diagonal": (lambda x: np.diagonal(x, 1), (3, 3)),
    "diag of a vector": (lambda x: np.diag(x, -1), (3,)),
    "diag above": (lambda x: np.diag(x, 2), (2,)),
    "diag of a matrix": (np.diag, (3, 3)),
    "trace": (np.trace, (3, 3)),
    "diff": (lambda x: np.diff(x, 2), (2, 5)),
    "tril": (np.tril, (3, 3)),
    "triu": (lambda x: np.triu(x, 1), (3, 3)),
    "concatenate": (lambda x: np.concatenate([x, LEFT, 2 * x], axis=0), (2, 3)),
    "concatenate flat": (lambda x: np.concatenate([x, x], axis=None), (2, 2)),
    "stack": (lambda x: np.stack([x[0], 3 * x[1], LEFT[0]], axis=-1), (2, 3)),
    "vstack": (lambda x: np.vstack([x, LEFT]), (3,)),
    "hstack": (lambda x: np.hstack([x, LEFT]), (2, 1)),
    "column_stack": (lambda x: np.column_stack([x, x**2]), (3,)),
    "append": (lambda x: np.append(x, 1.0), (3,)),
    "matrix @ matrix": (lambda x: LEFT @ x, (3, 2)),
    "matrix @ matrix, left": (lambda x: x @ LEFT, (4, 2)),
    "matrix @ itself": (lambda x: x @ x.T, (3, 2)),
    "vector @ vector": (lambda x: x @ x, (4,)),
    "vector @ matrix": (lambda x: x @ LEFT, (2,)),
    "matrix @ vector": (lambda x: LEFT @ x, (3,)),
    "batched": (lambda x: BATCH @ x, (2, 3)),
    "batched, left": (lambda x: x @ np.swapaxes(BATCH, 1, 2), (3, 2)),
    "batched @ vector": (lambda x: x @ np.array([1.0, -2.0]), (2, 3, 2)),
    "dot": (lambda x: np.dot(RIGHT, x), (2, 3)),
    "inner": (lambda x: np.inner(x, LEFT), (4, 3)),
    "outer": (lambda x: np.outer(x, x), (3,)),
    "vdot": (lambda x: np.sum(x * LEFT), (2, 3)),
    "tensordot": (lambda x: np.tensordot(BATCH, x, axes=([1, 2], [0, 2])), (4, 3, 2)),
    "einsum": (lambda x: np.einsum("ij,kjl->ikl", LEFT[:, :2], x * 1.0), (5, 2, 3)),
    "einsum, implicit": (lambda x: np.einsum("ij,jk", x, LEFT), (4, 2)),
    "einsum of itself": (lambda x: np.einsum("ij,kj,kl->il", x, x, RIGHT[:3]), (3, 2)),
    "einsum, summed alone": (lambda x: np.einsum("ij->j", x), (3, 2)),
    "solve a vector": (lambda x: np.linalg.solve(SQUARE, x), (3,)),
    "solve a matrix": (lambda x: np.linalg.solve(SQUARE, x), (3, 2)),
    "solve with x in the matrix": (lambda x: np.linalg.solve(SQUARE + x, x[0]), (3, 3)),
    "inv": (lambda x: np.linalg.inv(SQUARE + x), (3, 3)),
    "softmax": (lambda x: np.exp(x) / np.exp(x).sum(axis=1, keepdims=True), (2, 3)),
}  # fmt: skip
PLAIN = {
    "var": (lambda x: np.var(x, ddof=1), (6,)),
    "std": (np.std, (6,)),
    "norm": (np.linalg.norm, (2, 3)),
    "norm of rows": (lambda x: np.linalg.norm(x, axis=1), (2, 3)),
    "norm 1": (lambda x: np.linalg.norm(x, 1), (4,)),
    "norm inf": (lambda x: np.linalg.norm(x, np.inf), (4,)),
    "max": (lambda x: np.max(x, axis=1), (3, 4)),
    "min": (lambda x: x.min(axis=0, keepdims=True), (3, 4)),
    "sort": (lambda x: np.sort(x, axis=0), (4, 2)),
    "take_along_axis": (lambda x: np.take_along_axis(x, np.argsort(x, 1), 1), (2, 3)),
}  # fmt: skip
"""Not for complex numbers: against differences."""


@pytest.mark.parametrize("name", CASES)
def test_both_modes_are_the_complex_step(name):
    function, shape = CASES[name]
    x = RANDOM.normal(size=shape)
    for composed in (function, lambda x: function(x * x)):
        expected = complex_jacobian(composed, x)
        for mode in (reverse_jacobian, forward_jacobian, lambda f, x: autodiff.jacobian(f)(x)):
            got = mode(composed, x)
            assert got.shape == expected.shape
            np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (0, 0), (2, 0, 3)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_products_of_nothing_are_those_of_numpy(shape, keepdims):
    for axis in (None, 0, -1):

        def product(x, axis=axis):
            return np.prod(x, axis=axis, keepdims=keepdims)

        expected = product(np.zeros(shape))
        value, pull = autodiff.vector_jacobian_product(product)(np.zeros(shape))
        np.testing.assert_array_equal(value, expected)
        assert np.shape(value) == expected.shape
        assert np.shape(pull(np.ones(expected.shape))) == shape


@pytest.mark.parametrize("name", CASES)
def test_second_derivatives(name):
    """Of sum sin(f(x^2)): the complex step of the graph's gradient's formula by differences."""
    function, shape = CASES[name]
    x = RANDOM.normal(size=shape)

    def scalar(x):
        return np.sum(np.sin(function(x * x)))

    gradient = autodiff.grad(scalar)
    got = autodiff.hessian(scalar)(x)
    columns = []
    for k in range(x.size):
        move = np.zeros(x.size)
        move[k] = 1e-5
        move = move.reshape(shape)
        columns.append((gradient(x + move) - gradient(x - move)) / 2e-5)
    expected = np.stack(columns, -1).reshape(got.shape)
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6)
    direction = RANDOM.normal(size=shape)
    product = autodiff.hessian_product(scalar)(x, direction)
    np.testing.assert_allclose(
        product, np.tensordot(got, direction, len(shape)), rtol=1e-11, atol=1e-12
    )


@pytest.mark.parametrize("name", PLAIN)
def test_against_differences(name):
    function, shape = PLAIN[name]
    x = np.random.RandomState(5).normal(size=shape)
    check = autodiff.check_gradient(function, x)
    assert check.passed, str(check)
    np.testing.assert_allclose(reverse_jacobian(function, x), check.reference, rtol=1e-7, atol=1e-9)
    for value in (function(x), function(autodiff.variable(x)).value):
        np.testing.assert_allclose(value, function(x), rtol=1e-14)


@pytest.mark.parametrize("name", CASES)
def test_values_are_numpys(name):
    function, shape = CASES[name]
    x = RANDOM.normal(size=shape)
    node = function(autodiff.variable(x))
    expected = function(x)
    assert node.shape == np.shape(expected)
    np.testing.assert_allclose(node.value, expected, rtol=1e-14, atol=1e-15)


def test_product_with_a_factor_of_zero():
    x = np.array([2.0, 0.0, 3.0])
    np.testing.assert_array_equal(autodiff.grad(np.prod)(x), [0, 6, 0])


def test_logsumexp_and_softmax_far_out():
    x = np.array([[1000.0, 999.0, -1000.0], [-np.inf, -np.inf, -np.inf]])
    np.testing.assert_allclose(autodiff.logsumexp(x[0]), 1000 + np.log1p(np.exp(-1)), rtol=1e-15)
    with np.errstate(divide="ignore"):
        assert autodiff.logsumexp(x, axis=1)[1] == -np.inf
    first = autodiff.grad(autodiff.logsumexp)(x[0])
    np.testing.assert_allclose(first, autodiff.softmax(x[0]), rtol=1e-15)
    second = autodiff.hessian(autodiff.logsumexp)(x[0])
    p = autodiff.softmax(x[0])
    np.testing.assert_allclose(second, np.diag(p) - np.outer(p, p), atol=1e-15)
    logarithms = autodiff.log_softmax(x[0])
    np.testing.assert_allclose(logarithms[2] - logarithms[0], -2000)


@settings(max_examples=60, deadline=None)
@given(
    arrays.array_shapes(min_dims=1, max_dims=3, max_side=4).flatmap(
        lambda shape: st.tuples(
            st.just(shape),
            st.one_of(
                arrays.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True),
                arrays.integer_array_indices(shape),
            ),
        )
    )
)
def test_any_index(case):
    shape, index = case
    x = np.arange(1.0, 1 + np.prod(shape)).reshape(shape)
    weights = np.cos(np.arange(np.size(x[index]))).reshape(np.shape(x[index]))
    gradient = autodiff.grad(lambda x: np.sum(weights * x[index] ** 2))(x)
    expected = np.zeros(shape)
    np.add.at(expected, index, 2 * weights * x[index])
    np.testing.assert_allclose(gradient, expected, rtol=1e-15)
