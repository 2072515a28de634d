"""`neurona train` with several starts side by side: one screen, one history, one stop for all."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

import neurona
from neurona.cli.main import main
from neurona.progress.log import read_events
from neurona.progress.watcher import Watcher
from tests.cli.tables import write_regression

STARTS = ["--starts", "3", "--set", "training.threads=2"]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def table(tmp_path):
    return str(write_regression(tmp_path / "pump.csv", 60))


def train(*words: str) -> int:
    return main(["train", *words])


def events(run: str) -> list[dict]:
    found, damaged = read_events(Path(run, "events.jsonl").read_bytes())
    assert not damaged
    return found


def stop_at(monkeypatch, epoch: int) -> None:
    """Ctrl-C in this epoch of whichever start comes to it first."""
    usual = Watcher.on_epoch

    def stop(self, training, record):
        if record.epoch == epoch:
            self.ask()
        return usual(self, training, record)

    monkeypatch.setattr(Watcher, "on_epoch", stop)


def test_all_starts_are_told_and_the_best_is_kept(table, capsys):
    assert train(table, *STARTS, "--out", "run", "--json") == 0
    captured = capsys.readouterr()
    said = [json.loads(line) for line in captured.out.splitlines()]
    # what is compiled before is told before there is a log
    assert [one for one in said if one.get("kind") != "compiling"] == events("run")
    told = events("run")
    assert [one["event"] for one in told].count("start") == 1
    assert [one["event"] for one in told].count("done") == 1
    assert told[0]["starts"] == 3 and len(told[0]["shapes"]) == 3  # a straight line, too
    epochs = [one for one in told if one["event"] == "epoch"]
    for start in (1, 2, 3):
        # the epochs of a start are in order, the last one among them
        own = [one["epoch"] for one in epochs if one["start"] == start]
        assert own == sorted(own) and own[0] == 1 and len(own) > 3
    assert epochs[-1]["epochs_left"] == 0
    lasts = {one["start"]: one["epoch"] for one in epochs}
    assert epochs[-1]["epochs_of_all"] == sum(lasts.values())

    model = neurona.load("run/model.neurona")
    with open("run/history.csv") as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert losses == model.history_.column("loss")
    assert len(losses) in lasts.values()

    done = told[-1]
    assert done["members"] == 2  # the straight line has less evidence
    network = model.network_
    mean = np.mean([one.posterior.effective.sum() for one in network.learned().members])
    assert done["effective_parameters"] == pytest.approx(mean)
    noise = np.mean([one.posterior.noise[0] for one in network.learned().members]) ** 0.5
    assert done["noise"] == pytest.approx([noise * model.targets_.scale[0]])

    said = captured.err
    assert "3 starts" in said and "mean of 2 networks" in said
    assert re.search(r"epoch   start [123]/3  [0-9]+/300 ", said)
    assert "Solver bayesian-lm, 3 starts: a small task" in said
    page = Path("run/summary.md").read_text()
    assert "mean of 2 networks" in page and "effective parameters" in page and "noise" in page


@pytest.mark.parametrize("solver", ["bayesian-lm", "lm", "adam"])
def test_each_start_has_one_line_at_its_end(table, capsys, solver):
    words = ["--solver", solver, "--starts", "4", "--epochs", "30", "--hidden", "3"]
    assert train(table, *words, "--out", "run") == 0
    said = capsys.readouterr().err
    lines = [line for line in said.splitlines() if line.startswith("start")]
    assert sorted(re.findall(r"^start   (\d) of 4 ", "\n".join(lines), re.MULTILINE)) == list(
        "1234"
    )
    ends = [one for one in events("run") if one["event"] == "start_end"]
    assert len(lines) == len(ends) == 4
    measure = "log_evidence" if solver == "bayesian-lm" else "val_loss"
    best = None
    for one in ends:
        assert one["measure"] == measure and one["epochs_done"] >= 1
        sign = -1 if measure == "log_evidence" else 1
        if best is None or sign * one["value"] < sign * best:
            best = one["value"]
        assert one["best"] == best
    assert lines[0].endswith("the best so far")
    # epochs have few lines of their own then
    assert sum(line.startswith("epoch") for line in said.splitlines()) <= 2


def test_the_result_does_not_depend_on_the_threads(table):
    for threads in (1, 2):
        words = ["--starts", "3", "--set", f"training.threads={threads}", "-q"]
        assert train(table, *words, "--out", f"run{threads}") == 0
    one, two = (neurona.load(f"run{threads}/model.neurona") for threads in (1, 2))
    rows = {"a": np.linspace(-2, 2, 9), "b": np.linspace(1, -1, 9)}
    assert one.predict(rows).tobytes() == two.predict(rows).tobytes()
    assert Path("run1/history.csv").read_bytes() == Path("run2/history.csv").read_bytes()


def test_the_form_of_keras_names_the_start(table, capsys):
    words = ["--starts", "2", "--solver", "bayesian-lm", "--epochs", "3", "--progress", "epochs"]
    assert train(table, *words) == 0
    lines = capsys.readouterr().err.splitlines()
    for start in (1, 2):
        heads = [line for line in lines if line.startswith(f"Start {start}/2")]
        assert heads == [f"Start {start}/2 - Epoch {epoch}/3" for epoch in (1, 2, 3)]


def test_an_interrupt_stops_all_and_keeps_the_best(table, capsys, monkeypatch):
    stop_at(monkeypatch, 4)
    assert train(table, *STARTS, "--out", "run") == 130
    lasts = {one["start"]: one["epoch"] for one in events("run") if one["event"] == "epoch"}
    assert 4 in lasts.values() and max(lasts.values()) < 10
    done = events("run")[-1]
    # none came to its own end, so there is nothing to average
    assert done["members"] == 1
    assert done["next"].startswith("neurona predict")
    assert not Path("run/checkpoint.neurona").exists()
    assert main(["predict", "run", table, "-o", "out.csv"]) == 0


def test_an_interrupt_after_the_best_start_ended_is_one(table, monkeypatch):
    # the second of two starts, one after the other
    usual = Watcher.on_epoch

    def stop(self, training, record):
        if training.start == 1 and record.epoch == 2:
            self.ask()
        return usual(self, training, record)

    monkeypatch.setattr(Watcher, "on_epoch", stop)
    words = ["--starts", "2", "--set", "training.threads=1", "-q"]
    assert train(table, *words, "--out", "run") == 130
    # that of the first start, which is the better one
    assert len(Path("run/history.csv").read_text().splitlines()) > 4
    assert events("run")[-1]["members"] == 1


def test_a_time_limit_ends_all_starts(table, capsys):
    words = ["--time-limit", "0.000001", "--out", "run"]
    assert train(table, *STARTS, *words) == 0
    assert "the time limit of 1e-06 s was reached" in capsys.readouterr().err
    epochs = [one for one in events("run") if one["event"] == "epoch"]
    assert max(one["epoch"] for one in epochs) <= 2


def test_a_dry_run_trains_nothing(table, capsys, monkeypatch):
    from neurona.training.solving import Solving

    def never(self):
        raise AssertionError("an epoch was trained")

    monkeypatch.setattr(Solving, "iterate", never)
    assert train(table, *STARTS, "--dry-run") == 0
    assert "nothing was trained" in capsys.readouterr().err


# -- checkpoints follow one start


def test_a_checkpoint_makes_it_one_start(table, capsys):
    words = ["--checkpoint-every", "2", "--out", "run"]
    assert train(table, *words) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "one start, which a checkpoint can follow" in said
    assert events("run")[0]["starts"] == 1 and events("run")[-1]["members"] == 1


def test_starts_and_a_checkpoint_are_refused(table, capsys):
    assert train(table, "--starts", "3", "--checkpoint-every", "2") == 3
    said = capsys.readouterr().err
    assert "set --starts 1" in said and not Path("runs").exists()


@pytest.mark.parametrize("stop_after", [3, 8])
def test_the_automatic_choice_is_resumed_to_the_byte(table, monkeypatch, stop_after):
    words = [table, "--checkpoint-every", "2", "-q"]
    assert train(*words, "--out", "straight") == 0
    with monkeypatch.context() as patch:
        stop_at(patch, stop_after)
        assert train(*words, "--out", "broken") == 130
    assert len(Path("broken/history.csv").read_text().splitlines()) == 1 + stop_after
    assert train("--resume", "broken", "-q") == 0
    straight, broken = (Path(run, "history.csv").read_bytes() for run in ("straight", "broken"))
    assert straight == broken and len(straight.splitlines()) > 10
    ours, theirs = (neurona.load(f"{run}/model.neurona") for run in ("broken", "straight"))
    for a, b in zip(ours.network_.coefs_, theirs.network_.coefs_, strict=True):
        assert a.tobytes() == b.tobytes()
    rows = {"a": [0.5, 3.0], "b": [-0.5, 9.0]}
    for a, b in zip(ours.predict_interval(rows), theirs.predict_interval(rows), strict=True):
        assert a.tobytes() == b.tobytes()


# -- what chooses the method


@pytest.mark.parametrize(
    ("words", "flag"),
    [(["--epochs", "3"], "--epochs"), (["--batch", "16"], "--batch"), (["--rate", "1"], "--rate")],
)
def test_words_of_mini_batches_choose_a_step_method(table, capsys, words, flag):
    assert train(table, *words, "--dry-run") == 0
    said = capsys.readouterr().err
    assert f"Solver adam: a step method, for {flag} was given" in said


def test_an_unknown_way_to_combine_is_named(table, capsys):
    assert train(table, "--set", "training.combine=bset") == 2
    assert "did you mean 'best'" in capsys.readouterr().err
