"""The compiled shuffle is NumPy's, and hands the generator back."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.numerics.shuffle import Orders, Shuffler


@pytest.mark.parametrize("size", [0, 1, 2, 3, 8, 9, 625, 70_000])
def test_the_order_and_the_state_are_numpys(size):
    ours, theirs = np.random.RandomState(size), np.random.RandomState(size)
    for random in (ours, theirs):
        random.normal(size=3)  # one normal number is left in the generator
    order, expected = np.arange(size), np.arange(size)
    shuffler = Shuffler(order, ours)
    for _ in range(4):
        shuffler.shuffle()
        theirs.shuffle(expected)
        np.testing.assert_array_equal(order, expected)
    shuffler.close()
    np.testing.assert_array_equal(ours.normal(size=700), theirs.normal(size=700))
    np.testing.assert_array_equal(ours.randint(2**31, size=9), theirs.randint(2**31, size=9))


def test_other_generators_shuffle_for_themselves():
    ours, theirs = (np.random.RandomState(np.random.PCG64(3)) for _ in range(2))
    order, expected = np.arange(50), np.arange(50)
    shuffler = Shuffler(order, ours)
    shuffler.shuffle()
    shuffler.close()
    theirs.shuffle(expected)
    np.testing.assert_array_equal(order, expected)
    assert ours.uniform() == theirs.uniform()


@pytest.mark.parametrize("bits", [np.random.MT19937, np.random.PCG64])
def test_orders_are_drawn_at_once_and_taken_back(bits):
    ours, theirs = (np.random.RandomState(bits(4)) for _ in range(2))
    order, expected = np.arange(70), np.arange(70)
    shuffler, other = Shuffler(order, ours), Shuffler(expected, theirs)
    shuffler.shuffle()
    other.shuffle()
    shuffler.mark()
    drawn = np.zeros((15, 80), np.int32)  # more words than the generator has at a time
    shuffler.draw(drawn)
    for row in drawn:
        other.shuffle()
        np.testing.assert_array_equal(row[:70], expected)
    np.testing.assert_array_equal(order, expected)
    shuffler.back()
    np.testing.assert_array_equal(Orders(order, 15, shuffler).whole(), drawn[:, :70])
    shuffler.close()
    other.close()
    assert ours.uniform() == theirs.uniform()
