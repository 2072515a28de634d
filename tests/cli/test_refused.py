"""What cannot be done is said at once, by name, and nothing is lost by it."""

from __future__ import annotations

import importlib
import os

import pytest

from tests.cli.models import INPUTS, NUMBERS, TABLE, run, write_csv
from tests.cli.tables import write_regression


@pytest.mark.parametrize("same", ["t.csv", "./t.csv", "link.csv"])
def test_a_table_is_not_written_over(models, same, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "t.csv"
    write_csv(table, TABLE)
    os.symlink(table, tmp_path / "link.csv")
    before = table.read_bytes()
    call = ("predict", models["flow"], "t.csv", "--keep", "none", "-o", same)
    code, _, err = run(capsys, *call)
    assert code == 3 and "is the table itself" in err and table.read_bytes() == before


@pytest.mark.parametrize(
    ("model", "flags", "said"),
    [
        ("flow", ["--proba"], "quantities"),
        ("word", ["--std"], "classes"),
        ("word", ["--interval", "0.9"], "classes"),
    ],
)
@pytest.mark.parametrize("table", ["t.csv", "-"])
def test_no_network_is_read_to_refuse(
    models, model, flags, said, table, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "t.csv", TABLE)
    loading = importlib.import_module("neurona.files.predictors")
    monkeypatch.setattr(loading, "load_predictor", lambda path: pytest.fail("it was loaded"))
    code, _, err = run(capsys, "predict", models[model], table, *flags)
    assert code == 3 and said in err


def test_an_input_is_no_target(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", TABLE)
    code, _, err = run(capsys, "evaluate", models["flow"], table, "--target", NUMBERS[0])
    assert code == 3 and f"{NUMBERS[0]!r} is an input of the model" in err


def test_training_reads_no_pipe(capsys):
    code, _, err = run(capsys, "train", "-")
    assert code == 3 and "not standard input" in err


def test_a_kind_is_shown_as_it_was_said(tmp_path, capsys):
    table = write_regression(tmp_path / "t.csv", 30)
    code, _, err = run(capsys, "train", table, "--type", "a=zahl")
    assert code == 2 and "Got 'a=zahl' instead" in err


def test_a_sheet_is_named(tmp_path, capsys):
    book = pytest.importorskip("openpyxl").Workbook()
    book.create_sheet("data").append(["a", "b"])
    for k in range(5):
        book["data"].append([k / 3, k])
    path = tmp_path / "t.xlsx"
    book.save(path)
    code, out, _ = run(capsys, "inspect", path)
    assert code == 0 and "'data' is read" in out and "(--sheet Sheet reads that one)" in out
    code, _, err = run(capsys, "inspect", path, "--sheet", "Sheet")
    assert code == 3 and "t.xlsx is empty" in err


@pytest.mark.parametrize(
    ("name", "added"),
    [("flow", {"flow_predicted": "double"}), ("word", {"word_predicted": "string"})],
)
def test_an_empty_parquet_file_has_the_types_of_a_full_one(models, name, added, tmp_path, capsys):
    parquet = pytest.importorskip("pyarrow.parquet")
    schemas = []
    for rows in (0, 5):
        table = write_csv(tmp_path / f"{rows}.csv", INPUTS, rows=rows)
        out = tmp_path / f"{rows}.parquet"
        flags = ["--proba"] * (name == "word")
        assert run(capsys, "predict", models[name], table, *flags, "-o", out)[0] == 0
        schemas.append(parquet.read_schema(out))
    empty, full = schemas
    assert empty.equals(full)
    assert {one: str(empty.field(one).type) for one in added} == added


def test_a_name_twice_in_a_parquet_file_is_one_sentence(tmp_path, capsys):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    column = arrow.array([1.0, 2.0])
    path = tmp_path / "t.parquet"
    parquet.write_table(arrow.Table.from_arrays([column] * 3, ["a", "a", "y"]), path)
    for command in ("inspect", "train"):
        code, _, err = run(capsys, command, path)
        assert code == 3 and "t.parquet has several columns of the same name" in err
        assert err.count("\n") == 1
