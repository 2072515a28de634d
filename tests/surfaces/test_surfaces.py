"""Every surface: derivatives, minima, the view, and what it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurona.errors import UnknownNameError
from neurona.surfaces import (
    SURFACES,
    Beale,
    Himmelblau,
    LinearModel,
    Plateau,
    Quadratic,
    Rastrigin,
    Rosenbrock,
    SumOfSquares,
    Window,
    find_surface,
)

RANDOM = np.random.default_rng(0)
TABLE = RANDOM.normal(size=(20, 2)) * [1, 5], RANDOM.normal(size=20)
OTHERS = [
    Quadratic(condition=50, dimension=1),
    Quadratic(condition=7, dimension=4, angle=25),
    Rosenbrock(dimension=5),
    Plateau(width=2, dimension=3),
    Rastrigin(depth=3, dimension=3),
    LinearModel(*TABLE),
    LinearModel(*TABLE, intercept=False),
]
EVERY = [*map(find_surface, SURFACES), *OTHERS]
every = pytest.mark.parametrize("surface", EVERY, ids=str)
TINY = 1e-30


def places(surface, count=7):
    return np.random.default_rng(1).uniform(-2, 2, size=(count, surface.size))


@every
def test_gradients_are_those_of_a_complex_step(surface):
    points = places(surface)
    for k in range(surface.size):
        nearby = points.astype(complex)
        nearby[:, k] += 1j * TINY
        expected = surface.value(nearby).imag / TINY
        np.testing.assert_allclose(surface.gradient(points)[:, k], expected, rtol=1e-12, atol=1e-12)


@every
def test_hessians_are_those_of_a_complex_step(surface):
    for point in places(surface, 3):
        around = point + 1j * TINY * np.eye(surface.size)
        expected = surface.gradient(around).imag / TINY
        np.testing.assert_allclose(surface.hessian(point), expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("surface", [one for one in EVERY if isinstance(one, SumOfSquares)])
def test_sums_of_squares_are_half_the_squares_of_their_residuals(surface):
    for point in places(surface, 3):
        residuals = surface.residuals(point)
        np.testing.assert_allclose(residuals @ residuals / 2, surface.value(point), rtol=1e-13)
        for k in range(surface.size):
            nearby = point.astype(complex)
            nearby[k] += 1j * TINY
            expected = surface.residuals(nearby).imag / TINY
            np.testing.assert_allclose(surface.jacobian(point)[:, k], expected, rtol=1e-13)


@every
def test_minima_are_flat_and_lowest_nearby(surface):
    assert len(surface.minima)
    for minimum in surface.minima:
        assert minimum.shape == (surface.size,)
        assert np.abs(surface.gradient(minimum)).max() < 1e-11
        around = minimum + 0.05 * np.random.default_rng(2).normal(size=(200, surface.size))
        assert (surface.value(around) >= surface.value(minimum)).all()


@every
def test_the_window_shows_the_start_and_the_minima(surface):
    for point in [surface.start, *surface.minima]:
        for (low, high), place in zip(surface.window, point[:2], strict=False):
            assert low <= place <= high
    assert surface.value(surface.start) > surface.value(surface.minima).min()


@every
def test_many_points_are_each_by_itself(surface):
    points = places(surface, 6).reshape(2, 3, surface.size)
    values, slopes = surface.value(points), surface.gradient(points)
    assert values.shape == (2, 3) and slopes.shape == points.shape
    for k in np.ndindex(2, 3):
        np.testing.assert_allclose(values[k], surface.value(points[k].tolist()), rtol=1e-13)
        np.testing.assert_allclose(slopes[k], surface.gradient(points[k]), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("surface", "point", "value"),
    [
        (Rosenbrock(), [-1.2, 1.0], 24.2),
        (Beale(), [0.0, 0.0], 14.203125),
        (Himmelblau(), [0.0, 0.0], 170.0),
        (Quadratic(condition=9), [2.0, 2.0], 20.0),
        (Quadratic(condition=9, angle=90), [1.0, 0.0], 4.5),
        (Rastrigin(), [0.5, 0.0], 20.25),
        (Plateau(), [30.0, 0.0], 1.0),
        (LinearModel([[1.0], [3.0]], [2.0, 2.0]), [1.0, 0.0], 0.5),
    ],
)
def test_by_hand(surface, point, value):
    np.testing.assert_allclose(surface.value(point), value, rtol=1e-14)


def test_the_curvatures_have_the_ratio_asked_for():
    matrix = Quadratic(condition=64, dimension=4, angle=33, curvature=0.5).hessian(np.zeros(4))
    np.testing.assert_allclose(np.linalg.eigvalsh(matrix), [0.5, 2, 8, 32], rtol=1e-12)
    assert np.abs(matrix[np.triu_indices(4, 1)]).max() > 1  # it is turned


def test_a_grid_has_x_along_its_rows():
    surface = Quadratic(condition=9)
    grid = surface.grid(5, Window((0.0, 4.0), (0.0, 8.0)))
    assert grid.x.tolist() == [0, 1, 2, 3, 4]
    assert grid.y.tolist() == [0, 2, 4, 6, 8]
    assert grid.values[0, 2] == 2.0  # x = 2, y = 0
    assert grid.values[1, 0] == 18.0  # x = 0, y = 2
    deep = Rosenbrock(dimension=3)
    assert deep.grid(3).values[0, 0] == deep.value([-2.0, -1.0, deep.start[2]])


def test_equal_features_make_a_round_bowl():
    """The Hessian of a linear model is the second moments of its features."""
    random = np.random.default_rng(3)
    X = random.normal(size=(500, 2))
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    np.testing.assert_allclose(
        LinearModel(scaled, X[:, 0]).hessian(None),
        np.cov(np.column_stack([scaled, np.ones(500)]).T, bias=True) + np.diag([0, 0, 1.0]),
        atol=1e-12,
    )


def test_values_are_immutable():
    surface: Any = Quadratic()
    with pytest.raises(AttributeError):
        surface.condition = 5.0
    model = LinearModel(*TABLE)
    with pytest.raises(ValueError, match="read-only"):
        model.X[0] = 1
    assert Quadratic(5) == Quadratic(condition=5) != Quadratic(6)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: find_surface("rosenbrok"), UnknownNameError, "did you mean 'rosenbrock'?"),
        (lambda: find_surface(3), UnknownNameError, "3 is no surface"),  # type: ignore[arg-type]
        (lambda: Quadratic(condition=0.5), ValueError, "in the range [1, inf). Got 0.5 instead."),
        (lambda: Quadratic(dimension=0), ValueError, "an int in the range [1, inf). Got 0"),
        (lambda: Rosenbrock(dimension=1), ValueError, "an int in the range [2, inf). Got 1"),
        (lambda: Rastrigin(dimension=2.0), ValueError, "Got 2.0 instead."),  # type: ignore
        (lambda: Beale().value([1.0, 2.0, 3.0]), ValueError, "points of 2 numbers"),
        (lambda: Beale().value(1.0), ValueError, "Got shape ()."),
        (lambda: Quadratic(dimension=1).grid(), ValueError, "needs two coordinates"),
        (lambda: LinearModel([[1.0]], [1.0, 2.0]), ValueError, "Got shapes (1, 1) and (2,)."),
        (lambda: LinearModel([[np.nan]], [1.0]), ValueError, "leave out rows with nan"),
    ],
)
def test_errors_are_one_sentence(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_table_of_surfaces_is_true():
    text = find_surface.__globals__["SURFACES"]
    import neurona.surfaces

    listed = {
        line.split("|")[1].strip(): line.split("|")[2].strip()
        for line in (neurona.surfaces.__doc__ or "").splitlines()
        if line.startswith("| ") and "name" not in line
    }
    assert listed == {name: type(text.find(name)).__name__ for name in SURFACES}
