"""Folds: every row held out once, groups whole, and of times only later rows."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.model_selection  # noqa: F401 - so that no example waits for it
from hypothesis import given
from hypothesis import strategies as st

from neurona.data.split import Wanted
from neurona.runs.failures import Failure
from neurona.runs.folding import make_folds


def wanted(rows, seed=0, **others):
    return Wanted(rows, 0.5, np.random.RandomState(seed), **others)


@given(st.integers(2, 6), st.integers(6, 60), st.integers(0, 9))
def test_every_row_is_held_out_once(count, rows, seed):
    folds = make_folds("auto", wanted(rows, seed), count)
    held = np.concatenate([one.held for one in folds])
    assert sorted(held.tolist()) == list(range(rows)) and len(folds) == count
    for one in folds:
        assert sorted([*one.train, *one.held]) == list(range(rows))
        assert abs(len(one.held) - rows / count) < 1
    again = make_folds("random", wanted(rows, seed), count)
    assert all((a.held == b.held).all() for a, b in zip(folds, again, strict=True))


def test_classes_are_shared_out_evenly():
    classes = np.array(["a"] * 20 + ["b"] * 10, object)
    for one in make_folds("auto", wanted(30, classes=classes), 5):
        assert sorted(classes[one.held]) == ["a"] * 4 + ["b"] * 2


@given(
    st.lists(st.sampled_from(["x", "y", "z", None, "w"]), min_size=10, max_size=40), st.booleans()
)
def test_no_group_is_on_both_sides(groups, labeled):
    column = np.array(groups, object)
    if len(set(groups)) < 3:
        return
    classes = np.arange(len(groups)) % 2 if labeled else None
    try:
        folds = make_folds("group", wanted(len(groups), column=column, classes=classes), 3)
    except Failure as failure:  # scikit-learn may leave a fold without groups
        assert labeled and "too uneven" in str(failure)
        return
    held = np.concatenate([one.held for one in folds])
    assert sorted(held.tolist()) == list(range(len(groups)))
    for one in folds:
        assert not set(column[one.train]) & set(column[one.held])


@given(st.lists(st.integers(0, 12), min_size=6, max_size=40), st.integers(2, 4))
def test_only_later_rows_are_held_out(times, count):
    column = np.array(times, float)
    try:
        folds = make_folds("time", wanted(len(times), column=column, name="day"), count)
    except Failure as failure:
        assert "few" in str(failure)
        return
    for one in folds:
        assert column[one.train].max() < column[one.held].min()
        assert (
            sorted([*one.train, *one.held])
            == np.flatnonzero(column <= column[one.held].max()).tolist()
        )
    assert folds[-1].held.tolist()[-1:] <= [len(times)]
    assert max(column[one.held].max() for one in folds) == column.max()


def test_the_last_rows_by_hand():
    folds = make_folds("last", wanted(7), 3)
    assert [one.held.tolist() for one in folds] == [[4], [5], [6]]
    assert [one.train.tolist() for one in folds] == [[0, 1, 2, 3], [0, 1, 2, 3, 4], [*range(6)]]


@pytest.mark.parametrize(
    ("word", "others", "said"),
    [
        ("random", {}, "There are 4 rows, too few"),
        ("stratified", {"classes": np.array([0, 0, 1, 1])}, "rows"),
        ("group", {"column": np.array([1.0, 1, 2, 2]), "name": "pump"}, "2 groups of 'pump'"),
        ("time", {"column": np.array([1.0, 1, 1, np.nan]), "name": "t"}, "missing cells"),
    ],
)
def test_what_cannot_be_folded_is_said(word, others, said):
    count = 5 if word in ("random", "stratified") else 3
    with pytest.raises(Failure, match=said):
        make_folds(word, wanted(4, **others), count)
    with pytest.raises(Failure, match="must be 2 or more"):
        make_folds(word, wanted(4, **others), 1)
