"""Plain numbers read at once are those that `float` reads; whatever is none is left to others."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neurona.data.cells import NumberFormat
from neurona.data.plain_numbers import load_columns

NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
FORMS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**25), 10**25).map(str),
    st.floats(-1e9, 1e9).map("{:.6g}".format),
    st.floats(-1e9, 1e9).map("{:.20E}".format),
    st.sampled_from(["0", "-0.0", "007", "5.", ".5", "-.5e-3", "1E+5", "1e-400", "4.9e-324"]),
)
SCRAPS = st.text("0123456789.eE+- x_\u0661", max_size=6)
WORDS = st.sampled_from(["nan", "inf", "-inf", "NA", "1d5", "0x10", "1_0", "1 2", "1e", "--1",
                         "1-2", "1.5.2", "1e5e6", "1e5.5", "1.5abc", ".", "-", "e5", "1e+",
                         "1e400", "%1", "\u22121"])  # fmt: skip


def tables(cells):
    return st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.lists(cells, min_size=columns, max_size=columns), min_size=1, max_size=5
        )
    )


def load(lines, columns, delimiter=","):
    """Return lines as a matrix, None if a column is text."""
    as_text = set()
    found = load_columns(lines, columns, delimiter, NumberFormat(), as_text)
    return None if found is None or as_text else np.column_stack(found)


def read(table, delimiter=","):
    return load([delimiter.join(row) + "\n" for row in table], len(table[0]), delimiter)


@given(tables(FORMS), st.sampled_from([",", ";", "\t"]))
def test_numbers_are_read_to_the_last_digit(table, delimiter):
    found = read(table, delimiter)
    assert found is not None and found.shape == (len(table), len(table[0]))
    for row, values in zip(table, found, strict=True):
        assert [float(cell) for cell in row] == values.tolist()


@given(tables(st.one_of(FORMS, SCRAPS, WORDS)))
@example([["1.5abc"]])
@example([["1e5", "1.5.2"]])
@example([["1", "2-3"]])
def test_nothing_else_becomes_a_number(table):
    found = read(table)
    if found is None:
        return
    for row, values in zip(table, found, strict=True):
        for cell, value in zip(row, values, strict=True):
            cell = cell.strip(" ")
            if cell == "":
                assert math.isnan(value) and len(row) > 1
            else:
                assert NUMBER.fullmatch(cell) and float(cell) == value, cell


@pytest.mark.parametrize("cell", ["x", "nan", "NA", "inf", "1e400", "1.5abc", "1 2", "-"])
def test_one_cell_that_is_no_plain_number_leaves_all_to_the_careful_reader(cell):
    assert read([["1", "2"], ["3", "4"]]) is not None
    assert read([["1", "2"], ["3", cell]]) is None


def test_empty_cells_are_nan_wherever_they_stand():
    found = read([["", "", "1"], ["2", "", ""], ["", "3", ""]])
    np.testing.assert_array_equal(
        found, [[np.nan, np.nan, 1], [2, np.nan, np.nan], [np.nan, 3, np.nan]]
    )


def test_spaces_around_cells_and_a_last_line_without_an_end():
    found = load([" 1 ,  2.5\n", "3,\r\n", " 4,5"], 2)
    np.testing.assert_array_equal(found, [[1, 2.5], [3, np.nan], [4, 5]])


@pytest.mark.parametrize("text", ["1,2,3\n4\n", "1,2\n,\n", "1,2\n\n", "1\n2\n", "1,2,3,4\n"])
def test_lines_of_other_lengths_and_lines_of_nothing(text):
    assert load(text.splitlines(keepends=True), 2) is None


def test_columns_of_texts_are_found_and_empty_cells_in_them_stay():
    as_text = {2}
    found = load_columns(["1,a,2\n", ",,\n", "3,,4\n"], 3, ",", NumberFormat(), as_text)
    assert found is None  # a line of nothing
    found = load_columns(["1,a,2\n", "3,,4\n"], 3, ",", NumberFormat(), as_text)
    assert as_text == {1, 2} and [list(one) for one in found] == [[1, 3], ["a", ""], ["2", "4"]]


def test_an_empty_cell_is_no_number_unless_it_may_be():
    as_text = set()
    found = load_columns(["1,2\n", "3,\n"], 2, ",", NumberFormat(), as_text, empty=False)
    assert as_text == {1} and found[1] == ["2", ""]
