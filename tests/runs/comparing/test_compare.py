"""Runs beside each other: what differs, the same rows paired, and what has gone or changed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import neurona
from neurona.cli.main import main
from neurona.runs import Failure, Run, Settings
from neurona.runs.training_data import gather
from tests.cli.tables import write_classes, write_regression

QUICK = {"model.hidden": [4], "training.epochs": 8}


@pytest.fixture
def train(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_regression(tmp_path / "pump.csv", 200)

    def train(name, source="pump.csv", **others):
        settings = Settings.of({**QUICK, "data.source": source, "run.out": name, **others})
        with Run(settings) as run:
            run.train()
        return run.model

    return train


def test_the_difference_of_two_regressions(train):
    one, two = train("one"), train("two", **{"model.hidden": [16], "training.epochs": 60})
    found = neurona.compare("one", "two")
    assert found.names == ["one", "two"] and found.notes == []
    assert found.settings == {"model.hidden": [[4], [16]], "training.epochs": [8, 60]}
    assert found.facts["network"] == ["2-4-1", "2-16-1"]
    # the test rows, found by what the run tells of its split, and its own scores
    told = [json.loads(line) for line in Path("one/events.jsonl").read_text().splitlines()]
    assert found.scores["test rmse"][0] == told[-1]["test"]["rmse"][0]
    (pair,) = found.paired
    assert (pair.run, pair.score, pair.on, pair.difference.over) == ("two", "rmse", "test rows", 30)
    scores = found.scores["test rmse"]
    assert pair.difference.value == pytest.approx(scores[1] - scores[0])
    assert pair.verdict == "better" and pair.difference.high < 0
    assert found.histories["two"]["epoch"][-1] == 60
    text = str(found)
    assert text == found.text and "differences from one, paired" in text
    frame = found.to_frame()
    assert frame.loc["two", "test rmse"] == scores[1] and list(frame.index) == ["one", "two"]
    rows = neurona.read_table("pump.csv")
    assert not (one.predict(rows) == two.predict(rows)).all()


def test_where_no_row_is_in_both_nothing_is_compared_and_lines_fit(train, tmp_path, capsys):
    rows = (tmp_path / "pump.csv").read_text().splitlines()
    (tmp_path / "first.csv").write_text("\n".join(rows[:101]))
    (tmp_path / "other.csv").write_text("\n".join([rows[0], *rows[101:]]))
    train("one", "first.csv"), train("two", "other.csv")
    assert main(["compare", "one", "two"]) == 0
    lines = capsys.readouterr().out.splitlines()
    text = " ".join(" ".join(lines).split())
    assert "0 of 15 and 15 are in both, so nothing is compared" in text
    assert not neurona.compare("one", "two").paired
    assert max(map(len, lines)) <= 100


def test_the_same_run_twice_is_no_difference(train):
    train("one"), train("copy/one")
    found = neurona.compare("one", "copy/one")
    assert found.names == ["one", "copy/one"] and found.settings == {}
    assert tuple(found.paired[0].difference) == (0, 0, 0, 30, 0)
    assert found.paired[0].verdict == "the same" and "the settings are the same" in found.text


def test_other_test_rows_are_said_and_the_common_ones_compared(train):
    models = [train("one"), train("two", **{"training.seed": 1, "data.ignore": ["b"]})]
    found = neurona.compare("one", "two")
    (note,) = found.notes
    (pair,) = found.paired
    count = pair.difference.over
    assert 0 < count < 30 and f"{count} of 30 and 30 are in both" in note
    assert len(set(found.facts["their fingerprint"])) == 2
    table = neurona.read_table("pump.csv")
    numbers = [
        set(gather(Settings.of({"data.source": "pump.csv", "training.seed": s})).test_numbers)
        for s in (0, 1)
    ]
    common = sorted(numbers[0] & numbers[1])
    assert len(common) == count
    tables = [table.without(["flow"]), table.without(["flow", "b"])]
    answers = [m.predict(t)[common] for m, t in zip(models, tables, strict=True)]
    errors = [said - table["flow"][common] for said in answers]
    expected = np.sqrt((errors[1] ** 2).mean()) - np.sqrt((errors[0] ** 2).mean())
    assert pair.difference.value == pytest.approx(expected)


def test_data_that_changed_or_is_gone(train):
    train("one"), train("two", **{"training.epochs": 9})
    lines = Path("pump.csv").read_text().splitlines()
    Path("pump.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    notes = neurona.compare("one", "two").notes
    assert len(notes) == 2 and all("not those that it told" in note for note in notes)
    Path("pump.csv").unlink()
    found = neurona.compare("one", "two")
    assert found.paired == [] and len(found.scores["test rmse"]) == 2
    assert all("test rows cannot be read" in note for note in found.notes)


def test_folds_are_paired(train, tmp_path):
    write_classes(tmp_path / "state.csv", 120)
    folds = {"source": "state.csv", "data.folds": 3}
    train("one", **folds), train("two", **folds, **{"training.epochs": 40})
    found = neurona.compare("one", "two")
    pairs = {(one.score, one.on): one.difference for one in found.paired}
    assert set(pairs) == {
        (s, on) for s in ("accuracy", "log_loss") for on in ("test rows", "folds")
    }
    means = found.scores["folds log_loss"]
    difference = pairs["log_loss", "folds"]
    assert difference.value == pytest.approx(means[1] - means[0]) and difference.over == 3
    train("three", **folds, **{"training.seed": 3})
    found = neurona.compare("one", "three")
    assert any("The folds of three are not" in note for note in found.notes)
    assert all(one.on == "test rows" for one in found.paired)


def test_the_command(train, capsys):
    train("one"), train("two", **{"training.epochs": 9})
    assert main(["compare", "one", "two", "one"]) == 0
    assert "training.epochs" in capsys.readouterr().out
    assert main(["compare", "one", "two", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["event"] == "comparison" and document["runs"] == ["one", "two"]
    assert main(["compare", "one"]) == 2
    assert "two runs or more" in capsys.readouterr().err
    assert main(["compare", "one", "."]) == 3
    assert "'.' is not the folder of a run" in capsys.readouterr().err
    # a run that was killed has no end, and its last line may be cut
    events = Path("two/events.jsonl").read_bytes()
    Path("two/events.jsonl").write_bytes(events[: events.index(b'"event": "done"') - 1])
    assert main(["compare", "one", "two"]) == 0
    assert "two: it has no model" in capsys.readouterr().out


def test_names_of_tables_are_no_markup(train):
    Path("<b>x.csv").write_bytes(Path("pump.csv").read_bytes())
    train("one"), train("two", source="<b>x.csv")
    page = neurona.compare("one", "two")._repr_html_()
    assert "<b>x" not in page and "&lt;b&gt;x.csv" in page and "<script" not in page


def test_a_failure_is_one_sentence():
    with pytest.raises(Failure, match="is not the folder of a run"):
        neurona.compare("nowhere", "neither")


@pytest.fixture
def patients(tmp_path, train):
    """A table of 40 patients, five rows each, in the order of days."""
    random = np.random.default_rng(5)
    lines = ["patient,day,dose,level"]
    for day in range(200):
        patient, dose = day // 5, random.normal()
        level = dose + np.sin(patient) + 0.3 * random.normal()
        lines.append(f"p{patient},{day},{dose:.4f},{level:.4f}")
    (tmp_path / "dose.csv").write_text("\n".join(lines) + "\n")
    return "dose.csv"


def test_rows_of_a_group_or_of_a_time_are_not_single(patients, train, capsys):
    for word in ("group:patient", "time:day"):
        name = word.partition(":")[0]
        train(f"{name}1", patients, **{"data.split": word})
        train(f"{name}2", patients, **{"data.split": word, "training.epochs": 40})
        (pair,) = neurona.compare(f"{name}1", f"{name}2").paired
        assert (
            pair.difference.over == 30 and pair.difference.groups == {"group": 6, "time": 5}[name]
        )
    train("lot1", patients), train("lot2", patients, **{"training.epochs": 40})
    (single,) = neurona.compare("lot1", "lot2").paired
    assert single.difference.groups == 0
    assert main(["compare", "lot1", "lot2", "--groups", "patient"]) == 0
    assert "30 test rows in" in capsys.readouterr().out
    (grouped,) = neurona.compare("lot1", "lot2", groups="patient").paired
    assert grouped.difference.value == single.difference.value
    assert 10 < grouped.difference.groups < 30
    assert main(["compare", "lot1", "lot2", "--time", "hour"]) == 3
    assert "no column 'hour'; they have 'patient'" in capsys.readouterr().err
    assert main(["compare", "lot1", "lot2", "--time", "day", "--groups", "patient"]) == 2
    assert "not both" in capsys.readouterr().err


def test_runs_that_were_split_differently_are_said(patients, train):
    train("lot", patients), train("group", patients, **{"data.split": "group:patient"})
    train("time", patients, **{"data.split": "time:day"})
    for names in (("lot", "group"), ("group", "lot")):
        found = neurona.compare(*names)
        (note,) = [one for one in found.notes if "whole groups" in one]
        assert "lot was trained on rows of the same groups" in note
        assert found.paired[0].difference.groups > 0
    notes = " ".join(neurona.compare("group", "time").notes)
    assert "asked different things" in notes
    notes = " ".join(neurona.compare("time", "lot").notes)
    assert "lot was trained on rows later than those it is tested on" in notes


def test_where_a_run_is_written_is_no_difference_and_one_group_is_too_few(train):
    r = np.random.default_rng(3)
    cells = [f"{a},{'xyz'[k % 3]},{a * 2:.3f}" for k, a in enumerate(r.normal(size=60).round(3))]
    Path("grouped.csv").write_text("\n".join(["a,site,b", *cells]))
    train("one", "grouped.csv", **{"data.split": "group:site"})
    train("two", "grouped.csv", **{"data.split": "group:site", "run.checkpoint_every": 5})
    train("three", "grouped.csv", **{"data.split": "group:site", "training.epochs": 9})
    assert neurona.compare("one", "two").settings == {}
    assert "not known: too few" in neurona.compare("one", "three").text
    assert "in 1 group " in neurona.compare("one", "three").text
