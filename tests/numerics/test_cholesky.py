"""Factors in pieces are the factors of LAPACK, and no piece is long."""

import numpy as np
import pytest

from neurona.numerics import cholesky
from neurona.numerics.cholesky import lower_factor, lower_inverse, products_of_rows


@pytest.fixture(params=["whole", "in pieces"])
def size(request, monkeypatch):
    """A size, with the limits such that it is done at once, or in uneven pieces."""
    if request.param == "in pieces":
        monkeypatch.setattr(cholesky, "WHOLE", 10)
        monkeypatch.setattr(cholesky, "BLOCK", 16)
        monkeypatch.setattr(cholesky, "PIECE", 1e3)
    return 53


def positive(size):
    rows = np.random.default_rng(0).normal(size=(size, size + 3))
    return rows @ rows.T


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_factor_and_its_inverse(size, order):
    matrix = positive(size)
    factor = lower_factor(matrix.copy(order=order))
    np.testing.assert_allclose(factor, np.linalg.cholesky(matrix), rtol=1e-9, atol=1e-12)
    assert not np.triu(factor, 1).any()
    np.testing.assert_allclose(lower_inverse(factor) @ factor, np.eye(size), atol=1e-9)


@pytest.mark.parametrize("place", [0, 20, 52])
@pytest.mark.parametrize("value", [-1e3, np.nan])
def test_there_is_no_factor(size, place, value):
    matrix = positive(size)
    matrix[place, place] = value
    assert lower_factor(matrix) is None


def test_products(size):
    rows = np.random.default_rng(1).normal(size=(size, 7))
    np.testing.assert_allclose(products_of_rows(rows), rows @ rows.T, rtol=1e-12, atol=1e-12)
