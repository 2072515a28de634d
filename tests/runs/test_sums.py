"""Scores as sums over blocks, beside the same of whole arrays."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.runs.sums import Classes, Quantity, spread_of


def test_scores_of_many_small_blocks_are_those_of_arrays():
    """Every score of a quantity with error bars, and of classes with sets, beside NumPy."""
    random = np.random.default_rng(0)
    truth, said = random.normal(5, 2, 1000), random.normal(5, 2, 1000)
    std = random.uniform(0.5, 2, 1000)
    low, high = said - 2 * std, said + 2 * std
    cut = np.split(np.arange(1000), [1, 7, 500, 999])
    sums = Quantity(spread_of(truth[rows] for rows in cut))
    for rows in cut:
        sums.add(truth[rows], said[rows], std[rows], low[rows], high[rows])
    normal = -0.5 * ((truth - said) / std) ** 2 - np.log(std * np.sqrt(2 * np.pi))
    around = truth - truth.mean()
    expected = {
        "rmse": np.sqrt(np.mean((truth - said) ** 2)),
        "mae": np.mean(np.abs(truth - said)),
        "r2": 1 - np.sum((truth - said) ** 2) / np.sum(around**2),
        "coverage_95": np.mean((low <= truth) & (truth <= high)),
        "width_95": np.mean(4 * std),
        "log_likelihood": normal.mean(),
    }
    assert sums.pair().model == pytest.approx(expected, rel=1e-12)
    assert sums.pair().baseline["mae"] == pytest.approx(np.abs(around).mean(), rel=1e-12)
    assert sums.pair().baseline["rmse"] == pytest.approx(truth.std(), rel=1e-12)

    codes = random.choice(4, 1000, p=[0.5, 0.3, 0.15, 0.05])  # the last one is not known
    shares = random.dirichlet(np.ones(3), 1000)
    sets = shares > 0.2
    classes = Classes(3, 4)
    for rows in cut:
        classes.add(codes[rows], shares[rows].argmax(axis=1), shares[rows], sets[rows])
    right = shares.argmax(axis=1) == codes
    given = np.append(shares, np.zeros((1000, 1)), axis=1)[np.arange(1000), codes]
    inside = np.append(sets, np.zeros((1000, 1), bool), axis=1)[np.arange(1000), codes]
    assert classes.pair().model == pytest.approx(
        {
            "accuracy": right.mean(),
            "balanced_accuracy": np.mean([right[codes == k].mean() for k in range(4)]),
            "log_loss": -np.log(np.clip(given, 1e-7, 1 - 1e-7)).mean(),
            "set_coverage_90": inside.mean(),
            "set_size_90": sets.sum(axis=1).mean(),
        },
        rel=1e-12,
    )
    share = np.bincount(codes) / 1000
    assert classes.pair().baseline == pytest.approx(
        {
            "accuracy": share[0],
            "balanced_accuracy": 0.25,
            "log_loss": -(share @ np.log(share)),
            "set_coverage_90": share[:3].sum(),
            "set_size_90": 3.0,
        },
        rel=1e-12,
    )


@pytest.mark.parametrize("scale", [2.0**600, 2.0**1000, 1e300])
def test_scores_of_numbers_whose_squares_are_not_finite(scale):
    random = np.random.default_rng(1)
    truth, said = random.normal(5, 2, 300), random.normal(5, 2, 300)
    cut = np.split(np.arange(300), [3, 150])
    found = []
    for by in (1.0, scale):
        sums = Quantity(spread_of(by * truth[rows] for rows in cut))
        for rows in cut:
            sums.add(by * truth[rows], by * said[rows])
        found.append(sums.pair())
    small, large = found
    for plain, huge in ((small.model, large.model), (small.baseline, large.baseline)):
        assert huge["r2"] == pytest.approx(plain["r2"], rel=1e-12, abs=1e-12)
        for name in ("rmse", "mae"):
            assert huge[name] / scale == pytest.approx(plain[name], rel=1e-12)


def test_one_number_of_1e308_among_small_ones():
    truth = np.array([1.0, 2.0, 1e308, 3.0])
    sums = Quantity(spread_of([truth[:2], truth[2:]]))
    sums.add(truth[:2], truth[:2])
    sums.add(truth[2:], np.zeros(2))
    assert sums.pair().model["rmse"] == pytest.approx(1e308 / 2, rel=1e-12)
    assert sums.pair().model["r2"] == pytest.approx(1 - 4 / 3, rel=1e-12)
