"""How large errors are, by inputs."""

import numpy as np
import pytest
from scipy.optimize import minimize

from neurona.numerics.log_scale import LogScale, fit_log_scale


def rows(count, columns, seed=0):
    random = np.random.default_rng(seed)
    return random, random.normal(size=(count, columns))


@pytest.mark.parametrize("degrees", [3, 200])
def test_the_slopes_of_made_noise_are_found(degrees):
    random, inputs = rows(4000, 5)
    sizes = np.exp(0.7 * inputs[:, 1] - 0.3 * inputs[:, 4])
    off = np.abs(sizes * random.standard_t(degrees, 4000))
    found = fit_log_scale(inputs, off)
    np.testing.assert_allclose(found.slopes, [0, 0.7, 0, 0, -0.3], atol=0.06)
    # what is left has the same size everywhere
    assert np.mean(off / found(inputs)) == pytest.approx(1, abs=0.02)


def test_what_tells_much_is_hardly_held_back():
    # the maximum of the likelihood, found by another method
    random, inputs = rows(2000, 2)
    off = np.abs(np.exp(inputs @ [0.8, -0.5]) * random.normal(size=2000))

    def cost(w):
        logs = w[0] + inputs @ w[1:]
        return np.mean(logs + off * np.exp(-logs))

    best = minimize(cost, np.zeros(3)).x
    found = fit_log_scale(inputs, off)
    np.testing.assert_allclose([found.bias, *found.slopes], best, atol=0.01)


def test_it_follows_units_of_errors_and_inputs():
    random, inputs = rows(300, 3)
    off = np.abs(np.exp(inputs[:, 0]) * random.normal(size=300))
    found = fit_log_scale(inputs, off)
    moved = fit_log_scale(inputs * [2.0, 1.0, 0.5] + 7.0, 1e-6 * off)
    np.testing.assert_allclose(moved.slopes, found.slopes / [2.0, 1.0, 0.5], rtol=1e-6, atol=1e-9)
    logs = np.log(moved(inputs * [2.0, 1.0, 0.5] + 7.0) / found(inputs))
    np.testing.assert_allclose(logs, np.log(1e-6), rtol=1e-6)


def test_columns_that_say_nothing_count_nothing():
    random, inputs = rows(150, 40)
    off = np.abs(random.normal(size=150))
    inputs[:, 3] = 5.0
    found = fit_log_scale(inputs, off)
    assert found.slopes[3] == 0
    assert (found.slopes != 0).sum() <= 8
    assert np.std(np.log(found(inputs))) < 0.25
    alone = fit_log_scale(inputs[:, :0], off)
    assert isinstance(alone, LogScale) and np.exp(alone.bias) == pytest.approx(off.mean())
