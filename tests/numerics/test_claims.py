"""What a first course says of activations, as tests."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.numerics.evaluate import evaluate, softmax

SUMS = np.linspace(-6, 6, 49)


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("logistic", lambda g: g * (1 - g)),
        ("tanh", lambda g: 1 - g**2),
        ("identity", np.ones_like),
        ("relu", np.sign),
        ("exp", lambda g: g),
    ],
)
def test_the_slope_follows_from_the_value(name, formula):
    values, slopes = evaluate(name, SUMS)
    np.testing.assert_allclose(slopes, formula(values), rtol=1e-9, atol=1e-15)


def test_tanh_is_a_stretched_logistic_function():
    np.testing.assert_allclose(
        evaluate("tanh", SUMS)[0], 2 * evaluate("logistic", 2 * SUMS)[0] - 1, atol=1e-15
    )


def test_softmax_sums_to_one_and_only_differences_count():
    rows = np.random.default_rng(0).normal(size=(20, 5)) * 10
    np.testing.assert_allclose(softmax(rows).sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(softmax(rows + 100), softmax(rows), rtol=1e-12)


def test_softmax_of_two_classes_is_the_sigmoid_of_their_difference():
    rows = np.column_stack([SUMS, 0.5 * SUMS[::-1]])
    np.testing.assert_allclose(
        softmax(rows)[:, 0], evaluate("logistic", rows[:, 0] - rows[:, 1])[0], rtol=1e-14
    )
