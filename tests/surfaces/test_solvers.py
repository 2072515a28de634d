"""Solvers in a race walk as in `minimize` and `least_squares`, by the surface's own formulas."""

from __future__ import annotations

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError
from neurona.optimizers import OPTIMIZERS, SOLVERS
from neurona.optimizers.solver import Need
from neurona.surfaces import SURFACES, SumOfSquares, find_surface, race

SQUARES = [name for name in SURFACES if isinstance(find_surface(name), SumOfSquares)]
NAMES = [name for name in SOLVERS if Need.EVIDENCE not in SOLVERS.find(name).needs]
NEED_SQUARES = [name for name in NAMES if Need.MODEL in SOLVERS.find(name).needs]
OTHERS = [name for name in NAMES if name not in NEED_SQUARES]
# least_squares takes the Hessian from the graph, a race from the surface
WITHOUT_HESSIAN = [name for name in NAMES if not name.startswith("newton")]


def path_of(result, surface):
    return np.array([surface.start, *[record.x for record in result.history]])


@pytest.mark.parametrize("surface", ["quadratic", "saddle", "plateau", "rastrigin"])
@pytest.mark.parametrize("name", OTHERS)
def test_it_walks_as_minimize_does(name, surface):
    surface = find_surface(surface)
    result = neurona.minimize(
        surface.value, surface.start, name, surface.gradient, surface.hessian, max_iterations=12,
        gradient_tolerance=0, decrease_tolerance=0, keep_path=True,
    )  # fmt: skip
    expected = path_of(result, surface)
    (path,) = race(surface, name, steps=12)
    assert path.learning_rate is None and path.label == name
    np.testing.assert_allclose(path.points[: len(expected)], expected, rtol=1e-12, atol=1e-14)
    assert len(expected) > 1


@pytest.mark.parametrize("surface", SQUARES)
@pytest.mark.parametrize("name", WITHOUT_HESSIAN)
def test_sums_of_squares_walk_as_least_squares_does(name, surface):
    surface = find_surface(surface)
    result = neurona.least_squares(
        surface.residuals, surface.start, name, surface.jacobian, max_iterations=12,
        decrease_tolerance=0, step_tolerance=0, keep_path=True,
    )  # fmt: skip
    expected = path_of(result, surface)
    (path,) = race(surface, name, steps=12)
    np.testing.assert_allclose(path.points[: len(expected)], expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", [*OPTIMIZERS])
def test_step_methods_walk_as_minimize_lets_them(name):
    surface = find_surface("himmelblau")
    result = neurona.minimize(
        surface.value, surface.start, name, surface.gradient, learning_rate=0.005,
        max_iterations=20, gradient_tolerance=0, keep_path=True,
    )  # fmt: skip
    (path,) = race(surface, name, steps=20, learning_rate=0.005)
    np.testing.assert_allclose(path.points, path_of(result, surface), rtol=1e-12)
    np.testing.assert_allclose(path.values[1:], [r.value for r in result.history], rtol=1e-11)


@pytest.mark.parametrize("name", ["lm", "newton", "bfgs", "lbfgs"])
def test_second_order_is_through_the_valley_where_descent_creeps(name):
    result = race("rosenbrock", [name, "sgd"], steps=60, learning_rate=0.001)
    assert result[name].values[-1] < 1e-15
    assert result["sgd"].values[-1] > 1


def test_a_solver_that_is_done_stays():
    (path,) = race("quadratic", "newton", steps=30)
    assert (path.points[20:] == path.points[20]).all()
    assert "newton" in str(race("quadratic", ["newton"], steps=3))


def test_what_a_surface_cannot_give_is_refused():
    with pytest.raises(IncompatibleError, match="'lm' needs a sum of squares"):
        race("saddle", "lm")
