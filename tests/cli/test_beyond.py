"""Tables that are not as training was: cells beyond its range, columns that lack."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import neurona
from tests.cli.models import NUMBERS, TABLE, run, write_csv

COUNT = 60
RANDOM = np.random.default_rng(5)
DAYS = np.datetime64("2020-01-01") + np.arange(COUNT)
HOURS = [f"{k % 12 + 6:02}:30" for k in range(COUNT)]
TRAINED = {
    "speed": np.linspace(5.5, 2998.0, COUNT).tolist(),
    "day": [str(day) for day in DAYS],
    "dotted": [f"{str(d)[8:]}.{str(d)[5:7]}.{str(d)[:4]}" for d in DAYS],
    "clock": HOURS,
    "flag": [k % 2 for k in range(COUNT)],
    "sure": [["no", "yes", "yes"][k % 3] for k in range(COUNT)],
    "kind": [["a", "b", "c"][k % 3] for k in range(COUNT)],
    "some": ["" if k % 5 == 0 else k * 2.0 for k in range(COUNT)],
}
TARGET = {"flow": (np.arange(COUNT) * 1.5 + RANDOM.normal(size=COUNT)).tolist()}
GOOD = {name: [cells[7]] * 3 for name, cells in TRAINED.items()}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model of every kind of column."""
    from neurona.cli.main import main

    folder = tmp_path_factory.mktemp("beyond")
    table = write_csv(folder / "t.csv", {**TRAINED, **TARGET})
    words = ("--hidden", "3", "--epochs", "3", "--split", "none", "--test-share", "0", "--quiet")
    assert main(["train", table, "--out", str(folder / "run"), *words]) == 0
    return str(folder / "run")


def notes_of(err):
    return [line.removeprefix("note    ") for line in err.splitlines() if line.startswith("note")]


FAR = {
    "a number above": ("speed", [9000, 10, 10], 1, "up to 9,000 (training ended at 2,998)"),
    "a number below": ("speed", [-3, -7, 10], 2, "down to -7 (training began at 5.5)"),
    "both": ("speed", [-7, 9000, 10], 2, "down to -7 (training began at 5.5) and up to 9,000"),
    "a little": ("speed", [2998.1, 10, 10], 1, "up to 2,998.1"),
    "a huge one": ("speed", [1e300, 10, 10], 1, "up to 1e+300"),
    "a date after": ("day", ["2020-06-01"] * 3, 3, "up to 2020-06-01 (training ended at 2020-02"),
    "a date before": ("day", ["1999-12-31", *["2020-01-05"] * 2], 1, "down to 1999-12-31"),
    "a time in a date": ("day", ["2020-03-01 12:30", *["2020-01-05"] * 2], 1, "-01 12:30:00"),
    "a dotted date": ("dotted", ["01.03.2021"] * 3, 3, "up to 2021-03-01"),
    "a clock time": ("clock", ["23:15", "10:30", "10:30"], 1, "up to 23:15:00 (training ended"),
    "an early clock time": ("clock", ["03:15"] * 3, 3, "down to 03:15:00 (training began"),
    "a third value": ("flag", [0, 1, 7], 1, "up to 7 (training ended at 1)"),
    "beside missing cells": ("some", ["", 500, 4], 1, "up to 500 (training ended at 118)"),
}  # fmt: skip


@pytest.mark.parametrize("rows", [1, 2, 100])
@pytest.mark.parametrize(("name", "cells", "count", "said"), FAR.values(), ids=FAR)
def test_what_lies_beyond_is_said(model, name, cells, count, said, rows, tmp_path, capsys):
    table = write_csv(tmp_path / "new.csv", {**GOOD, name: cells})
    code, _, err = run(capsys, "predict", model, table, "--block-rows", rows)
    notes = notes_of(err)
    assert code == 0 and len(notes) == 1
    lie = "lies" if count == 1 else "lie"
    assert notes[0].startswith(f"new.csv: {count} of 3 rows {lie} beyond what training had")
    assert f"{name!r} in {count} row" in notes[0] and said in notes[0]
    assert run(capsys, "predict", model, table, "-q")[2] == ""
    scored = write_csv(tmp_path / "scored.csv", {**GOOD, name: cells, "flow": [1, 2, 3]})
    code, _, err = run(capsys, "evaluate", model, scored)
    assert code == 0 and notes_of(err) == [notes[0].replace("new.csv", "scored.csv")]


INSIDE = {
    "the ends": {"speed": [5.5, 2998.0, 2998]},
    "rounding": {"speed": [5.5 * (1 - 1e-12), 2998 * (1 + 1e-12), 10]},
    "dates": {"day": ["2020-01-01", "2020-02-29", "2020-02-01"]},
    "dates in another form": {"day": ["2020/01/01", "2020-02-29", "20200201"]},
    "missing cells": {"some": ["", "", ""]},
    "other words": {"kind": ["a", "b", "c"]},
}


@pytest.mark.parametrize("change", INSIDE.values(), ids=INSIDE)
def test_what_lies_within_is_not(model, change, tmp_path, capsys):
    table = write_csv(tmp_path / "new.csv", {**GOOD, **change})
    code, _, err = run(capsys, "predict", model, table)
    assert code == 0 and "beyond" not in err


def test_many_columns_are_one_sentence(tmp_path, capsys):
    names = [f"c{k}" for k in range(9)]
    columns = {name: RANDOM.normal(size=40).round(3).tolist() for name in names}
    fitted = neurona.TableRegressor(hidden_layer_sizes=(2,), steps=10, random_state=0)
    with np.errstate(all="ignore"), pytest.warns(Warning):
        fitted.fit({**columns, "y": list(range(40))}, "y")
    neurona.save(fitted, tmp_path / "m.neurona")
    far = {name: [10.0 * (k + 1)] for k, name in enumerate(names)}
    table = write_csv(tmp_path / "new.csv", far)
    notes = notes_of(run(capsys, "predict", tmp_path / "m.neurona", table)[2])
    assert len(notes) == 1 and "1 of 1 row lies beyond" in notes[0]
    # the farthest come first, five are named
    assert re.findall(r"'c(\d)'", notes[0]) == ["8", "7", "6", "5", "4"]
    assert notes[0].endswith("and 4 more columns.")


def test_models_of_before_and_of_arrays_say_nothing(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", {name: [1e6] for name in NUMBERS})
    code, _, err = run(capsys, "predict", models["array"], table)
    assert code == 0 and "beyond" not in err


# -- columns that lack

RENAMED = {
    "speed": ("Speed [rpm]", "did you mean 'Speed [rpm]'?"),
    "day": ("days", "did you mean 'days'?"),
    "kind": ("knid", "did you mean 'knid'?"),
    "flag": ("flagged", "did you mean 'flagged'?"),
    "clock": ("nothing like it", "it has"),
}
IMPUTED = {
    "speed": "in every row the median of training, 1,501.75, stands in.",
    "day": "in every row the median of training, 2020-01-30 12:00:00, stands in.",
    "dotted": "in every row the median of training, 2020-01-30 12:00:00, stands in.",
    "clock": "in every row the median of training, 12:00:00, stands in.",
    "flag": "in every row the more frequent value of training, '0', stands in.",
    "sure": "in every row the more frequent value of training, 'yes', stands in.",
    "kind": "in every row it counts as none of the known levels.",
    "some": "in every row the median of training, 60, stands in.",
}


@pytest.mark.parametrize("command", ["predict", "evaluate"])
@pytest.mark.parametrize("name", RENAMED)
def test_a_renamed_column_is_refused_with_its_new_name(model, name, command, tmp_path, capsys):
    other, said = RENAMED[name]
    columns = {other if n == name else n: cells for n, cells in GOOD.items()}
    table = write_csv(tmp_path / "new.csv", {**columns, "flow": [1, 2, 3]})
    code, out, err = run(capsys, command, model, table)
    assert (code, out) == (3, "") and err.count("\n") == 1
    assert f"new.csv has no column {name!r}; {said}" in err
    assert "Rename it, or pass --missing-columns impute to do without." in err


@pytest.mark.parametrize("command", ["predict", "evaluate"])
@pytest.mark.parametrize("name", IMPUTED)
def test_a_column_that_lacks_can_be_imputed(model, name, command, tmp_path, capsys):
    columns = {**GOOD, "flow": [1, 2, 3]}
    del columns[name]
    table = write_csv(tmp_path / "new.csv", columns)
    code, out, err = run(capsys, command, model, table, "--missing-columns", "impute")
    assert code == 0 and out
    assert notes_of(err) == [f"new.csv has no column {name!r}: {IMPUTED[name]}"]


@pytest.mark.parametrize("name", ["speed", "day", "clock", "flag", "some"])
def test_imputing_is_what_empty_cells_are(model, name, tmp_path, capsys):
    without = {n: cells for n, cells in GOOD.items() if n != name}
    words = ("--keep", "none", "-q", "--digits", "all")
    one = run(capsys, "predict", model, write_csv(tmp_path / "a.csv", without), *words,
              "--missing-columns", "impute")[1]  # fmt: skip
    empty = write_csv(tmp_path / "b.csv", {**GOOD, name: [""] * 3})
    assert one == run(capsys, "predict", model, empty, *words)[1]


def test_several_renamed_columns_are_all_named(model, tmp_path, capsys):
    columns = {{"speed": "sped", "kind": "kynd"}.get(n, n): c for n, c in GOOD.items()}
    table = write_csv(tmp_path / "new.csv", columns)
    err = run(capsys, "predict", model, table)[2]
    assert "did you mean 'sped' for 'speed', 'kynd' for 'kind'? Rename them, or" in err


def test_a_column_that_is_needed_is_no_other_ones_new_name(tmp_path, capsys):
    columns = {"x1": RANDOM.normal(size=40).tolist(), "x2": RANDOM.normal(size=40).tolist()}
    fitted = neurona.TableRegressor(hidden_layer_sizes=(2,), steps=10, random_state=0)
    with pytest.warns(Warning):
        fitted.fit({**columns, "y": list(range(40))}, "y")
    neurona.save(fitted, tmp_path / "m.neurona")
    table = write_csv(tmp_path / "new.csv", {"x2": [1]})
    err = run(capsys, "predict", tmp_path / "m.neurona", table)[2]
    assert "did you mean" not in err and "it has 'x2'" in err


def test_a_table_without_any_of_the_columns_is_refused(model, tmp_path, capsys):
    table = write_csv(tmp_path / "new.csv", {"a": [1], "flow": [2]})
    for command in ("predict", "evaluate"):
        code, out, err = run(capsys, command, model, table, "--missing-columns", "impute")
        assert (code, out) == (3, "") and "all that the model takes" in err


def test_a_model_that_refuses_missing_cells_refuses_columns(tmp_path, capsys):
    columns = {"a": RANDOM.normal(size=40).tolist(), "b": RANDOM.normal(size=40).tolist()}
    strict = neurona.TableRegressor(
        hidden_layer_sizes=(2,), steps=10, random_state=0, missing="refuse"
    )
    with pytest.warns(Warning):
        strict.fit({**columns, "y": list(range(40))}, "y")
    neurona.save(strict, tmp_path / "m.neurona")
    table = write_csv(tmp_path / "new.csv", {"a": [1]})
    for words in ((), ("--missing-columns", "impute")):
        code, out, err = run(capsys, "predict", tmp_path / "m.neurona", table, *words)
        assert (code, out) == (3, "") and "has no column 'b'" in err
        assert ("refuse missing cells" in err) == bool(words) and "pass" not in err


def test_an_array_model_takes_no_fewer_columns(models, tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", {NUMBERS[0]: TABLE[NUMBERS[0]]})
    code, _, err = run(capsys, "predict", models["array"], table, "--missing-columns", "impute")
    assert code == 3 and "has 1 columns but the model takes 2" in err


def test_evaluate_with_an_imputed_column_knows_no_rows(model, tmp_path, capsys):
    columns = {n: c for n, c in {**TRAINED, **TARGET}.items() if n != "speed"}
    table = write_csv(tmp_path / "t.csv", columns)
    out = run(capsys, "evaluate", model, table, "--missing-columns", "impute", "--json")[1]
    assert json.loads(out)["seen"] is None
