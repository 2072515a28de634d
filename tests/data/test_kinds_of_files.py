"""Whole kinds of files, made by chance: no row is lost, and no number changes, without a word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import TableError, read_table

WORDS = st.text("abcdefghikopqrtuxyz", min_size=2, max_size=6)
NUMBERS = st.integers(-(10**6), 10**6).map(lambda n: n / 100)


def rows_of(width, least=6):
    row = st.lists(NUMBERS, min_size=width, max_size=width)
    return st.lists(row, min_size=least, max_size=12)


def read(folder, text, **how):
    path = folder.mktemp("t") / "t.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path, **how)


def lines(rows, cut=","):
    return "".join(cut.join(map(str, row)) + "\n" for row in rows)


@given(st.integers(4, 6).flatmap(rows_of), st.sampled_from(["ERR", "MM", "unknown", "n/e", "x"]))
@settings(max_examples=60, deadline=None)
def test_a_word_in_the_first_row_is_no_header_among_numbers_like_those_below(
    tmp_path_factory, rows, word
):
    rows[1:] = [[a + 1 for a in rows[0]], *rows[2:]]  # so that the first row is near the others
    text = lines([[*rows[0][:-1], word], *rows[1:]])
    try:
        table = read(tmp_path_factory, text)
    except TableError as error:
        assert "row 1 (line 1)" in str(error)
    else:
        assert table.rows == len(rows) and np.isnan(table[table.names[-1]][0])


@given(st.integers(4, 6).flatmap(rows_of), st.sampled_from([0, 1]), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_columns_that_pandas_numbers_are_named(tmp_path_factory, rows, first, form):
    names = [str(first + k) for k in range(len(rows[0]))]
    text = lines([names, *rows])
    if form == 1:
        text = lines([["", *names], *([k, *row] for k, row in enumerate(rows))])
    elif form == 2:
        text = lines([[*names, "target"], *([*row, 0.5] for row in rows)])
    table = read(tmp_path_factory, text)
    assert table.rows == len(rows)
    assert form or any("is taken for names" in note for note in table.notes)
    assert np.array_equal(np.transpose([table[name] for name in names]), rows)


@given(
    st.lists(WORDS, min_size=2, max_size=4, unique=True).flatmap(
        lambda names: st.tuples(st.just(names), rows_of(len(names)))
    ),
    st.integers(1, 5),
    st.sampled_from([",", ";", "\t"]),
)
@settings(max_examples=60, deadline=None)
def test_tables_that_were_joined_are_one(tmp_path_factory, both, every, cut):
    names, rows = both
    parts = [rows[k : k + every] for k in range(0, len(rows), every)]
    table = read(tmp_path_factory, "".join(lines([names, *part], cut) for part in parts))
    assert np.array_equal(np.transpose([table[name] for name in names]), rows)
    assert any("the header again" in note for note in table.notes) == (len(parts) > 1)


@given(rows_of(2), WORDS.filter(lambda word: word != "e"), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_word_beside_all_numbers_is_left_out_and_two_are_said(tmp_path_factory, rows, word, two):
    rows[1] = [a + 1 for a in rows[0]]
    beside = [word, f"{word}{word}" if two else word]
    cells = [[a, f"{b} {beside[k % 2]}"] for k, (a, b) in enumerate(rows)]
    table = read(tmp_path_factory, lines([["one", "two"], *cells], ";"))
    if two:
        assert table["two"].tolist() == [cell for _, cell in cells]
        assert any("stand words" in note and repr(word) in note for note in table.notes)
    else:
        assert table["two"].tolist() == [b for _, b in rows]
        assert any(f"{word} beside its numbers is left out" in note for note in table.notes)


@given(st.lists(st.integers(1, 999_999), min_size=2, max_size=12))
@settings(max_examples=40, deadline=None)
def test_three_digits_after_each_comma_are_decimals_beside_days(tmp_path_factory, numbers):
    cells = [[f"{k + 1:02}.03.2024", f"{n // 1000},{n % 1000:03}"] for k, n in enumerate(numbers)]
    table = read(tmp_path_factory, lines([["day", "load"], *cells], ";"))
    assert table["load"].tolist() == [n / 1000 for n in numbers]


@given(
    st.lists(st.tuples(WORDS, st.integers(1, 10**6)), min_size=4, max_size=12),
    rows_of(3, least=10),
    st.sampled_from([";", "\t"]),
)
@settings(max_examples=40, deadline=None)
def test_facts_as_wide_as_the_table_are_no_rows(tmp_path_factory, facts, rows, cut):
    above = [[facts[0][0], "", ""], *([word, number, "Hz"] for word, number in facts[1:])]
    table = read(tmp_path_factory, lines(above, cut) + lines(rows, cut))
    assert np.array_equal(np.transpose([table[name] for name in table.names]), rows)
    assert any("left out" in note for note in table.notes)


CODES = (-9999, -999, -99.9, 9999, 99999, -99999.9)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_number_for_what_is_missing(tmp_path, ending, code):
    pandas = pytest.importorskip("pandas")
    values = np.random.RandomState(0).randint(0, 2000, 15) / 100
    cells = [*values[:2], float(code), *values[2:]]
    path = tmp_path / f"t.{ending}"
    frame = pandas.DataFrame({"a": cells, "b": range(len(cells))})
    if ending == "csv":
        frame.to_csv(path, index=False)
    elif ending == "xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_parquet(path)
    table = read_table(path)
    assert table["a"].tolist() == cells
    if ending != "parquet":
        assert any("lies far from all other numbers" in note for note in table.notes)
    table = read_table(path, missing_marks=f"x,{code}")
    assert np.array_equal(np.isnan(table["a"]), [cell == code for cell in cells])


@given(st.lists(st.integers(50, 99), min_size=2, max_size=30))
@settings(max_examples=60, deadline=None)
def test_a_number_among_others_of_its_size_is_none(tmp_path_factory, values):
    table = read(tmp_path_factory, lines([["a", "b"], *([v, -v / 100] for v in values)]))
    assert not any("lies far" in note for note in table.notes)
