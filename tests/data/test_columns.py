from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from neurona import Table, TableError
from neurona.data.columns import find_column, find_columns
from neurona.data.dates import find_dates, to_dates, to_days
from neurona.data.frames import as_table


def kind_of(values):
    report = find_column(as_table({"c": values}), "c")
    assert report.reason
    return str(report.kind)


COUNTING = list(range(7, 37))
KINDS: list[tuple[Any, str]] = [
    ([1.5, 2.0, 3.0], "numeric"),
    ([3, 1, 2] * 20, "numeric"),
    ([0, 1, 1, 0], "boolean"),
    ([True, False], "boolean"),
    (["yes", "no", "Yes"], "boolean"),
    (["yes", "no"], "boolean"),
    (["red", "blue", "red"], "category"),
    (["2024-01-31", "2023-12-01"], "date"),
    (["31.01.2024", "01.02.2023"], "date"),
    (["2024-01-31", "today"], "category"),
    (["2024-02-31", "2024-01-01"], "category"),
    ([np.datetime64("2024-01-31"), np.datetime64("2024-02-01")], "date"),
    ([5, 5, 5], "constant"),
    ([14.62] * 100, "constant"),
    (["x", "x"], "constant"),
    ([None, None], "constant"),
    (COUNTING, "id-like"),
    (COUNTING[::-1], "id-like"),
    ([*COUNTING[:-1], 99], "numeric"),
    ([f"unit {i}" for i in range(30)], "id-like"),
    ([f"unit {i % 10}" for i in range(30)], "category"),
]


@pytest.mark.parametrize(("values", "kind"), KINDS, ids=[str(v[:3]) for v, _ in KINDS])
def test_kinds(values, kind):
    assert kind_of(values) == kind


def test_counts_and_ranges():
    report = find_column(as_table({"c": [3.0, None, 1.0, 3.0]}), "c")
    assert (report.rows, report.missing, report.distinct, report.low, report.high) == (
        4,
        1,
        2,
        1,
        3,
    )


def test_given_kind_and_unknown_names():
    table = as_table({"zip": [1.0, 2.0, 3.0]})
    assert str(find_columns(table, {"zip": "category"})[0].kind) == "category"
    with pytest.raises(TableError, match="'numeric', 'boolean'"):
        find_columns(table, {"zip": "nominal"})
    with pytest.raises(TableError, match="did you mean 'zip'"):
        find_columns(table, {"zipp": "numeric"})


def test_100_000_different_texts_are_an_id():
    assert kind_of([f"user{i}" for i in range(100_000)]) == "id-like"


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2024-03-01", "ymd", "2024-03-01"),
        ("2024/3/1 7:05", "ymd", "2024-03-01T07:05"),
        ("2024-03-01T12:00:00.5Z", "ymd", "2024-03-01T12:00:00.5"),
        ("2024-03-01 12:00:00+02:00", "ymd", "2024-03-01T10:00:00"),
        ("1.3.2024", "dmy", "2024-03-01"),
        ("3/1/2024 23:59", "mdy", "2024-03-01T23:59"),
        ("30.2.2024", "dmy", "NaT"),
        ("soon", "ymd", "NaT"),
    ],
)
def test_dates(text, order, expected):
    date = to_dates([text], order)[0]
    assert np.isnat(date) if expected == "NaT" else date == np.datetime64(expected, "us")


@pytest.mark.parametrize(
    ("texts", "order", "sure"),
    [
        (["13.01.2024"], "dmy", True),
        (["01/13/2024"], "mdy", True),
        (["01/02/2024"], "mdy", False),
        (["01.02.2024"], "dmy", False),
    ],
)
def test_order_of_day_and_month(texts, order, sure):
    assert find_dates(texts) == ((order, sure), frozenset())


def test_days():
    days = to_days(np.array(["1970-01-02T12", "NaT"], "datetime64[us]"))
    assert days[0] == 1.5
    assert np.isnan(days[1])


def test_table_refuses_ragged_columns_and_unknown_names():
    with pytest.raises(TableError, match="column 'a' has 3 rows but column 'b' has 2"):
        as_table({"a": [1, 2, 3], "b": [1, 2]})
    with pytest.raises(TableError, match="no column 'flwo'; did you mean 'flow'"):
        as_table({"flow": [1.0]}).select(["flwo"])


def test_places():
    table = Table({"a": np.arange(4.0)}, "f.csv", line_offset=1)
    assert table.where(2, "a") == "f.csv, row 3 (line 4), column 'a'"
    assert table.take(slice(1, 4)).where(0) == "f.csv, row 2 (line 3)"
    assert [block.rows for block in table.blocks(3)] == [3, 1]
