from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import TableError
from neurona.data.split import (
    SPLITTERS,
    Wanted,
    choose_split,
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


def wanted(rows, **given):
    return Wanted(rows, 0.25, random(), **given)


def same(split, other):
    np.testing.assert_array_equal(split.train, other.train)
    np.testing.assert_array_equal(split.held, other.held)
    assert split.how == other.how


@given(st.sampled_from(sorted(SPLITTERS)), st.lists(st.integers(0, 3), min_size=2, max_size=40))
def test_every_word_is_a_partition(how, numbers):
    column = np.array(numbers, float)
    classes = np.array(numbers) % 2
    if SPLITTERS[how].of_column and len(set(numbers)) == 1:
        with pytest.raises(TableError, match="choose another"):
            choose_split(how, wanted(len(numbers), column=column, classes=classes))
        return
    split = choose_split(how, wanted(len(numbers), column=column, classes=classes))
    assert sorted([*split.train, *split.held]) == list(range(len(numbers)))
    assert (len(split.held) == 0) == (how == "none") and len(split.train)


def test_words_and_their_splits():
    labels = np.array(["a", "b"] * 10, object)
    lot = random_split(20, 0.25, random())
    by_class = stratified_split(labels, 0.25, random())
    same(choose_split("auto", wanted(20)), lot)
    same(choose_split("random", wanted(20, classes=labels)), lot)
    same(choose_split("auto", wanted(20, classes=labels)), by_class)
    same(choose_split("stratified", wanted(20, classes=labels)), by_class)
    same(choose_split("last", wanted(20, classes=labels)), order_split(20, 0.25))
    same(choose_split("group", wanted(20, column=labels)), group_split(labels, 0.25, random()))


def test_time_takes_texts_that_are_dates():
    days = np.array([f"{day:02}.03.2024" for day in range(20, 0, -1)], object)
    split = choose_split("time", wanted(20, column=days))
    assert split.held.tolist() == [0, 1, 2, 3, 4]


def test_what_a_word_needs():
    with pytest.raises(ValueError, match="split='stratified' needs one column of classes"):
        choose_split("stratified", wanted(20))
    for word in ("group", "time"):
        with pytest.raises(ValueError, match="needs a column"):
            choose_split(word, wanted(20))


def test_messages_name_the_column():
    one = np.array(["g0"] * 9, object)
    with pytest.raises(TableError, match="The group column 'plant' has a single group"):
        choose_split("group", wanted(9, column=one, name="plant"))
    with pytest.raises(TableError, match=r"The time column 'day' has texts.*'soon'"):
        choose_split("time", wanted(9, column=np.array(["soon"] * 9, object), name="day"))
