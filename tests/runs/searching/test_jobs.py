"""A search as jobs of a batch queue: the same choice as on one machine, whatever the order."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import neurona
from neurona.cli.main import main
from neurona.runs import Code
from tests.cli.tables import write_regression
from tests.runs.searching.test_search import QUICK, trained

SEARCH = ["--trials", "4", "--jobs", "away", "-q"]


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(write_regression(tmp_path / "pump.csv", 60))


def begin(table):
    fixed = [word for key, value in QUICK.items() for word in ("--set", f"{key}={value}")]
    assert main(["search", table, *SEARCH, *fixed]) == 0


def jobs():
    return sorted(Path("away/jobs").glob("*.json"), key=lambda path: int(path.stem))


def test_the_same_search_as_on_one_machine(table, capsys):
    found = neurona.search(table, trials=4, out="home", settings=QUICK)
    begin(table)
    rounds = 0
    while not Path("away/model.neurona").exists():
        rounds += 1
        for job in reversed(jobs()):
            assert main(["search", "--job", str(job), "-q"]) == 0
        assert main(["search", "--collect", "away", "-q"]) == 0
    assert rounds > 2 and not jobs()
    assert trained("away") == trained("home")
    rows = neurona.read_table(table)
    again = neurona.load("away/model.neurona").predict(rows)
    assert again.tobytes() == found.model.predict(rows).tobytes()
    assert main(["search", "--collect", "away"]) == Code.INVALID
    assert "is done" in capsys.readouterr().err


def test_what_is_missing_or_damaged_is_named_and_nothing_is_lost(table, capsys):
    begin(table)
    first, second, *others = jobs()
    for job in (first, second):
        assert main(["search", "--job", str(job)]) == 0
    assert f"job     {second.name}: rmse" in capsys.readouterr().err
    second.with_suffix(".result").write_bytes(first.with_suffix(".result").read_bytes())
    assert main(["search", "--collect", "away"]) == Code.INVALID
    said = capsys.readouterr().err
    many = len(others) + 1
    assert f"{many} of {many + 1} jobs" in said and "Traceback" not in said
    assert second.name in said and f" {first.name}" not in said
    first.with_suffix(".result").write_bytes(b"{}\n")
    assert main(["search", "--collect", "away"]) == Code.INVALID
    assert first.name in capsys.readouterr().err and len(jobs()) == many + 1
    # what is left may be trained at home
    assert main(["search", "--resume", "away", "-q"]) == 0
    assert Path("away/model.neurona").exists()


def test_bad_jobs_are_a_sentence(table, capsys):
    begin(table)
    job = jobs()[0]
    job.write_text(json.dumps({"event": "job"}))

    def said(*words, code=Code.INVALID):
        assert main(["search", *words]) == code
        return capsys.readouterr().err

    assert "damaged" in said("--job", str(job))
    assert "There is no job" in said("--job", "nowhere.json")
    shutil.copy(table, "copy.csv")
    assert "not the folder of a search" in said("--job", "copy.csv")
    assert "not the folder of a search" in said("--collect", "nowhere")
    usage = Code.USAGE
    assert "--trials" in said(table, "--budget", "10s", "--jobs", "b", code=usage)
    assert "drop the rest" in said("--collect", "away", "--job", str(job), code=usage)
    assert "drop --out" in said(table, "--trials", "2", "--jobs", "b", "--out", "c", code=usage)
    Path(table).write_text(Path(table).read_text().replace("1", "2"))
    assert "another table" in said("--job", str(jobs()[1]))
