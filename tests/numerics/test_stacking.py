"""Weights of stacked models, against weights worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.numerics.stacking import weights_of_chances, weights_of_errors


def test_independent_errors_count_by_their_inverse_variances():
    random = np.random.RandomState(0)
    errors = random.randn(2, 20_000, 1) * np.array([1.0, 2.0])[:, None, None]
    # 1 / 1 against 1 / 4
    assert weights_of_errors(errors, np.ones(2)) == pytest.approx([0.8, 0.2], abs=0.02)


def test_of_few_rows_the_prior_counts():
    errors = np.stack([np.full((3, 1), 1.0), np.full((3, 1), 1.01)])
    light = weights_of_errors(errors, np.array([1.0, 9.0]), strength=0.01)
    heavy = weights_of_errors(errors, np.array([1.0, 9.0]), strength=100.0)
    assert light[0] > heavy[0] and heavy == pytest.approx([0.1, 0.9], abs=0.01)


def test_the_true_mixture_of_chances_is_found():
    random = np.random.RandomState(1)
    truth = random.uniform(size=50_000)
    own, other = np.clip(truth, 0.01, 0.99), np.full(50_000, 0.5)
    on = random.uniform(size=50_000) < 0.7 * own + 0.3 * other
    chances = np.stack([np.where(on, p, 1 - p) for p in (own, other)])
    assert weights_of_chances(chances, np.ones(2)) == pytest.approx([0.7, 0.3], abs=0.03)


def test_rows_count_by_their_weights():
    errors = np.array([[[0.1], [3.0]], [[3.0], [0.1]]])
    rows = np.array([99.0, 1.0])
    first = weights_of_errors(errors, np.ones(2), rows, strength=0.01)
    assert first[0] > 0.9 and weights_of_errors(errors, np.ones(2), rows[::-1], 0.01)[1] > 0.9


@given(st.integers(1, 5), st.integers(1, 30), st.integers(1, 3), st.integers(0, 2**31 - 1))
def test_weights_are_shares(models, rows, outputs, seed):
    errors = np.random.RandomState(seed).standard_t(2, size=(models, rows, outputs))
    weights = weights_of_errors(errors, np.ones(models))
    assert (weights >= 0).all() and weights.sum() == pytest.approx(1)
