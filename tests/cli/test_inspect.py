"""inspect: what a table or a model is, in words that fit the terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import numpy as np
import pytest

import neurona
from tests.cli.models import INPUTS, TABLE, run, write_csv

COUNT = 60
TEMPERATURE = [round(20 + 3 * float(np.sin(k * 1.7)), 3) for k in range(COUNT)]
ODD = {
    "id": list(range(COUNT)),
    "temp": TEMPERATURE,
    "copy": TEMPERATURE,
    "never": [5] * COUNT,
    "rare": ["" if k % 3 else k for k in range(COUNT)],
    "outlier": [1e9 if k == 17 else value for k, value in enumerate(TEMPERATURE)],
    "text \x1b[31m\U0001f600": ["\u4e2d\u6587" if k % 2 else "a" * 300 for k in range(COUNT)],
    "coded": ["yes" if value > 20 else "no" for value in TEMPERATURE],
    "half": [value / 2 - 7 for value in TEMPERATURE],
    "warm": [["cold", "hot"][value > 20] for value in TEMPERATURE],
}


def test_columns_and_warnings(tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", ODD)
    code, out, err = run(capsys, "inspect", table, "--json", "--target", "temp")
    found = json.loads(out)
    assert (code, err) == (0, "")
    kinds = {column["name"]: column["kind"] for column in found["columns"]}
    assert kinds["id"] == "id-like" and kinds["never"] == "constant" and kinds["coded"] == "boolean"
    said = "\n".join(found["warnings"])
    for part in (
        "'copy' repeats the target 'temp'",
        "'half' is a multiple of the target 'temp'",
        "'id' is id-like (it counts the rows)",
        "'never' is constant (every row has the value 5)",
        "'rare' is missing in 40 of 60 rows (67%)",
        "'outlier' has 1 value beyond 10 spreads from its median",
        "1e+09 in row 18",
    ):
        assert part in said
    assert found["task"] == "regression"
    out = run(capsys, "inspect", table, "--target", "warm", "--json")[1]
    assert "'coded' says in other words the target 'warm'" in out
    assert "'copy' has the same cells as 'temp'" in out


def test_text_fits_and_drives_no_terminal(tmp_path, capsys):
    out = run(capsys, "inspect", write_csv(tmp_path / "t.csv", ODD))[1]
    assert "\x1b" not in out and max(map(len, out.splitlines())) <= 100
    assert "t.csv   60 rows x 10 columns" in out


def test_an_unknown_target_and_no_rows(tmp_path, capsys):
    table = write_csv(tmp_path / "t.csv", ODD)
    code, _, err = run(capsys, "inspect", table, "--target", "tmp")
    assert code == 3 and "did you mean 'temp'?" in err
    code, out, _ = run(capsys, "inspect", write_csv(tmp_path / "u.csv", ODD, rows=0))
    assert code == 0 and "the table has no rows" in out
    code, _, err = run(capsys, "inspect", tmp_path / "none.csv")
    assert code == 3 and "There is no file" in err


def test_a_model(models, tmp_path, capsys):
    code, out, _ = run(capsys, "inspect", models["flow"], "--json")
    found = json.loads(out)
    loaded = neurona.load(models["flow"])
    network = loaded.network_
    assert code == 0 and found["class"] == "TableRegressor" and found["targets"] == ["flow"]
    assert found["parameters"] == sum(w.size for w in (*network.coefs_, *network.intercepts_))
    assert [layer["activation"] for layer in found["layers"]] == ["silu", "identity"]
    assert [one["name"] for one in found["inputs"]] == INPUTS
    assert found["scaling"][0]["center"] == pytest.approx(np.mean(TABLE["flow"]))
    assert found["training"]["epochs"] == loaded.n_iter_
    assert found["training"]["stop_reason"] == str(loaded.stop_reason_)
    assert found["versions"]["numpy"] == np.__version__
    text = run(capsys, "inspect", models["word"])[1]
    assert "dry, wet" in text and "log loss" in text and "random_state=0" in text
    assert run(capsys, "inspect", models["array"])[0] == 0
    code, _, err = run(capsys, "inspect", models["flow"], "--target", "flow")
    assert code == 2 and "is a model" in err


def test_a_model_that_is_not_trained_and_a_damaged_one(tmp_path, capsys):
    neurona.save(neurona.TableRegressor(steps=7), tmp_path / "m.neurona")
    code, out, _ = run(capsys, "inspect", tmp_path / "m.neurona")
    assert code == 0 and "not trained yet" in out and "steps=7" in out
    (tmp_path / "m.neurona").write_bytes(b"nonsense")
    code, _, err = run(capsys, "inspect", tmp_path / "m.neurona")
    assert code == 3 and "cannot be read" in err


@pytest.mark.parametrize("command", ["inspect", "predict"])
def test_a_single_layer_is_for_python(command, tmp_path, capsys):
    path = tmp_path / "layer.neurona"
    neurona.save(neurona.Perceptron().fit([[0.0], [1.0]], [0, 1]), path)
    table = write_csv(tmp_path / "table.csv", {"x": [0, 1]})
    arguments = [path] if command == "inspect" else [path, table]
    _, _, error = run(capsys, command, *arguments)
    assert "holds a Perceptron, a single layer" in error


def test_a_narrow_terminal(tmp_path):
    table = write_csv(tmp_path / "t.csv", {**TABLE, "n" * 70: TABLE["flow"]})
    parent, child = pty.openpty()
    environment = {**os.environ, "COLUMNS": "60", "TERM": "xterm", "NO_COLOR": "1"}
    done = subprocess.Popen(
        [sys.executable, "-m", "neurona", "inspect", table], stdout=child, env=environment
    )
    os.close(child)
    out = b""
    while True:
        try:
            piece = os.read(parent, 4096)
        except OSError:
            break
        if not piece:
            break
        out += piece
    os.close(parent)
    assert done.wait() == 0
    assert max(map(len, out.decode().splitlines())) <= 60
