"""Cross-validation of a run: independent trainings give the same answers, and the scores add up."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import numpy as np
import pytest

import neurona
from neurona.cli.main import main
from neurona.runs import Code, Failure, Run, Settings
from neurona.runs.cross_validation import CrossValidation
from tests.cli.tables import write_classes, write_regression
from tests.runs.test_run import Heard

QUICK = {"model.hidden": [4], "training.epochs": 4, "data.folds": 3}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def train(source, *listeners, **others):
    settings = Settings.of({**QUICK, "data.source": str(source), "run.out": "run", **others})
    with Run(settings, listeners) as run:
        return run, run.train()


def rows_of(path="run/folds.csv"):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_a_regression_by_independent_means(tmp_path):
    source = write_regression(tmp_path / "pump.csv", 60)
    lines = source.read_text().splitlines()
    lines[5] = lines[5].rpartition(",")[0] + ","  # row 5 has no target
    source.write_text("\n".join(lines) + "\n")
    heard = Heard()
    run, code = train(source, heard)
    assert code is Code.OK
    rows = rows_of()
    assert [int(row["row"]) for row in rows] == [n for n in range(1, 61) if n != 5]
    table = neurona.read_table(source)
    assert [float(row["true"]) for row in rows] == [
        table["flow"][int(row["row"]) - 1] for row in rows
    ]
    events = [event for event in heard.events if event["event"] == "fold"]
    assert [event["fold"] for event in events] == [1, 2, 3]
    for event in events:
        held = [row for row in rows if int(row["fold"]) == event["fold"]]
        others = [int(row["row"]) - 1 for row in rows if int(row["fold"]) != event["fold"]]
        model = neurona.TableRegressor(
            (4,), epochs=4, random_state=0, validation_fraction=0.15 / 0.85
        ).fit(table.take(others), "flow")
        numbers = [int(row["row"]) - 1 for row in held]
        said = np.array([float(row["predicted"]) for row in held])
        assert (model.predict(table.take(numbers)) == said).all()
        errors = said - np.array([float(row["true"]) for row in held])
        assert event["metrics"]["rmse"] == [pytest.approx(np.sqrt((errors**2).mean()))]
        assert (event["train"], event["held"]) == (len(others), len(held))
    done = heard.events[-1]["folds"]
    rmse = [event["metrics"]["rmse"][0] for event in events]
    assert done["metrics"]["rmse"]["mean"] == [pytest.approx(np.mean(rmse))]
    assert done["metrics"]["rmse"]["spread"] == [pytest.approx(np.std(rmse, ddof=1))]
    # the model is the one that there would be without folds
    plain = {**QUICK, "data.folds": 0, "data.source": str(source), "run.out": "plain"}
    with Run(Settings.of(plain)) as other:
        other.train()
    assert other.model.predict(table).tobytes() == run.model.predict(table).tobytes()
    assert not Path("plain/folds.csv").exists()


def test_the_same_bits_again_from_its_config(tmp_path):
    train(write_classes(tmp_path / "pumps.csv", 90))
    assert (
        main(
            [
                "train",
                "--config",
                "run/config.toml",
                "--out",
                "again",
                "--set",
                "training.threads=2",
                "-q",
            ]
        )
        == 0
    )
    for name in ("folds.csv", "history.csv"):
        assert Path("run", name).read_bytes() == Path("again", name).read_bytes()


def test_groups_and_probabilities(tmp_path, capsys):
    source = write_classes(tmp_path / "pumps.csv", 90)
    words = ["--epochs", "4", "--hidden", "4", "--folds", "3", "--groups", "pump", "--out", "run"]
    assert main(["train", str(source), *words, "--json", "-q"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["how"] for event in events if event["event"] == "fold"] == ["by group"] * 3
    assert 'split = "group:pump"  # --groups' in Path("run/config.toml").read_text()
    rows = rows_of()
    table = neurona.read_table(source)
    folds = {}
    for row in rows:
        folds.setdefault(table["pump"][int(row["row"]) - 1], set()).add(row["fold"])
        shares = {label: float(row[f"p_{label}"]) for label in ("alarm", "good", "off")}
        assert row["predicted"] == max(shares, key=shares.get)
        assert sum(shares.values()) == pytest.approx(1)
    assert len(rows) == 90 and all(len(found) == 1 for found in folds.values())


def test_times_are_chained_and_error_bars_kept(tmp_path):
    lines = ["t,x,y", *(f"2020-01-{1 + n // 2:02d},{n % 7},{n % 7 * 2 + n % 3}" for n in range(48))]
    source = tmp_path / "log.csv"
    source.write_text("\n".join(lines) + "\n")
    changed = {"data.split": "time:t", "training.epochs": "auto", "training.solver": "bayesian-lm",
               "training.starts": 1}  # fmt: skip
    train(source, **changed)
    rows = rows_of()
    assert all(float(row["std"]) > 0 for row in rows)
    # three folds of four parts: the first quarter is never held out
    assert [int(row["row"]) for row in rows] == list(range(13, 49))
    assert [row["fold"] for row in rows] == sorted(row["fold"] for row in rows)


def test_stopped_between_folds(tmp_path, monkeypatch):
    fold = CrossValidation._fold

    def after_it_was_asked(self, number, split):
        # the others are trained side by side, and might be done before they hear of it
        while number > 1 and not self.asked:
            time.sleep(0.001)
        return fold(self, number, split)

    monkeypatch.setattr(CrossValidation, "_fold", after_it_was_asked)
    source = write_regression(tmp_path / "pump.csv", 60)
    heard = Heard(lambda event: event["event"] == "fold" and runs[0].stop())
    settings = Settings.of({**QUICK, "data.source": str(source), "run.out": "run"})
    runs = [Run(settings, [heard])]
    with runs[0] as run:
        assert run.train() is Code.INTERRUPTED
    assert {row["fold"] for row in rows_of()} == {"1"}
    assert heard.events[-1]["folds"]["done"] == 1 and heard.events[-1]["exit_code"] == 130
    assert any("stopped after 1 of 3 folds" in e.get("text", "") for e in heard.events)
    assert Path("run/model.neurona").exists() and "1 of 3 folds" in Path(
        "run/summary.md"
    ).read_text(encoding="utf-8")


def test_what_is_wrong_is_said_before_training(tmp_path, capsys):
    source = write_classes(tmp_path / "pumps.csv", 30)
    with pytest.raises(Failure, match="30 rows, too few"):
        train(source, **{"data.folds": 31})
    assert not Path("run").exists()
    assert main(["train", str(source), "--groups", "pump", "--time", "a"]) == 2
    assert "--groups and --time each say" in capsys.readouterr().err
    assert main(["train", str(source), "--folds", "1"]) == 3
    assert "--folds must be 2 or more" in capsys.readouterr().err


def test_a_class_of_one_row_and_labels(tmp_path):
    lines = ["a,kind", *(f"{n % 5},{'x' if n % 2 else 'y'}" for n in range(29)), "9,rare"]
    source = tmp_path / "rare.csv"
    source.write_text("\n".join(lines) + "\n")
    train(source, **{"data.test_share": 0.0})
    rows = rows_of()
    rare = next(row for row in rows if row["true"] == "rare")
    assert rare["predicted"] in ("x", "y") and float(rare["p_rare"]) == 0
