"""predict: the file that comes out is the table with the model's own predictions beside it."""

from __future__ import annotations

import csv
import gzip
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import neurona
from neurona.data.cells import NumberFormat
from neurona.runs.cells import encoded, harmless, written
from tests.cli.models import INPUTS, NUMBERS, ROWS, TABLE, read_csv, run, write_csv


@pytest.mark.parametrize("name", ["flow", "numbers", "word", "two", "labels", "binary"])
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_a_file_in_blocks_is_the_whole_prediction(models, name, rows, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", INPUTS)
    every = ("--digits", "all")
    code, out, err = run(capsys, "predict", models[name], table, "--block-rows", rows, *every)
    assert code == 0
    header, *body = read_csv(out)
    loaded = neurona.load(models[name])
    said = loaded.predict({n: TABLE[n] for n in loaded.feature_names_in_}).reshape(ROWS, -1)
    assert header == [*INPUTS, *(f"{t}_predicted" for t in loaded.target_names_)]
    assert [row[3:] for row in body] == [[str(v) for v in row] for row in said.tolist()]
    assert [row[0] for row in body] == [repr(value) for value in TABLE[INPUTS[0]]]
    assert "colour" in err if name not in ("flow", "word") else err == ""


def test_blocks_leave_no_trace_in_the_bytes(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", TABLE)
    outs = set()
    for rows in (1, 13, 10_000):
        target = tmp_path / f"{rows}.csv"
        call = ("predict", models["word"], table, "--proba", "-o", target, "--block-rows", rows)
        assert run(capsys, *call)[0] == 0
        outs.add(target.read_bytes())
    assert len(outs) == 1


def test_columns_are_found_by_name_and_extra_ones_named(models, tmp_path, capsys):
    plain = write_csv(tmp_path / "a.csv", INPUTS)
    other = write_csv(
        tmp_path / "b.csv", {n: TABLE.get(n, ["=x"] * ROWS) for n in ["more", *INPUTS[::-1]]}
    )
    _, one, _ = run(capsys, "predict", models["flow"], plain, "--keep", "none")
    code, two, err = run(capsys, "predict", models["flow"], other, "--keep", "none")
    assert code == 0 and one == two
    assert err == "note    b.csv: the column 'more' was not in training; ignored by the model.\n"
    assert run(capsys, "predict", models["flow"], other, "--keep", "none", "-q")[2] == ""


def test_missing_columns_are_named(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", {"colour": ["red"], "sped (m/s)": [1]})
    code, out, err = run(capsys, "predict", models["flow"], table)
    assert (code, out) == (3, "")
    assert "t.csv has no columns 'speed (m/s)', '\u00fcber \U0001f600'" in err
    assert "did you mean 'sped (m/s)'?" in err


def test_keep_and_name(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", [*INPUTS, "flow"], rows=2)
    call = ("predict", models["flow"], table, "--keep")
    assert read_csv(run(capsys, *call, "flow,colour", "--name", "guess")[1])[0] == [
        "flow", "colour", "guess",
    ]  # fmt: skip
    code, _, err = run(capsys, *call, "flwo")
    assert code == 3 and "did you mean 'flow'?" in err
    # a beginning that is no other column's is enough
    assert read_csv(run(capsys, *call, "flo", "--name", "guess")[1])[0] == ["flow", "guess"]
    code, _, err = run(capsys, *call, "all", "--name", "flow")
    assert code == 3 and "has a column 'flow' already" in err
    taken = write_csv(tmp_path / "u.csv", {**{n: TABLE[n] for n in INPUTS},
                                           "flow_predicted": TABLE["flow"]})  # fmt: skip
    assert read_csv(run(capsys, "predict", models["flow"], taken)[1])[0][-1] == "flow_predicted_2"


def test_probabilities(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", INPUTS)
    call = ("predict", models["word"], table, "--proba", "--keep", "none", "--digits", "all")
    _, out, _ = run(capsys, *call)
    header, *body = read_csv(out)
    assert header == ["word_predicted", "word_p_dry", "word_p_wet"]
    loaded = neurona.load(models["word"])
    shares = loaded.predict_proba({n: TABLE[n] for n in INPUTS})
    assert [[float(cell) for cell in row[1:]] for row in body] == shares.astype(float).tolist()
    _, out, _ = run(capsys, "predict", models["labels"], table, "--proba", "--keep", "none", "-q")
    assert read_csv(out)[0] == ["up_predicted", "down_predicted", "up_p", "down_p"]
    code, _, err = run(capsys, "predict", models["flow"], table, "--proba")
    assert code == 3 and "drop --proba" in err


FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "-1.5", "+2e3", "-", "a=b"]
SAFE = ["'=1+1", "'+cmd|' /C calc'!A0", "'-2+3", "'@SUM(A1)", "'\tx", "-1.5", "+2e3", "-", "a=b"]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("name", ["numbers", "flow"])
def test_cells_that_would_be_formulas(models, name, quoting, tmp_path, capsys):
    count = len(FORMULAS)
    columns = {"=head": FORMULAS, **{n: TABLE[n][:count] for n in INPUTS}, "last": FORMULAS}
    table = write_csv(tmp_path / "t.csv", columns, quoting=quoting)
    code, out, _ = run(capsys, "predict", models[name], table)
    assert code == 0
    header, *body = read_csv(out)
    assert header[0] == "'=head"
    for position in (0, 4):
        assert [row[position] for row in body] == SAFE


def test_formulas_after_many_rows_of_numbers(models, tmp_path, capsys):
    columns = {**{n: TABLE[n] for n in NUMBERS}, "more": [*range(ROWS - 1), "=evil()"]}
    table = write_csv(tmp_path / "t.csv", columns)
    out = run(capsys, "predict", models["numbers"], table, "--block-rows", 10)[1]
    assert read_csv(out)[-1][2] == "'=evil()"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_semicolons_decimal_commas_and_encodings(models, encoding, tmp_path, capsys):
    columns = {n: [str(v).replace(".", ",") for v in TABLE[n]] for n in NUMBERS}
    table = write_csv(tmp_path / "t.csv", columns, encoding=encoding, delimiter=";",
                      lineterminator="\r\n")  # fmt: skip
    code, out, _ = run(capsys, "predict", models["numbers"], table, "--digits", "all")
    assert code == 0
    header, *body = read_csv(out, ";")
    said = neurona.load(models["numbers"]).predict({n: TABLE[n] for n in NUMBERS})
    assert header == [*NUMBERS, "flow_predicted"]
    assert [float(row[2].replace(",", ".")) for row in body] == said.tolist()
    target = tmp_path / "o.tsv"
    call = ("predict", models["numbers"], table, "-o", target, "--keep", "none", "--digits", "all")
    run(capsys, *call)
    assert target.read_text().splitlines()[1] == repr(float(said[0])).replace(".", ",")


def test_parquet_and_excel_come_out_as_csv(models, tmp_path, capsys):
    pandas = pytest.importorskip("pandas")
    # a spreadsheet keeps 15 digits
    short = {n: [v if n == "colour" else round(v, 6) for v in TABLE[n]] for n in INPUTS}
    frame = pandas.DataFrame(short)
    expected = run(capsys, "predict", models["flow"], write_csv(tmp_path / "t.csv", short))[1]
    pytest.importorskip("pyarrow")
    frame.to_parquet(tmp_path / "t.parquet")
    assert run(capsys, "predict", models["flow"], tmp_path / "t.parquet")[1] == expected
    pytest.importorskip("openpyxl")
    frame.to_excel(tmp_path / "t.xlsx", index=False)
    assert run(capsys, "predict", models["flow"], tmp_path / "t.xlsx")[1] == expected


def test_a_run_folder_gzip_and_no_rows(models, tmp_path, capsys):
    folder = tmp_path / "run"
    folder.mkdir()
    code, _, err = run(capsys, "predict", folder, "t.csv")
    assert code == 3 and "has no model.neurona" in err
    (folder / "model.neurona").write_bytes(Path(models["flow"]).read_bytes())
    table = write_csv(tmp_path / "t.csv", INPUTS)
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(Path(table).read_bytes()))
    packed = run(capsys, "predict", folder, tmp_path / "t.csv.gz")
    assert packed[:2] == run(capsys, "predict", folder, table)[:2]
    empty = write_csv(tmp_path / "none.csv", INPUTS, rows=0)
    code, out, err = run(capsys, "predict", folder, empty)
    assert code == 0 and read_csv(out) == [[*INPUTS, "flow_predicted"]]
    assert "none.csv has no rows; nothing was predicted." in err
    (tmp_path / "nothing.csv").write_text("")
    code, _, err = run(capsys, "predict", folder, tmp_path / "nothing.csv")
    assert code == 3 and "nothing.csv is empty" in err


def test_a_bad_cell_is_named_and_no_file_is_left(models, tmp_path, capsys):
    columns = {n: list(TABLE[n]) for n in INPUTS}
    columns["speed (m/s)"][60] = "fast"
    table = write_csv(tmp_path / "t.csv", columns)
    target = tmp_path / "o.csv"
    call = ("predict", models["flow"], table, "-o", target, "--block-rows", 7)
    code, _, err = run(capsys, *call)
    assert code == 3 and "t.csv, row 61 (line 62), column 'speed (m/s)': the cell 'fast'" in err
    assert sorted(os.listdir(tmp_path)) == ["t.csv"]
    code, _, err = run(capsys, *call, "--bad-cells", "missing")
    assert code == 0 and len(target.read_text().splitlines()) == ROWS + 1
    assert "1 cell is missing in column 'speed (m/s)'" in err


def test_unseen_categories_and_missing_cells_are_counted_once(models, tmp_path, capsys):
    columns = {n: list(TABLE[n]) for n in INPUTS}
    columns["colour"][5] = columns["colour"][70] = "violet"
    columns["speed (m/s)"][3] = columns["speed (m/s)"][80] = ""
    table = write_csv(tmp_path / "t.csv", columns)
    code, _, err = run(capsys, "predict", models["flow"], table, "--block-rows", 10)
    assert code == 0
    assert err.splitlines() == [
        "note    t.csv: 2 cells are missing in column 'speed (m/s)', which had none in training; "
        "the middle value stands in.",
        "note    t.csv: column 'colour' has a level that training had not, 'violet'; it counts as "
        "none of the known.",
    ]


def test_many_rows_are_parsed_as_few_are(models, tmp_path, capsys):
    random = np.random.default_rng(5)
    count = 9000
    columns = {n: [repr(float(v)) for v in random.normal(size=count) * 10] for n in NUMBERS}
    for row in (7, 5000):
        columns[NUMBERS[0]][row] = ""
    for more in ({}, {"why": ["x"] * count}, {"why": ["1", *["-2+3"] * (count - 1)]}):
        table = write_csv(tmp_path / "t.csv", {**columns, **more}, lineterminator="\r\n")
        call = ("predict", models["numbers"], table, "--block-rows")
        few, many = run(capsys, *call, 500), run(capsys, *call, 5000)
        assert few[0] == 0 and few == many
        assert "2 cells are missing" in few[2] and few[1].count("\n") == count + 1


def test_marks_of_more_than_one_character(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", NUMBERS, delimiter="\t")
    code, _, err = run(capsys, "predict", models["numbers"], table, "--delimiter", "::")
    assert code == 2 and "--delimiter must be one character" in err
    assert run(capsys, "predict", models["numbers"], table, "--delimiter", "\\t")[0] == 0


def test_a_model_of_an_array_goes_by_position(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", NUMBERS)
    code, out, _ = run(capsys, "predict", models["array"], table, "--digits", "all")
    said = neurona.load(models["array"]).predict(np.column_stack([TABLE[n] for n in NUMBERS]))
    assert code == 0 and [float(row[2]) for row in read_csv(out)[1:]] == said.tolist()
    code, _, err = run(capsys, "predict", models["array"], write_csv(tmp_path / "u.csv", INPUTS))
    assert code == 3 and "has 3 columns but the model takes 2" in err


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", None])
def test_a_damaged_model_is_one_sentence(models, content, tmp_path, capsys):
    if content is None:
        content = bytearray(Path(models["flow"]).read_bytes())
        content[-9] ^= 1
    path = tmp_path / "m.neurona"
    path.write_bytes(content)
    table = write_csv(tmp_path / "t.csv", INPUTS)
    code, out, err = run(capsys, "predict", path, table)
    assert (code, out) == (3, "")
    assert err.startswith("error   ") and "cannot be read: it" in err and err.count("\n") == 1
    code, _, err = run(capsys, "predict", tmp_path / "no.neurona", "t.csv")
    assert code == 3 and "There is no model" in err


def test_standard_input(models, tmp_path, capsys, monkeypatch):
    table = write_csv(tmp_path / "t.csv", INPUTS)
    expected = run(capsys, "predict", models["flow"], table)
    pipe = io.TextIOWrapper(io.BytesIO(Path(table).read_bytes()))
    monkeypatch.setattr(sys, "stdin", pipe)
    assert run(capsys, "predict", models["flow"], "-") == expected


def test_a_pipe_that_is_closed_early(models, tmp_path):
    big = {n: list(TABLE[n]) * 300 for n in INPUTS}
    table = write_csv(tmp_path / "t.csv", big)
    command = [sys.executable, "-m", "neurona", "predict", models["flow"], "-"]
    with open(table, "rb") as source:
        child = subprocess.Popen(
            command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    assert child.stdout is not None and child.stderr is not None
    assert child.stdout.readline().startswith(b"speed")
    child.stdout.close()
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait() == 0


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1), cut=st.sampled_from(",;\t|"))
def test_what_is_written_reads_back(rows, cut):
    form = NumberFormat()
    columns = [written(column, cut, form) for column in zip(*rows, strict=True)]
    text = "\n".join(map(cut.join, zip(*columns, strict=True))) + "\n"
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=cut))
    assert found == [[harmless(cell, form) for cell in row] for row in rows]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_never_quoted(value):
    assert harmless(repr(value), NumberFormat()) == repr(value)
    assert encoded(repr(value), ",") == repr(value)


@given(CELLS)
def test_a_written_text_is_no_formula(cell):
    safe = harmless(cell, NumberFormat())
    assert safe in (cell, f"'{cell}")
    if safe[:1] and safe[0] in "=@\t\r":
        raise AssertionError(safe)
