"""Tables are read as a person reads them: cells, headers and preambles of each kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurona import TableError, read_table
from neurona.data.columns import find_columns
from neurona.data.dates import find_dates, to_dates


def read(tmp_path: Path, content: str | bytes, **how: Any) -> Any:
    path = tmp_path / "t.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, **how)


def cells_of(column):
    if column.dtype.kind == "O":
        return column.tolist()
    return [None if cell != cell else cell for cell in column.tolist()]


DATES = [
    ("03.01.2020", "2020-01-03"),
    ("13/01/2020", "2020-01-13"),
    ("01/13/2020", "2020-01-13"),
    ("13-Jan-2020", "2020-01-13"),
    ("13-Jan-20", "2020-01-13"),
    ("Jan 13, 2020", "2020-01-13"),
    ("13 January 2020", "2020-01-13"),
    ("3. März 2020", "2020-03-03"),
    ("13-Dez-2020", "2020-12-13"),
    ("2 août 2021", "2021-08-02"),
    ("Mon, 13 Jan 2020 10:20:30 GMT", "2020-01-13T10:20:30"),
    ("2020-01-13T10:20:30Z", "2020-01-13T10:20:30"),
    ("2020-01-13 10:20:30+01:00", "2020-01-13T09:20:30"),
    ("2020-01-13 10:20:30,5", "2020-01-13T10:20:30.5"),
    ("20200113T102030Z", "2020-01-13T10:20:30"),
    ("13.01.2020 10:20", "2020-01-13T10:20"),
    ("01/13/2020 10:20 PM", "2020-01-13T22:20"),
    ("13.01.20", "2020-01-13"),
    ("2020-01", "2020-01-01"),
    ("2020-Q1", "2020-01-01"),
    ("2020Q4", "2020-10-01"),
    ("13 de marzo de 2020", "2020-03-13"),
    ("1 de março de 2020", "2020-03-01"),
    ("24 de dic. de 2020", "2020-12-24"),
    ("23:15", "1970-01-01T23:15"),
    ("7:05:30.25", "1970-01-01T07:05:30.25"),
    ("12:30 AM", "1970-01-01T00:30"),
    ("1:05 p.m.", "1970-01-01T13:05"),
    ("30:15:00", "1970-01-02T06:15"),
    ("04MAR2024:10:20:30", "2024-03-04T10:20:30"),
    ("20240304:1020", "2024-03-04T10:20"),
    ("20240304 10:20:30", "2024-03-04T10:20:30"),
    ("2024m3", "2024-03-01"),
    ("2024M12", "2024-12-01"),
    ("2024q2", "2024-04-01"),
    ("Q2 2024", "2024-04-01"),
    ("2024/03", "2024-03-01"),
    ("03/2024", "2024-03-01"),
    ("04.03.2024 10:00 - 04.03.2024 11:00", "2024-03-04T10:00"),
    ("10:15 - 10:30", "1970-01-01T10:15"),
    ("1 days 02:03:04", "1970-01-02T02:03:04"),
    ("-1 days +23:59:45", "1969-12-31T23:59:45"),
    ("1 day, 2:03:04", "1970-01-02T02:03:04"),
    ("1h 5m 3s", "1970-01-01T01:05:03"),
    ("2h 0min", "1970-01-01T02:00"),
    ("PT1H5M3.5S", "1970-01-01T01:05:03.5"),
    ("P1DT2H", "1970-01-02T02:00"),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_dates_and_times(text, expected):
    found = find_dates([text])
    assert found is not None and not found.wrong
    assert to_dates([text], found.form.order)[0] == np.datetime64(expected, "us")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "1.2.3",
            "10.0.0.1",
            "1.5",
            "3",
            "+49 30 1234",
            "2020",
            "A1",
            "may",
            "may 5",
            "3+",
            "1st",
        ),
        *("0000-00-00", "30.02.2020", "2020-13-45", "1,234.5", "12-3456", "5-6", "25:61", "1:2:3"),
        *("1D", "3M", "12m3x", "P", "PT", "m", "5 - 6", "10:15 - x", "13/2024", "2024 - 2025"),
    ],
)
def test_what_is_no_date(text):
    assert find_dates([text]) is None


KINDS = [
    ("day\n" + "\n".join(f"{d:02}.01.2020" for d in range(1, 13)), "date"),
    ("day\n" + "\n".join(f"{d:02}-Jan-2020" for d in range(1, 29)), "date"),
    ("t\n" + "\n".join(f"{m // 60:02}:{m % 60:02}" for m in range(0, 400, 15)), "time"),
    ("t\n" + "\n".join(f"{h}:30:00" for h in range(20, 50)), "time"),
    ("version\n" + "\n".join(f"1.{i % 4}.{i % 3}" for i in range(30)), "category"),
    ("address\n" + "\n".join(f"10.0.0.{i % 9}" for i in range(30)), "category"),
    ("phone\n" + "\n".join(f"030 {1230 + i % 9}" for i in range(30)), "category"),
    ("phone\n" + "\n".join(f"+49 30 {1230 + i % 9}" for i in range(30)), "category"),
    ("phone\n" + "\n".join(f"555 123 {450 + i % 9}" for i in range(30)), "category"),
    ("children\n" + "\n".join(["0", "1", "2", "3+"] * 8), "category"),
    ("children\n" + "\n".join(["0", "1", "2", "more"] * 8), "category"),
    ("age\n" + "\n".join(["<18", "18", "19", "20 - 25", ">65"] * 8), "category"),
    ("on\n" + "\n".join(["TRUE", "True", "true", "FALSE", "False"] * 3), "boolean"),
    ("on\n" + "\n".join(["Yes", "no", "YES", "No"] * 3), "boolean"),
    ("on\n" + "\n".join(["ja", "Nein", "Ja"] * 3), "boolean"),
]


@pytest.mark.parametrize(("content", "kind"), KINDS, ids=[c[:18] for c, _ in KINDS])
def test_kinds(tmp_path, content, kind):
    (report,) = find_columns(read(tmp_path, content))
    assert report.kind == kind


NUMBERS = [
    ("1\u00a0234,5;2\u00a0345,5", ";", [1234.5, 2345.5]),
    ("1\u202f234.5;950", ";", [1234.5, 950.0]),
    ("12 500;9 750", ";", [12500.0, 9750.0]),
    ("1'234.5;2\u2019345.5", ";", [1234.5, 2345.5]),
    ("$3.00;$1,204.37", ";", [3.0, 1204.37]),
    ("-$3.00;($4.00)", ";", [-3.0, -4.0]),
    ("3,50 €;1.204,37 €", ";", [3.5, 1204.37]),
    ("CHF 3.50;CHF 4", ";", [3.5, 4.0]),
    ("5 %;7.5%", ";", [5.0, 7.5]),
    ("5 %;n.a.;7.5%", ";", [5.0, None, 7.5]),
    ("1.234,5;-;12,5", ";", [1234.5, None, 12.5]),
    ("5 kg;7.5 kg", ";", [5.0, 7.5]),
    ("5 V DC;7.5 V DC", ";", [5.0, 7.5]),
    ("51°30'00\"N;7° 15' W", ";", [51.5, -7.25]),
    ("51°30\u203236\u2033N;0,5", ";", [51.51, 0.5]),
    ("3.0D+00;1.5d-1", ";", [3.0, 0.15]),
    ("\u22125;3", ";", [-5.0, 3.0]),
    ("(12.50);3.25", ";", [-12.5, 3.25]),
    ("12.50-;3.25", ";", [-12.5, 3.25]),
    ("1.234,5;2.345,5", ";", [1234.5, 2345.5]),
]


@pytest.mark.parametrize(("cells", "cut", "expected"), NUMBERS, ids=[c for c, *_ in NUMBERS])
def test_numbers_in_other_notations(tmp_path, cells, cut, expected):
    rows = "\n".join(f"{cell}{cut}1" for cell in cells.split(";"))
    table = read(tmp_path, f"a{cut}b\n{rows}\n")
    assert cells_of(table["a"]) == expected


REFUSED = [
    ("a\n$3\n4%\n5", ("'$3'", "row 1")),
    ("a\n5\n5%\n7", ("'5%'", "percentages")),
    ("a\n$3\n€4\n", ("column 'a'",)),
    ("day,y\n2020-01-01,1\n0000-00-00,2\n2020-01-03,3\n2020-01-04,4", ("line 3", "'0000-00-00'")),
    ("day,y\n28.02.2020,1\n30.02.2020,2\n27.02.2020,3", ("(line 3)", "'30.02.2020' is no date")),
    ("t,y\n" + "".join(f"10:{m},{m}\n" for m in range(10, 40)) + "10:75,4", ("line 32", "'10:75'")),
    ("day,y\n" + "".join(f"2020-01-{d},{d}\n" for d in range(10, 31)) + "soon,4", ("'soon'",)),
    ("x,y\n1.2,3\n1.3,4\n<0.01,4\n1.5,3", ("'<0.01'",)),
]  # fmt: skip


@pytest.mark.parametrize(("content", "parts"), REFUSED, ids=[c[:20] for c, _ in REFUSED])
def test_a_cell_that_does_not_fit_is_named(tmp_path, content, parts):
    with pytest.raises(TableError) as error:
        read(tmp_path, content)
    for part in parts:
        assert part in str(error.value)


def test_dates_that_are_none_count_as_missing_if_that_is_said(tmp_path):
    days = "".join(f"2020-01-{d:02}\n" for d in range(1, 20))
    table = read(tmp_path, f"day\n{days}0000-00-00\n", bad_cells="missing")
    assert table["day"][-1] is None
    assert find_columns(table)[0].kind == "date"
    assert any("1 cell is no date" in note and "0000-00-00" in note for note in table.notes)


AB = {"a": [1.5, 2.5, 3.5], "b": [2.0, 3.0, 4.0]}
BODY = "1.5,2\n2.5,3\n3.5,4\n"
TOA5 = (
    '"TOA5","st","CR1000","42","CPU:x.CR1","9","t"\n"TIMESTAMP","RECORD","T_Avg"\n'
    '"TS","RN","degC"\n"","","Avg"\n"2020-01-01 00:00:00",1,20.5\n"2020-01-01 00:10:00",2,20.7\n'
)
LVM = (
    "LabVIEW Measurement\t\nWriter_Version\t2\nReader_Version\t2\nSeparator\tTab\n"
    "***End_of_Header***\t\n\nChannels\t1\t\nSamples\t3\t\n***End_of_Header***\t\t\n"
    "a\tb\n1.5\t2\n2.5\t3\n3.5\t4\n"
)
TABLES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("comments", f"# logger\n# station 7\na,b\n{BODY}", AB, {}),
    ("comments below", "# x\na,b\n1.5,2\n# pause\n2.5,3\n3.5,4\n", AB, {}),
    ("percent comments", f"% made in MATLAB\na,b\n{BODY}", AB, {}),
    ("the header is a comment", "# a b\n1.5 2\n2.5 3\n3.5 4\n", AB, {}),
    ("comments named", f"; x\na,b\n{BODY}", AB, {"comment": ";"}),
    ("sep=", "sep=;\na;b\n1.5;2\n2.5;3\n3.5;4\n", AB, {}),
    ("sep in quotes", f'"sep=,"\na,b\n{BODY}', AB, {}),
    ("title", f"Monthly report\n\na,b\n{BODY}", AB, {}),
    ("title with delimiters", "Monthly report,,\n,,\na,b,c\n1.5,2,1\n2.5,3,1\n3.5,4,1\n",
     AB | {"c": [1.0, 1.0, 1.0]}, {}),
    ("facts before", "Station;7\nOperator;M\n\na;b;c\n1.5;2;1\n2.5;3;1\n3.5;4;1\n",
     AB | {"c": [1.0, 1.0, 1.0]}, {}),
    ("rows skipped", f"x,y\nz,w\na,b\n{BODY}", AB, {"skip_rows": 2}),
    ("units", f"a,b\ns,degC\n{BODY}", AB, {}),
    ("units in brackets", f"a,b\n[s],[x/y]\n{BODY}", AB, {}),
    ("units and a blank", f"a,b\n,kPa\n{BODY}", AB, {}),
    ("units named", f"a,b\nfoo,bar\n{BODY}", AB, {"units_row": True}),
    ("TOA5", TOA5, {"TIMESTAMP": ["2020-01-01 00:00:00", "2020-01-01 00:10:00"],
                    "RECORD": [1.0, 2.0], "T_Avg": [20.5, 20.7]}, {}),
    ("LabVIEW", LVM, AB, {}),
    ("years", "country,2019,2020\nA,1.5,1.6\nB,2.5,2.6\n",
     {"country": ["A", "B"], "2019": [1.5, 2.5], "2020": [1.6, 2.6]}, {}),
    ("only years", "2019,2020,2021\n1.5,1.6,3\n2.5,2.6,3\n",
     {"2019": [1.5, 2.5], "2020": [1.6, 2.6], "2021": [3.0, 3.0]}, {}),
    ("wavelengths", "400,410,420\n0.1,0.2,0.3\n0.2,0.3,0.5\n",
     {"400": [0.1, 0.2], "410": [0.2, 0.3], "420": [0.3, 0.5]}, {}),
    ("no header", "1,2,3\n3,4,4\n", {"x1": [1.0, 3.0], "x2": [2.0, 4.0], "x3": [3.0, 4.0]}, {}),
    ("decimal commas without header", "1,5;2,75\n2,5;3,25\n",
     {"x1": [1.5, 2.5], "x2": [2.75, 3.25]}, {}),
    ("blanks", "a b\n1.5 2\n2.5 3\n3.5 4\n", AB, {}),
    ("blanks in columns", "   a     b\n 1.5     2\n 2.5     3\n 3.5     4\n", AB, {}),
    ("facts above blanks", "Serial: 7\nUnits: mm\n\na b c\n1.5 2 1\n2.5 3 1\n3.5 4 1\n",
     AB | {"c": [1.0, 1.0, 1.0]}, {}),
    ("one column of decimal commas", "a\n1,5\n2,5\n3,5\n", {"a": AB["a"]}, {}),
    ("names of rows", 'a b\n"1" 1.5 2\n"2" 2.5 3\n"3" 3.5 4\n', {"x1": [1.0, 2.0, 3.0]} | AB, {}),
    ("a comma in the header of a tab file", "a,s\tb\n1.5\t2\n2.5\t3\n3.5\t4\n",
     {"a,s": AB["a"], "b": AB["b"]}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "expected", "how"), TABLES, ids=[t[0] for t in TABLES])
def test_before_the_table(tmp_path, name, content, expected, how):
    table = read(tmp_path, content, **how)
    assert {name: cells_of(column) for name, column in table.columns.items()} == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("price\n€1.001,5\n€2\n€3,5\n", {"price": [1001.5, 2.0, 3.5]}),
        (
            "Operator;MB\nDay;2024-01-01\n\nspeed;load\n1.5;2\n2.5;3\n3.5;4\n",
            {"speed": AB["a"], "load": AB["b"]},
        ),
    ],
)
def test_one_column_and_facts_as_wide_as_the_table(tmp_path, content, expected):
    table = read(tmp_path, content)
    assert {name: cells_of(column) for name, column in table.columns.items()} == expected


@pytest.mark.parametrize("name", ["comments", "sep=", "title", "units", "TOA5", "LabVIEW"])
def test_what_is_left_out_is_said(tmp_path, name):
    content = next(content for known, content, *_ in TABLES if known == name)
    assert any("line" in note for note in read(tmp_path, content).notes)


@pytest.mark.parametrize(("name", "content", "expected", "how"), TABLES, ids=[t[0] for t in TABLES])
def test_lines_of_bad_cells_are_those_of_the_file(tmp_path, name, content, expected, how):
    cut = (
        "\t" if "\t" in content else next((c for c in ";, " if c in content.splitlines()[-1]), ",")
    )
    last = content.splitlines()[-1].split(cut)
    first = last[0].replace("3", "9")  # names of rows differ
    bad = content + cut.join([first, *last[1:-1], "oops"]) + "\n"
    line = len(bad.splitlines())
    with pytest.raises(TableError, match=rf"\(line {line}\).*'oops'"):
        read(tmp_path, bad, **how)


def test_20_000_equal_names_take_no_time(tmp_path):
    names = ",".join(["a"] * 20_000)
    table = read(tmp_path, f"{names}\n{','.join(['1'] * 20_000)}\n")
    assert table.names[:3] == ["a", "a_2", "a_3"] and len(table.names) == 20_000


ROWS = "1,2,3\n4,5,6\n7,8,9\n1,3,4\n5,5,6\n"


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("a,b,c\n" + ROWS + "*,8,9\n", ["a", "b", "c"], 6),  # missing, and no sum
        ("a,b,c\nBEGIN\n" + ROWS, ["a", "b", "c"], 5),
        ("a,b,c,eor\n" + ROWS.replace("\n", ",eor\n"), ["a", "b", "c", "eor"], 5),
        ("a;eor\n" + "x;eor\ny;eor\n" * 4, ["x1", "x2"], 9),  # a name, or a row: that is said
    ],
)
def test_what_looks_like_a_sum_or_a_name(tmp_path, text, names, rows):
    table = read(tmp_path, text)
    assert table.names == names and table.rows == rows


def test_a_row_of_one_value_below_names_is_a_mistake(tmp_path):
    with pytest.raises(TableError, match=r"line 2: the row has 1 cell"):
        read(tmp_path, "a,b,c\n5\n" + ROWS)
