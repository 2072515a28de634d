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
