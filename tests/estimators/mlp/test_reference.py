"""The reference of errors: limits by hand, scales, weights, and what never varied."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.estimators.mlp.reference import MOST_ROWS, Reference

ERRORS = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0]])


def reference_of(errors, contamination=0.25, **more):
    """That of an autoencoder whose errors on rows are these."""
    rows = np.random.default_rng(0).normal(size=errors.shape) * 100
    return Reference.of(
        rows, more.pop("weights", None), lambda seen: seen - errors[: len(seen)], contamination,
        **more,
    )  # fmt: skip


def test_by_hand():
    found = reference_of(ERRORS)
    np.testing.assert_allclose(found.usual, [7.5, 750])
    # the mean over the columns of 1, 4, 9, 16 by 7.5; a quarter of the rows is above the limit
    assert found.limit == pytest.approx(9 / 7.5)
    np.testing.assert_allclose(found.scores(ERRORS**2), np.array([1, 4, 9, 16]) / 9)
    np.testing.assert_allclose(found.errors(ERRORS**2)[3], [16 / 7.5, 16 / 7.5])


def test_numbers_of_one_column_are_summed():
    found = reference_of(np.column_stack([ERRORS, ERRORS[:, 0]]), starts=np.array([0, 1]))
    np.testing.assert_allclose(found.usual, [7.5, 750 + 7.5])
    assert found.errors(np.ones((2, 3))).shape == (2, 2)
    np.testing.assert_allclose(found.errors(np.ones((1, 3)))[0], [1 / 7.5, 2 / 757.5])


def test_a_weight_is_a_number_of_rows():
    repeated = reference_of(np.repeat(ERRORS, [1, 3, 2, 1], axis=0))
    weighted = reference_of(ERRORS, weights=np.array([1.0, 3, 2, 1]))
    np.testing.assert_allclose(weighted.usual, repeated.usual)
    assert weighted.limit == pytest.approx(repeated.limit)
    without = reference_of(ERRORS[:3], weights=np.array([1.0, 1, 1]))
    zero = reference_of(ERRORS, weights=np.array([1.0, 1, 1, 0]))
    np.testing.assert_allclose(zero.usual, without.usual)


def test_no_rows_with_weight_and_perfect_reconstructions_stay_finite():
    nobody = reference_of(ERRORS, weights=np.zeros(4))
    assert np.isfinite(nobody.scores(ERRORS)).all()
    perfect = reference_of(np.zeros((4, 2)))
    assert (perfect.scores(np.zeros((1, 2))) == 0).all()
    assert np.isfinite(perfect.scores(ERRORS)).all() and (perfect.scores(ERRORS) > 1).all()


def test_a_column_that_never_varied_is_measured_by_the_others():
    rows = np.column_stack([np.arange(4.0), np.full(4, 7.0)])
    found = Reference.of(rows, None, lambda seen: seen + np.array([0.1, 0.0]), 0.0)
    assert found.usual[1] > 0
    assert found.scores(np.array([[0.01, 0.0], [0.01, 1.0]])) == pytest.approx([1, 2e8], rel=1e-2)


def test_of_many_rows_every_so_many_is_taken():
    seen = []
    Reference.of(
        np.arange(2.5 * MOST_ROWS)[:, None], None, lambda rows: (seen.append(rows), rows)[1], 0.01
    )
    assert seen[0][:3, 0].tolist() == [0, 3, 6]
    assert MOST_ROWS / 2 < len(seen[0]) <= MOST_ROWS
