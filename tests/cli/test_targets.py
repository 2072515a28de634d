"""Targets and columns to leave out have one spelling everywhere: repeated, or between commas."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

import neurona
from tests.cli.models import TABLE, run, write_csv

NUMBERS = {"x": TABLE["speed (m/s)"], "y": TABLE["flow"], "z": TABLE["up"]}
COPIES = {**NUMBERS, "y again": TABLE["flow"], "z again": TABLE["up"]}
COMMAS = {**NUMBERS, "y,z": [value / 2 for value in TABLE["flow"]]}
QUICK = ["--hidden", "3", "--epochs", "2", "-q"]
BOTH = [["--target", "y", "--target", "z"], ["--target", "y,z"], ["--target", " z ,y"]]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", BOTH, ids=" ".join)
def test_two_targets(words, capsys):
    table = write_csv("t.csv", NUMBERS)
    assert run(capsys, "train", table, *words, "--out", "run", *QUICK)[0] == 0
    assert set(neurona.load("run/model.neurona").target_names_) == {"y", "z"}
    assert run(capsys, "evaluate", "run", table)[0] == 0
    code, out, _ = run(capsys, "inspect", table, *words, "--json")
    assert code == 0 and set(json.loads(out)["targets"]) == {"y", "z"}


@pytest.mark.parametrize("words", BOTH[:2], ids=" ".join)
def test_every_target_has_its_leak_warnings(words, capsys):
    out = run(capsys, "inspect", write_csv("t.csv", COPIES), *words)[1]
    said = " ".join(out.split())
    assert "'y again' repeats the target 'y'" in said
    assert "'z again' repeats the target 'z'" in said


@pytest.mark.parametrize("words", BOTH[:2], ids=" ".join)
def test_evaluate_takes_other_names(words, capsys):
    table = write_csv("t.csv", NUMBERS)
    assert run(capsys, "train", table, *words, "--out", "run", *QUICK)[0] == 0
    renamed = {"x": NUMBERS["x"], "p": NUMBERS["y"], "q": NUMBERS["z"]}
    other = write_csv("u.csv", renamed)
    usual = json.loads(run(capsys, "evaluate", "run", table, "--json")[1])
    for given in (["--target", "p,q"], ["--target", "p", "--target", "q"]):
        code, out, _ = run(capsys, "evaluate", "run", other, *given, "--json")
        found = json.loads(out)
        assert code == 0 and list(found["targets"]) == ["p", "q"]
        assert found["mean"] == usual["mean"]
    code, _, err = run(capsys, "evaluate", "run", other, "--target", "p")
    assert code == 3 and "The model has 2 targets but --target names 1." in err
    code, _, err = run(capsys, "evaluate", "run", other, "--target", "p,r")
    assert code == 3 and "has no column 'r'" in err


def test_a_column_whose_name_has_a_comma(capsys):
    table = write_csv("t.csv", COMMAS)
    words = ["--target", "y,z", "--ignore", "y", "--ignore", "z"]
    assert run(capsys, "train", table, *words, "--out", "run", *QUICK)[0] == 0
    model = neurona.load("run/model.neurona")
    assert model.target_names_ == ["y,z"] and list(model.feature_names_in_) == ["x"]
    code, out, _ = run(capsys, "evaluate", "run", table, "--target", "y,z", "--json")
    assert code == 0 and list(json.loads(out)["targets"]) == ["y,z"]
    code, out, _ = run(capsys, "inspect", table, "--target", "y,z", "--json")
    assert code == 0 and json.loads(out)["targets"] == ["y,z"]
    code, out, _ = run(capsys, "predict", "run", table, "--keep", "y,z")
    assert code == 0 and out.splitlines()[0] == '"y,z","y,z_predicted"'
    # of the two columns, too
    words = ["--target", "y", "--target", "z", "--ignore", "y,z"]
    assert run(capsys, "train", table, *words, "--out", "two", *QUICK)[0] == 0
    assert neurona.load("two/model.neurona").target_names_ == ["y", "z"]


@pytest.mark.parametrize("words", [["--ignore", "x", "--ignore", "z"], ["--ignore", "x,z"]])
def test_columns_to_leave_out(words, capsys):
    table = write_csv("t.csv", {**NUMBERS, "w": TABLE["down"]})
    assert run(capsys, "train", table, "--target", "y", *words, "--out", "run", *QUICK)[0] == 0
    assert list(neurona.load("run/model.neurona").feature_names_in_) == ["w"]
    config = tomllib.loads(Path("run/config.toml").read_text())
    assert config["data"]["ignore"] == ["x", "z"]


@pytest.mark.parametrize("value", ["y,z", '["y", "z"]', '["y,z"]'])
def test_a_setting_is_the_same(value, capsys):
    table = write_csv("t.csv", NUMBERS)
    words = ["--set", f"data.target={value}", "--out", "run", *QUICK]
    assert run(capsys, "train", table, *words)[0] == 0
    config = tomllib.loads(Path("run/config.toml").read_text())
    assert config["data"]["target"] == ["y", "z"]


def test_one_column_twice_over(capsys):
    table = write_csv("t.csv", NUMBERS)
    code, _, err = run(capsys, "train", table, "--target", "x,y", "--ignore", "y")
    assert code == 3 and "The column 'y' is both a target and ignored" in err
    code, _, err = run(capsys, "train", table, "--target", "y,zz")
    assert code == 3 and "has no column 'zz'; did you mean 'z'?" in err


DATES = {
    "year-month-day": [f"2020-01-{day:02}" for day in range(1, 29)],
    "dotted": [f"{day:02}.01.2020" for day in range(1, 29)],
    "American": [f"01/{day:02}/2020" for day in range(1, 29)],
    "months by name": [f"{day:02}-Jan-2020" for day in range(1, 29)],
    "a few dates": [f"2020-01-{day % 3 + 1:02}" for day in range(28)],
    "with a time of day": [f"2020-01-{day:02} 12:30" for day in range(1, 29)],
    "with missing ones": ["" if day % 4 else f"2020-01-{day:02}" for day in range(1, 29)],
}


@pytest.mark.parametrize("cells", [*DATES.values(), [f"{k:02}:30" for k in range(24)]],
                         ids=[*DATES, "times of day"])  # fmt: skip
def test_dates_are_no_target(cells, capsys):
    table = write_csv("t.csv", {"x": [k / 7 for k in range(len(cells))], "day": cells})
    what = "times of day" if len(cells) == 24 else "dates"
    said = f"t.csv: target 'day' has {what}; predict a number, e.g. "
    for call in (
        ("inspect", table, "--target", "day"),
        ("train", table, "--target", "day", "--out", "run"),
        ("train", table, "--task", "regression", "--out", "run"),
        ("train", table, "--dry-run"),
    ):
        code, _, err = run(capsys, *call)
        assert code == 3 and said in err and "--type" in err and err.count("\n") == 1
        assert not Path("run").exists()
    words = ("--type", "day=category")
    code, out, _ = run(capsys, "inspect", table, "--target", "day", *words, "--json")
    assert code == 0 and json.loads(out)["task"] == "multiclass"


@pytest.mark.parametrize("cells", [["1-2", "3-4"], ["a", "b"], ["yes", "no"], ["v1.2", "v1.3"]])
def test_words_that_are_no_dates_are_classes(cells, capsys):
    table = write_csv("t.csv", {"x": list(range(28)), "day": cells * 14})
    code, out, _ = run(capsys, "inspect", table, "--target", "day", "--json")
    assert code == 0 and json.loads(out)["task"] == "binary"


ID_LIKE = {
    "texts": ([f"n{k * 7919 % 1000:03}x" for k in range(40)], 3, "it names the rows"),
    "numbers that count": ([str(k) for k in range(40)], 0, "check that it is what"),
}


@pytest.mark.parametrize(("cells", "code", "said"), ID_LIKE.values(), ids=ID_LIKE)
def test_a_target_that_names_the_rows_is_said_before_training(cells, code, said, capsys):
    table = write_csv("t.csv", {"x": [(k * 37 % 40) / 7 for k in range(40)], "name": cells})
    found, _, err = run(capsys, "train", table, "--dry-run")
    assert found == code and "the target 'name' is id-like" in err and said in err
    assert "\nepoch " not in err


@pytest.mark.parametrize("name", ["iris", "wine", "xor", "diabetes"])
def test_a_data_set_is_inspected_by_its_name(name, capsys):
    code, out, _ = run(capsys, "inspect", name, "--json")
    found = json.loads(out)
    assert code == 0 and found["source"] == name and found["targets"] and found["task"]
    run(capsys, "datasets", name, "-o", "t.csv")
    other = json.loads(run(capsys, "inspect", "t.csv", "--target", ",".join(found["targets"]),
                           "--json")[1])  # fmt: skip
    for one in (found, other):
        del one["source"], one["notes"]
    assert [c["name"] for c in other["columns"]] == [c["name"] for c in found["columns"]]
    assert other["rows"] == found["rows"] and other["task"] == found["task"]


def test_a_file_comes_before_a_data_set_of_its_name(capsys):
    write_csv("iris", NUMBERS)
    assert json.loads(run(capsys, "inspect", "iris", "--json")[1])["columns"][0]["name"] == "x"
