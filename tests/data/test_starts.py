"""Where a table starts, and what is said of cells that may be more than they look like."""

from __future__ import annotations

import json
import re

import pytest

from neurona import TableError, read_table

ROWS = [(f"{k / 4:.2f}", f"{10 - k / 2:.1f}") for k in range(40)]
STARTS = {
    "as many words as numbers between blanks": (
        "STATION   DATE         TMAX   TMIN\n",
        [f"{'AB'[k % 2] * 4:<10}2024-01-{k % 28 + 1:02}   {a:>5}  {b:>5}\n" for k, (a, b) in
         enumerate(ROWS)],
        {},
        ["STATION", "DATE", "TMAX", "TMIN"],
    ),
    "blanks that are named": (
        "name   x    y\n", [f"{'ab'[k % 2]}   {a:>6} {b:>7}\n" for k, (a, b) in enumerate(ROWS)],
        {"delimiter": " "},
        ["name", "x", "y"],
    ),
    "rows of delimiters above the header": (
        ",,,\n,,,\n,a,b,y\n", [f",{a},{b},{k}\n" for k, (a, b) in enumerate(ROWS)], {},
        ["x1", "a", "b", "y"],
    ),
    "cells over lines below a title": (
        '"Owner:";"Max"\n"As of 01.03.2024:";"1.234,56 EUR"\n\n"Day";"Text";"Amount"\n',
        [f'"{k % 28 + 1:02}.03.2024";"No. ""{k}"";\nsecond line";"{k},50"\n' for k in range(40)],
        {},
        ["Day", "Text", "Amount"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STARTS)
def test_all_rows_and_names_are_found(name, tmp_path):
    head, rows, how, names = STARTS[name]
    path = tmp_path / "t.csv"
    path.write_text(head + "".join(rows))
    table = read_table(path, **how)
    assert table.names == names and table.rows == 40


def test_what_cuts_cells_is_named_as_it_stands_in_the_file(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("a b c\n" + "1 2 3\n" * 300 + "1 2 3 4\n")
    with pytest.raises(TableError, match="delimiter ' '"):
        read_table(path)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("01067", True),
        ("0004711", True),
        ("007", True),
        ("07", False),  # a month
        ("000", False),
        ("0.50", False),
    ],
)
def test_zeros_in_front_are_told_of(body, said, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("zip,y\n" + "".join(f"{body},{k}\n" for k in range(9)))
    told = [note for note in read_table(path).notes if "zeros in front" in note]
    assert len(told) == said and all(repr(body) in note for note in told)
    assert read_table(path, types={"zip": "text"}).notes == ()
    assert list(read_table(path, types={"zip": "text"})["zip"]) == [body] * 9


def test_cells_of_other_widths_are_numbers(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "".join(f"{'007' if k else '12'},{k}\n" for k in range(9)))
    assert read_table(path).notes == ()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_second_row_of_names_is_joined_to_the_first(ending, tmp_path):
    rows = [("pre", "pre", "post"), ("x", "y", "x"), *((k, k / 2, k * 3) for k in range(9))]
    path = tmp_path / f"t.{ending}"
    _write(path, rows)
    table = read_table(path)
    assert table.names == ["pre x", "pre y", "post x"] and table.rows == 9
    assert any("2 is left out" in note for note in table.notes)
    assert read_table(path, skip_rows=1).names == ["x", "y", "x_2"]
    with pytest.raises(TableError, match="names of the columns, pass skip_rows=1"):
        read_table(path, units_row=False)


def test_a_slip_in_the_first_row_is_no_name(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n<0.05,1\n" + "1,2\n" * 9)
    with pytest.raises(TableError, match=r"'<0\.05' is a number with a flag") as refused:
        read_table(path)
    assert "skip_rows" not in str(refused.value)


@pytest.mark.parametrize(("lines", "advice"), [(True, "lines=True"), (False, "read_json(file).")])
def test_advice_on_json_is_right(lines, advice, tmp_path):
    rows = [{"a": k, "b": k / 2} for k in range(3)]
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps({"a": [1], "b": [2]})
    path = tmp_path / "t.json"
    path.write_text(text)
    with pytest.raises(TableError, match=re.escape(advice)):
        read_table(path)


@pytest.mark.parametrize("cell", ["#DIV/0!", "inf"])
def test_advice_on_odd_cells_works(cell, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f"a,b\n1,2\n{cell},3\n4,5\n")
    with pytest.raises(TableError, match="bad_cells='missing'"):
        read_table(path)
    assert [value == value for value in read_table(path, bad_cells="missing")["a"]] == [1, 0, 1]


def test_what_postgresql_writes_for_nothing_is_missing(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("id\tnote\n1\tok\n2\t\\N\n3\tok\n")
    assert read_table(path)["note"].tolist() == ["ok", None, "ok"]


def test_sheets_are_named(tmp_path):
    book = pytest.importorskip("openpyxl").Workbook()
    book.active.title = "cover"
    sheet = book.create_sheet("data")
    for row in [("a", "b"), (1, 2), (3, 5)]:
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    # an empty cover is no table, unless somebody names it
    note = next(note for note in read_table(tmp_path / "t.xlsx").notes if "is read" in note)
    assert "'data' is read; others are 'cover' (sheet='cover'" in note
    with pytest.raises(TableError, match="is empty"):
        read_table(tmp_path / "t.xlsx", sheet="cover")
    assert read_table(tmp_path / "t.xlsx", sheet="data").names == ["a", "b"]
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    with pytest.raises(TableError, match="is no workbook"):
        read_table(tmp_path / "t.csv", sheet="data")


def test_letters_that_are_not_utf8_are_said(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("Größe;b\n1,5;2\n2,5;3\n".encode("cp850"))
    table = read_table(path)
    assert any("'Gr”áe'" in note and "encoding" in note for note in table.notes)
    assert read_table(path, encoding="cp850").names == ["Größe", "b"]
    path.write_bytes("Größe;b\n1,5;2\n2,5;3\n".encode())
    assert not read_table(path).notes


@pytest.mark.parametrize("quote", ["", '"'])
def test_rows_of_delimiters_alone_are_left_out(quote, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f"a;b;c\n1;2;{quote}x{quote}\n;;\n3;;y\n ; ;\n5;6;z\n")
    table = read_table(path)
    assert table["a"].tolist() == [1, 3, 5] and list(table["c"]) == ["x", "y", "z"]
    assert any("2 lines, the first 3, are left out" in note for note in table.notes)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("more", [["", "left", "right"], ["where", "left", "right"]])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_rows_of_words_below_the_names_are_left_out_and_said(count, more, ending, tmp_path):
    words = [[f"{cell} {k}" if cell else "" for cell in more] for k in range(count)]
    path = tmp_path / f"t.{ending}"
    _write(path, [["a", "b", "c"], *words, *([f"n{k}", k / 2, k * 3] for k in range(20))])
    table = read_table(path)
    assert table.names == ["a", "b", "c"] and table.rows == 20
    assert table["b"].tolist() == [k / 2 for k in range(20)]
    assert sum("is left out" in note for note in table.notes) == count


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("first", "again"),
    [
        (["off", "off"], 15),  # a word that comes again says something of its row
        (["broken", "1"], None),  # one word is a slip
        (["NA", "NA"], None),
        (["-", "-"], None),
    ],
)
def test_a_row_that_may_be_one_of_the_table_stays(first, again, ending, tmp_path):
    rows = [[k, k * 3] for k in range(20)]
    if again is not None:
        rows[again] = first
    path = tmp_path / f"t.{ending}"
    _write(path, [["a", "b"], first, *rows])
    assert read_table(path, bad_cells="missing").rows == 21


def _write(path, rows):
    if path.suffix == ".csv":
        path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
        return
    book = pytest.importorskip("openpyxl").Workbook()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    book.save(path)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_rows_of_values_in_front_are_no_table(count, tmp_path):
    front = "".join(f"{k},{k / 2},7\n" for k in range(count))
    below = "".join(f"{k},{k / 4},{k * k}\n" for k in range(20))
    path = tmp_path / "t.csv"
    path.write_text(f"x,y,z\n{front}\nTime,Force,Way\n{below}")
    table = read_table(path)
    assert table.names == ["Time", "Force", "Way"] and table.rows == 20
    assert any("left out" in note for note in table.notes)


def test_a_line_between_rows_is_named_and_no_row_is_lost(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2\n3,4\nsection B\n" + "5,6\n" * 20)
    with pytest.raises(TableError, match="line 4: the row has 1 cell, 'section B'"):
        read_table(path)
