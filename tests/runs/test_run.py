"""A run from Python: no command line, no terminal; the same files, the same bits."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

import neurona
from neurona.cli.main import main
from neurona.runs import Code, Failure, Run, Settings, open_model
from tests.cli.tables import write_regression

QUICK = {"model.hidden": [8], "training.epochs": 6}


class Heard:
    """Keeps the events of a run."""

    def __init__(self, do=lambda event: None):
        self.events, self.do, self.closed = [], do, False

    def take(self, event):
        self.events.append(event)
        self.do(event)

    def close(self):
        self.closed = True

    def kinds(self):
        return [event["event"] for event in self.events]


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(write_regression(tmp_path / "pump.csv"))


def test_a_training_without_a_command_line(table):
    code = (
        "import sys\n"
        "from neurona.runs import Code, Run, Settings\n"
        f"settings = Settings.of({{'data.source': {table!r}, 'model.hidden': [4], 'run.out': 'r',"
        " 'training.solver': 'lm(damping=0.1)', 'training.epochs': 3})\n"
        "with Run(settings) as run:\n"
        "    assert run.train() is Code.OK\n"
        "assert run.model.network_.solver.damping == 0.1\n"
        "assert 'click' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")
    assert 'solver = "lm(damping=0.1)"  # given' in Path("r/config.toml").read_text()


def test_it_is_the_training_of_the_command(table):
    heard = Heard()
    settings = Settings.of({**QUICK, "data.source": table, "run.out": "ours"})
    with Run(settings, [heard]) as run:
        assert run.train() is Code.OK
    assert heard.closed and heard.kinds()[0] == "start" and heard.kinds()[-1] == "done"
    words = ["--hidden", "8", "--epochs", "6", "--out", "theirs", "-q"]
    assert main(["train", table, *words]) == 0
    assert Path("ours/history.csv").read_bytes() == Path("theirs/history.csv").read_bytes()
    rows = {"a": [0.5, 2.0], "b": [1.0, -1.0]}
    theirs = neurona.load("theirs/model.neurona")
    assert run.model.predict(rows).tobytes() == theirs.predict(rows).tobytes()
    assert open_model("ours").targets == ["flow"]
    # the settings that were given are still those that were given
    assert settings["training.solver"] == "auto" and run.settings["training.rate"] == 0.003


def test_another_thread_stops_it_and_it_is_taken_up(table):
    begun = threading.Event()
    heard = Heard(lambda event: begun.set() if event["event"] == "epoch" else None)
    endless = {"training.epochs": 10_000_000, "training.patience": 9_000_000_000}
    settings = Settings.of({**QUICK, **endless, "data.source": table, "run.out": "run"})
    assert Run(settings).stop() is False  # not begun
    codes = []
    with Run(settings, [heard]) as run:
        thread = threading.Thread(target=lambda: codes.append(run.train()))
        thread.start()
        assert begun.wait(600)
        run.stop()
        thread.join(600)
    assert codes == [Code.INTERRUPTED]
    epochs = heard.events[-1]["epochs_done"]
    assert heard.events[-1]["exit_code"] == 130 and run.model.n_iter_ == epochs
    more = {"training.epochs": epochs + 5}
    with Run.taken_up("run", more) as again:
        assert again.train() is Code.OK
    assert again.model.n_iter_ == epochs + 5


def test_a_dry_run(table):
    heard = Heard()
    with Run(Settings.of({**QUICK, "data.source": table}), [heard], dry=True) as run:
        assert run.train() is Code.OK
    assert run.folder is None and run.model is None
    assert set(heard.kinds()) == {"start", "note"} and not Path("runs").exists()


@pytest.mark.parametrize(
    ("settings", "code", "said"),
    [
        ({}, Code.USAGE, "set data.source"),
        ({"data.source": "pupm"}, Code.INVALID, "There is no file and no data set 'pupm'"),
        ({"data.source": "pump.csv", "run.out": "."}, Code.INVALID, "run.out: the folder '.' is"),
        (
            {
                "data.source": "pump.csv",
                "training.solver": "sgd",
                "training.rate": 1e9,
                "model.activation": "relu",
            },
            Code.DIVERGED,
            "Lower training.rate (it is 1e+09)",
        ),
    ],
)
def test_failures_tell_their_kind_without_flags(settings, code, said):
    with pytest.raises(Failure) as failure, Run(Settings.of({**QUICK, **settings})) as run:
        run.train()
    assert failure.value.code is code
    assert said in str(failure.value) and "--" not in str(failure.value)


def test_what_is_no_run_is_not_taken_up(table):
    with pytest.raises(Failure, match="'nowhere' is not the folder of a run"):
        Run.taken_up("nowhere")
    with Run(Settings.of({**QUICK, "data.source": table, "run.out": "run"})) as run:
        run.train()
    with pytest.raises(Failure, match=r"run\.out: a run that is resumed stays in its folder"):
        Run.taken_up("run", {"run.out": "other"})
    with Run.taken_up("run") as again, pytest.raises(Failure, match="no checkpoint to go on from"):
        again.train()
