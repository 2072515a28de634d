"""Workbooks and Parquet files: what is in them counts, not what they say of it; copies stand."""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile

import numpy as np
import pytest

from neurona import TableError, read_table
from neurona.data.frames import as_table
from neurona.data.read import open_table
from tests.data.exports import EXPORTS

ROWS = [("a", "b"), *((i / 2, i * 1.5) for i in range(9))]


@pytest.fixture
def write(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")

    def make(rows, change=lambda book: None):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        change(book)
        path = tmp_path / "t.xlsx"
        book.save(path)
        return path

    return make


@pytest.mark.parametrize("said", ["A1", "A1:A2", "A1:B3", "A1:ZZ90000", "A1:XFD1048576"])
def test_a_dimension_that_lies(write, said):
    path = write(ROWS)
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data, count = re.subn(
                    rb'<dimension ref="[^"]*"', b'<dimension ref="' + said.encode() + b'"', data
                )
                assert count == 1
            new.writestr(name, data)
    path.write_bytes(out.getvalue())
    table = read_table(path)
    assert table.names == ["a", "b"] and table.rows == 9


def test_a_chart_sheet_first(write):
    chart = pytest.importorskip("openpyxl.chart")

    def change(book):
        line = chart.LineChart()
        line.add_data(chart.Reference(book.active, min_col=1, min_row=1, max_row=9))
        book.create_chartsheet("Chart", 0).add_chart(line)

    path = write(ROWS, change)
    table = read_table(path)
    assert table.names == ["a", "b"] and any("'Chart'" in note for note in table.notes)
    with pytest.raises(TableError, match="no sheet 'Chart'; it has 'Sheet'"):
        read_table(path, sheet="Chart")


@pytest.mark.parametrize("cell", ["XFD1048576", "XFD3", "ZZ20"])
def test_a_cell_far_from_the_table(write, cell):
    path = write(ROWS, lambda book: book.active.__setitem__(cell, "x"))
    table = read_table(path)
    assert table.names == ["a", "b"] and table.rows == 9
    assert any("stands apart" in note for note in table.notes)


def test_formulas_without_a_value_are_said(write):
    table = read_table(write([*ROWS, (5, "=A2*2"), (6, "=A3")]))
    assert np.isnan(table["b"][-2:]).all()
    assert any("2 formulas have no value" in note and "row 11" in note for note in table.notes)


def test_a_title_and_units(write):
    rows = [("Report",), (), ("time", "temp"), ("s", "degC"), (0.1, 20), (0.2, 21)]
    table = read_table(write(rows))
    assert table["time"].tolist() == [0.1, 0.2] and table["temp"].tolist() == [20, 21]
    assert table.line_offset == 4


def test_names_in_a_comment_below_a_title_as_wide_as_the_table(write):
    """FastQC's."""
    title = [("##FastQC", "0.12", None), (">>Per base quality", "pass", None)]
    path = write([*title, ("#Base", "Mean", "Median"), *((k, k / 2, k * 3) for k in range(1, 10))])
    table = read_table(path)
    assert table.names == ["Base", "Mean", "Median"] and table.rows == 9


def test_texts_among_dates_and_numbers(write):
    days = [f"{d:02}.01.2020" for d in range(1, 10)]
    rows = [("day", "price", "at"), *((d, "$3.50", datetime.time(7, 5)) for d in days)]
    table = read_table(write(rows))
    assert table["day"].tolist() == days and table["price"].tolist() == [3.5] * 9
    assert table["at"][0] == "07:05:00"
    with pytest.raises(TableError, match=r"row 10 \(line 11\), column 'day'.*'30.02.2020' is no"):
        read_table(write([*rows, ("30.02.2020", "$1", None)]))
    took = read_table(write([("took",), *[(datetime.timedelta(hours=30),)] * 3]))
    assert took["took"].tolist() == [108_000] * 3


IDS = ["00037", "12345678901234567890", "12E4", "=x", "1.50", "NA-7"]


def test_what_is_copied_stands(write):
    path = write([("id", "a"), *((one, 1.5) for one in IDS if one != "=x")])
    copies = open_table(path).table({}, "text")
    assert copies["id"].tolist() == [one for one in IDS if one != "=x"]
    assert copies["a"].tolist() == ["1.5"] * 5


def test_what_is_copied_from_parquet_stands(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    zone = datetime.timezone(datetime.timedelta(hours=2))
    columns = {
        "id": IDS,
        "long": [9_007_199_254_740_993 + k for k in range(6)],
        "at": [datetime.datetime(2020, 1, 1, 5, tzinfo=zone)] * 6,
        "parts": [[1, 2]] * 6,
        "took": [datetime.timedelta(hours=3)] * 5 + [None],
    }
    parquet.write_table(arrow.table(columns), tmp_path / "t.parquet")
    opened = open_table(tmp_path / "t.parquet")
    copies = opened.table({}, "text")
    assert copies["id"].tolist() == IDS
    assert copies["long"][0] == "9007199254740993"
    assert copies["at"][0] == "2020-01-01 05:00:00+02:00"
    # a column that is not used is not judged
    assert opened.table({"parts": "text"}, None)["took"].tolist()[:5] == [10_800.0] * 5
    with pytest.raises(TableError, match="column 'parts' holds lists, several values"):
        read_table(tmp_path / "t.parquet")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_durations_of_frames_are_seconds(unit):
    pandas = pytest.importorskip("pandas")
    took = pandas.Series(np.array([3600, 7200, "NaT"], f"timedelta64[{unit}]"))
    if unit != "s":
        took = pandas.Series(pandas.to_timedelta([3600, 7200, None], "s").astype(f"m8[{unit}]"))
    found = as_table(pandas.DataFrame({"took": took}))["took"]
    assert found[:2].tolist() == [3600, 7200] and np.isnan(found[2])


@pytest.mark.parametrize("how", ["index", "series", "numpy", "list", "zone"])
def test_dates_as_targets_are_refused(how):
    pandas = pytest.importorskip("pandas")
    from neurona import TableRegressor

    days = pandas.date_range("2020", periods=30)
    y = {
        "index": days,
        "series": pandas.Series(days),
        "numpy": days.to_numpy(),
        "list": list(days),
        "zone": pandas.Series(days.tz_localize("UTC")),
    }[how]
    with pytest.raises(TableError, match="dates; predict a number"):
        TableRegressor(steps=5).fit({"a": np.arange(30.0)}, y)


def test_merged_cells_count_for_all_of_them(write):
    rows = [("plant", "y"), *((f"p{i // 3}" if i % 3 == 0 else None, i / 2) for i in range(9))]

    def merge(book):
        for first in (2, 5, 8):
            book.active.merge_cells(f"A{first}:A{first + 2}")

    table = read_table(write(rows, merge))
    assert table["plant"].tolist() == [f"p{i // 3}" for i in range(9)]
    assert any("merged" in note for note in table.notes)


def test_names_in_two_rows_and_a_merged_title(write):
    rows = [
        ("Report", None, None, None),
        (None, "A", None, "B"),
        ("day", "mean", "max", "mean"),
        *((i, i / 2, i * 1.5, i / 4) for i in range(12)),
    ]

    def merge(book):
        book.active.merge_cells("A1:D1")
        book.active.merge_cells("B2:C2")

    table = read_table(write(rows, merge))
    assert table.names == ["day", "A mean", "A max", "B mean"] and table.rows == 12


def test_a_workbook_of_another_version_of_zip(write):
    path = write(ROWS)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 6] = 99
    path.write_bytes(data)
    with pytest.raises(TableError, match="damaged Excel"):
        read_table(path)


@pytest.mark.parametrize("words", [[], [("This workbook has the data of rig 7.",), ("See Data.",)]])
def test_words_about_a_workbook_are_no_table(write, words):
    def add(book):
        for row in ROWS:
            book["Data"].append(row)

    path = write(words, lambda book: (book.create_sheet("Data"), add(book)))
    table = read_table(path)
    assert table.names == ["a", "b"] and any("'Data' is read" in note for note in table.notes)


def test_hidden_rows_are_said(write):
    def hide(book):
        for row in (3, 4):
            book.active.row_dimensions[row].hidden = True

    table = read_table(write(ROWS, hide))
    assert table.rows == 9 and any("2 rows are hidden" in note for note in table.notes)


def test_other_tables_of_a_sheet_are_left_out_and_said(write):
    beside = [(*row, None, *("word", 1)[: 2 * (k < 3)]) for k, row in enumerate(ROWS)]
    below = [*ROWS, (), ("name", "phone"), ("x", "012 3"), ("y", "012 4")]
    again = [*ROWS, (), *ROWS]
    expected = [r[0] for r in ROWS[1:]]
    for rows, said, many in ((beside, "beside", 1), (below, "below", 1), (again, "again", 2)):
        table = read_table(write(rows))
        assert table["a"].tolist() == expected * many and table.names == ["a", "b"], said
        assert any(said in note for note in table.notes)


def test_a_table_whose_parts_an_empty_column_divides_is_one(write):
    table = read_table(write([("a", None, "b"), *((i / 2, None, i) for i in range(9))]))
    assert table.names == ["a", "b"] and table.rows == 9


@pytest.mark.parametrize("form", ["%d.%m.%Y", "%Y-%m-%d", "%d %B %Y"])
def test_days_that_are_texts_among_days(write, form):
    days = [datetime.datetime(2024, 3, 4 + i) for i in range(12)]
    cells = [day.strftime(form) if i % 3 == 0 else day for i, day in enumerate(days)]
    table = read_table(write([("day", "b"), *zip(cells, range(12), strict=True)]))
    assert table["day"].tolist() == days


def typed(cell):
    try:
        return float(cell)
    except ValueError:
        return cell or None


@pytest.mark.parametrize(
    ("name", "cut"),
    [("LabVIEW lvm", "\t"), ("Campbell TOA5", ","), ("Rigol", ","), ("BMG plate reader", ","),
     ("Instron Bluehill, its results first", ","),
     ("InfluxDB, two tables", ","), ("AiM, numbers of channels below units", ",")],
)  # fmt: skip
def test_a_sheet_with_the_rows_of_a_text_file_is_the_same_table(write, name, cut):
    export = next(one for one in EXPORTS if one.name == name)
    text = export.content.decode("utf-8-sig" if export.content[:1] == b"\xef" else "latin-1")
    rows = [list(map(typed, row)) for row in csv.reader(io.StringIO(text), delimiter=cut)]
    table = read_table(write(rows))
    for column, cells in export.columns.items():
        if not isinstance(cells[0], str):
            np.testing.assert_array_equal(table[column], np.array(cells, float))
    assert table.rows == 12


def test_cells_of_several_lines_and_rows_without_a_cell(write):
    rows = [("a\n[s]", "b"), (1.5, "x\ny"), (None, None), (2.5, 'say "z"')]
    table = read_table(write(rows))
    assert table.names == ["a\n[s]", "b"] and table["b"].tolist() == ["x\ny", 'say "z"']
    with pytest.raises(TableError, match=r"row 3 \(line 5\), column 'a.*'ERR' is no number"):
        read_table(write([*rows, ("ERR", "c"), *((k, "c") for k in range(9))]))
