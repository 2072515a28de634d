"""Workbooks of before 2007 and of LibreOffice: read where calamine is there, else one sentence."""

from __future__ import annotations

import importlib.util
from datetime import datetime
from pathlib import Path

import pytest

from neurona import TableError, read_table
from neurona.data.columns import find_column

FILES = Path(__file__).parent / "files"
KINDS = {
    "day": "date",
    "place": "category",
    "count": "numeric",
    "value": "numeric",
    "ok": "boolean",
}


@pytest.mark.parametrize("name", ["book.xls", "book.ods"])
def test_other_workbooks(name):
    pytest.importorskip("python_calamine")
    table = read_table(FILES / name)
    assert table.names == list(KINDS) and table.rows == 8
    assert table["place"].tolist() == ["Köln", "Bonn"] * 4
    assert [None if x != x else x for x in table["count"].tolist()] == [
        0,
        3,
        6,
        9,
        12,
        None,
        18,
        21,
    ]
    assert {name: find_column(table, name).kind for name in KINDS} == KINDS
    assert any("'Data' is read" in note for note in table.notes)
    assert any("missing" in note for note in table.notes)
    assert read_table(FILES / name, types={"count": "text"})["count"][1] == "3"


@pytest.mark.parametrize("name", ["excel.xlsb", "excel.ods"])
def test_kinds_of_cells_as_excel_writes_them(name):
    pytest.importorskip("python_calamine")
    table = read_table(FILES / name, header=False)
    (row,) = zip(*(table[column].tolist() for column in table.names), strict=True)
    moment = datetime(2010, 10, 10, 10, 10, 10)
    assert row[:8] == ("String", 1, 1.1, True, False, datetime(2010, 10, 10), moment, "10:10:10")
    assert row[9] == 255 * 3600 + 610


def test_a_sheet_of_excels_binary_workbook_by_name_and_number():
    pytest.importorskip("python_calamine")
    for sheet in ("Sheet3", 2):
        table = read_table(FILES / "excel.xlsb", sheet=sheet)
        assert table.names == ["line1", "line1_2", "line1_3"] and table.rows == 2
        assert table["line1"].tolist() == ["line2", "line3"]


def test_a_workbook_with_a_password_says_so(monkeypatch):
    for found in (True, False):
        with pytest.raises(TableError, match=r"locked.xlsx is protected by a password; save it"):
            read_table(FILES / "locked.xlsx")
        monkeypatch.setattr(importlib.util, "find_spec", lambda name, found=found: None)


def test_a_sheet_that_there_is_not():
    pytest.importorskip("python_calamine")
    with pytest.raises(TableError, match="no sheet 'x'; it has 'Data', 'Notes'"):
        read_table(FILES / "book.xls", sheet="x")


def test_a_limit_on_cells():
    pytest.importorskip("python_calamine")
    with pytest.raises(TableError, match=r"45 cells.*max_cells"):
        read_table(FILES / "book.ods", max_cells=400)


@pytest.mark.parametrize("name", ["book.xls", "book.ods"])
def test_without_calamine_one_sentence_says_what_to_do(name, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TableError, match=r"save it as .xlsx.*neurona\[spreadsheets\]"):
        read_table(FILES / name)


@pytest.mark.parametrize("name", ["book.xls", "book.ods"])
def test_a_damaged_one(tmp_path, name):
    pytest.importorskip("python_calamine")
    content = (FILES / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[:600] + bytes(200) + content[800:])
    try:
        read_table(path)
    except TableError as error:
        assert "\n" not in str(error) and name in str(error)
