"""What a sentence advises can be typed: parameters have the spelling of the command that runs."""

from __future__ import annotations

import re

import pytest

import neurona
from neurona import TableError
from neurona.runs import SETTINGS
from tests.cli.models import ROWS, TABLE, run

FILES = {
    "word": ("x", "--bad-cells missing"),
    "thousands": ('"1,234"', '--thousands ","'),
    "decimal": ('"1,5"', '--decimal ","'),
}


@pytest.fixture
def table(tmp_path):
    """Write the inputs and the target of the model "numbers", with one cell as given."""

    def write(cell):
        names = [*list(TABLE)[:2], "flow"]
        rows = [[str(TABLE[name][k]) for name in names] for k in range(ROWS)]
        rows[3][0] = cell
        path = tmp_path / "t.csv"
        lines = [",".join(row) for row in [[f'"{name}"' for name in names], *rows]]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def call(command, models, table):
    start = {"train": [], "inspect": [], "predict": [models["numbers"]],
             "evaluate": [models["numbers"]]}[command]  # fmt: skip
    words = [command, *start, table]
    return [*words, "--dry-run"] if command == "train" else words


@pytest.mark.parametrize("command", ["train", "predict", "evaluate", "inspect"])
@pytest.mark.parametrize("name", FILES)
def test_a_bad_cell_names_the_flag(command, name, models, table, capsys):
    cell, flag = FILES[name]
    code, _, err = run(capsys, *call(command, models, table(cell)))
    assert code == 3 and "row 4 (line 5)" in err
    assert flag in err and not re.search(r"\b[a-z_]+='", err)


@pytest.mark.parametrize("command", ["train", "predict", "evaluate", "inspect"])
def test_the_flag_that_is_named_helps(command, models, table, capsys):
    words = call(command, models, table("x"))
    assert run(capsys, *words, "--bad-cells", "missing")[0] == 0
    words = call(command, models, table('"1,234,567"'))
    assert run(capsys, *words, "--thousands", ",")[0] == 0


def test_python_reads_keywords(table):
    with pytest.raises(TableError, match=r"pass bad_cells='missing'.*the type 'text'"):
        neurona.read_table(table("x"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--split", "stratified"], "--split stratified needs one column of classes; use --split"),
        (["--set", "data.missing=refuse"], "pass --set data.missing=impute"),
    ],
)
def test_train_spells_what_its_estimators_say(words, said, table, capsys):
    code, _, err = run(capsys, "train", table(""), "--dry-run", *words)
    assert code == 3 and said in err


def test_an_encoding_can_be_given_everywhere(models, tmp_path, capsys):
    path = tmp_path / "t.csv"
    names = [*list(TABLE)[:2], "flow"]
    rows = [",".join(str(TABLE[name][k]) for name in names) for k in range(ROWS)]
    # code page 850 has a letter where cp1252 has another
    path.write_bytes("\n".join([",".join(names).replace("\U0001f600", "y"), *rows]).encode("cp850"))
    for command in ("train", "inspect"):
        words = call(command, models, path)
        code, out, err = run(capsys, *words, "--encoding", "cp850")
        assert code == 0 and ("\u00fcber" in out or command == "train")
        code, _, err = run(capsys, *words, "--encoding", "utf-8")
        assert code == 3 and "--encoding cp1252" in err


def test_a_model_is_not_read_as_a_table(models, capsys):
    code, _, err = run(capsys, "inspect", models["flow"], "--bad-cells", "missing")
    assert code == 2 and "--bad-cells is for tables" in err


def test_every_flag_of_a_setting_is_a_flag_of_train(capsys):
    said = " ".join(run(capsys, "train", "--help")[1].split())
    for setting in SETTINGS.values():
        if setting.flag:
            flag = setting.flag.replace("/", " / ") if setting.negation else setting.flag
            assert f" {flag} {setting.help} " in said
