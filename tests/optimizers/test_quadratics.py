"""What each method must do on a quadratic, and which conditions every accepted step fulfils."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from neurona.numerics.line_search import Exact, Point, StrongWolfe, wolfe
from neurona.optimizers import (
    BFGS,
    SOLVERS,
    FletcherReeves,
    GaussNewton,
    HestenesStiefel,
    LevenbergMarquardt,
    Newton,
    NewtonCG,
    PolakRibiere,
    find_solver,
)
from neurona.optimizers.solver import Need
from tests.optimizers import functions

FOR_FUNCTIONS = [name for name in SOLVERS if Need.EVIDENCE not in find_solver(name).needs]
SIZE = 8


@pytest.mark.parametrize("cls", [BFGS, PolakRibiere, FletcherReeves, HestenesStiefel])
def test_ends_in_n_steps_with_an_exact_search(cls):
    problem, answer = functions.quadratic(SIZE, 20)
    solver = cls(search=Exact())
    state = solver.start(problem, problem.start)
    distances = []
    for _ in range(SIZE):
        solver.advance(problem, state)
        distances.append(np.abs(state.x - answer).max())
    assert distances[-1] < 1e-9
    assert distances[-2] > 1e-4


def test_bfgs_ends_with_the_inverse_hessian():
    problem, answer = functions.quadratic(SIZE)
    solver = BFGS(search=Exact())
    state = solver.start(problem, problem.start)
    for _ in range(SIZE):
        solver.advance(problem, state)
    inverse = np.linalg.inv(problem.second(answer))
    np.testing.assert_allclose(state.inverse, inverse, atol=1e-7)


@pytest.mark.parametrize(
    "solver",
    [Newton(), GaussNewton(), LevenbergMarquardt(damping=0), LevenbergMarquardt(damping=1e-16)],
)
@pytest.mark.parametrize("condition", [1.0, 1e8])
def test_one_step(solver, condition):
    problem, answer = functions.quadratic(SIZE, condition)
    state = solver.start(problem, problem.start)
    solver.advance(problem, state)
    np.testing.assert_allclose(state.x, answer, rtol=1e-6)


def test_newton_cg_takes_at_most_n_products():
    problem, answer = functions.quadratic(SIZE)
    solver = NewtonCG()
    state = solver.start(problem, problem.start)
    while not solver.advance(problem, state).stuck:
        assert state.evaluations <= 1 + state.iterations * (SIZE + 1)
    np.testing.assert_allclose(state.x, answer, rtol=1e-7)


def test_levenberg_marquardt_without_damping_is_gauss_newton():
    problem = functions.exponentials()
    problem.start = np.array([1.9, 0.6, -1.4, 2.8])
    undamped = LevenbergMarquardt(damping=0, bend=0)
    plain = GaussNewton()
    one, two = undamped.start(problem, problem.start), plain.start(problem, problem.start)
    for _ in range(3):
        undamped.advance(problem, one)
        assert plain.advance(problem, two).rate == 1
        np.testing.assert_allclose(one.x, two.x, rtol=1e-12)


@pytest.mark.parametrize("name", [n for n in SOLVERS if hasattr(find_solver(n), "search")])
@pytest.mark.parametrize(
    "make", [functions.rosenbrock, functions.logistic, lambda: functions.quadratic()[0]]
)
def test_wolfe_conditions_after_each_step(name, make):
    solver, problem = find_solver(name), make()
    if not solver.needs <= problem.gives:
        pytest.skip("needs what this problem does not have")
    rules = solver.search
    assert isinstance(rules, StrongWolfe)
    state = solver.start(problem, problem.start)
    for _ in range(15):
        x, value, gradient = state.x.copy(), state.value, state.gradient.copy()
        advance = solver.advance(problem, state)
        if advance.stuck or value - state.value < 1e-12 * max(1, abs(value)):
            break
        direction = advance.step / advance.rate
        start = Point(0.0, value, float(gradient @ direction))
        there = Point(advance.rate, state.value, float(state.gradient @ direction))
        assert wolfe(start, there, rules.decrease, rules.curvature)
        np.testing.assert_allclose(state.x - x, advance.step, rtol=1e-9, atol=1e-12)


UNITS = 10.0 ** np.array([-8, 8, 0, 4])


def in_other_units(problem, units):
    """The same problem with x / units for x."""
    return dataclasses.replace(
        functions.sum_of_squares(
            lambda x: problem.residuals(x * units),
            lambda x: problem.jacobian(x * units) * units,
            problem.start / units,
        ),
    )


@pytest.mark.parametrize(
    "solver", [LevenbergMarquardt(), LevenbergMarquardt(bend=0), GaussNewton()]
)
def test_units_of_the_parameters_do_not_matter(solver):
    problem = functions.exponentials()
    other = in_other_units(problem, UNITS)
    one, two = solver.start(problem, problem.start), solver.start(other, other.start)
    for _ in range(6):
        solver.advance(problem, one)
        solver.advance(other, two)
        np.testing.assert_allclose(two.x * UNITS, one.x, rtol=1e-6)


@pytest.mark.parametrize("name", ["lm", "gauss-newton"])
def test_without_full_rank(name):
    """Two parameters of which only the sum matters, one of no effect, and a constant column."""
    times = np.linspace(0, 2, 12)
    data = 3 + 2 * np.exp(-times)

    def residuals(x):
        return x[3] + (x[0] + x[1]) * np.exp(-times) + 0 * x[2] - data

    def jacobian(x):
        decay = np.exp(-times)
        return np.column_stack([decay, decay, 0 * times, np.ones(12)])

    problem = functions.sum_of_squares(residuals, jacobian, [0.0, 0.0, 5.0, 0.0])
    solver = find_solver(name)
    state = solver.start(problem, problem.start)
    for _ in range(20):
        if solver.advance(problem, state).stuck:
            break
    assert state.value < 1e-20
    np.testing.assert_allclose(state.x, [1, 1, 5, 3], rtol=1e-6)


@pytest.mark.parametrize("name", FOR_FUNCTIONS)
def test_a_region_of_nan_is_left_alone(name):
    """-log keeps x positive; long steps from 0.01 land where there is no logarithm."""
    problem = functions.Problem(
        lambda x: float(np.sum(x - np.log(x))) if (x > 0).all() else float("nan"),
        lambda x: 1 - 1 / x if (x > 0).all() else np.full(x.size, np.nan),
        np.array([0.01, 3.0, 40.0]),
        second=lambda x: np.diag(1 / x**2),
    )
    problem.residuals = lambda x: np.sqrt(2 * (x - 1 - np.log(x))) if (x > 0).all() else x * np.nan
    solver = find_solver(name)
    if solver.needs - {"a sum of squares, or a loss with a Gauss-Newton matrix"}:
        assert problem.gives >= solver.needs
    elif solver.needs:
        pytest.skip("a sum of squares is needed")
    state = solver.start(problem, problem.start)
    for _ in range(3_000):
        if solver.advance(problem, state).stuck or np.abs(state.gradient).max() < 1e-6:
            break
    np.testing.assert_allclose(state.x, 1, atol=1e-4)


def test_acceleration_follows_a_bend():
    """r = (x, 10 (y - x^2)): the valley is a parabola, and so is the accelerated step."""

    def residuals(x):
        return np.array([x[0], 10 * (x[1] - x[0] ** 2)])

    def jacobian(x):
        return np.array([[1.0, 0.0], [-20 * x[0], 10.0]])

    problem = functions.sum_of_squares(residuals, jacobian, [1.0, 1.0])
    taken = {}
    for bend in (0.0, 2.5):
        solver = LevenbergMarquardt(damping=1e-12, bend=bend)
        state = solver.start(problem, problem.start)
        solver.advance(problem, state)
        taken[bend] = state.x
    # p = (-1, -2): alone it ends at (0, -1), if at all; with a/2 = (0, 1) on the valley's floor
    np.testing.assert_allclose(taken[2.5], [0, 0], atol=1e-9)
    assert np.abs(taken[0.0]).max() > 0.1
    # |a| / |p| = 20 / sqrt(801) in lengths of D = (401, 100): a little less is refused
    for bend, refused in ((0.71, False), (0.70, True)):
        solver = LevenbergMarquardt(damping=1e-12, bend=bend)
        state = solver.start(problem, problem.start)
        assert (solver.advance(problem, state).damping > 1e-12) == refused
