"""Charts and the report of a run: its rows as they were split, and the same bits made again."""

from __future__ import annotations

import ast
import re
import shlex

import numpy as np
import pytest

import neurona
from neurona.insight.telling.again import weights_print
from neurona.runs import Failure, plot_run, report_run
from neurona.runs.exhibits import exhibit_of_run
from neurona.runs.reporting import given_settings
from neurona.runs.run_again import read_run
from tests.cli.models import run


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    r = np.random.default_rng(4)
    a, b = r.normal(size=200), r.normal(size=200)
    lines = [f"{x:.5f};{z:.5f};{x * z + x:.5f};x" for x, z in zip(a, b, strict=True)]
    (tmp_path / "pump data.csv").write_text("\n".join(["a;b;flow;<b>", *lines]) + "\n")


def train(capsys, *words, out="first"):
    code, _, err = run(capsys, "train", "pump data.csv", "--target", "flow", "--steps", "150",
                       "--hidden", "6", "-q", "--out", out, *words)  # fmt: skip
    assert code == 0, err


def test_all_that_fit_are_drawn(capsys, tmp_path):
    train(capsys)
    found = plot_run("first")
    names = {one.path.name for one in found.written}
    assert {"history.png", "parity.png", "importance.png", "network.png"} <= names
    assert all(one.path.read_bytes()[:4] == b"\x89PNG" for one in found.written)
    assert not found.notes
    exhibit, again = exhibit_of_run("first")
    start, done = again.start, again.done
    counts = {name: part.rows for name, part in exhibit.parts.items()}
    assert counts == {name: start["split"][name] for name in ("training", "validation", "test")
                      if name != "training"} | {"training": start["split"]["train"]}  # fmt: skip
    quantities = exhibit.quantities("test")
    rmse = np.sqrt(np.mean((quantities.true - quantities.predicted) ** 2))
    assert rmse == pytest.approx(done["test"]["rmse"][0], rel=1e-6)


def test_the_command_line(capsys, tmp_path):
    train(capsys)
    train(capsys, "--seed", "5", out="second")
    words = ("plot", "first", "parity", "history", "--beside", "second", "--format", "svg")
    code, out, err = run(capsys, *words, "--out", "p", "--rows", "training")
    assert code == 0 and not err
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["history.svg", "parity.svg"]
    svg = (tmp_path / "p" / "history.svg").read_text()
    assert ">first</text>" in svg and ">second</text>" in svg
    assert "Predicted against true" in out
    code, out, _ = run(capsys, "plot", "first", "-q", "history")
    assert code == 0 and out == "first/plots/history.png\n"
    code, out, _ = run(capsys, "plot", "--list")
    assert code == 0 and "precision-recall" in out
    code, out, _ = run(capsys, "plot", "first", "--list")
    assert code == 0 and "no: roc is for classes" in " ".join(out.split())
    code, out, _ = run(capsys, "plot", "first/model.neurona", "--out", "m", "-q")
    assert code == 0 and {line.partition("/")[2] for line in out.split()} == {
        "history.png", "state.png", "weights.png", "network.png"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("plot", "first", "parrity"), 2, "Unknown chart 'parrity'; did you mean 'parity'?"),
        (("plot", "first", "roc"), 3, "roc is for classes, and this TableRegressor predicts"),
        (("plot", "first", "--rows", "validation", "--out", "pump data.csv"), 3, "is a file; name"),
        (("plot", "nowhere"), 3, "There is no model 'nowhere'"),
        (("plot",), 2, "Missing argument 'RUN'; --list says which charts there are."),
        (("plot", "first", "history", "--beside", "nowhere"), 3, "is not the folder of a run"),
        (("report", "nowhere"), 3, "There is no model 'nowhere'"),
        (("report", "first", "--out", "r.pdf"), 3, "name it .html or .md"),
        (("report", "first", "--out", "no/r.html"), 3, "There is no folder 'no'"),
        (("report", "first/model.neurona"), 3, "or give rows for the model: --data TABLE."),
        (("plot", "first/model.neurona", "--data", "nowhere.csv"), 3, "nowhere.csv"),
        (("plot", "first/model.neurona", "parity"), 3, "parity shows rows; give those"),
    ],
)
def test_refusals(words, code, said, capsys):
    train(capsys)
    found, _, err = run(capsys, *words)
    assert found == code and said in " ".join(err.split()) and "Traceback" not in err


def test_the_report_trains_again_to_the_same_bits(capsys, tmp_path):
    train(capsys, "--activation", "tanh", "--seed", "3", "--ignore", "<b>", "--split", "last",
          "--set", "training.alpha=0.01", "--set", "training.schedule=cosine")  # fmt: skip
    code, out, err = run(capsys, "report", "first", "--out", "told.md")
    assert code == 0 and out == "told.md\n" and not err
    text = (tmp_path / "told.md").read_text("utf-8")
    again = text.partition("## To make it again")[2]
    command, code_text = re.findall(r"```\w+\n(.*?)\n```", again, re.DOTALL)
    first = neurona.load("first/model.neurona")
    assert weights_print(first) in again
    words = shlex.split(command)
    assert words[:3] == ["neurona", "train", str(tmp_path / "pump data.csv")]
    assert run(capsys, *words[1:], "-q")[0] == 0
    assert weights_print(neurona.load("again/model.neurona")) == weights_print(first)
    ast.parse(code_text)
    space = {}
    exec(code_text.replace("'again'", "'by-code'"), space)
    assert weights_print(space["model"]) == weights_print(first)
    table = neurona.read_table("pump data.csv").without(["<b>"])
    np.testing.assert_array_equal(space["model"].predict(table), first.predict(table))


def test_only_what_was_said_is_told(capsys):
    train(capsys)
    found = given_settings(read_run("first"))
    assert {k: v for k, v in found.items() if not k.startswith("data.")} == {
        "model.hidden": [6], "training.steps": 150, "run.out": "first"
    }  # fmt: skip


def test_a_report_is_safe_and_names_what_mends(capsys, tmp_path):
    train(capsys)
    page = report_run("first").read_text("utf-8")
    assert "<script" not in page and "<b>" not in page and "&lt;b&gt;" in page
    assert "SHA-256" in page and "test rows, which the model had not seen" in page
    assert "neurona train --config first/config.toml" in page  # a finding's remedy


def test_a_run_whose_data_is_gone(capsys, tmp_path):
    train(capsys)
    (tmp_path / "pump data.csv").unlink()
    found = plot_run("first")
    assert {one.path.stem for one in found.written} == {"history", "state", "weights", "network"}
    assert "could not be read again" in found.notes[0]
    with pytest.raises(ValueError, match="parity shows rows; give those"):
        plot_run("first", ["parity"])
    with pytest.raises(Failure, match="There are no test rows"):
        plot_run("first", rows="test")
    assert "Network" in report_run("first").read_text("utf-8")


def test_a_model_file_shows_the_rows_of_a_table(capsys, tmp_path):
    train(capsys)
    exhibit, again = exhibit_of_run("first/model.neurona", shown="pump data.csv")
    whole, _ = exhibit_of_run("first")
    assert again is None and list(exhibit.parts) == ["training", "test"]
    assert exhibit.parts["test"].rows == whole.parts["test"].rows
    assert "trained or validated on 170 of the 200 rows" in exhibit.notes[-1]
    for found in (exhibit, whole):
        order = np.argsort(found.quantities("test").true[:, 0])
        found.sorted = found.quantities("test").predicted[order, 0]
    np.testing.assert_array_equal(exhibit.sorted, whole.sorted)
    code, out, err = run(capsys, "report", "first/model.neurona", "--data", "pump data.csv")
    assert code == 0 and out == "report.html\n" and not err
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "30 test rows, which the model had not seen" in page
    assert weights_print(neurona.load("first/model.neurona")) in page
    words = ("plot", "first", "parity", "--data", "pump data.csv", "--out", "p")
    code, out, _ = run(capsys, *words)
    assert code == 0 and "170 of the 200 rows" in " ".join(out.split())


def test_rows_that_are_all_new_or_of_which_nothing_is_known(capsys, tmp_path):
    train(capsys, "--set", "run.fingerprints=false")
    exhibit, _ = exhibit_of_run("first/model.neurona", shown="pump data.csv")
    assert list(exhibit.parts) == ["rows"] and exhibit.parts["rows"].rows == 200
    train(capsys, out="second")
    new = "\n".join(["a;b;flow;<b>", "0.1;0.2;0.3;x", "0.5;;0.1;x", "0.4;0.1;;x"])
    (tmp_path / "new.csv").write_text(new + "\n")
    exhibit, _ = exhibit_of_run("second", shown="new.csv")
    assert {name: part.rows for name, part in exhibit.parts.items()} == {"test": 2}
    said = " ".join(exhibit.notes)
    assert "1 of 3 rows have no target" in said and "trained on none of these rows" in said
    assert report_run("second", "new.html", data="new.csv").is_file()


def test_the_report_tells_the_folds(capsys):
    train(capsys, "--folds", "3")
    page = report_run("first", "first.md").read_text("utf-8")
    table = page.partition("## Cross-validation")[2].partition("##")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and "---" not in line]
    first, mean = read_run("first").folds[0], read_run("first").done["folds"]["metrics"]["rmse"]
    assert f"{first['metrics']['rmse'][0]:.4g}"[:5] in rows[1]
    assert f"{mean['mean'][0]:.4g}"[:5] in rows[4] and rows[4].startswith("| **mean**")


def test_without_matplotlib_it_says_what_to_install(capsys, monkeypatch):
    import sys

    train(capsys)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    code, _, err = run(capsys, "plot", "first", "history")
    assert code == 3 and "pip install" in err
    assert run(capsys, "report", "first")[0] == 3


def test_help_imports_nothing_that_draws():
    import subprocess
    import sys

    code = (
        "import sys; import neurona; from neurona.cli.main import main\n"
        "main(['plot', '--help']); main(['report', '--help'])\n"
        "print([m for m in ('matplotlib', 'numpy', 'sklearn') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.splitlines()[-1] == "[]"
