"""What predict writes to: every kind of file, the same rows in each, and nothing before it can."""

from __future__ import annotations

import csv
import gzip
import importlib
import io
import os
import subprocess
import sys

import numpy as np
import pytest

import neurona
from neurona.data.cells import NumberFormat
from neurona.runs.copied_cells import as_type, type_of, value_of
from neurona.runs.digits import chances, decimals, deviations
from tests.cli.models import INPUTS, NUMBERS, ROWS, TABLE, read_csv, run, write_csv

ENDINGS = ["csv", "tsv", "csv.gz", "tsv.gz", "xlsx", "parquet"]
COPIED = {
    "id": [f"{k:05}" for k in range(ROWS)],
    "long": [str(12345678901234567890 + k) for k in range(ROWS)],
    "code": ["12E4", "1e5", "-0", "+5", "1 234", "00.5"] * (ROWS // 6),
    "whole": [str(k) for k in range(ROWS)],
    "part": [f"{k}.25" for k in range(ROWS)],
    "flag": [["true", "false"][k % 2] for k in range(ROWS)],
    "formula": ["=1+1", "-2+3", "@x", "+cmd|' /C'!A0", "\tx", "plain"] * (ROWS // 6),
    "empty": [""] * ROWS,
}


def read(path):
    """Return the rows of a file of any kind as texts, the header first."""
    name = str(path)
    if name.endswith(".parquet"):
        table = importlib.import_module("pyarrow.parquet").read_table(path)
        return [table.column_names, *zip(*table.to_pydict().values(), strict=True)]
    if name.endswith(".xlsx"):
        book = importlib.import_module("openpyxl").load_workbook(path)
        return [list(row) for row in book.active.iter_rows(values_only=True)]
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    cut = "\t" if ".tsv" in name else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=cut))


def needs(ending):
    pytest.importorskip({"xlsx": "openpyxl", "parquet": "pyarrow"}.get(ending, "csv"))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("rows", [7, 1000])
@pytest.mark.parametrize("name", ["flow", "two", "word", "labels", "binary", "sure"])
def test_every_kind_of_file_has_the_same_rows(models, name, rows, ending, tmp_path, capsys):
    needs(ending)
    table = write_csv(tmp_path / "t.csv", INPUTS)
    out = tmp_path / f"o.{ending}"
    call = ("predict", models[name], table, "--block-rows", rows)
    plain = read_csv(run(capsys, *call)[1])
    code, said, err = run(capsys, *call, "-o", out)
    assert (code, said) == (0, "") and f"wrote   {out}   {ROWS} rows" in err
    header, *body = read(out)
    assert list(header) == plain[0] and len(body) == ROWS
    for row, expected in zip(body, plain[1:], strict=True):
        for cell, text in zip(row, expected, strict=True):
            assert str(cell) == text or float(cell) == float(text)
    assert sorted(os.listdir(tmp_path)) == sorted(["t.csv", out.name])


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_copied_cells_lose_nothing(models, ending, tmp_path, capsys):
    needs(ending)
    columns = {**COPIED, **{n: TABLE[n] for n in NUMBERS}}
    table = write_csv(tmp_path / "t.csv", columns)
    out = tmp_path / f"o.{ending}"
    assert run(capsys, "predict", models["numbers"], table, "-o", out)[0] == 0
    header, *body = read(out)
    found = dict(zip(header, zip(*body, strict=True), strict=True))
    for name in ("id", "long", "code", "formula"):
        assert list(found[name]) == COPIED[name]
    assert list(found["whole"]) == list(range(ROWS))
    assert list(found["part"]) == [k + 0.25 for k in range(ROWS)]
    assert set(found["empty"]) == {None}
    if ending == "xlsx":
        book = importlib.import_module("openpyxl").load_workbook(out)
        kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
        assert "f" not in kinds  # nothing is computed
    else:
        assert list(found["flag"]) == [flag == "true" for flag in COPIED["flag"]]


def test_a_column_whose_type_changes_late_is_text(models, tmp_path, capsys):
    needs("parquet")
    columns = {**{n: TABLE[n] for n in NUMBERS}, "more": [*range(ROWS - 1), "3+"]}
    table = write_csv(tmp_path / "t.csv", columns)
    out = tmp_path / "o.parquet"
    code, _, err = run(capsys, "predict", models["numbers"], table, "-o", out, "--block-rows", 10)
    assert code == 0 and err.count("wrote") == 1
    assert [row[2] for row in read(out)[1:]] == [str(cell) for cell in columns["more"]]


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
@pytest.mark.parametrize("place", [0, ROWS - 1])
def test_a_copied_column_is_numbers_or_text_as_a_whole(models, place, ending, tmp_path, capsys):
    needs(ending)
    more = [f"{k}.5 " for k in range(ROWS)]
    mixed = [*more[:place], "n/a", *more[place + 1 :]]
    columns = {**{n: TABLE[n] for n in NUMBERS}, "more": more, "mixed": mixed}
    table = write_csv(tmp_path / "t.csv", columns)
    out = tmp_path / f"o.{ending}"
    code, _, err = run(capsys, "predict", models["numbers"], table, "-o", out, "--block-rows", 10)
    assert code == 0
    assert [row[2] for row in read(out)[1:]] == [k + 0.5 for k in range(ROWS)]
    assert [row[3] for row in read(out)[1:]] == mixed
    assert "column 'mixed' is written as text, since 'n/a' is no number" in err
    assert err.count("is written as text") == 1


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_texts_that_a_sheet_cannot_hold(models, ending, tmp_path, capsys):
    needs(ending)
    columns = {**{n: TABLE[n][:2] for n in NUMBERS}, "text": ["a\x01b", "x" * 40_000]}
    table = write_csv(tmp_path / "t.csv", columns)
    out = tmp_path / f"o.{ending}"
    code, _, err = run(capsys, "predict", models["numbers"], table, "-o", out)
    if ending == "parquet":
        assert code == 0 and read(out)[2][2] == "x" * 40_000
        return
    assert code == 3 and "at most 32,767 characters" in err and not out.exists()
    call = ("predict", models["numbers"], table, "-o", out, "--keep", NUMBERS[0])
    assert run(capsys, *call)[0] == 0


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_rows_are_a_header(models, ending, tmp_path, capsys):
    needs(ending)
    table = write_csv(tmp_path / "t.csv", INPUTS, rows=0)
    out = tmp_path / f"o.{ending}"
    code, _, err = run(capsys, "predict", models["flow"], table, "-o", out)
    assert code == 0 and "nothing was predicted" in err
    assert list(read(out)[0]) == [*INPUTS, "flow_predicted"] and len(read(out)) == 1


WRONG = {
    "a folder that is not there": ("no/o.csv", "There is no folder"),
    "a folder": (".", "is a folder"),
    **{
        f"a .{ending} file": (f"o.{ending}", "predict writes .csv")
        for ending in ("xls", "ods", "zip", "json", "xlsx.gz", "feather", "XLSB")
    },
}


@pytest.mark.parametrize(("place", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_written_is_said_first(models, place, said, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", INPUTS)
    code, out, err = run(capsys, "predict", models["flow"], table, "-o", tmp_path / place)
    assert code == 3 and out == "" and said in err and err.count("\n") == 1
    assert sorted(os.listdir(tmp_path)) == ["t.csv"]


@pytest.mark.parametrize(("ending", "package"), [("xlsx", "openpyxl"), ("parquet", "pyarrow")])
def test_a_package_that_lacks_is_said_first(models, ending, package, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    out = tmp_path / f"o.{ending}"
    # before the model and the table are read
    code, _, err = run(capsys, "predict", models["flow"], __file__, "-o", out)
    assert code == 3 and f"needs {package}" in err and "pip install 'neurona[" in err
    assert not out.exists()


BAD = {
    "a cell": (lambda table: {**table, "speed (m/s)": ["fast", *table["speed (m/s)"][1:]]}, ()),
    "a column": (lambda table: {"colour": table["colour"]}, ()),
    "no such column to keep": (lambda table: table, ("--keep", "nothing")),
    "a taken name": (lambda table: table, ("--name", "colour")),
    "no probabilities": (lambda table: table, ("--proba",)),
    "no error bars": (lambda table: table, ("--std",)),
}


@pytest.mark.parametrize("ending", [None, *ENDINGS])
@pytest.mark.parametrize(("change", "words"), BAD.values(), ids=BAD)
def test_nothing_is_written_before_it_can_be(models, change, words, ending, tmp_path, capsys):
    needs(ending)
    table = write_csv(tmp_path / "t.csv", change({name: TABLE[name] for name in INPUTS}))
    call = ("predict", models["flow"], table, *words)
    if ending is None:
        code, out, err = run(capsys, *call)
        assert code == 3 and out == "" and err.startswith("error   ")
        return
    out = tmp_path / f"o.{ending}"
    for before in (None, b"what was there"):
        if before is not None:
            out.write_bytes(before)
        code, _, err = run(capsys, *call, "-o", out)
        assert code == 3 and err.startswith("error   ") and err.count("\n") == 1
        assert (out.read_bytes() if before else out.exists()) == (before or False)
    assert sorted(os.listdir(tmp_path)) == sorted(["t.csv", out.name])


def test_memory_does_not_grow_with_the_rows(models, tmp_path):
    """A workbook of many rows takes little more than one of few."""
    pytest.importorskip("openpyxl")
    peaks = []
    for times in (20, 200):
        big = write_csv(tmp_path / "t.csv", {n: TABLE[n] * times for n in NUMBERS})
        script = (
            "import resource, sys; from neurona.cli.main import main; code = main(sys.argv[1:]); "
            "print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        words = ["predict", models["numbers"], big, "-o", str(tmp_path / "o.xlsx"), "-q"]
        done = subprocess.run(
            [sys.executable, "-c", script, *words, "--block-rows", "500"],
            capture_output=True,
            text=True,
            check=True,
        )
        code, peak = done.stdout.split()
        assert code == "0"
        peaks.append(int(peak))
    assert peaks[1] < peaks[0] + 20_000


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("", None), ("0", 0), ("-7", -7), ("37", 37), ("00037", "00037"), ("1.5", 1.5),
        ("-0.25", -0.25), ("1e-05", 1e-05), ("1.5e+10", 1.5e10), ("12E4", "12E4"), ("+5", "+5"),
        ("1,5", "1,5"), ("12345678901234567890", "12345678901234567890"), ("=1", "=1"),
        (".5", ".5"),
        ("nan", "nan"), ("inf", "inf"), ("1_000", "1_000"), ("0x10", "0x10"),
        (" 1", 1), ("2.5 ", 2.5),
    ],
)  # fmt: skip
def test_a_copied_cell_is_a_number_only_if_nothing_is_lost(cell, value):
    found = value_of(cell, NumberFormat())
    assert found == value and type(found) is type(value)


def test_decimal_commas_are_numbers_too():
    form = NumberFormat(",")
    assert value_of("1,5", form) == 1.5 and value_of("1.5", form) == "1.5"


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2", ""], "int"), (["1", "2.5"], "float"), (["true", "false"], "bool"),
        (["1", "x"], "text"), (["01"], "text"), (["", ""], "text"), (["1e5"], "text"),
    ],
)  # fmt: skip
def test_a_copied_column_has_a_type(cells, kind):
    assert type_of(cells, NumberFormat()) == kind
    assert as_type(cells, kind, NumberFormat()) is not None
    assert as_type(["1", "3+"], kind, NumberFormat()) is None or kind == "text"


@pytest.mark.parametrize("name", ["flow", "numbers", "two", "sure"])
def test_rounding_is_far_below_the_error(models, name, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", INPUTS)
    call = ("predict", models[name], table, "--keep", "none")
    short, every = (read_csv(run(capsys, *call, *more)[1]) for more in ((), ("--digits", "all")))
    error = neurona.load(models[name]).comparison_.model
    away = np.abs(np.array(short[1:], float) - np.array(every[1:], float))
    assert (away <= 1e-4 * np.array(error)).all()
    assert max(len(cell) for row in short[1:] for cell in row) <= 9 < len(every[1][0])


def test_digits_of_numbers():
    assert [decimals(x) for x in (0.3, 3e-9, 41.0, 2e6, 0.0, float("inf"))] == [
        5, 13, 3, -2, None, None,
    ]  # fmt: skip
    given = np.array([0.0, 1.0, 0.5, 1 / 3, 1e-12 / 3, 0.999999987654321, 1 - 1e-16])
    said = chances(given).tolist()
    assert said[:4] == [0.0, 1.0, 0.5, 0.333333] and said[4] == 3.33333e-13
    assert 1 - said[5] == pytest.approx(1 - given[5], rel=1e-4)
    assert (said[6] == 1) == (given[6] == 1)
    assert deviations(np.array([0.123456789, 0.0])).tolist() == [0.12346, 0.0]
