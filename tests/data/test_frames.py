from __future__ import annotations

import datetime

import numpy as np
import pytest

from neurona import TableError
from neurona.data.frames import as_table

COLUMNS = {
    "number": [1.5, None, 3.0],
    "whole": [1, 2, 3],
    "word": ["x", None, "z"],
    "flag": [True, False, True],
    "day": [datetime.datetime(2024, 1, 1), None, datetime.datetime(2024, 1, 3, 12)],
}


def check(table):
    assert table.names == list(COLUMNS)
    np.testing.assert_array_equal(table["number"], [1.5, np.nan, 3.0])
    assert table["whole"].dtype == np.float64
    assert table["word"].tolist() == ["x", None, "z"]
    assert table["flag"].tolist() == [True, False, True]
    days = np.array(["2024-01-01", "NaT", "2024-01-03T12"], "datetime64[us]")
    np.testing.assert_array_equal(table["day"], days)


def test_dict():
    check(as_table(COLUMNS))


def test_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(COLUMNS)
    check(as_table(frame))
    frame["number"] = frame["number"].astype("Float64")
    frame["whole"] = frame["whole"].astype("Int8")
    frame["word"] = frame["word"].astype("category")
    check(as_table(frame))
    frame["day"] = frame["day"].dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin")
    check(as_table(frame))


def test_polars():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(COLUMNS)
    check(as_table(frame))
    check(as_table(frame.lazy()))
    check(as_table(frame.with_columns(polars.col("word").cast(polars.Categorical))))


def test_pyarrow():
    arrow = pytest.importorskip("pyarrow")
    check(as_table(arrow.table(COLUMNS)))


def test_matrix_and_record_array():
    table = as_table(np.arange(6).reshape(3, 2))
    assert table.names == ["x1", "x2"]
    record = np.array([(1, "a"), (2, "b")], [("n", int), ("t", "U1")])
    assert as_table(record)["t"].tolist() == ["a", "b"]


def test_what_is_no_table():
    with pytest.raises(TableError, match="3 dimensions"):
        as_table(np.zeros((2, 2, 2)))
    with pytest.raises(TypeError, match=r"row 2, column 'a'.*dict"):
        as_table({"a": ["x", {}]})
    with pytest.raises(TableError, match="complex"):
        as_table({"a": np.array([1j])})


def test_frame_with_a_name_twice():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(TableError, match="several columns"):
        as_table(pandas.DataFrame([[1, 2]], columns=["a", "a"]))
