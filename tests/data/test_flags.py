"""Flags beside numbers: refused by name, and left out where a person says so."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import TableError, read_table
from neurona.data.read import read_blocks

BESIDE = ["<{}", "< {}", ">{}", "≤ {}", "{} b", "{} bp", "{}(P)", "{} *", "{}J", "<{} U"]
NUMBERS = st.floats(0.01, 1e6).map(lambda x: round(x, 2))


def file_of(folder, cells, cut=";"):
    path = folder / "t.csv"
    path.write_text("id;value\n" + "".join(f"a{i};{cell}\n" for i, cell in enumerate(cells)))
    return path


@given(
    st.lists(NUMBERS, min_size=10, max_size=30, unique=True),
    st.sampled_from(BESIDE),
    st.sampled_from([",", "."]),
    st.integers(1, 9),
)
@settings(max_examples=60, deadline=None)
def test_the_number_alone_counts_if_a_person_says_so(
    tmp_path_factory, numbers, beside, decimal, flagged
):
    spelled = [f"{x:.2f}".replace(".", decimal) for x in numbers]
    cells = [beside.format(x) if i < flagged else x for i, x in enumerate(spelled)]
    path = file_of(tmp_path_factory.mktemp("t"), cells)
    table = read_table(path, bad_cells="number")
    assert table["value"].tolist() == numbers
    assert any(f"' {flagged}" in note and "the number alone counts" in note for note in table.notes)
    try:
        table = read_table(path)
    except TableError as error:
        assert "is a number with a flag" in str(error) and "bad_cells='number'" in str(error)
    else:
        assert table["value"].tolist() == cells  # too many for slips
        assert any("bad_cells='number'" in note for note in table.notes)


@pytest.mark.parametrize("cell", ["ERR", "1.2 M", "R2", "3 of 4"])
def test_what_is_no_flag_is_refused_all_the_same(tmp_path, cell):
    path = file_of(tmp_path, [*range(12), cell])
    with pytest.raises(TableError, match="row 13"):
        read_table(path, bad_cells="number")


def test_what_stands_beside_all_numbers_is_no_flag(tmp_path):
    table = read_table(file_of(tmp_path, [f"{i} kg" for i in range(12)]), bad_cells="number")
    assert table["value"].tolist() == list(range(12)) and "the unit kg" in table.notes[-1]
    words = [f"{i} {'HS'[i % 2]}" for i in range(12)]  # debit and credit say something of each
    table = read_table(file_of(tmp_path, words), bad_cells="number")
    assert table["value"].tolist() == words


def test_flags_in_blocks_and_beside_percent_signs_and_missing_ones(tmp_path):
    path = file_of(tmp_path, [*range(10), "< 10", ":", ": c", "7 p"])
    blocks = list(read_blocks(path, 5, bad_cells="number"))
    found = np.concatenate([block["value"] for block in blocks])
    assert np.array_equal(found, [*range(10), 10, np.nan, np.nan, 7], equal_nan=True)
    table = read_table(file_of(tmp_path, ["12.5%", "< 10%", "8%"]), bad_cells="number")
    assert table["value"].tolist() == [12.5, 10, 8]


def test_flags_in_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (["id", "value"], *([f"a{i}", i + 0.5] for i in range(9)), ["b", "<0.05"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(TableError, match=r"row 10 \(line 11\).*'<0.05' is a number with a flag"):
        read_table(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx", bad_cells="number")
    assert table["value"].tolist() == [*(i + 0.5 for i in range(9)), 0.05]
