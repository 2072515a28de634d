"""`neurona train`, from the command line to the run folder."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pytest

import neurona
from neurona.cli.main import main
from neurona.progress.log import read_events
from neurona.runs.run_folder import RunFolder
from tests.cli.tables import write_classes, write_regression

QUICK = ["--hidden", "8", "--epochs", "6"]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def table(tmp_path):
    return str(write_regression(tmp_path / "pump.csv"))


def train(*words: str) -> int:
    return main(["train", *words])


def screen(capsys, *words: str) -> str:
    assert train(*words) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    return str(captured.err)


# -- the run folder


def test_a_run_folder_has_everything(table, capsys):
    assert train(table, *QUICK) == 0
    run = Path("runs/pump-0001")
    assert sorted(path.name for path in run.iterdir()) == [
        "config.toml",
        "events.jsonl",
        "history.csv",
        "model.neurona",
        "summary.md",
    ]
    model = neurona.load(run / "model.neurona")
    assert np.isfinite(model.predict({"a": [0.5], "b": [1.0]})).all()
    with (run / "history.csv").open() as stream:
        records = list(csv.DictReader(stream))
    assert [int(record["epoch"]) for record in records] == list(range(1, 7))
    assert [float(r["loss"]) for r in records] == model.history_.column("loss")
    assert "test (once)" in (run / "summary.md").read_text()


def test_runs_are_numbered(table):
    for _ in range(3):
        assert train(table, "-q", *QUICK) == 0
    assert sorted(os.listdir("runs")) == ["pump-0001", "pump-0002", "pump-0003"]


def test_a_folder_of_its_own(table, capsys):
    assert train(table, "--out", "deep/er", *QUICK) == 0
    assert Path("deep/er/model.neurona").is_file()
    assert train(table, "--out", "deep/er", *QUICK) == 3
    assert "is not empty" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="no locks there")
def test_a_run_is_not_resumed_twice_at_a_time(table, capsys):
    train(table, *QUICK, "--out", "run", "--checkpoint-every", "2")
    held = RunFolder.reopen(Path("run"), 6)
    capsys.readouterr()
    assert train("--resume", "run") == 3
    assert "is being trained by another process" in capsys.readouterr().err
    held.close()


# -- what is said


def test_the_screen_says_all_that_it_should(tmp_path, capsys):
    path = write_regression(tmp_path / "pump.csv")
    path.write_text(path.read_text() + "1,2,\n")
    said = screen(capsys, str(path), *QUICK)
    for part in (
        "301 rows x 3 columns",
        "1 row dropped (missing target)",
        "the last column, 'flow', is taken",
        "-> flow (regression: 'flow' is a number)",
        "split 210/45/45 random, seed 0",
        "target by mean and deviation",
        "2-8-1 silu",
        "33 parameters",
        "baseline (mean) RMSE",
        "budget used up @ 6, best",
        "test RMSE",
        "saved   runs/pump-0001/",
        "next: neurona predict runs/pump-0001 NEW.csv",
    ):
        assert part in said
    assert said.count("test RMSE") == 1
    assert "\x1b" not in said and "\r" not in said


def test_quiet_says_nothing(table, capsys):
    assert screen(capsys, table, "-q", *QUICK) == ""


def test_the_form_of_keras(table, capsys):
    said = screen(capsys, table, "--progress", "epochs", *QUICK).splitlines()
    at = said.index("Epoch 1/6")
    assert said[at + 1].startswith("7/7 [==============================] - 0s ")
    assert "/step - loss: " in said[at + 1] and " - val_loss: " in said[at + 1]
    assert sum(line.startswith("Epoch ") for line in said) == 6


def test_thousands_of_epochs_are_few_lines(table, capsys):
    said = screen(
        capsys, table, "--hidden", "4", "--epochs", "3000", "--set", "training.patience=9999999"
    )
    assert 1 <= sum(line.startswith("epoch") for line in said.splitlines()) < 60


def test_names_cannot_steer_the_terminal(tmp_path, capsys):
    path = tmp_path / "bad.csv"
    text = write_regression(path).read_text()
    path.write_text(text.replace("flow", "fl\x1b[2Jow"))
    assert "\x1b" not in screen(capsys, str(path), *QUICK)


@pytest.mark.parametrize("quiet", [(), ("-q",)])
def test_json_is_all_that_stdout_has(table, capsys, quiet):
    assert train(table, "--json", *quiet, *QUICK) == 0
    captured = capsys.readouterr()
    events = [json.loads(line) for line in captured.out.splitlines()]
    assert (captured.err == "") == bool(quiet)
    kinds = [event["event"] for event in events]
    assert kinds[0] == "start" and kinds[-1] == "done"
    assert set(kinds) == {"start", "epoch", "note", "done"}
    start = events[0]
    assert start["schema"] == "neurona.events/1"
    assert (start["rows"], start["layers"], start["target"]) == (300, [2, 8, 1], ["flow"])
    assert [e["epoch"] for e in events if e["event"] == "epoch"] == list(range(1, 7))
    done = events[-1]
    assert done["exit_code"] == 0 and done["test"]["rmse"][0] > 0
    # the run's own log is the same
    assert read_events(Path(done["run"], "events.jsonl").read_bytes()) == (events, [])


# -- tables and tasks


def test_classes_and_groups(tmp_path, capsys):
    path = str(write_classes(tmp_path / "state.csv"))
    said = screen(capsys, path, "--split", "group:pump", *QUICK)
    assert "-> state (multiclass: 'state' has 3 different texts)" in said
    assert "baseline (most frequent class) accuracy" in said and "by group" in said
    model = neurona.load("runs/state-0001/model.neurona")
    assert model.left_out_ == ["pump"]
    assert list(model.classes_) == ["alarm", "good", "off"]


def test_time_order_keeps_the_latest_rows_for_the_test(tmp_path, capsys):
    path = write_regression(tmp_path / "pump.csv")
    header, *lines = path.read_text().splitlines()
    path.write_text("\n".join([f"t,{header}", *(f"{i * 2},{x}" for i, x in enumerate(lines))]))
    said = screen(capsys, str(path), "--split", "time:t", "--target", "flow", *QUICK)
    assert "split 210/45/45 the latest rows held out" in said


def test_several_targets_and_a_file_of_validation_rows(tmp_path, capsys):
    path = write_regression(tmp_path / "pump.csv")
    held = write_regression(tmp_path / "held.csv", 40)
    words = ["--target", "flow", "--target", "b", "--validation", str(held), "--test-share", "0"]
    said = screen(capsys, str(path), *words, *QUICK)
    assert "split 300/40/0 validation rows were given" in said
    assert "-> flow, b (regression" in said and "test" not in said.partition("done")[2]


def test_a_compressed_file_and_an_ignored_column(table, tmp_path, capsys):
    packed = tmp_path / "pump.csv.gz"
    packed.write_bytes(gzip.compress(Path(table).read_bytes()))
    said = screen(capsys, str(packed), "--ignore", "b", *QUICK)
    assert "300 rows x 2 columns" in said and "1-8-1" in said
    assert Path("runs/pump-0001").is_dir()


def test_an_embedded_data_set(capsys):
    said = screen(capsys, "iris", *QUICK)
    assert "150 rows x 5 columns" in said and "as the data set says" in said


def test_a_task_may_be_given(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("a,n\n" + "".join(f"{i / 7},{i % 2}\n" for i in range(60)))
    assert "-> n (binary" in screen(capsys, str(path), "--dry-run")
    assert "-> n (regression" in screen(capsys, str(path), "--dry-run", "--task", "regression")


def test_few_rows(tmp_path, capsys):
    path = tmp_path / "few.csv"
    path.write_text("a,y\n1,2\n2,3.5\n3,6.5\n4,8\n")
    said = screen(capsys, str(path), *QUICK)
    assert "split 4/0/0" in said and "train RMSE" in said


def test_lbfgs(table, capsys):
    assert "lbfgs" in screen(capsys, table, "--solver", "lbfgs", *QUICK)


def test_lbfgs_is_resumed_to_the_byte(table):
    words = ["--solver", "lbfgs", "--checkpoint-every", "2", "--hidden", "4", "-q"]
    assert train(table, *words, "--epochs", "9", "--out", "straight") == 0
    assert train(table, *words, "--epochs", "4", "--out", "cut") == 0
    assert train("--resume", "cut", "--epochs", "9", "-q") == 0
    assert Path("cut/history.csv").read_bytes() == Path("straight/history.csv").read_bytes()
    ours, theirs = (neurona.load(Path(run, "model.neurona")) for run in ("cut", "straight"))
    for a, b in zip(ours.network_.coefs_, theirs.network_.coefs_, strict=True):
        assert a.tobytes() == b.tobytes()


def test_an_infinite_cell_is_named(table, capsys):
    text = Path(table).read_text().splitlines()
    text[200] = "inf,1,2"
    Path(table).write_text("\n".join(text))
    assert train(table, *QUICK) == 3
    said = capsys.readouterr().err
    assert "row 200" in said and "'a'" in said
    assert not Path("runs").exists()


# -- dry run, stopping, resuming


def test_a_dry_run_writes_nothing(table, tmp_path, capsys):
    before = sorted(tmp_path.rglob("*"))
    said = screen(capsys, table, "--dry-run")
    assert "on folds: linear, bayesian-lm" in said and "nothing was written" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_a_time_limit_says_so(table, capsys):
    said = screen(
        capsys,
        table,
        "--time-limit",
        "0.05",
        "--epochs",
        "1000000",
        "--set",
        "training.patience=900000000",
    )
    assert "the time limit of 0.05 s was reached @" in said


def test_divergence(table, capsys):
    words = ["--solver", "sgd", "--rate", "1e9", "--activation", "relu", "--json"]
    assert train(table, *QUICK, *words) == 4
    captured = capsys.readouterr()
    assert "diverged" in captured.err and "Traceback" not in captured.err
    assert json.loads(captured.out.splitlines()[-1])["exit_code"] == 4


def weights(run: str) -> bytes:
    network = neurona.load(f"{run}/model.neurona").network_
    return b"".join(part.tobytes() for part in (*network.coefs_, *network.intercepts_))


@pytest.mark.parametrize("stop_after", [1, 4, 7])
def test_resumed_is_straight_to_the_byte(table, capsys, monkeypatch, stop_after):
    words = [table, "--hidden", "8", "--epochs", "12", "-q"]
    assert train(*words, "--out", "straight") == 0

    from neurona.progress.watcher import Watcher

    usual = Watcher.on_epoch

    def stop(self, training, record):
        if record.epoch == stop_after:
            self.ask()
        return usual(self, training, record)

    monkeypatch.setattr(Watcher, "on_epoch", stop)
    assert train(*words, "--out", "broken", "--checkpoint-every", "3") == 130
    assert len(Path("broken/history.csv").read_text().splitlines()) == 1 + stop_after
    monkeypatch.setattr(Watcher, "on_epoch", usual)
    assert train("--resume", "broken", "-q") == 0
    assert weights("broken") == weights("straight")
    straight, broken = (Path(run, "history.csv").read_bytes() for run in ("straight", "broken"))
    assert broken == straight
    log = map(json.loads, Path("broken/events.jsonl").read_text().splitlines())
    assert [e["epoch"] for e in log if e["event"] == "epoch"] == list(range(1, 13))


def test_a_run_without_a_checkpoint_is_not_resumed(table, capsys):
    train(table, *QUICK, "--out", "run")
    assert train("--resume", "run") == 3
    assert "no checkpoint" in capsys.readouterr().err
    assert train("--resume", "nowhere") == 3


def test_a_longer_budget_goes_on(table, capsys):
    train(table, "--hidden", "8", "--epochs", "4", "--out", "run", "--checkpoint-every", "1")
    # the checkpoint is before the stopping rule's last word, so more epochs may follow
    assert train("--resume", "run", "--epochs", "9") == 0
    assert len(Path("run/history.csv").read_text().splitlines()) == 10


def test_a_full_disk_is_a_sentence(table, capsys, monkeypatch):
    import errno

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("neurona.files.atomic.os.replace", full)
    assert train(table, *QUICK) == 3
    assert "No space left" in capsys.readouterr().err
    assert not Path("runs").exists()


# -- settings


def test_settings_keep_their_origin(table, capsys):
    Path("c.toml").write_text("[training]\nrate = 0.1\nseed = 4\nbatch = 10\n")
    words = ["--config", "c.toml", "--set", "training.rate=0.2", "--set", "training.batch=20"]
    assert train(table, *words, "--rate", "0.3", *QUICK) == 0
    text = Path("runs/pump-0001/config.toml").read_text()
    assert "rate = 0.3  # --rate" in text
    assert "batch = 20  # --set" in text
    assert "seed = 4  # config c.toml" in text
    assert 'activation = "auto"  # default' in text
    config = tomllib.loads(text)
    assert config["model"]["hidden"] == [8]
    # a run's config trains the same model again
    capsys.readouterr()
    assert train("--config", "runs/pump-0001/config.toml", "-q") == 0
    assert weights("runs/pump-0001") == weights("runs/pump-0002")


def test_print_config_reads_no_table(capsys):
    assert train("nowhere.csv", "--print-config", "--hidden", "3,4") == 0
    printed = tomllib.loads(capsys.readouterr().out)
    assert printed["model"]["hidden"] == [3, 4] and printed["data"]["source"] == "nowhere.csv"


WRONG = [
    (["--epochs", "x"], 2, "--epochs must be a whole number of 1 or more"),
    (["--solver", "adm"], 2, "did you mean 'adam'?"),
    (["--activation", "than"], 2, "did you mean 'tanh'?"),
    (["--task", "regresion"], 2, "did you mean 'regression'?"),
    (["--split", "groop:a"], 2, "did you mean 'group'?"),
    (["--progress", "liv"], 2, "did you mean 'live'?"),
    (["--hidden", "8,-3"], 2, "sizes of hidden layers like 32,32"),
    (["--test-share", "1"], 2, "a share of 0 or more, and below 1"),
    (["--rate", "nan"], 2, "a number above 0"),
    (["--seed", "-1"], 2, "a whole number of 0 or more"),
    (["--epohcs", "3"], 2, "--epochs"),
    (["--set", "training.rat=1"], 2, "did you mean 'training.rate'?"),
    (["--set", "rate=1"], 2, "did you mean 'training.rate'?"),
    (["--set", "rate"], 2, "give KEY=VALUE"),
    (["--config", "missing.toml"], 3, "There is no config file"),
    (["--target", "flwo"], 3, "did you mean 'flow'?"),
    (["--ignore", "c"], 3, "has no column 'c'"),
    (["--split", "group:pumps"], 3, "has no column 'pumps'"),
    (["--task", "classification"], 3, "that is a quantity"),
    (["--ignore", "a", "--ignore", "b"], 3, "has no columns besides the targets"),
    (["--ignore", "flow", "--target", "flow"], 3, "both a target and ignored"),
    (["--set", "data.validation_share=0.9"], 3, "together all rows"),
]


@pytest.mark.parametrize(("words", "code", "sentence"), WRONG, ids=lambda x: str(x)[:40])
def test_what_is_wrong_is_said_in_a_sentence(table, capsys, words, code, sentence):
    assert train(table, *words) == code
    captured = capsys.readouterr()
    assert sentence in captured.err and captured.out == ""
    assert "Traceback" not in captured.err
    assert not Path("runs").exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[trainig]\nrate = 1", "did you mean 'training'?"),
        ("[training]\nratee = 1", "did you mean 'training.rate'?"),
        ("[training]\nrate = 'fast'", "training.rate must be a number above 0"),
        ("[training]\nepochs = 1.5", "training.epochs must be a whole number"),
        ("rate = 1", "there is no key 'rate'"),
        ("[training", "is not valid TOML"),
    ],
)
def test_what_is_wrong_in_a_config_file(table, capsys, text, sentence):
    Path("c.toml").write_text(text)
    assert train(table, "--config", "c.toml") == 3
    assert sentence in capsys.readouterr().err


def test_an_unknown_source_names_the_nearest(capsys):
    assert train("robot-amr") == 3
    assert "did you mean 'robot-arm'?" in capsys.readouterr().err
    assert train() == 2


# -- start-up


def test_help_imports_nothing_numerical():
    from importlib.util import find_spec

    from neurona.cli.main import COMMANDS

    there = all(find_spec(f"neurona.cli.commands.{name}") for name in COMMANDS)
    code = (
        "import sys\nfrom neurona.cli.main import main\n"
        f"assert not {there} or main(['--help']) == 0\n"
        "assert main(['train', '--help']) == 0\n"
        "assert main(['train', 'x', '--print-config']) == 0\n"
        "assert not {'numpy', 'numba', 'sklearn', 'rich'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


SAID_AT_ONCE = [
    (["train", "nofile.csv"], {"numba", "sklearn", "scipy"}),
    (["train", "pump.csv", "--target", "zz"], {"numba", "sklearn", "scipy"}),
    (["train", "pump.csv", "--ignore", "zz"], {"numba", "sklearn", "scipy"}),
    (["train", "pump.csv", "--split", "group:zz"], {"numba", "sklearn", "scipy"}),
    (["train", "pump.csv", "--task", "classification"], {"numba", "sklearn", "scipy"}),
    (["train", "pump.csv", "--set", "data.validation_share=.99"], {"numba", "sklearn", "scipy"}),
    (["train", "pump.csv", "--epochs", "x"], {"numpy"}),
    (["train", "pump.csv", "--set", "model.hiden=3"], {"numpy"}),
    (["train", "pump.csv", "--solver", "trainlm"], {"sklearn", "scipy.linalg"}),
    (["train", "pump.csv", "--activation", "sigmoid"], {"sklearn", "scipy.linalg"}),
    (["train", "pump.csv", "--resume", "nowhere"], {"numpy"}),
    (["inspect", "nofile.csv"], {"numba", "sklearn", "scipy"}),
    (["predict", "nomodel", "pump.csv"], {"numba", "sklearn", "scipy"}),
    (["predict", ".", "pump.csv"], {"numba", "sklearn", "scipy"}),
    (["predict", "pump.csv", "nofile.csv"], {"numba", "sklearn", "scipy"}),
    (["evaluate", "pump.csv", "nofile.csv"], {"numba", "sklearn", "scipy"}),
    (["train", "pump.csv", "--target", "b", "--task", "classification"], {"numba", "sklearn"}),
    (["train", "kinds.csv", "--loss", "huber"], {"sklearn", "scipy.linalg"}),
    (["train", "pump.csv", "--loss", "binary_cross_entropy"], {"sklearn", "scipy.linalg"}),
    (["train", "days.csv"], {"numba", "sklearn", "scipy"}),
    (["train", "days.csv", "--task", "regression"], {"numba", "sklearn", "scipy"}),
    (["inspect", "days.csv", "--target", "day"], {"numba", "sklearn", "scipy"}),
    (["inspect", "iri"], {"numba", "sklearn", "scipy"}),
    (["inspect", "pump.csv", "--target", "zz"], {"numba", "sklearn", "scipy"}),
    (["predict", "m.neurona", "days.csv"], {"numba", "sklearn", "scipy"}),
    (["predict", "m.neurona", "pump.csv", "--keep", "zz"], {"numba", "sklearn", "scipy"}),
    (["predict", "m.neurona", "pump.csv", "-o", "no/x.csv"], {"numpy"}),
    (["predict", "m.neurona", "pump.csv", "-o", "x.ods"], {"numpy"}),
    (["evaluate", "m.neurona", "days.csv"], {"numba", "sklearn", "scipy"}),
    (["evaluate", "m.neurona", "pump.csv", "--target", "zz"], {"numba", "sklearn", "scipy"}),
    (["evaluate", "m.neurona", "pump.csv", "--fail-under", "zz=1"], {"numpy"}),
]


def named(value):
    """A name that is the same in every process: the order of a set is not."""
    return str(sorted(value) if isinstance(value, set) else value)[:50]


@pytest.mark.parametrize(("words", "spared"), SAID_AT_ONCE, ids=named)
def test_what_is_wrong_is_said_before_what_trains_is_imported(table, words, spared):
    days = [f"2020-01-{day:02}" for day in range(1, 29)]
    Path("days.csv").write_text("x,day\n" + "".join(f"{k},{day}\n" for k, day in enumerate(days)))
    kinds = "".join(f"{k / 7:.2f},{'ab'[k % 2]}\n" for k in range(40))
    Path("kinds.csv").write_text("x,kind\n" + kinds)
    if "m.neurona" in words:
        columns = {name: [float(k % 7) for k in range(30)] for name in ("a", "b", "flow")}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = neurona.TableRegressor(hidden_layer_sizes=(2,), steps=5, random_state=0)
            neurona.save(model.fit(columns, "flow"), "m.neurona")
    code = (
        "import sys\nfrom neurona.cli.main import main\n"
        f"assert main({words}) in (2, 3)\n"
        f"assert not {spared} & set(sys.modules), {spared} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
