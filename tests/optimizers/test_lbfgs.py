"""L-BFGS takes SciPy's steps: the promise that solver="lbfgs" is a drop-in rests on it."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize

from neurona.optimizers import LBFGS
from tests.optimizers import functions

PROBLEMS = {
    "rosenbrock": functions.rosenbrock(),
    "rosenbrock of 10": functions.rosenbrock(10, np.linspace(-2, 2, 10)),
    "rosenbrock of 50": functions.rosenbrock(50, np.random.default_rng(1).normal(size=50) * 2),
    "quadratic": functions.quadratic(30, 1e4)[0],
    "logistic": functions.logistic(),
    "exponentials": functions.exponentials(),
}


@pytest.mark.parametrize("memory", [10, 3])
@pytest.mark.parametrize("which", PROBLEMS)
def test_scipys_steps_and_evaluations(which, memory):
    problem = PROBLEMS[which]
    theirs, counts = [], []

    def function(x):
        function.calls += 1
        return problem.function(x), problem.slope(x)

    def note(x):
        theirs.append(x.copy())
        counts.append(function.calls)

    function.calls = 0
    scipy.optimize.minimize(
        function, problem.start, jac=True, method="L-BFGS-B", callback=note,
        options={"maxiter": 12, "maxcor": memory, "ftol": 0, "gtol": 1e-6},
    )  # fmt: skip
    solver = LBFGS(memory=memory)
    state = solver.start(problem, problem.start)
    for k, (x, count) in enumerate(zip(theirs, counts, strict=True)):
        solver.advance(problem, state)
        np.testing.assert_allclose(state.x, x, rtol=0, atol=(1e-10 if k < 6 else 1e-6))
        assert state.evaluations == count


def test_a_failed_search_forgets_the_past_then_gives_up():
    problem, _ = functions.quadratic()
    solver = LBFGS()
    state = solver.start(problem, problem.start)
    for _ in range(5):
        solver.advance(problem, state)
    state.scale = -state.scale  # now -H g leads up
    state.products *= -1
    assert not solver.advance(problem, state).stuck
    assert state.pairs == 1
    kept = state.copy()
    problem.slope = lambda x: np.ones(8)  # a gradient that lies
    problem.function = lambda x: float(np.abs(x - kept.x).sum())
    state.value, state.gradient = 0.0, np.ones(8)
    assert solver.advance(problem, state).stuck
    np.testing.assert_array_equal(state.x, kept.x)
