"""Laws for every solver: it goes down, repeats itself, goes on from a copied state, and arrives."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from neurona.errors import IncompatibleError, StopReason
from neurona.optimizers import SOLVERS, find_solver, solve
from neurona.optimizers.solver import Advance, Need, Tolerances, convergence
from tests.optimizers import functions

PROBLEMS = {
    "rosenbrock": functions.rosenbrock,
    "rosenbrock of 7": lambda: functions.rosenbrock(7, np.full(7, 0.3)),
    "quadratic": lambda: functions.quadratic()[0],
    "logistic": functions.logistic,
    "exponentials": functions.exponentials,
}
PAIRS = [
    (name, problem)
    for name in SOLVERS
    for problem, make in PROBLEMS.items()
    if find_solver(name).needs <= make().gives
]
FOR_FUNCTIONS = [name for name in SOLVERS if Need.EVIDENCE not in find_solver(name).needs]
TIGHT = Tolerances(gradient=1e-8, decrease=0.0)
SLOW = {"gradient-descent"}


def run(solver, problem, state, iterations):
    return [solver.advance(problem, state) for _ in range(iterations)]


def same(a, b):
    for field in dataclasses.fields(a):
        np.testing.assert_array_equal(getattr(a, field.name), getattr(b, field.name), field.name)


@pytest.mark.parametrize(("name", "which"), PAIRS)
def test_goes_on_from_a_copied_state_bit_for_bit(name, which):
    solver, problem = find_solver(name), PROBLEMS[which]()
    straight = solver.start(problem, problem.start)
    shapes = {f.name: np.shape(getattr(straight, f.name)) for f in dataclasses.fields(straight)}
    run(solver, problem, straight, 3)
    kept = straight.copy()
    frozen = kept.copy()
    run(solver, problem, straight, 4)
    same(kept, frozen)  # the copy shares no array with the state that went on
    run(solver, PROBLEMS[which](), kept, 4)
    same(kept, straight)
    for field, shape in shapes.items():
        value = getattr(straight, field)
        assert np.shape(value) == shape
        assert isinstance(value, np.ndarray | int | float | bool)


@pytest.mark.parametrize(("name", "which"), PAIRS)
def test_never_goes_up_and_reports_what_it_did(name, which):
    solver, problem = find_solver(name), PROBLEMS[which]()
    state = solver.start(problem, problem.start)
    assert state.evaluations == 1
    for _ in range(12):
        before = state.copy()
        advance = solver.advance(problem, state)
        if advance.stuck:
            same_point = np.array_equal(before.x, state.x)
            assert same_point and advance.decrease == 0 and not advance.step.any()
            break
        assert state.iterations == before.iterations + 1
        assert advance.decrease == before.value - state.value >= 0
        np.testing.assert_allclose(before.x + advance.step, state.x, rtol=1e-12, atol=1e-15)
        assert state.value == problem.function(state.x)
        np.testing.assert_allclose(state.gradient, problem.slope(state.x), rtol=1e-9, atol=1e-12)
        assert state.evaluations > before.evaluations


@pytest.mark.parametrize(("name", "which"), PAIRS)
def test_arrives(name, which):
    solver, problem = find_solver(name), PROBLEMS[which]()
    state = solver.start(problem, problem.start)
    reason = None
    for _ in range(20_000 if name in SLOW else 1_000):
        advance = solver.advance(problem, state)
        reason = convergence(state, advance, TIGHT)
        if reason:
            break
    assert reason in (StopReason.CONVERGED, StopReason.NO_PROGRESS)
    assert state.value <= problem.minimum + 1e-9 * max(1, abs(problem.minimum))
    assert np.abs(state.gradient).max() < 1e-5


@pytest.mark.parametrize("name", FOR_FUNCTIONS)
def test_a_minimum_is_not_left(name):
    problem, answer = functions.quadratic()
    problem.start = answer
    solver = find_solver(name)
    state = solver.start(problem, answer)
    assert solver.advance(problem, state).stuck
    np.testing.assert_array_equal(state.x, answer)


@pytest.mark.parametrize("name", [n for n in SOLVERS if find_solver(n).needs])
def test_a_problem_that_lacks_something_is_refused(name):
    problem = functions.Problem(lambda x: x @ x, lambda x: 2 * x, np.ones(2))
    with pytest.raises(IncompatibleError, match="which this problem does not have; use 'lbfgs'"):
        find_solver(name).check(problem)


def test_the_table_of_solvers():
    rows = re.findall(r"^\| ([\w-]+) \| (\w+) \| (.+?) \| (.+?) \| .+ \|$", solve.__doc__, re.M)
    table = {row[0]: row[1:] for row in rows if row[0] != "name"}
    assert set(table) == set(SOLVERS)
    problem = functions.rosenbrock(7)
    for name, (made_by, asks, kept) in table.items():
        solver = find_solver(name)
        assert type(solver).__name__ == made_by
        assert set(asks.split(", ")) == {"gradient", *(Need(need).name for need in solver.needs)}
        if name not in FOR_FUNCTIONS:
            continue
        state = solver.start(problem, problem.start)
        arrays = [getattr(state, field.name) for field in dataclasses.fields(state)]
        numbers = sum(a.size for a in arrays if isinstance(a, np.ndarray)) - 2 * 7
        assert numbers == eval(kept, {"n": 7, "m": 10})


def test_reasons_to_stop():
    state = find_solver("lbfgs").start(functions.rosenbrock(), np.array([-1.2, 1.0]))
    state.value, state.gradient = 2.0, np.array([1e-3, -2e-3])
    still = Tolerances(1e-3, 0.5, 1e-2)
    advance = Advance(np.array([1.0, 0.0]), 5.0)
    assert convergence(state, advance, still) is None
    assert convergence(state, advance, still._replace(gradient=2e-3)) is StopReason.CONVERGED
    # 5 of the 7 before
    assert convergence(state, advance, still._replace(decrease=5 / 7)) is StopReason.CONVERGED
    # less than the floor of 1 is measured against 1, unless told otherwise
    state.value = 0.1
    little = advance._replace(decrease=0.4)
    assert convergence(state, little, still) is StopReason.CONVERGED
    assert convergence(state, little, still._replace(floor=0.0)) is None
    # on a plateau: a little decrease for a long step
    assert convergence(state, little, still._replace(short=0.5)) is None
    # component by component: 0.01 of 1.2, but 0.012 of 1
    short = advance._replace(step=np.array([0.01, 0.012]))
    assert convergence(state, short, still._replace(decrease=0.0)) is None
    short = advance._replace(step=np.array([0.01, 0.01]))
    found = convergence(state, short, still._replace(decrease=0.0))
    assert found is StopReason.STEP_TOO_SMALL
    assert convergence(state, advance._replace(stuck=True), still) is StopReason.NO_PROGRESS
    state.value = float("nan")
    assert convergence(state, advance, still) is StopReason.DIVERGED
