"""The three models of a damped step: against each other, dense solves, and exact Fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from neurona.numerics.linear_solvers import DualModel, LeastSquaresModel, NormalModel

random = np.random.default_rng(5)
TALL, WIDE = random.normal(size=(12, 5)), random.normal(size=(4, 9))


def normal(jacobian, residuals):
    value = 0.5 * residuals @ residuals
    return NormalModel(value, jacobian.T @ residuals, jacobian.T @ jacobian)


MODELS = [LeastSquaresModel, normal, DualModel]


@pytest.mark.parametrize("jacobian", [TALL, WIDE], ids=["tall", "wide"])
@pytest.mark.parametrize("make", MODELS)
def test_a_damped_step_solves_its_system(make, jacobian):
    residuals = random.normal(size=jacobian.shape[0])
    damping = random.uniform(0.1, 2, jacobian.shape[1])
    model = make(jacobian, residuals)
    matrix, gradient = jacobian.T @ jacobian, jacobian.T @ residuals
    step = model.step(damping)
    np.testing.assert_allclose((matrix + np.diag(damping)) @ step, -gradient, rtol=1e-10)
    np.testing.assert_allclose(model.gradient, gradient)
    np.testing.assert_allclose(model.diagonal(), np.diag(matrix))
    assert model.value == pytest.approx(0.5 * residuals @ residuals)
    assert model.curvature(step) == pytest.approx(step @ matrix @ step)


def test_the_dual_model_with_a_penalty():
    residuals, weights = random.normal(size=4), random.normal(size=9)
    penalty = np.array([0.0, 0, 0, 1, 1, 1, 2, 2, 2])
    model = DualModel(WIDE, residuals, penalty, penalty * weights, 0.5 * penalty @ weights**2)
    matrix = WIDE.T @ WIDE + np.diag(penalty)
    gradient = WIDE.T @ residuals + penalty * weights
    step = model.step(np.full(9, 1e-2))
    np.testing.assert_allclose((matrix + 1e-2 * np.eye(9)) @ step, -gradient, rtol=1e-9)
    np.testing.assert_allclose(model.gradient, gradient)
    assert model.value == pytest.approx(0.5 * residuals @ residuals + 0.5 * penalty @ weights**2)
    assert model.curvature(step) == pytest.approx(step @ matrix @ step)
    assert model.step(np.zeros(9)) is None


@pytest.mark.parametrize("exponent", [-3, -6, -9, -12])
@pytest.mark.parametrize("pulled", [False, True])
def test_small_damping_of_few_rows_keeps_its_digits(pulled, exponent):
    """In exact arithmetic: some columns with a penalty, and none damped but by little."""
    residuals, penalty = np.array([1.0, -2, 3, 1]), np.array([0.0, 0, 0, 1, 1, 1, 2, 2, 2])
    pull = penalty * np.arange(9.0) if not pulled else penalty + WIDE.T @ np.arange(1.0, 5)
    damping = np.full(9, 2.0 ** (3 * exponent))
    step = DualModel(WIDE, residuals, penalty, pull).step(damping)
    J = [[Fraction(float(number)) for number in row] for row in WIDE]
    A = [
        Fraction(float(one)) + Fraction(float(two))
        for one, two in zip(penalty, damping, strict=True)
    ]
    h = [Fraction(float(one)) for one in pull]
    r = [Fraction(float(one)) for one in residuals]
    matrix = [
        [sum(row[a] * row[b] for row in J) + (A[a] if a == b else 0) for b in range(9)]
        for a in range(9)
    ]
    right = [-sum(row[a] * one for row, one in zip(J, r, strict=True)) - h[a] for a in range(9)]
    exact = np.array([float(one) for one in solved(matrix, right)])
    np.testing.assert_allclose(step, exact, rtol=1e-9, atol=1e-9 * np.abs(exact).max())


def solved(matrix, right):
    """Solve a system of Fractions by elimination."""
    rows = [[*row, one] for row, one in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        pivot = next(i for i in range(k, len(rows)) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [number / rows[k][k] for number in rows[k]]
        for i in range(len(rows)):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] for row in rows]


def test_without_damping_the_least_squares_solution():
    residuals = random.normal(size=12)
    expected = np.linalg.lstsq(TALL, -residuals, rcond=None)[0]
    for make in MODELS[:2]:
        np.testing.assert_allclose(make(TALL, residuals).step(np.zeros(5)), expected, rtol=1e-9)


def test_without_rank_the_shortest_step_or_none():
    jacobian = np.column_stack([TALL, TALL[:, 0]])  # the sixth column repeats the first
    residuals = random.normal(size=12)
    model = LeastSquaresModel(jacobian, residuals)
    step = model.step(np.zeros(6))
    np.testing.assert_allclose(step, np.linalg.pinv(jacobian) @ -residuals, rtol=1e-9)
    assert model.rank() == 5
    assert LeastSquaresModel(TALL, residuals).rank() == 5
    np.testing.assert_allclose(
        DualModel(WIDE, np.ones(4)).step(np.zeros(9)), np.linalg.pinv(WIDE) @ -np.ones(4)
    )
    singular = NormalModel(0.0, np.ones(2), np.array([[1.0, 2], [2, 1]]))
    assert singular.step(np.zeros(2)) is None
    assert singular.step(np.full(2, 2.0)) is not None


def test_a_column_of_zeros_gets_no_step():
    jacobian = TALL.copy()
    jacobian[:, 2] = 0
    model = LeastSquaresModel(jacobian, np.ones(12))
    for damping in (np.zeros(5), np.ones(5)):
        assert model.step(damping)[2] == 0
    assert model.covariance()[2, 2] == 0


def exact_solution(matrix, values):
    """Gauss-Jordan on Fractions."""
    size = len(values)
    rows = [
        [Fraction(v) for v in row] + [Fraction(b)] for row, b in zip(matrix, values, strict=True)
    ]
    for k in range(size):
        best = max(range(k, size), key=lambda i: abs(rows[i][k]))
        rows[k], rows[best] = rows[best], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for i in range(size):
            if i != k:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [float(row[-1]) for row in rows]


@pytest.mark.parametrize("units", [np.ones(4), 10.0 ** np.array([-8, 8, 0, -4])])
def test_the_least_squares_model_keeps_digits_that_normal_equations_lose(units):
    # powers of t on [1, 1.1]: J'J has a condition of about 1e18
    times = np.linspace(1, 1.1, 8)
    jacobian = np.vander(times, 4) * units
    residuals = np.cos(30 * times)
    exact = [[Fraction(float(v)) for v in row] for row in jacobian]
    matrix = [[sum(r[i] * r[j] for r in exact) for j in range(4)] for i in range(4)]
    given = [Fraction(float(b)) for b in residuals]
    values = [-sum(r[i] * b for r, b in zip(exact, given, strict=True)) for i in range(4)]
    expected = exact_solution(matrix, values)
    step = LeastSquaresModel(jacobian, residuals).step(np.zeros(4))
    np.testing.assert_allclose(step, expected, rtol=1e-6)


def test_steps_do_not_depend_on_units():
    residuals, units = random.normal(size=12), 10.0 ** np.array([-8, 8, 0, 3, -5])
    plain = LeastSquaresModel(TALL, residuals)
    scaled = LeastSquaresModel(TALL * units, residuals)
    for share in (0.0, 0.3):
        np.testing.assert_allclose(
            scaled.step(share * scaled.diagonal()) * units,
            plain.step(share * plain.diagonal()),
            rtol=1e-10,
        )


def test_a_correction_solves_the_same_system():
    bend, damping = random.normal(size=12), random.uniform(0.1, 2, 5)
    got = LeastSquaresModel(TALL, random.normal(size=12)).correction(bend, damping)
    matrix = TALL.T @ TALL + np.diag(damping)
    np.testing.assert_allclose(got, np.linalg.solve(matrix, -TALL.T @ bend), rtol=1e-9)


def test_covariance_is_the_inverse():
    model = LeastSquaresModel(TALL, np.ones(12))
    np.testing.assert_allclose(model.covariance(), np.linalg.inv(TALL.T @ TALL), rtol=1e-10)
