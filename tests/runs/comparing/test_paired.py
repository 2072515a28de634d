"""Intervals of paired differences beside SciPy's t-test, a bootstrap, and a number by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from neurona.runs.comparing.paired import of_folds, of_rows
from neurona.runs.comparing.relatives import stretches


def test_means_are_the_paired_t_test():
    random = np.random.default_rng(0)
    first, second = random.exponential(size=(2, 40)) + np.array([[0], [0.3]])
    found = of_rows(first, second)
    expected = stats.ttest_rel(second, first)
    low, high = expected.confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.value == pytest.approx(second.mean() - first.mean())
    assert found.clear == (expected.pvalue < 0.05) and found.over == 40


def test_roots_of_means_are_as_a_bootstrap_finds():
    random = np.random.default_rng(1)
    errors = random.normal(size=500)
    first, second = errors**2, (1.1 * errors + 0.5 * random.normal(size=500)) ** 2
    found = of_rows(first, second, root=True)
    assert found.value == math.sqrt(second.mean()) - math.sqrt(first.mean())
    rows = random.integers(0, 500, size=(4000, 500))
    drawn = np.sqrt(second[rows].mean(axis=1)) - np.sqrt(first[rows].mean(axis=1))
    low, high = np.percentile(drawn, [2.5, 97.5])
    assert (found.low, found.high) == (pytest.approx(low, rel=0.1), pytest.approx(high, rel=0.1))


def test_folds_by_hand():
    # differences 1, 2, 3: variance 1; Nadeau and Bengio: (1/3 + 0.5) * 1
    found = of_folds(np.zeros(3), np.array([1.0, 2, 3]), 0.5)
    reach = 4.302652729749464 * math.sqrt(1 / 3 + 0.5)  # the t table: 2 degrees, 97.5 %
    assert found.value == 2 and found.over == 3
    assert (found.low, found.high) == (pytest.approx(2 - reach), pytest.approx(2 + reach))
    assert not found.clear


def test_what_tells_nothing():
    alone = of_rows(np.array([1.0]), np.array([2.0]))
    assert (alone.value, alone.low, alone.high, alone.clear) == (1, -math.inf, math.inf, False)
    same = of_rows(np.ones(5), np.ones(5), root=True)
    assert same[:4] == (0, 0, 0, 5) and not same.clear
    perfect = of_rows(np.zeros(4), np.array([1.0, 4, 1, 4]), root=True)
    assert perfect.value == pytest.approx(math.sqrt(2.5)) and perfect.clear


def test_rows_that_all_agree_do_not_say_how_sure_that_is():
    found = of_rows(np.zeros(3), np.ones(3))
    assert found.value == 1 and not found.clear and found.low == -np.inf
    assert of_rows(np.ones(3), np.ones(3))[:3] == (0, 0, 0)


def test_groups_of_rows_count_as_groups():
    random = np.random.default_rng(2)
    first, second = random.exponential(size=(2, 60))
    codes = np.repeat(np.arange(12), 5)
    found = of_rows(first, second, relatives=codes)
    # groups of one size: the t-test over the groups' means
    expected = stats.ttest_1samp((second - first).reshape(12, 5).mean(axis=1), 0)
    low, high = expected.confidence_interval(0.95)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert (found.value, found.over, found.groups) == (pytest.approx((low + high) / 2), 60, 12)
    alone = of_rows(first, second, relatives=np.arange(60))
    assert (alone.low, alone.high) == pytest.approx(of_rows(first, second)[1:3])


def test_rows_that_repeat_each_other_make_nothing_surer():
    random = np.random.default_rng(3)
    first, second = random.exponential(size=(2, 8))
    for root in (False, True):
        once = of_rows(first, second, root)
        many = of_rows(np.repeat(first, 50), np.repeat(second, 50), root, np.repeat(range(8), 50))
        assert (many.low, many.high) == pytest.approx((once.low, once.high))
    one_group = of_rows(first, second, relatives=np.zeros(8))
    assert (one_group.low, one_group.high) == (-math.inf, math.inf)


def test_in_time_intervals_hold_what_they_should():
    """Differences that wander: single rows are far too sure, stretches of time are not."""
    random = np.random.default_rng(4)
    held = {True: 0, False: 0}
    for _ in range(300):
        steps = random.normal(size=500)
        wander = np.zeros(400)
        for k in range(400):
            wander[k] = 0.8 * wander[k - 1] + steps[k] if k else steps[k] / 0.6
        for by_time in held:
            relatives = stretches(np.arange(400)) if by_time else None
            found = of_rows(np.zeros(400), wander, relatives=relatives)
            held[by_time] += found.low < 0 < found.high
    assert held[True] > 0.85 * 300 > 0.7 * 300 > held[False]
