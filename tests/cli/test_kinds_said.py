"""What a person says of a table at the command line, and what is found in all of its rows."""

from __future__ import annotations

import json

import pytest

from tests.cli.models import run

QUICK = ("--steps", "20", "-q")


def write(folder, rows, name="t.csv"):
    path = folder / name
    path.write_text("\n".join(rows) + "\n")
    return path


def train(capsys, table, *words):
    return run(capsys, "train", table, *words, "--out", table.parent / "run", "--steps", "20")


def test_columns_that_are_ignored_are_not_judged(tmp_path, capsys):
    rows = ["a,junk,y", *(f"{i / 2},{'#REF!' if i == 7 else i},{i}.5" for i in range(30))]
    table = write(tmp_path, rows)
    assert train(capsys, table)[0] == 3
    assert train(capsys, table, "--ignore", "junk")[0] == 0
    # nor are those that a model does not need
    for command in (["evaluate", tmp_path / "run", table], ["predict", tmp_path / "run", table]):
        assert run(capsys, *command)[0] == 0


@pytest.mark.parametrize(
    ("cells", "said", "kind"),
    [
        ([f"2020010{i % 9 + 1}" for i in range(30)], "x=date", "date"),
        ([str(i % 5) for i in range(30)], "x=category", "category"),
        ([str(i % 5) for i in range(30)], "x=text", "category"),
        ([str(i) for i in range(30)], "x=numeric", "numeric"),
        ([f"{i / 2}" for i in range(30)], "x=id-like", "id-like"),
        (["1", "2", "5+"] * 10, "x=category", "category"),
    ],
)
def test_the_kind_of_a_column_can_be_said(cells, said, kind, tmp_path, capsys):
    table = write(tmp_path, ["x,a,y", *(f"{c},{i % 7},{i}.5" for i, c in enumerate(cells))])
    code, out, _ = run(capsys, "inspect", table, "--type", said, "--json")
    assert code == 0 and json.loads(out)["columns"][0]["kind"] == kind
    code, _, err = train(capsys, table, "--type", said)
    assert code == 0, err
    assert run(capsys, "predict", tmp_path / "run", table)[0] == 0


@pytest.mark.parametrize("said", ["x=fruit", "x", "=date"])
def test_a_kind_that_there_is_not(said, tmp_path, capsys):
    table = write(tmp_path, ["x,y", *(f"{i},{i}.5" for i in range(9))])
    for command in ("inspect", "train"):
        code, _, err = run(capsys, command, table, "--type", said)
        assert code == 2 and "--type must be" in err


def test_a_column_that_there_is_not(tmp_path, capsys):
    table = write(tmp_path, ["speed,y", *(f"{i},{i}.5" for i in range(9))])
    for command in ("inspect", "train"):
        code, _, err = run(capsys, command, table, "--type", "sped=numeric")
        assert code == 3 and "did you mean 'speed'" in err


def test_a_target_is_what_is_said(tmp_path, capsys):
    table = write(tmp_path, ["a,y", *(f"{i * 7 % 11},{i % 4 + 7}" for i in range(40))])
    assert "regression" in train(capsys, table, "--dry-run")[2]
    assert "multiclass" in train(capsys, table, "--dry-run", "--type", "y=category")[2]


@pytest.mark.parametrize(
    ("rows", "words", "names"),
    [
        (["1,2", *["3,4"] * 9], ["--header"], ["1", "2"]),
        (["a,b", *["c,d"] * 9], ["--no-header"], ["x1", "x2"]),
        (["x,y", "a,b", *["3,4"] * 9], ["--skip-rows", "1"], ["a", "b"]),
        (["; hello", "a,b", *["3,4"] * 9], ["--comment", ";"], ["a", "b"]),
        (["a,b", "foo,bar", *["3,4"] * 9], ["--units-row"], ["a", "b"]),
    ],
)
def test_flags_of_reading(rows, words, names, tmp_path, capsys):
    code, out, err = run(capsys, "inspect", write(tmp_path, rows), *words, "--json")
    assert code == 0, err
    assert [column["name"] for column in json.loads(out)["columns"]] == names


def test_a_message_names_the_flags(tmp_path, capsys):
    table = write(tmp_path, ["a,b", "s,degC", *["1.5,2"] * 9])
    code, out, _ = run(capsys, "inspect", table)
    assert code == 0 and "--no-units-row" in " ".join(out.split())
    code, _, err = run(capsys, "inspect", write(tmp_path, ["x,y", "1,2", "3,oops", "4,5"]))
    assert code == 3 and '--type "y=category"' in err


def test_a_row_counter_stays_left_out_after_the_split(tmp_path, capsys):
    table = write(tmp_path, ["n,a,y", *(f"{i},{i * 7 % 11},{i * 3 % 13}.5" for i in range(60))])
    assert "'n' is id-like" in " ".join(run(capsys, "inspect", table)[1].split())
    code, _, err = train(capsys, table)
    assert code == 0 and "Column 'n' is left out: it is id-like (it counts the rows)" in err
    code, out, _ = run(capsys, "inspect", tmp_path / "run", "--json")
    assert [one["name"] for one in json.loads(out)["inputs"]] == ["a"]


def test_an_id_as_a_target_is_said_before_training(tmp_path, capsys):
    table = write(tmp_path, ["a,who", *(f"{i * 7 % 11},unit {i}" for i in range(40))])
    code, _, err = train(capsys, table)
    assert code == 3 and "the target 'who' is id-like" in err
    assert not (tmp_path / "run").exists()
    table = write(tmp_path, ["a,n", *(f"{i * 7 % 11},{i}" for i in range(40))])
    code, _, err = train(capsys, table, "--dry-run")
    assert code == 0 and "the target 'n' is id-like" in err


def test_one_impossible_day_is_named_before_training(tmp_path, capsys):
    rows = ["day,y", *(f"2020-01-{i:02},{i}.5" for i in range(1, 29)), "0000-00-00,3.5"]
    table = write(tmp_path, rows)
    code, _, err = train(capsys, table)
    assert code == 3 and "'0000-00-00' is no date" in err and not (tmp_path / "run").exists()
    code, _, err = train(capsys, table, "--bad-cells", "missing")
    assert code == 0 and "could not be scored" not in err


def test_time_order_by_the_clock(tmp_path, capsys):
    rows = ["at,a,y", *(f"{i // 4:02}:{i % 4 * 15:02},{i * 7 % 11},{i}.5" for i in range(40))]
    code, _, err = train(capsys, write(tmp_path, rows), "--split", "time:at")
    assert code == 0 and "the latest rows held out" in err


def test_two_groups_leave_one_for_the_test(tmp_path, capsys):
    table = write(tmp_path, ["g,a,y", *(f"g{i % 2},{i * 7 % 11},{i}.5" for i in range(60))])
    code, _, err = train(capsys, table, "--split", "group:g")
    assert code == 0 and "all groups of 'g' but one" in err


@pytest.mark.parametrize("word", ["group:g", "last", "time:a"])
def test_a_class_that_a_split_takes_away_is_named(word, tmp_path, capsys):
    table = write(tmp_path, ["g,a,y", *(f"g{i // 10},{i},class {i // 10}" for i in range(40))])
    code, _, err = train(capsys, table, "--split", word, "--epochs", "2")
    assert code == 3 and "holds out all rows of the class 'class" in err
    assert "'g'" in err or word != "group:g"


def test_classes_that_occur_once_stay_in_training(tmp_path, capsys):
    rows = [
        f"{i * 7 % 11},{'once' if i == 4 else 'twice' if i in (5, 6) else 'b'}" for i in range(40)
    ]
    table = write(tmp_path, ["a,y", *rows])
    for word in ("random", "stratified"):
        code, _, err = run(capsys, "train", table, "--split", word, "--steps", "9",
                           "--out", tmp_path / word)  # fmt: skip
        assert code == 0, err


def test_truth_in_several_spellings_is_two_classes(tmp_path, capsys):
    words = ["True", "false", "TRUE", "False", "true"]
    table = write(tmp_path, ["a,y", *(f"{i * 7 % 11},{words[i % 5]}" for i in range(40))])
    code, _, err = train(capsys, table)
    assert code == 0 and "binary" in err
    assert run(capsys, "evaluate", tmp_path / "run", table)[0] == 0
