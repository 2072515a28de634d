"""Damping: Nielsen's curve by hand, growth that doubles, lengths that do not shrink."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neurona.numerics.damping import Damping, gain_ratio, longest_columns, used_lengths


@pytest.mark.parametrize(
    ("gain", "factor"),
    [(1.0, 1 / 3), (0.9, 1 - 0.8**3), (0.75, 0.875), (0.5, 1), (0.25, 1.125), (1e-9, 2),
     (50.0, 1 / 3)],
)  # fmt: skip
def test_a_good_step_relaxes_by_nielsens_curve(gain, factor):
    relaxed = Damping(6.0, 16.0).relaxed(gain)
    assert relaxed.value == pytest.approx(6 * factor)
    assert relaxed.growth == 2


def test_failures_in_a_row_grow_faster_and_faster():
    damping, values = Damping(1.0), []
    for _ in range(4):
        damping = damping.tightened(1e-3)
        values.append(damping.value)
    assert values == [2, 8, 64, 1024]


def test_damping_reaches_zero_and_leaves_it():
    damping = Damping(1e-299)
    for _ in range(5):
        damping = damping.relaxed(1.0)
    assert damping.value == 0
    assert damping.tightened(1e-6).value == 1e-6


def test_damping_ends_growing():
    damping = Damping(1.0)
    for _ in range(100):
        damping = damping.tightened(1e-3)
    assert not damping.can_grow()
    assert math.isfinite(damping.value)


def test_a_gain_that_means_nothing_is_a_failure():
    assert gain_ratio(1.0, 4.0) == 0.25
    assert gain_ratio(math.nan, 1.0) == -math.inf
    assert gain_ratio(-math.inf, 1.0) == -math.inf
    assert gain_ratio(1.0, 0.0) == -math.inf


def test_lengths_never_shrink_and_are_never_zero():
    lengths = longest_columns(np.array([1.0, 4.0, 0.0]), np.array([2.0, 3.0, 0.0]))
    np.testing.assert_array_equal(lengths, [2, 4, 0])
    np.testing.assert_array_equal(used_lengths(lengths), [2, 4, 1])
    np.testing.assert_array_equal(used_lengths(lengths, floor=0.25), [2, 4, 0.5])
    np.testing.assert_array_equal(used_lengths(np.zeros(2), floor=0.25), [1, 1])
