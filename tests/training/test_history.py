"""The history: a record per epoch, by row or by column, and it travels."""

from __future__ import annotations

import itertools
import math
import pickle
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona.training.history import EpochRecord, History


def history_of(epochs: int) -> History:
    history = History()
    for k in range(1, epochs + 1):
        history.append(EpochRecord(k, 1 / k, None, None, 0.1, 2.0, 0.5 * k))
    return history


def test_it_is_a_sequence_of_records():
    history = history_of(4)
    assert len(history) == 4
    assert history[0].epoch == 1
    assert [record.epoch for record in history[1:3]] == [2, 3]
    assert history[-1] in history
    assert [record.epoch for record in reversed(history)] == [4, 3, 2, 1]


def test_columns_by_name():
    assert history_of(3).column("loss") == [1, 1 / 2, 1 / 3]
    with pytest.raises(KeyError, match="no 'los'; it has epoch, loss, val_loss"):
        history_of(3).column("los")


def test_a_frame_has_a_row_per_epoch():
    frame = history_of(3).to_frame()
    assert list(frame.columns) == list(EpochRecord._fields)
    assert list(frame["seconds"]) == [0.5, 1.0, 1.5]


@pytest.mark.parametrize("epochs", [0, 3])
def test_it_travels_and_still_grows(epochs):
    history = history_of(epochs)
    again = pickle.loads(pickle.dumps(history))
    assert list(again) == list(history)
    again.append(EpochRecord(9, 0.0, None, None, None, 0.0, 9.0))
    assert len(again) == epochs + 1
    assert len(history) == epochs


def test_repr_shows_the_length_and_the_last():
    assert repr(history_of(0)) == "History(0 epochs)"
    assert repr(history_of(2)).startswith("History(2 epochs, last EpochRecord(epoch=2")


def test_a_copy_has_records_of_its_own():
    history = History()
    history.append(EpochRecord(1, 0.5, None, None, 0.1, 1.0, 0.0))
    copied = history.copy()
    copied.append(EpochRecord(2, 0.4, None, None, 0.1, 1.0, 0.0))
    assert (len(history), len(copied)) == (1, 2)
    assert copied[0] == history[0]


NUMBERS = st.floats(allow_nan=False, width=64)
RECORDS = st.builds(
    EpochRecord,
    st.integers(0, 2**40), NUMBERS, NUMBERS | st.none(), NUMBERS | st.none(), NUMBERS | st.none(),
    NUMBERS, NUMBERS, NUMBERS | st.none(),
)  # fmt: skip


@given(st.lists(RECORDS, max_size=20))
def test_records_come_back_as_they_were(records):
    history = History(records)
    assert list(history) == records
    assert [history[-k - 1] for k in range(len(records))] == records[::-1]
    assert history[1:7:2] == records[1:7:2]
    for name in EpochRecord._fields:
        assert history.column(name) == [getattr(record, name) for record in records]
    with pytest.raises(IndexError):
        history[len(records)]


def test_a_score_that_is_no_number_is_no_missing_one():
    history = History([EpochRecord(1, 1.0, math.nan, None, 0.1, 0.0, 0.0)])
    assert math.isnan(history[0].val_loss)
    assert history[0].score is None


def test_a_record_takes_65_bytes():
    history = history_of(20_000)
    before = tracemalloc_of(lambda: history_of(20_000))
    assert before / 20_000 < 80  # arrays grow ahead
    assert history.column("epoch")[-1] == 20_000


def tracemalloc_of(make):
    tracemalloc.start()
    try:
        kept = make()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(kept)
    return size


@given(st.integers(2, 9), st.integers(0, 60))
def test_a_limited_history_keeps_the_first_the_last_and_every_so_many(limit, epochs):
    history = History(limit=limit)
    for k in range(1, epochs + 1):
        history.append(EpochRecord(k, 1 / k, None, None, 0.1, 2.0, 0.5 * k))
    kept = history.column("epoch")
    assert history.appended == epochs
    assert len(kept) <= limit
    assert len(kept) >= min(epochs, limit // 2)
    if epochs:
        assert (kept[0], kept[-1]) == (1, epochs)
        steps = {b - a for a, b in itertools.pairwise(kept[:-1])}
        assert len(steps) <= 1


@given(st.integers(2, 9), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_what_is_cut_off_is_as_if_it_had_never_been(limit, epochs, cut, more):
    cut = min(cut, epochs)
    for bound in (limit, None):
        history = History(limit=bound)
        for k in range(epochs):
            history.append(EpochRecord(k, 0.0, None, None, None, 0.0, 0.0))
        history.cut(cut)
        assert history.appended == cut
        assert all(epoch < cut for epoch in history.column("epoch"))
        for k in range(cut, cut + more):
            history.append(EpochRecord(k, 0.0, None, None, None, 0.0, 0.0))
        kept = history.column("epoch")
        assert kept == sorted(set(kept))
        if bound is None:
            assert kept == list(range(cut + more))
        elif more:
            assert kept[-1] == cut + more - 1
        assert len(kept) <= (bound or math.inf)
