"""Trust-region steps: the rim, the conditions of Moré and Sorensen, the hard case, Steihaug's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.numerics.trust_region import exact_step, next_radius, steihaug, to_the_rim


def promised(matrix, gradient, step):
    return -(gradient @ step + 0.5 * step @ matrix @ step)


def random_problem(seed, size, lowest):
    random = np.random.default_rng(seed)
    turn = np.linalg.qr(random.normal(size=(size, size)))[0]
    values = np.sort(random.uniform(lowest, 5, size))
    return turn @ np.diag(values) @ turn.T, random.normal(size=size)


@given(
    st.integers(0, 10**6), st.integers(1, 7), st.sampled_from([-3.0, 0.1]),
    st.floats(1e-3, 1e3),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_exact_step_is_the_global_minimum(seed, size, lowest, radius):
    matrix, gradient = random_problem(seed, size, lowest)
    values, vectors = np.linalg.eigh(matrix)
    found = exact_step(values, vectors, gradient, radius)
    length = np.linalg.norm(found.step)
    assert length <= radius * (1 + 1e-9)
    assert found.promised == pytest.approx(promised(matrix, gradient, found.step), rel=1e-6)
    # (B + mu I) p = -g with mu >= 0 where it is positive semidefinite, mu = 0 inside
    mu = -found.step @ (matrix @ found.step + gradient) / length**2
    scale = np.linalg.norm(gradient) + radius
    np.testing.assert_allclose(matrix @ found.step + mu * found.step, -gradient, atol=1e-7 * scale)
    assert mu >= max(0, -values[0]) - 1e-7 * scale / radius
    assert found.on_rim == (length > radius * (1 - 1e-9)) or abs(length - radius) < 1e-6


def test_the_hard_case():
    # by hand: g has no part along the lowest eigenvector (-2); mu = 2, p = (t, -1/3), |p| = 2
    values, vectors = np.array([-2.0, 1.0]), np.eye(2)
    found = exact_step(values, vectors, np.array([0.0, 1.0]), 2.0)
    np.testing.assert_allclose(np.abs(found.step), [math.sqrt(4 - 1 / 9), 1 / 3])
    assert found.step[1] < 0
    # a saddle: no gradient at all
    found = exact_step(values, vectors, np.zeros(2), 3.0)
    np.testing.assert_allclose(np.abs(found.step), [3, 0])
    assert found.promised == pytest.approx(9)


def test_an_unbounded_region_gives_newtons_step():
    matrix, gradient = random_problem(1, 5, 0.5)
    found = exact_step(*np.linalg.eigh(matrix), gradient, math.inf)
    np.testing.assert_allclose(found.step, -np.linalg.solve(matrix, gradient))
    found = exact_step(np.array([-4.0, 2.0]), np.eye(2), np.array([1.0, 1.0]), math.inf)
    np.testing.assert_allclose(found.step, [-0.25, -0.5])


@given(st.integers(0, 10**6), st.sampled_from([-3.0, 0.5]), st.floats(1e-2, 1e2))
@settings(max_examples=100, deadline=None)
def test_steihaug(seed, lowest, radius):
    matrix, gradient = random_problem(seed, 6, lowest)
    found, products = steihaug(lambda p: matrix @ p, gradient, radius, 1e-10, 50)
    length = np.linalg.norm(found.step)
    assert length <= radius * (1 + 1e-9)
    assert found.promised == pytest.approx(promised(matrix, gradient, found.step), rel=1e-6)
    # at least as good as the best point along -g (Cauchy's)
    curvature = gradient @ matrix @ gradient
    norm = np.linalg.norm(gradient)
    t = min(radius / norm, norm**2 / curvature) if curvature > 0 else radius / norm
    assert found.promised >= promised(matrix, gradient, -t * gradient) * (1 - 1e-9)
    if found.on_rim:
        assert length == pytest.approx(radius)
    else:
        np.testing.assert_allclose(matrix @ found.step, -gradient, atol=1e-8)
        assert products <= 7


def test_steihaug_stops_early():
    matrix, gradient = random_problem(3, 6, 0.5)
    found, products = steihaug(lambda p: matrix @ p, gradient, 1e3, 0.5 * 10, 50)
    assert products == 0 or np.linalg.norm(matrix @ found.step + gradient) <= 5
    assert steihaug(lambda p: matrix @ p, gradient, 1e3, 1e-12, 2)[1] == 2


def test_to_the_rim():
    assert to_the_rim(np.zeros(2), np.array([0.0, 2.0]), 3.0) == 1.5
    assert to_the_rim(np.array([3.0, 0.0]), np.array([0.0, 1.0]), 5.0) == 4
    assert to_the_rim(np.array([1.0, 0.0]), np.array([-1.0, 0.0]), 1.0) == 2


def test_the_next_radius():
    assert next_radius(4.0, -1.0, 3.0, False) == 0.75
    assert next_radius(4.0, 0.9, 4.0, True) == 8
    assert next_radius(4.0, 0.9, 3.0, False) == 4
    assert next_radius(math.inf, 0.9, 3.0, False) == math.inf


def test_directions_that_are_flat_but_for_rounding_get_no_step():
    values, vectors = np.array([1e-17, 1.0, 2.0]), np.eye(3)
    rounding = exact_step(values, vectors, np.array([1e-16, 1.0, 1.0]), math.inf)
    np.testing.assert_array_equal(rounding.step, [0, -1, -0.5])
    assert rounding.promised == 0.75
    slope = exact_step(values, vectors, np.array([0.1, 1.0, 1.0]), math.inf)
    assert slope.step[0] < -1
