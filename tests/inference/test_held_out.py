"""Intervals by errors on held-out rows."""

import numpy as np
import pytest

from neurona.inference.held_out import MOST, HeldOutErrors


def test_the_interval_is_as_wide_as_the_error_in_its_place():
    errors = HeldOutErrors.of(np.arange(1.0, 100)[:, None] * np.array([1, -2]))
    # of 99 errors the one in place 100 x 0.9
    assert errors.half_width(0.9).tolist() == [90, 180]
    assert errors.half_width(0.999).tolist() == [99, 198]
    assert errors.spread == pytest.approx(np.sqrt(99 * 100 * 199 / 6 / 99) * np.array([1, 2]))


def test_of_many_errors_the_quantiles_are_kept():
    errors = HeldOutErrors.of(np.random.RandomState(0).randn(100_000, 1))
    assert errors.sizes.shape == (MOST, 1) and errors.rows == 100_000
    assert errors.half_width(0.95) == pytest.approx(1.96, abs=0.03)


def test_it_holds_its_share_of_new_observations():
    random = np.random.RandomState(2)
    inside = []
    for _ in range(300):
        errors = HeldOutErrors.of(random.standard_exponential((40, 1)))
        inside.append(np.mean(random.standard_exponential(200) <= errors.half_width(0.9)))
    assert np.mean(inside) == pytest.approx(37 / 41, abs=0.01)
