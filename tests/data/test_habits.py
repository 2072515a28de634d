"""How people of several countries, and programs of several makers, write numbers, days and gaps."""

import numpy as np
import pytest

from neurona import read_table
from neurona.data.columns import find_column
from neurona.data.dates import find_dates, to_dates

NAN = np.nan
NUMBERS = {
    "prices without cents": (["12.-", "0.85", "1'200.-", "5.50"], [12, 0.85, 1200, 5.5]),
    "with a dash": (["12.\u2013", "0.85", "1'200.\u2013", "5.50"], [12, 0.85, 1200, 5.5]),
    "with two, and a comma": (["12,--", "0,85", "1.200,--", "5,50"], [12, 0.85, 1200, 5.5]),
    "with a currency": (["12,- €", "0,85 €", "1.200,-- €", "5,50 €"], [12, 0.85, 1200, 5.5]),
    "what is owed": (["12,50-", "0,85", "1.200,00-", "5,50"], [-12.5, 0.85, -1200, 5.5]),
    "wide digits": (["\uff11\uff12", "\uff17\uff0e\uff15", "\uff0d\uff13", "4"], [12, 7.5, -3, 4]),
    "wide yen": (["\uffe512.5", "\uffe599", "\uffe50.5", "\uffe55"], [12.5, 99, 0.5, 5]),
    "databases' gaps": (["1.5", "(null)", "\\N", "4"], [1.5, NAN, NAN, 4]),
}
DAYS = {
    "Hungary": ("2024. 03. 15.", "2024-03-15T00"),
    "Hungary, short": ("2024.3.5.", "2024-03-05T00"),
    "Japan": ("2024年3月15日", "2024-03-15T00"),
    "Korea": ("2024년 3월 15일", "2024-03-15T00"),
    "a zone by name": ("2024-03-15 10:00:00 CET", "2024-03-15T09"),
    "summer": ("2024-07-15 10:00:00 MESZ", "2024-07-15T08"),
    "forms": ("2024/03/15 1:00:00 PM OEZ", "2024-03-15T11"),
    "America": ("2024-03-15 10:00:00 EST", "2024-03-15T15"),
    "date of Unix": ("Fri Mar 15 10:00:00 CET 2024", "2024-03-15T09"),
    "Java, far": ("Fri Mar 15 10:00:00 GMT+02:00 2024", "2024-03-15T08"),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(tmp_path, name):
    cells, values = NUMBERS[name]
    path = tmp_path / "t.csv"
    path.write_text("".join(f"{a};{b}\n" for a, b in zip("xabcd", ["y", *cells], strict=True)))
    np.testing.assert_array_equal(read_table(path)["y"], values)


@pytest.mark.parametrize("name", DAYS)
def test_days(name):
    day, hour = DAYS[name]
    found = find_dates([day])
    assert found is not None and found.form.sure and not found.wrong
    assert to_dates([day], found.form.order)[0] == np.datetime64(hour)


@pytest.mark.parametrize("gap", ["-", ".", "---", "n.a.", "k.A."])
@pytest.mark.parametrize("kind", ["2024-03-0{}", "0{}MAR2024", "1{}:30"])
def test_gaps_among_days_and_times_are_missing(tmp_path, gap, kind):
    cells = [kind.format(k) if k % 2 else gap for k in range(1, 9)]
    path = tmp_path / "t.csv"
    path.write_text("x,when\n" + "".join(f"{k},{cell}\n" for k, cell in enumerate(cells)))
    table = read_table(path)
    assert [cell is None for cell in table["when"]] == [False, True] * 4
    assert find_column(table, "when").kind in ("date", "time")
    assert any(f"{gap!r} counts as missing (4 cells)" in note for note in table.notes)


def test_texts_that_a_spreadsheet_is_to_leave_alone(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('id,y\n="00123",1\n="00124",2\n="00123",3\n')
    assert read_table(path)["id"].tolist() == ["00123", "00124", "00123"]


def test_rows_of_psql(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text(
        " id | name  | value \n----+-------+-------\n  1 | a     |   2.5\n  2 | b c   |   3.5\n"
        "  3 | c     |   4.5\n(3 rows)\n"
    )
    table = read_table(path)
    assert table.names == ["id", "name", "value"]
    assert table["name"].tolist() == ["a", "b c", "c"] and table["value"].tolist() == [
        2.5,
        3.5,
        4.5,
    ]


def test_attributes_of_weka(tmp_path):
    path = tmp_path / "t.arff"
    path.write_text(
        "% made by hand\n@RELATION pump\n\n@attribute speed NUMERIC\n@ATTRIBUTE 'the grade' {A,B}\n"
        "@ATTRIBUTE power\tREAL\n@DATA\n1,A,2.5\n% no row\n2,B,?\n3,A,4.5\n"
    )
    table = read_table(path)
    assert table.names == ["speed", "the grade", "power"]
    assert table["the grade"].tolist() == ["A", "B", "A"]
    np.testing.assert_array_equal(table["power"], [2.5, NAN, 4.5])
    assert any("lines of Weka" in note for note in table.notes)
