"""Workbooks of before 2007 and of LibreOffice: read where calamine is there, else one sentence."""

from __future__ import annotations

import importlib.util
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
