"""Claims that a first course makes of activations: slopes from printed formulas, softmax."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.numerics.evaluate import evaluate, softmax

Z = np.linspace(-6, 6, 101)


def test_the_slope_of_the_sigmoid_is_g_times_one_minus_g():
    g, slope = evaluate("logistic", Z)
    np.testing.assert_allclose(slope, g * (1 - g), rtol=1e-13)
    np.testing.assert_allclose(g, 1 / (1 + np.exp(-Z)), rtol=1e-14)


def test_the_slope_of_tanh_is_one_minus_g_squared():
    g, slope = evaluate("tanh", Z)
    np.testing.assert_allclose(slope, 1 - g**2, rtol=1e-9)
    np.testing.assert_allclose(g, np.tanh(Z), rtol=1e-14)


@pytest.mark.parametrize("name", ["logistic", "tanh", "softplus", "silu", "gelu", "mish"])
def test_slopes_are_difference_quotients(name):
    step = 1e-6
    up, down = (evaluate(name, Z + s)[0] for s in (step, -step))
    np.testing.assert_allclose(evaluate(name, Z)[1], (up - down) / (2 * step), atol=1e-8)


def test_tanh_is_the_sigmoid_stretched():
    np.testing.assert_allclose(
        evaluate("tanh", Z)[0], 2 * evaluate("logistic", 2 * Z)[0] - 1, atol=1e-15
    )


def test_softmax_sums_to_one_and_does_not_change_with_a_shift():
    rows = np.random.default_rng(0).normal(size=(20, 5)) * 4
    values = softmax(rows)
    np.testing.assert_allclose(values.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(rows + 1000.0), values, rtol=1e-11)
    np.testing.assert_array_equal(softmax(rows[0]), values[0])


def test_softmax_of_two_classes_is_the_sigmoid_of_the_difference():
    rows = np.random.default_rng(1).normal(size=(30, 2)) * 5
    expected = evaluate("logistic", rows[:, 0] - rows[:, 1])[0]
    np.testing.assert_allclose(softmax(rows)[:, 0], expected, rtol=1e-13)


def test_shapes_are_kept_and_softmax_is_no_activation_of_one_sum():
    values, slopes = evaluate("relu", [[1.0, -1.0, 0.0]])
    assert values.tolist() == [[1.0, 0.0, 0.0]] and slopes.tolist() == [[1.0, 0.0, 0.0]]
    assert evaluate("step", 2.0)[0] == 1.0
    assert evaluate("tanh", [])[0].shape == (0,)
    with pytest.raises(ValueError, match="of a whole layer"):
        evaluate("softmax", [1.0])
