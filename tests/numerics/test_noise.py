"""Noise: its law, its seed, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from neurona.numerics.noise import BLOCK, NOISES, Gaussian, Masking

CLEAN = np.random.default_rng(0).uniform(1, 2, size=(BLOCK // 10, 30))


def spoiled(noise, seed=(1, 2), clean=CLEAN):
    out = np.full_like(clean, np.nan)
    noise.spoil(clean, out, seed)
    return out


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gaussian_noise_is_normal(dtype):
    difference = spoiled(Gaussian(0.5), clean=CLEAN.astype(dtype)) - CLEAN.astype(dtype)
    assert difference.dtype == dtype
    assert stats.kstest(difference.ravel() / 0.5, "norm").pvalue > 1e-3
    # rows of one block are not those of the next
    rows = BLOCK // 30
    assert (
        abs(np.corrcoef(difference[:rows].ravel(), difference[rows : 2 * rows].ravel())[0, 1])
        < 0.02
    )


def test_masking_sets_a_share_to_zero_and_leaves_the_rest():
    out = spoiled(Masking(0.3))
    masked = out == 0
    assert stats.binomtest(int(masked.sum()), out.size, 0.3).pvalue > 1e-3
    np.testing.assert_array_equal(out[~masked], CLEAN[~masked])


@pytest.mark.parametrize("noise", sorted(NOISES))
def test_the_seed_is_all_that_noise_depends_on(noise):
    noise, before = NOISES.find(noise), CLEAN.copy()
    np.testing.assert_array_equal(spoiled(noise), spoiled(noise))
    assert (spoiled(noise) != spoiled(noise, (1, 3))).mean() > 0.1
    np.testing.assert_array_equal(CLEAN, before)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Gaussian(0.0), r"'deviation' parameter of Gaussian must be .* \(0, inf\)"),
        (lambda: Masking(1.0), r"'share' parameter of Masking must be .* \(0, 1\). Got 1.0"),
    ],
)
def test_options_have_ranges(make, message):
    with pytest.raises(ValueError, match=message):
        make()
