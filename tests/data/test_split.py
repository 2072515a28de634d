from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import TableError
from neurona.data.split import (
    group_split,
    order_split,
    random_split,
    stratified_split,
    time_split,
)


def random():
    return np.random.RandomState(0)


def is_partition(split, rows):
    assert sorted([*split.train, *split.held]) == list(range(rows))
    assert len(split.train)
    assert len(split.held)


@given(st.integers(2, 60), st.floats(0.01, 0.99))
def test_random_split_is_a_partition(rows, fraction):
    split = random_split(rows, fraction, random())
    is_partition(split, rows)
    assert abs(len(split.held) - rows * fraction) <= 1


@given(st.lists(st.integers(0, 4), min_size=2, max_size=60), st.floats(0.05, 0.9))
def test_stratified_split_leaves_every_class_in_training(labels, fraction):
    split = stratified_split(labels, fraction, random())
    is_partition(split, len(labels))
    if len(set(labels)) < len(labels):
        assert set(np.array(labels)[split.train]) == set(labels)


def test_stratified_split_keeps_the_shares():
    labels = np.array(["a"] * 800 + ["b"] * 200, object)
    held = labels[stratified_split(labels, 0.1, random()).held]
    assert (held == "a").sum() == 80
    assert (held == "b").sum() == 20


@given(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=2, max_size=60))
def test_no_group_is_on_both_sides(groups):
    column = np.array(groups, object)
    if len(set(groups)) == 1:
        with pytest.raises(TableError, match="single group"):
            group_split(column, 0.3, random())
        return
    split = group_split(column, 0.3, random())
    is_partition(split, len(groups))
    assert not set(column[split.train]) & set(column[split.held])


@given(st.lists(st.integers(0, 9), min_size=2, max_size=60), st.floats(0.05, 0.9))
def test_held_rows_are_later(times, fraction):
    column = np.array(times, float)
    if len(set(times)) == 1:
        with pytest.raises(TableError, match="same time"):
            time_split(column, fraction)
        return
    split = time_split(column, fraction)
    is_partition(split, len(times))
    assert column[split.train].max() < column[split.held].min()


def test_order_split_holds_the_last():
    assert order_split(10, 0.2).held.tolist() == [8, 9]


def test_what_cannot_be_split():
    with pytest.raises(TableError, match="1 row cannot be split"):
        random_split(1, 0.2, random())
    with pytest.raises(TableError, match="between 0 and 1"):
        random_split(10, 1.0, random())
    with pytest.raises(TableError, match="missing"):
        time_split(np.array([1.0, np.nan]), 0.5)
