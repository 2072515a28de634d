"""Laws of reading cells and of scaling, for anything that may come."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neurona import TableError
from neurona.data.cells import NumberFormat, to_number, to_numbers
from neurona.data.contents import numbers_of, texts_of
from neurona.data.dates import as_dates, find_dates, to_dates, to_days
from neurona.data.encoders import spread
from neurona.data.frames import as_table
from neurona.data.table import is_missing

finite = st.floats(allow_nan=False, allow_infinity=False)
mostly_numbers = st.one_of(
    st.text(max_size=6),
    finite.map(repr),
    st.sampled_from(["", "NA", "nan", "inf", "-Infinity", "1_000", " 7 ", "1,5", "#N/A", "0x1f"]),
)


@given(st.lists(mostly_numbers, max_size=20))
def test_cells_together_are_the_cells_one_by_one(cells):
    """The fast ways through `to_numbers` say what `to_number` says."""
    found = to_numbers(cells)
    assert not np.isinf(found.values).any()
    for position, cell in enumerate(cells):
        one = to_number(cell)
        assert (one is None) == (position in found.bad)
        np.testing.assert_array_equal(found.values[position], np.nan if one is None else one)


@given(st.lists(st.one_of(st.none(), finite), min_size=1, max_size=20))
def test_a_number_is_the_same_as_a_text(values):
    column = np.array([np.nan if value is None else value for value in values])
    table = as_table({"x": np.array(texts_of(column), object)})
    np.testing.assert_array_equal(numbers_of(table, "x"), column)


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_marks_of_decimals_and_thousands(whole, cents):
    text = f"{whole:,}.{cents:02}"
    expected = float(text.replace(",", ""))
    assert to_number(text, NumberFormat(".", ",")) == expected
    assert to_number(text.translate(str.maketrans(",.", ".,")), NumberFormat(",", ".")) == expected


days = st.dates(datetime.date(1600, 1, 1), datetime.date(2400, 12, 31))
FORMS = {"ymd": "{:%Y-%m-%d}", "dmy": "{:%d.%m.%Y}", "mdy": "{:%m/%d/%Y}"}


@given(st.lists(days, min_size=1, max_size=20), st.sampled_from(sorted(FORMS)))
def test_dates_come_back_in_every_form(dates, order):
    texts = [FORMS[order].format(date) for date in dates]
    expected = np.array(dates, "datetime64[us]")
    np.testing.assert_array_equal(to_dates(texts, order), expected)
    form, wrong = find_dates(texts)
    assert not wrong
    if form.sure:
        assert form.order == order
        found, known = as_dates(np.array([*texts, None], object))
        assert known == order and np.isnat(found[-1])
        np.testing.assert_array_equal(found[:-1], expected)
    np.testing.assert_array_equal(
        to_days(expected), [(date - datetime.date(1970, 1, 1)).days for date in dates]
    )


@given(st.text(max_size=30), st.sampled_from(sorted(FORMS)))
def test_any_text_is_a_date_or_none(text, order):
    assert to_dates([text], order).dtype == "datetime64[us]"


@given(st.lists(finite, max_size=30), st.booleans())
@example([5e-324], False)
@example([-5e-324], True)
def test_a_spread_is_above_nothing(values, missing):
    middle, size = spread(np.array([*values, *([np.nan] if missing else [])], float))
    assert np.isfinite(middle) and np.isfinite(size) and size > 0
    if values:
        assert min(values) <= middle <= max(values)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30), st.integers(-20, 20))
def test_a_spread_has_the_unit_of_its_numbers(values, power):
    column, unit = np.array(values, float), 2.0**power
    if np.ptp(column) == 0:
        return
    middle, size = spread(column)
    np.testing.assert_array_equal(spread(column * unit), (middle * unit, size * unit))
    np.testing.assert_allclose(spread(-column), (-middle, size), rtol=1e-12, atol=1e-12)


def test_what_is_no_number_is_named():
    table = as_table({"x": ["1", "two"]})
    with pytest.raises(TableError, match="row 2, column 'x': the cell 'two' is no number"):
        numbers_of(table, "x")
    assert texts_of(np.array([True, False])) == ["true", "false"]
    assert texts_of(np.array(["2024-01-02", "NaT"], "datetime64[D]")) == ["2024-01-02", None]
    assert is_missing(np.array([True])).tolist() == [False]
