"""Progress in a real terminal and in a pipe, and signals, with real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

import neurona
from neurona.progress.terminal import Terminal
from tests.cli.tables import write_regression
from tests.signals import hear, heard

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal and signals")
ENDLESS = [
    "train", "t.csv", "--hidden", "8", "--epochs", "10000000",
    "--set", "training.patience=9000000000", "--out", "run",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    write_regression(tmp_path / "t.csv")
    return tmp_path


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "neurona", *words]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_pipe_has_plain_lines_and_a_signal_keeps_the_best(folder, number):
    said: list[str] = []
    with subprocess.Popen(
        command(*ENDLESS), cwd=folder, stderr=subprocess.PIPE, text=True, preexec_fn=hear
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("epoch") and not any(one.startswith("epoch") for one in said):
                process.send_signal(number)
            said.append(line)
    assert process.returncode == 130
    text = "".join(said)
    assert "\x1b" not in text and "\r" not in text
    assert "interrupted, the best model is kept" in text and "neurona train --resume run" in text
    neurona.load(folder / "run/model.neurona")


def test_a_second_signal_leaves_at_once():
    code = (
        "import os, signal, sys\nfrom neurona.runs.interrupts import Interrupts\n"
        "with Interrupts() as interrupts:\n"
        "    interrupts.ask = lambda: True\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    assert interrupts.asked\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    sys.exit(7)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], preexec_fn=hear).returncode == 130


@pytest.mark.skipif(sys.platform != "linux", reason="stands still in a mutex of Linux")
def test_a_second_signal_leaves_at_once_out_of_a_library_that_does_not_return():
    code = (
        "import ctypes, os, signal, threading\n"
        "from neurona.runs.interrupts import Interrupts\n"
        "lock, library = ctypes.create_string_buffer(64), ctypes.CDLL(None)\n"
        "begun = threading.Event()\n"
        "def send():\n"
        "    begun.wait()\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "threading.Thread(target=send, daemon=True).start()\n"
        "with Interrupts() as interrupts:\n"
        "    interrupts.farewell = lambda: 'farewell'\n"
        "    library.pthread_mutex_lock(lock)\n"
        "    begun.set()\n"
        "    library.pthread_mutex_lock(lock)\n"  # for ever
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=600, preexec_fn=hear
    )
    assert (done.returncode, done.stderr) == (130, b"farewell\n")


def test_handlers_are_put_back():
    from neurona.runs.interrupts import Interrupts

    with heard():
        before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
        with Interrupts():
            assert signal.getsignal(signal.SIGINT) != before[0]
        assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
    assert signal.set_wakeup_fd(-1) == -1


def test_a_reader_of_json_that_leaves_does_not_end_training(folder):
    words = ["train", "t.csv", "--hidden", "8", "--epochs", "50", "--json", "-q", "--out", "run"]
    with subprocess.Popen(
        command(*words), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        json.loads(process.stdout.readline())
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert (folder / "run/model.neurona").exists()


class Stream:
    """A stream that is, or is not, a terminal."""

    def __init__(self, is_terminal: bool) -> None:
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


@pytest.mark.parametrize(
    ("is_terminal", "environment", "flag", "color", "moves"),
    [
        (True, {"TERM": "xterm"}, False, True, True),
        (True, {"TERM": "xterm"}, True, False, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False, False, True),
        (True, {"TERM": "dumb"}, False, False, False),
        (False, {}, False, False, False),
        (False, {"FORCE_COLOR": "1"}, False, True, False),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False, False),
        (False, {"FORCE_COLOR": "0"}, False, False, False),
    ],
)
def test_what_a_terminal_can_show(is_terminal, environment, flag, color, moves):
    terminal = Terminal(Stream(is_terminal), flag, environment)  # type: ignore[arg-type]
    assert (terminal.color, terminal.moves) == (color, moves)
