"""A signal at any moment, from the first import on: code 130, one sentence, nothing half made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

import neurona
from tests.cli.tables import write_regression
from tests.signals import hear

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
TRAIN = ["train", "t.csv", "--hidden", "8", "--epochs", "10000000", "--out", "deep/run",
         "--set", "training.patience=9000000000"]  # fmt: skip

CHILD = """
import os, signal, sys
EVENT, TEXT, NUMBER, NTH = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
WHEN = sys.argv[5]
def hook(event, arguments):
    global NTH
    if event == EVENT and TEXT in str(arguments[0]) and os.path.exists(WHEN):
        NTH -= 1
        if not NTH:
            os.kill(os.getpid(), NUMBER)
sys.addaudithook(hook)
sys.argv[:] = ["neurona", *sys.argv[6:]]
from neurona.cli.entry import run
run()
"""
"""Sends itself a signal when Python tells for the nth time of an event whose first argument holds a
text, and a file is there."""


def signalled(folder, event, text, number=signal.SIGINT, words=TRAIN, nth=1, when="."):
    given = [event, text, str(int(number)), str(nth), when, *words]
    return subprocess.run(
        [sys.executable, "-c", CHILD, *given],
        cwd=folder, capture_output=True, text=True, preexec_fn=hear, timeout=600,
    )  # fmt: skip


def assert_said(done, *sentences):
    assert done.returncode == 130, done.stderr
    lines = done.stderr.splitlines()
    assert sum(line.startswith("interrupted") for line in lines) == 1, done.stderr
    assert not any(word in done.stderr for word in ("Traceback", "internal error", "Exception"))
    assert lines[-1].startswith("interrupted") and lines[-1].endswith(sentences)


@pytest.fixture
def folder(tmp_path):
    write_regression(tmp_path / "t.csv")
    return tmp_path


BEFORE = [
    ("import", "neurona.runs.interrupts"), ("import", "click"),
    ("open", "commands/__pycache__/train"),
    ("import", "numpy"), ("import", "scipy.linalg"), ("import", "numba"), ("import", "llvmlite"),
    ("import", "sklearn.base"), ("import", "neurona.files.checkpoint"), ("open", "t.csv"),
    ("os.mkdir", "deep"), ("os.mkdir", "deep/run"), ("open", "events.jsonl"), ("open", ".tmp"),
    ("os.rename", ".tmp"), ("import", "neurona.runs.run_events"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "text"), BEFORE)
def test_before_the_first_epoch_nothing_stays(folder, event, text):
    number = signal.SIGTERM if text in ("numba", "deep/run") else signal.SIGINT
    done = signalled(folder, event, text, number)
    assert_said(done, "nothing was written", "no file is half written")
    assert os.listdir(folder) == ["t.csv"]


@pytest.mark.parametrize("event", ["open", "os.rename"])
def test_while_the_model_is_written_it_is_written(folder, event):
    words = ["train", "t.csv", "--hidden", "8", "--epochs", "3", "--out", "run", "-v"]
    # the first file to be written after config.toml
    done = signalled(folder, event, ".tmp", words=words, when="run/config.toml")
    assert done.returncode == 130
    assert "the model is saved all the same" in done.stderr
    assert neurona.load(folder / "run/model.neurona").n_iter_ == 3


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_other_commands_leave_no_half_file(folder):
    model = neurona.TableRegressor(random_state=0, epochs=2, hidden_layer_sizes=3)
    model.fit({"a": [1.0, 2, 3, 4] * 9, "b": [2.0, 1, 0, 5] * 9}, [1.0, 2, 3, 4] * 9)
    neurona.save(model, folder / "m.neurona")
    before = sorted(os.listdir(folder))
    for event, text in [("import", "numpy"), ("open", ".tmp"), ("os.rename", ".tmp")]:
        words = ["predict", "m.neurona", "t.csv", "-o", "out.csv"]
        assert_said(signalled(folder, event, text, words=words), "no file is half written")
        assert sorted(os.listdir(folder)) == before


def test_what_is_ignored_stays_ignored(folder):
    """As nohup and a shell's `&` want it; SIGTERM still ends it."""
    ignoring = "import signal; signal.signal(2, signal.SIG_IGN)\n" + CHILD.replace(
        "os.kill(os.getpid(), NUMBER)",
        "os.kill(os.getpid(), signal.SIGINT); os.kill(os.getpid(), signal.SIGTERM)",
    )
    done = subprocess.run(
        [sys.executable, "-c", ignoring, "import", "sklearn", "2", "1", ".", *TRAIN],
        cwd=folder, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert_said(done, "nothing was written")


@pytest.mark.skipif("NEURONA_LONG" not in os.environ, reason="minutes: set NEURONA_LONG=1")
def test_at_any_import(folder):
    hook = (
        "import sys\nn = 0\ndef hook(event, arguments):\n    global n\n    n += event == 'import'\n"
    )
    count = hook + (
        "sys.addaudithook(hook)\nimport neurona.cli.entry\nfirst = n\n"
        "from neurona.cli.main import main\nmain(['train', 't.csv', '--dry-run', '-q'])\n"
        "print(first, n)"
    )
    out = subprocess.run([sys.executable, "-c", count], cwd=folder, capture_output=True, text=True)
    first, last = map(int, out.stdout.split())
    for nth in range(first + 3, last - 1, max(1, (last - first) // 150)):
        done = signalled(folder, "import", "", nth=nth)
        assert_said(done, "nothing was written", "no file is half written")
        assert os.listdir(folder) == ["t.csv"]
