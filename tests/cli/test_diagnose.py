"""`neurona diagnose`: findings of a run, with the command that trains with the remedy."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pytest

from tests.cli.models import run


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    r = np.random.default_rng(3)
    a, b, number = r.normal(size=300), r.normal(size=300), r.permutation(300)
    lines = [f"{k},{x:.5f},{y:.5f},{x * y + x:.5f}" for k, x, y in zip(number, a, b, strict=True)]
    (tmp_path / "pump.csv").write_text("\n".join(["no,a,b,flow", *lines]) + "\n")


def train(capsys, *words):
    code, _, err = run(capsys, "train", "pump.csv", "--target", "flow", "-q", *words)
    assert code in (0, 4), err


def test_findings_and_a_command_that_can_be_copied(capsys):
    train(capsys, "--steps", "300", "--hidden", "8", "--out", "first")
    code, out, err = run(capsys, "diagnose", "first")
    assert code == 0 and err == ""
    assert "id like column" in out and "found       The column 'no' has another whole number" in out
    command = next(
        line for line in out.splitlines() if line.startswith("command") and "--ig" in line
    )
    words = shlex.split(command.removeprefix("command"))
    assert words == ["neurona", "train", "--config", "first/config.toml", "--ignore", "no", "--out",
                     "first-again"]  # fmt: skip
    code, _, err = run(capsys, *words[1:], "-q")
    assert code == 0, err
    assert "id like column" not in run(capsys, "diagnose", "first-again")[1]


def test_json_and_trials(capsys):
    train(capsys, "--steps", "300", "--hidden", "8", "--out", "first", "--ignore", "no",
          "--rate", "1e-6")  # fmt: skip
    code, out, _ = run(capsys, "diagnose", "first", "--json", "--try", "1")
    document = json.loads(out)
    assert code == 0 and document["event"] == "diagnose" and document["source"] == "pump.csv"
    first = document["findings"][0]
    assert {"name", "severity", "what", "why", "advice", "evidence", "remedy", "command"} <= set(
        first
    )
    trial = document["tried"][first["name"]]
    assert trial["rows"] == 45 and set(trial["before"]) == {"r2", "mae"}
    code, out, _ = run(capsys, "diagnose", "first", "--try", "1")
    assert "tried       " in out and "on 45 rows" in out


def test_a_run_that_diverged(capsys):
    train(capsys, "--epochs", "20", "--rate", "50", "--hidden", "8", "--out", "first")
    code, out, _ = run(capsys, "diagnose", "first")
    assert code == 0 and "1. rate too large" in out and "--rate 0." in out


def test_what_training_said_is_told_again(capsys):
    train(capsys, "--epochs", "40", "--rate", "1e-7", "--hidden", "8", "--out", "first")
    events = [json.loads(line) for line in Path("first/events.jsonl").read_text().splitlines()]
    said = [one["text"] for one in events if one.get("kind") == "finding"]
    assert len(said) == 1 and said[0].startswith("rate too small: in ")
    out = " ".join(run(capsys, "diagnose", "first")[1].split())
    assert said[0] in out


def test_no_run_and_no_model_yet(capsys, tmp_path):
    assert run(capsys, "diagnose", ".")[::2] == (
        3, "error   '.' is not the folder of a run; name one that `neurona train` wrote.\n"
    )  # fmt: skip
    train(capsys, "--steps", "50", "--out", "first")
    for name in ("model.neurona", "events.jsonl"):
        (tmp_path / "first" / name).unlink()
    code, _, err = run(capsys, "diagnose", "first")
    assert code == 3 and "has no model yet" in err
