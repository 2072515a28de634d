"""Planes and proofs: against a quadratic program, and checked without rounding."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.datasets import load_digits, load_iris, load_wine

from neurona.neuron import separability
from neurona.neuron.exact import product, solve
from neurona.neuron.nearest_point import nearest_point

points = st.lists(st.tuples(*[st.integers(-6, 6)] * 2), min_size=1, max_size=14, unique=True)


@given(points=points, seed=st.integers(0, 99), bias=st.booleans())
def test_either_answer_is_proved(points, seed, bias):
    X = np.array(points, float)
    positive = np.random.default_rng(seed).integers(0, 2, len(X)).astype(bool)
    found = separability(X, positive, bias=bias)
    assert found.verify()
    if found.separable:
        sums = X @ found.normal + found.offset
        np.testing.assert_array_equal(sums > 0, positive)
        assert (bias or found.offset == 0) and (sums != 0).all()
    else:
        signs = np.where(found.positive, 1.0, -1.0) * np.array(found.multipliers, float)
        np.testing.assert_allclose(signs @ found.points, 0, atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_the_margin_is_the_largest(seed):
    random = np.random.default_rng(seed)
    X = random.normal(size=(25, 2))
    positive = X @ [1.0, -2.0] + 0.3 > 0
    found = separability(X, positive)
    extended = np.column_stack([X, np.ones(25)]) * np.where(positive, 1, -1)[:, None]
    start = np.append(found.normal, found.offset) * 2 / found.margin
    exact = minimize(
        lambda w: w @ w / 2,
        start,
        jac=lambda w: w,
        constraints={"type": "ineq", "fun": lambda w: extended @ w - 1, "jac": lambda w: extended},
        method="SLSQP",
        options={"ftol": 1e-12},
    )
    assert found.margin == pytest.approx(1 / np.linalg.norm(exact.x), rel=1e-5)
    assert found.radius == pytest.approx(np.linalg.norm(extended, axis=1).max())
    assert found.mistake_bound == pytest.approx((found.radius / found.margin) ** 2)


def test_a_margin_by_hand():
    # z = (0, 1) and (-1, -1): w = (-2, 1) has w z = 1 for both
    found = separability([[0.0], [1.0]], [True, False])
    assert found.margin == pytest.approx(1 / np.sqrt(5))
    assert found.mistake_bound == pytest.approx(2 * 5)


@pytest.mark.parametrize("load", [load_iris, load_wine, load_digits])
def test_bundled_sets(load):
    X, y = load(return_X_y=True)
    assert separability(X, y == 1).verify()


def test_a_point_on_both_sides():
    found = separability([[0.1, 0.2], [0.3, 0.4], [0.1, 0.2]], [True, True, False])
    assert not found.separable and found.verify()
    assert set(found.rows) == {0, 2}


def test_the_origin_needs_a_bias():
    found = separability([[0.0, 0.0], [1.0, 1.0]], [True, False], bias=False)
    assert not found.separable and found.verify()
    assert "through the origin" in str(found)
    assert separability([[0.0, 0.0], [1.0, 1.0]], [True, False]).separable


def test_one_class_is_separable():
    assert separability([[1.0], [2.0]], [True, True]).verify()


def test_a_plane_that_is_wrong_does_not_verify():
    found = separability([[0.0], [1.0]], [True, False])
    assert not dataclasses.replace(found, plane=tuple(-part for part in found.plane)).verify()
    assert not dataclasses.replace(found, bias=False).verify()


@given(points=points, seed=st.integers(0, 99))
def test_points_that_are_on_a_line_but_for_rounding(points, seed):
    # sevenths are rounded: what is a certificate of the integers need not be one of these
    X = np.array(points, float) / 7
    positive = np.random.default_rng(seed).integers(0, 2, len(X)).astype(bool)
    assert separability(X, positive).verify()


@pytest.mark.parametrize("above", [True, False])
def test_a_hair_decides(above):
    step = np.spacing(0.5)
    X = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.5 + (step if above else -step)]])
    found = separability(X, [False, False, True])
    assert found.separable and found.verify()
    assert found.margin == pytest.approx(step / 2, rel=0.5)
    inside = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.5]])
    assert not separability(inside, [False, False, True]).separable


@given(st.integers(0, 10**6))
def test_the_nearest_point_is_nearer_than_any_other_of_the_hull(seed):
    random = np.random.default_rng(seed)
    points = random.integers(-4, 9, size=(int(random.integers(1, 8)), 3))
    rows = [[Fraction(int(v)) for v in point] for point in points]
    x, shares = nearest_point(rows)
    assert sum(shares.values()) == 1 and min(shares.values()) > 0
    assert x == [sum(share * rows[i][k] for i, share in shares.items()) for k in range(3)]
    assert all(product(x, row) >= product(x, x) for row in rows)


@pytest.mark.parametrize(
    ("X", "positive", "message"),
    [
        ([1.0, 2.0], [True, False], "must have rows and columns"),
        ([[1.0], [2.0]], [True], "for each of the 2 rows"),
        ([[1.0], [2.0]], [1, 2], "one True or False"),
        ([[1.0], [np.nan]], [True, False], "not finite"),
    ],
)
def test_wrong_points_are_refused_in_a_sentence(X, positive, message):
    with pytest.raises(ValueError, match=message):
        separability(X, positive)


@given(st.integers(0, 10**6))
def test_exact_equations(seed):
    random = np.random.default_rng(seed)
    size = int(random.integers(1, 5))
    draw = random.integers(-3, 4, size=(size, size + 1))
    columns = [[Fraction(int(v), 3) for v in row[:-1]] for row in draw]
    x = [Fraction(int(v), 5) for v in random.integers(-9, 9, size)]
    right = [sum(x[j] * columns[j][i] for j in range(size)) for i in range(size)]
    found = solve(columns, right)
    matrix = np.array([[float(v) for v in column] for column in columns])
    if abs(np.linalg.det(matrix)) > 1e-9:
        assert found == x
    else:
        assert found is None
