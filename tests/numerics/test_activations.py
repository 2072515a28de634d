"""Activations against the textbook formula at 350 digits."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy import special

from neurona.compiled import members
from neurona.numerics.activations import ACTIVATIONS, Bounded, Elu, LeakyRelu, Softmax
from neurona.numerics.losses import LOSSES
from tests.numerics.oracles import VALUES, apply, assert_ulps, slope_at

DTYPES = [np.float32, np.float64]
ELEMENTWISE = sorted(set(ACTIVATIONS) - {"softmax"})
OPTIONS = {
    "bounded": (Bounded(-3.0, 2.5), (-3, 2.5)),
    "leaky_relu": (LeakyRelu(0.25), (0.25,)),
    "elu": (Elu(1.75), (1.75,)),
}
CROSS_ZERO = ("gelu", "silu", "mish")
"""Their slopes cross zero where two terms cancel: there only the absolute error can be small."""


@pytest.fixture(autouse=True)
def digits():
    """Enough digits for a difference quotient at 1e-300."""
    with mpmath.workdps(350):
        yield


def points(dtype):
    random = np.random.RandomState(0)
    far = [0.0, 1e-300, 36.7, 709.8, 1e4]
    spread = random.normal(size=48) * np.repeat([1.0, 10.0, 100.0], 16)
    return np.array([*far, *np.negative(far), *spread]).astype(dtype)


def check(activation, formula, dtype, absolute=0.0):
    z = points(dtype)
    exact = [mpmath.mpf(float(number)) for number in z]
    # a subnormal factor carries its error, times z, into the product
    smallest = 800 * float(np.finfo(dtype).smallest_subnormal)
    values, slopes = apply(activation, z)
    assert values.dtype == slopes.dtype == dtype
    assert_ulps(values, [formula(number) for number in exact], 3, absolute + smallest)
    expected = [slope_at(formula, number) for number in exact]
    crosses = 2 * float(np.finfo(dtype).eps) if activation.name in CROSS_ZERO else 0.0
    assert_ulps(slopes, expected, 3, absolute + smallest + crosses)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_value_and_slope(name, dtype):
    check(ACTIVATIONS.find(name), VALUES[name], dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", OPTIONS)
def test_options(name, dtype):
    activation, options = OPTIONS[name]
    # bounded: the value may cross zero, which no relative error survives
    absolute = 4 * float(np.finfo(dtype).eps) if name == "bounded" else 0.0
    check(activation, lambda z: VALUES[name](z, *options), dtype, absolute)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_nan_stays_nan(name, dtype):
    values, _ = apply(ACTIVATIONS.find(name), np.array([1.0, np.nan, -1.0], dtype))
    assert np.isnan(values).tolist() == [False, True, False]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_values_stay_in_the_range(name, dtype):
    activation = OPTIONS[name][0] if name in OPTIONS else ACTIVATIONS.find(name)
    values, _ = apply(activation, points(dtype))
    low, high = activation.range()
    assert low <= values.min()
    assert values.max() <= high


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_same_bits_wherever_an_element_stands(name, dtype):
    activation = ACTIVATIONS.find(name)
    z = (np.random.RandomState(1).normal(size=131) * 8).astype(dtype)
    whole = apply(activation, z)
    for start, size in [(0, 1), (130, 1), (1, 7), (3, 16), (5, 33), (2, 100), (64, 64)]:
        part = apply(activation, z[start : start + size])
        for got, expected in zip(part, whole, strict=True):
            np.testing.assert_array_equal(got, expected[start : start + size])


def softmax(z, columns):
    left, values = z.copy(), np.empty_like(z)
    where = members.address(Softmax.apply, members.APPLY, z.dtype)
    members.call(where, members.APPLY, left, values, len(z), columns, z.shape[1], np.zeros(8))
    return values, left


def padded_block(dtype, rows=5, columns=3):
    z = np.zeros((rows, 16), dtype)
    z[:, :columns] = np.random.RandomState(2).normal(size=(rows, columns)) * 5
    return z


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shift", [0.0, -1e4, 700.0, 1e4])
def test_softmax(dtype, shift):
    z = np.round(padded_block(dtype) * 4) / 4  # so that the shift loses no digits
    z[0, :3] = [1e4, -1e4, 0.0]
    expected = special.softmax(z[:, :3].astype(float), axis=1)
    z[:, :3] += dtype(shift)
    values, _ = softmax(z, 3)
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(values[:, :3], expected, rtol=8 * eps)
    np.testing.assert_allclose(values[:, :3].sum(1), 1.0, rtol=3 * eps)


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_of_nan_is_nan_in_its_row_only(dtype):
    z = padded_block(dtype)
    z[1, 2] = np.nan
    assert np.isnan(softmax(z, 3)[0][:, :3]).all(axis=1).tolist() == [False, True] + [False] * 3


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_chain_is_the_jacobian(dtype):
    values, left = softmax(padded_block(dtype), 3)
    errors = np.zeros_like(values)
    errors[:, :3] = np.random.RandomState(3).normal(size=(5, 3))
    expected = [
        (np.diag(a) - np.outer(a, a)) @ e
        for a, e in zip(values[:, :3].astype(float), errors[:, :3].astype(float), strict=True)
    ]
    where = members.address(Softmax.chain, members.CHAIN, dtype)
    members.call(where, members.CHAIN, left, errors, 5, 3, 16)
    np.testing.assert_allclose(errors[:, :3], expected, rtol=0, atol=8 * np.finfo(dtype).eps)
    assert not errors[:, 3:].any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_row_does_not_depend_on_its_neighbours(dtype):
    z = padded_block(dtype, rows=9)
    whole = softmax(z, 3)[0]
    for i in range(9):
        np.testing.assert_array_equal(softmax(z[i : i + 1], 3)[0][0], whole[i])


def test_bounds_must_be_in_order():
    with pytest.raises(ValueError, match="'lower' parameter of Bounded must be less than 'upper'"):
        Bounded(1.0, 1.0)


def test_every_activation_has_an_oracle():
    assert set(ACTIVATIONS) == {*VALUES, "softmax"}
    assert {LOSSES.find(name).link for name in LOSSES} <= set(ACTIVATIONS)
