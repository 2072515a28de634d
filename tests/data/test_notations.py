"""Numbers as each place writes them: written there, they are read back equal, or asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import TableError, read_table
from neurona.data.marks import proof
from neurona.data.read import read_blocks

PLACES = {
    "German": (";", ",", "."),
    "French": (";", ",", "\u202f"),
    "Swedish": ("\t", ",", "\u00a0"),
    "Swiss": (";", ".", "'"),
    "American in tabs": ("\t", ".", ","),
    "American": (",", ".", ","),
    "Italian in commas": (",", ",", "."),
    "plain": (",", ".", ""),
    "plain commas": (";", ",", ""),
}
NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 2))
BESIDE = st.sampled_from(["{}", "{} €", "€{}", "$ {}", "{} kg", "{}%"])


def spelled(value: float, decimal: str, thousands: str, digits: int = 2) -> str:
    text = f"{value:,.{digits}f}" if thousands else f"{value:.{digits}f}"
    return text.replace(",", "T").replace(".", decimal).replace("T", thousands)


def written(folder, rows, cut):
    path = folder / "t.csv"
    lines = [cut.join(f'"{c}"' if cut in c else c for c in row) for row in (["a", "b"], *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("place", PLACES)
@given(values=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20), beside=BESIDE)
@settings(max_examples=15, deadline=None)
def test_what_a_place_writes_comes_back(tmp_path_factory, place, values, beside):
    cut, decimal, thousands = PLACES[place]
    rows = [
        [spelled(a, decimal, thousands), beside.format(spelled(b, decimal, thousands))]
        for a, b in values
    ]
    table = read_table(written(tmp_path_factory.mktemp("t"), rows, cut))
    assert np.array_equal([table["a"], table["b"]], np.transpose(values))


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=2, max_size=10),
    st.sampled_from([(",", "."), (".", ",")]),
    st.data(),
)
@settings(max_examples=30, deadline=None)
def test_two_marks_in_one_column_are_read_right_or_refused(tmp_path_factory, values, marks, data):
    """Some cells of a column have the other marks: never another number without a word."""
    rows = []
    for value in values:
        decimal, thousands = marks if data.draw(st.booleans()) else marks[::-1]
        rows.append([spelled(value, decimal, thousands), "1"])
    path = written(tmp_path_factory.mktemp("t"), rows, ";")
    try:
        table = read_table(path)
    except TableError as error:
        assert "row" in str(error)
    else:
        assert table["a"].tolist() == values


@given(
    st.lists(st.integers(1000, 999_999), min_size=1, max_size=10),
    st.sampled_from([(";", "."), (";", ","), (",", ","), ("\t", ".")]),
)
@settings(max_examples=30, deadline=None)
def test_one_mark_before_three_digits_is_said_or_asked_for(tmp_path_factory, values, how):
    cut, mark = how
    rows = [[spelled(value, "?", mark, 0), "1"] for value in values]
    path = written(tmp_path_factory.mktemp("t"), rows, cut)
    try:
        table = read_table(path)
    except TableError as error:
        assert f"thousands={mark!r}" in str(error)
    else:
        assert any(f"thousands={mark!r}" in note for note in table.notes)
    assert read_table(path, thousands=mark)["a"].tolist() == values


TWO_COLUMNS = [
    ("a;b\n1,5;2.5\n3,25;4.75\n", {"a": [1.5, 3.25], "b": [2.5, 4.75]}),
    ("a;b\n1.234,5;2.5\n3;4.75\n", {"a": [1234.5, 3.0], "b": [2.5, 4.75]}),
    ("a\tb\n1,234.5\t2,5\n3\t4,75\n", {"a": [1234.5, 3.0], "b": [2.5, 4.75]}),
    ('a,b\n"1.234,5",2\n"12,5",4\n', {"a": [1234.5, 12.5], "b": [2.0, 4.0]}),
    ('a,b\n"1.234,5",2.5\n12,4.5\n', {"a": [1234.5, 12.0], "b": [2.5, 4.5]}),
    ("a;b\n1.234.567,25-;2\n12,5;4\n", {"a": [-1234567.25, 12.5], "b": [2.0, 4.0]}),
    ('a,b\n"1,23,456.5",2\n12,4\n', {"a": [123456.5, 12.0], "b": [2.0, 4.0]}),
]


@pytest.mark.parametrize(("content", "expected"), TWO_COLUMNS)
def test_columns_have_marks_of_their_own(tmp_path, content, expected):
    path = tmp_path / "t.csv"
    path.write_text(content)
    table = read_table(path)
    assert {name: column.tolist() for name, column in table.columns.items()} == expected
    assert table.notes or "," not in content.split("\n")[1]


def test_a_columns_marks_hold_in_all_its_blocks(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a;b\n1.234,5;1\n2,5;2\n1.234;3\n12,25;4\n7;1\n5;3\n")
    found = [table["a"].tolist() for table in read_blocks(path, 2)]
    assert found == [[1234.5, 2.5], [1234.0, 12.25], [7.0, 5.0]]


REFUSED = [
    ("a;b\n12;2\n1.234,5;4\n12.5;3\n", "decimal comma where others have a point"),
    ('a,b\n"1,3",2.5\n"2,4",3.5\n', "decimal="),
    ('a,b\n1.2,1\n"1,234",2\n1.5,2\n', "thousands=','"),
    ("a;b\n12,5;1\n1.234;2\n0,5;2\n", "thousands='.'"),
    ("a;b\n3.000;1,5\n4.000;2,5\n", "thousands='.'"),
]


@pytest.mark.parametrize(("content", "said"), REFUSED)
def test_what_is_open_is_asked_for(tmp_path, content, said):
    path = tmp_path / "t.csv"
    path.write_text(content)
    with pytest.raises(TableError, match=said):
        read_table(path)


@pytest.mark.parametrize(
    ("cell", "mark"),
    [
        *(("12,5", ","), ("12.5", "."), ("0.125", "."), ("0,125", ","), ("1234.567", ".")),
        *(("1.234", ""), ("1,234", ""), ("1.234,5", ","), ("1,234.5", "."), ("1,234,567", ".")),
        *(("1.234.567", ""), ("10.0.0.1", ""), ("1.5.2024", ""), ("12", ""), ("x,5", "")),
        *(("€ 12,50", ","), ("1.234e5", "."), ("-12,5", ","), ("(12,5)", ","), ("5,5-", ",")),
    ],
)
def test_what_proves_a_decimal_mark(cell, mark):
    assert proof(cell) == mark
