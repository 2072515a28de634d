"""Sums over rows in a tree: whoever adds up a branch of it, the bits are those of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.training import leaves
from neurona.training.leaves import Sums, added, branches, cuts, height
from tests.engine.problems import make_network, make_problem


def some(count):
    """Sums of very different sizes, which show in what order they were added."""
    random = np.random.default_rng(count)
    return [
        Sums(1.0, *random.normal(size=1), 10 ** random.uniform(-8, 8, 3), random.normal(size=2))
        for _ in range(count)
    ]


def copies(sums):
    return [Sums(a, b, c.copy(), d.copy()) for a, b, c, d in sums]


def by_the_definition(sums):
    if len(sums) == 1:
        return sums[0]
    first = 1
    while 2 * first < len(sums):
        first *= 2
    left, right = by_the_definition(sums[:first]), by_the_definition(sums[first:])
    return Sums(*(one + other for one, other in zip(left, right, strict=True)))


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("count", [*range(1, 20), 62, 64, 65])
def test_branches_of_any_size_have_the_bits_of_the_whole(count):
    sums = some(count)
    expected = by_the_definition(sums)
    assert same(added(copies(sums)), expected)
    for size in (1, 2, 4, 8, 16, 64):
        parts = [sums[first:last] for first, last in cuts(count, size)]
        assert same(added(added(copies(part)) for part in parts), expected)


@pytest.mark.parametrize("count", [1, 2, 11, 62, 64, 65])
@pytest.mark.parametrize("seams", [[], [1], [3, 31], [7, 21, 50, 60]])
def test_branches_that_end_at_seams_have_the_bits_of_the_whole(count, seams):
    sums = some(count)
    for largest in (1, 4, 16, 64):
        parts = list(branches(count, largest, [seam for seam in seams if seam < count]))
        assert all(
            not first < seam < first + size
            for first, size in parts
            for seam in seams
            if seam < count
        )
        found = (added(copies(sums[first : first + size])) for first, size in parts)
        assert same(added(found, [size for _, size in parts]), by_the_definition(sums))


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9, 31])
def test_no_more_wait_than_the_tree_is_high(count, monkeypatch):
    waiting, most = [], []
    real = leaves.plus

    def plus(one, other):
        waiting.pop()
        return real(one, other)

    def arriving():
        for sums in some(count):
            most.append(len(waiting))
            yield sums
            waiting.append(sums)

    monkeypatch.setattr(leaves, "plus", plus)
    added(arriving())
    assert max(most) <= height(count, 1)


CASES = {
    "plain": {},
    "penalties": {"l2": 3.0, "l1": 2.0},
    "weights": {"row_weights": np.random.default_rng(1).integers(0, 3, 1000) / 2, "l2": 1.0},
    "sparse": {"X": sparse.random(1000, 5, 0.3, "csr", random_state=0)},
}


@pytest.mark.parametrize("case", CASES)
def test_many_leaves_say_what_one_says(case, monkeypatch):
    network = make_network((5, 4, 2), ("tanh", "identity"))
    found = []
    for leaf in (10_000, 256):
        monkeypatch.setattr(leaves, "LEAF_ROWS", leaf)
        problem, *_ = make_problem(network, rows=1000, **CASES[case])
        order = np.arange(1000)
        value, gradient = problem.value_and_gradient(order)
        gradient = gradient.copy()  # the next call may write over it
        curved = problem.session.curvature(False, np.inf).matrix()
        found.append((value, gradient, problem.session.loss(), *curved))
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("dtype", "tied"), [(np.float32, False), (np.float64, True)])
def test_penalties_are_as_in_the_kernel(dtype, tied, monkeypatch):
    kinds = [ACTIVATIONS.find(name) for name in ("tanh", "identity")]
    network = Network((4, 3, 4), kinds, dtype, tied)
    found = []
    for leaf in (10_000, 256):
        monkeypatch.setattr(leaves, "LEAF_ROWS", leaf)
        problem, *_ = make_problem(network, rows=600, l2=20.0, l1=30.0)
        value, gradient = problem.value_and_gradient(np.arange(600))
        found.append((value, gradient.copy()))
    tolerance = 1e-5 if dtype == np.float32 else 1e-12
    assert found[0][1].dtype == found[1][1].dtype == dtype
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def test_what_leaves_the_numbers_in_one_leaf_is_infinite(monkeypatch):
    monkeypatch.setattr(leaves, "LEAF_ROWS", 256)
    network = make_network((2, 1), ("identity",))
    X = np.ones((600, 2))
    X[300] = 1e300
    problem, *_ = make_problem(network, rows=600, X=X)
    assert problem.value_and_gradient(np.arange(600))[0] == np.inf


def test_a_row_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(leaves, "LEAF_ROWS", 256)
    problem, *_ = make_problem(make_network((2, 1), ("identity",)), rows=600)
    with pytest.raises(IndexError, match="rows 0 to 599"):
        problem.value_and_gradient(np.arange(600) + 1)
