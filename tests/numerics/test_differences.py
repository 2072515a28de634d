"""Derivatives by differences, against derivatives by hand."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.numerics import differences

POINT = np.array([0.7, -1e5, 1e-4])


def function(x):
    return np.array([np.sin(x[0]) * x[1], np.exp(x[2] - x[0]), x[1] * x[2] ** 2])


def derivatives(x):
    e = np.exp(x[2] - x[0])
    return np.array(
        [[np.cos(x[0]) * x[1], np.sin(x[0]), 0], [-e, 0, e], [0, x[2] ** 2, 2 * x[1] * x[2]]]
    )


def test_jacobian_and_gradient():
    got = differences.jacobian(function, POINT)
    np.testing.assert_allclose(got, derivatives(POINT), rtol=1e-7, atol=1e-6)
    # 1e-4 beside 0.7 in one exponent: its own size says little of how the function bends
    got = differences.gradient(lambda x: function(x)[1], POINT, sizes=np.ones(3))
    np.testing.assert_allclose(got, derivatives(POINT)[1], rtol=1e-8, atol=1e-9)


def test_one_side_serves_at_an_edge():
    def edge(x):
        return np.sqrt(x) if (x >= 0).all() else np.full(2, np.nan)

    got = differences.jacobian(edge, np.array([1e-6, 4.0]))
    assert np.isfinite(got).all()
    assert got[1, 1] == pytest.approx(0.25, rel=1e-8)


def test_directional():
    direction = np.array([0.3, 2.0, -1.0])
    got = differences.directional(function, np.array([0.7, 2.0, 1.0]), direction)
    np.testing.assert_allclose(got, derivatives([0.7, 2.0, 1.0]) @ direction, rtol=1e-8)
    assert not differences.directional(function, POINT, np.zeros(3)).any()


def test_bend():
    x, direction = np.array([0.7, 2.0, 1.0]), np.array([0.0, 0.5, 3.0])

    def square(x):  # second derivative along p: 2 p^2, and 0 where it is linear
        return np.array([x[2] ** 2, 1e6 * x[1], x[1] * x[2]])

    slope = np.array([2 * 3.0, 1e6 * 0.5, 0.5 * 1 + 2 * 3.0])
    got = differences.bend(square, x, direction, square(x), slope)
    np.testing.assert_allclose(got, [18, 0, 3], rtol=1e-9)
    assert got[1] == 0


def test_sizes():
    np.testing.assert_array_equal(differences.sizes_of(np.array([-2.0, 0.0, 1e-9])), [2, 1, 1e-9])
    tiny = np.array([1e-9, 0.0])

    def function(x):
        return np.sin(x * np.array([1e9, 1.0]))

    got = differences.jacobian(function, tiny)
    np.testing.assert_allclose(np.diag(got), [np.cos(1) * 1e9, 1], rtol=1e-9)
