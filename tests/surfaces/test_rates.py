"""A rate that nobody gave: every optimizer comes down every surface, from wherever it begins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import MLPRegressor
from neurona.errors import IncompatibleError
from neurona.optimizers import OPTIMIZERS, SOLVERS
from neurona.surfaces import (
    SURFACES,
    LinearModel,
    Plateau,
    Quadratic,
    Rastrigin,
    Rosenbrock,
    find_surface,
    of_network,
    race,
)
from neurona.surfaces.rates import rounded_down, steepest_curvature

X = np.linspace(-1, 1, 30)[:, None]
NETWORK = MLPRegressor(hidden_layer_sizes=4, solver="lbfgs", max_iter=3, random_state=0, tol=1e-9)
OTHERS = {
    "long bowl": Quadratic(1e6),
    "huge bowl": Quadratic(100, curvature=1e8),
    "shallow bowl": Quadratic(3, curvature=1e-8, angle=30),
    "one coordinate": Quadratic(dimension=1),
    "many": Quadratic(1000, dimension=30, angle=20),
    "steep valley": Rosenbrock(steepness=1e5),
    "long valley": Rosenbrock(dimension=10),
    "narrow hole": Plateau(width=0.01),
    "wide hole": Plateau(width=100, dimension=3),
    "egg box": Rastrigin(dimension=4),
    "line": LinearModel([[1.0, 0.0], [0.0, 100.0], [1.0, 50.0]], [1.0, 2.0, 0.0]),
}
NEED_SQUARES = ("bayesian-lm", "gauss-newton", "lm")
EVERY = {**{name: find_surface(name) for name in SURFACES}, **OTHERS}


@pytest.mark.parametrize("steps", [1, 7, 100, 1000])
@pytest.mark.parametrize("surface", list(EVERY.values()), ids=list(EVERY))
def test_every_optimizer_comes_down_every_surface(surface, steps):
    for path in race(surface, list(OPTIMIZERS), steps=steps):
        assert np.isfinite(path.values).all(), path.label
        assert path.values[-1] <= path.values[0], path.label
        assert not path.diverged
        assert path.learning_rate == rounded_down(path.learning_rate * (1 + 1e-12)) > 0


@pytest.mark.parametrize("steps", [1, 100, 1000])
@pytest.mark.parametrize("name", list(SOLVERS))
@pytest.mark.parametrize("surface", list(EVERY.values()), ids=list(EVERY))
def test_every_solver_comes_down_every_surface_or_says_why_not(surface, name, steps):
    try:
        (path,) = race(surface, name, steps=steps)
    except IncompatibleError as error:
        assert name in NEED_SQUARES
        assert "needs" in str(error)
    else:
        assert np.isfinite(path.values).all()
        assert path.values[-1] <= path.values[0]
        assert path.learning_rate is None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_they_come_down_from_anywhere_in_the_window(data):
    surface = find_surface(data.draw(st.sampled_from(sorted(SURFACES))))
    start = [data.draw(st.floats(*side)) for side in surface.window]
    if np.abs(surface.gradient(start)).max() < 1e-6:
        return  # on a minimum AdamW, which pulls to 0, can go nowhere but up
    for path in race(surface, list(OPTIMIZERS), start, steps=50):
        assert not path.diverged, path.label


def test_the_surface_of_a_network_too():
    with pytest.warns(match="failed to converge"):
        surface = of_network(NETWORK.fit(X, X[:, 0] ** 2), X, X[:, 0] ** 2)
    for path in race(surface, list(OPTIMIZERS), steps=30):
        assert not path.diverged, path.label


def test_they_come_down_and_do_not_just_stand():
    for name in SURFACES:
        for path in race(name, list(OPTIMIZERS), steps=300):
            least = (1e-4 if name == "plateau" else 0.01) * abs(path.values[0])
            assert path.values[0] - path.values.min() > least, (name, path.label)


def test_some_rates_may_be_left_open():
    found = race("rosenbrock", ["sgd", "adam", "sgd"], steps=5, learning_rate=[None, 0.5, 1e-4])
    assert [path.learning_rate for path in found] == [0.0005, 0.5, 0.0001]
    assert [path.label for path in found] == ["sgd, rate 0.0005", "adam", "sgd, rate 0.0001"]


@pytest.mark.parametrize("name", list(SURFACES))
def test_the_measured_curvature_is_that_of_the_hessian(name):
    surface = find_surface(name)
    exact = np.abs(np.linalg.eigvalsh(surface.hessian(surface.start))).max()
    assert steepest_curvature(surface, surface.start) == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize("name", [name for name in SOLVERS if name not in NEED_SQUARES])
@pytest.mark.parametrize("curvature", [1e-300, 1e-100, 1e100])
def test_solvers_end_where_numbers_end(name, curvature):

    for start in (1.0, 1e-150, 1e-80, 1e100):
        (path,) = race(Quadratic(3, curvature=curvature), name, [start, start], steps=60)
        assert path.values[-1] <= path.values[0] or not np.isfinite(path.values[0])
