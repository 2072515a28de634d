"""What a first course says of gradient descent, as tests."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression

from neurona import MLPRegressor
from neurona.optimizers import SGD
from neurona.surfaces import (
    LinearModel,
    Quadratic,
    Rastrigin,
    find_surface,
    largest_stable_rate,
    race,
)


def table(rows=200, scales=(1.0, 1.0, 1.0)):
    random = np.random.default_rng(5)
    X = random.normal(size=(rows, 3)) * scales
    return X, X @ (np.array([1.0, -2.0, 0.5]) / scales) + 3 + 0.1 * random.normal(size=rows)


def fastest(surface):
    """The rate at which the flattest and the steepest axis shrink alike."""
    curvatures = np.linalg.eigvalsh(surface.hessian(surface.start))
    return 2 / (curvatures[0] + curvatures[-1]), curvatures[-1] / curvatures[0]


def test_it_reaches_the_solution_of_the_normal_equations():
    X, y = table(scales=(1.0, 3.0, 0.5))
    surface = LinearModel(X, y)
    (path,) = race(surface, "sgd", steps=2000, learning_rate=fastest(surface)[0])
    A = np.column_stack([X, np.ones(len(y))])
    np.testing.assert_allclose(path.points[-1], np.linalg.solve(A.T @ A, A.T @ y), rtol=1e-10)


def test_unscaled_features_slow_it_by_the_condition_number():
    """At the best rate the distance shrinks by (k - 1) / (k + 1) a step, so the steps go with k."""
    needed = {}
    for scale in (1.0, 10.0, 20.0):
        surface = LinearModel(*table(scales=(1.0, 1.0, scale)))
        rate, condition = fastest(surface)
        (path,) = race(surface, "sgd", steps=8_000, learning_rate=rate)
        lowest = float(surface.value(surface.minima[0]))
        steps = path.steps_to(lowest + 1e-8)
        assert steps is not None
        needed[condition] = steps
    (best, few), (worse, more), (worst, most) = sorted(needed.items())
    assert best < 2 and worse > 80 and worst > 320
    assert few < 20
    assert most / more == pytest.approx(worst / worse, rel=0.2)


def test_scaling_the_features_makes_the_bowl_round():
    X, _ = table(scales=(1.0, 1.0, 1000.0))
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    assert np.linalg.cond(LinearModel(X, X[:, 0]).hessian(None)) > 1e5
    assert np.linalg.cond(LinearModel(scaled, X[:, 0]).hessian(None)) < 1.5


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_zero_is_gradient_descent(nesterov):
    plain, zero = race("rosenbrock", [SGD(), SGD(momentum=0.0, nesterov=nesterov)], steps=200,
                       learning_rate=0.001)  # fmt: skip
    np.testing.assert_array_equal(plain.points, zero.points)


def test_momentum_needs_the_square_root_of_the_steps():
    """Polyak: (sqrt(k) - 1) / (sqrt(k) + 1) a step, against (k - 1) / (k + 1)."""
    surface = Quadratic(condition=400)
    root = math.sqrt(400)
    heavy_ball = SGD(momentum=((root - 1) / (root + 1)) ** 2)
    plain, heavy = race(surface, ["sgd", heavy_ball], steps=5000,
                        learning_rate=[2 / 401, 4 / (root + 1) ** 2])  # fmt: skip
    steps = plain.steps_to(1e-10), heavy.steps_to(1e-10)
    assert steps[0] and steps[1]
    assert 8 < steps[0] / steps[1] < root


def test_near_the_largest_rate_it_oscillates_across_the_valley():
    surface = Quadratic(condition=10)
    rate = largest_stable_rate(surface)
    calm, nervous = race(surface, ["sgd"] * 2, steps=20, learning_rate=[rate * 0.4, rate * 0.95])
    assert (calm.points[:, 1] > 0).all()
    assert (np.sign(nervous.points[:, 1]) == [1, -1] * 10 + [1]).all()


def test_it_stays_in_the_nearest_dent():
    surface = Rastrigin()
    (path,) = race(surface, "sgd", steps=500, learning_rate=0.001)
    end = path.points[-1]
    assert np.abs(surface.gradient(end)).max() < 1e-9
    assert (np.linalg.eigvalsh(surface.hessian(end)) > 0).all()
    assert surface.value(end) > 10
    assert np.abs(end - np.round(surface.start)).max() < 0.1


def test_a_plateau_holds_gradient_descent_but_not_a_scaled_step():
    plain, scaled = race("plateau", ["sgd", "rmsprop"], steps=150, learning_rate=0.05)
    assert plain.values[-1] > 0.9
    assert scaled.values[-1] < 0.01


def test_from_the_ridge_it_stops_at_the_saddle():
    saddle = find_surface("saddle")
    ridge, beside = (
        race(saddle, "sgd", start, 300, learning_rate=0.1)["sgd"]
        for start in ([1.5, 0.0], [1.5, 1e-6])
    )
    np.testing.assert_allclose(ridge.points[-1], [0, 0], atol=1e-12)
    np.testing.assert_allclose(beside.points[-1], [0, 1], atol=1e-9)
    assert np.abs(beside.points[60]).max() < 0.01  # it lingered


def linear_network(X, y, hidden=(), epochs=3000, batch_size=None, rate=0.1, momentum=0.0, seed=0):
    model = MLPRegressor(
        hidden_layer_sizes=hidden, activation="identity", solver="sgd", alpha=0.0, shuffle=False,
        batch_size=batch_size or len(y), learning_rate_init=rate, momentum=momentum,
        max_iter=epochs, tol=0, n_iter_no_change=epochs, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


@pytest.mark.parametrize("hidden", [(), (4,), (5, 3)])
def test_a_network_without_bends_is_a_linear_regression(hidden):
    X, y = table()
    expected = LinearRegression().fit(X, y)
    model = linear_network(X, y, hidden, rate=0.05)
    fresh = np.random.default_rng(6).normal(size=(50, 3)) * 10
    np.testing.assert_allclose(model.predict(fresh), expected.predict(fresh), rtol=1e-6, atol=1e-6)


def test_a_batch_of_all_rows_is_gradient_descent():
    """And the network's own training walks the path of a race on the linear model's surface."""
    X, y = table(rows=64)
    whole = linear_network(X, y, epochs=1)
    surface = LinearModel(X, y)
    begin = np.concatenate([whole.coefs_[0][:, 0], whole.intercepts_[0]])
    (path,) = race(surface, "sgd", begin, 40, learning_rate=0.1)
    later = linear_network(X, y, epochs=41)
    end = np.concatenate([later.coefs_[0][:, 0], later.intercepts_[0]])
    np.testing.assert_allclose(end, path.points[40], rtol=1e-11)
    np.testing.assert_allclose(later.loss_curve_[1:], path.values[:40], rtol=1e-11)
    part = linear_network(X, y, epochs=41, batch_size=16)
    assert np.abs(part.coefs_[0][:, 0] - path.points[40, :3]).max() > 1e-4
