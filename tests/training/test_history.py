"""The history: a record per epoch, by row or by column, and it travels."""

from __future__ import annotations

import pickle

import pytest

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
