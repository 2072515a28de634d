"""A second process compiles the kernels of training while the first compiles the rest."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from neurona.compiled import cache, kernel
from neurona.compiled.kernel import Entry
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import find
from neurona.runs.compiling import before_training, kernels_of_training, second_process
from neurona.runs.compiling.parts import Part, parts_of_training

pytestmark = pytest.mark.skipif(kernel.PLAIN, reason="nothing is compiled")


@pytest.fixture
def used(monkeypatch):
    """Entries that were asked for, with their type."""
    found = set()
    at = Entry.at

    def recorded(self, dtype, *example):
        found.add((self.function.__qualname__, str(dtype)))
        return at(self, dtype, *example)

    monkeypatch.setattr(Entry, "at", recorded)
    return found


@pytest.mark.parametrize("name", ["adam", None])
def test_it_compiles_what_a_training_uses(used, name):
    optimizer = None if name is None else find(name)
    members = [ACTIVATIONS.find("relu"), ACTIVATIONS.find("identity")]
    parts = parts_of_training(members, LOSSES.find("huber"), optimizer, False)
    kernels = [part for part in parts if part.kernels_of is not None]
    for part in kernels:
        part.make()
    wanted = set(used)
    used.clear()
    kernels_of_training.compile_training(kernels[0].kernels_of)
    assert wanted <= used and ("train", kernels[0].kernels_of) in wanted


def test_it_runs_as_a_process_of_its_own():
    command = [sys.executable, "-P", "-m", kernels_of_training.__name__, "float32"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.fixture
def begun(monkeypatch):
    """What was begun, ended and compiled, in order."""
    log = []

    class Process:
        def __init__(self, command, **_):
            log.append(("begun", command[-1]))

        def terminate(self):
            log.append(("ended",))

        def wait(self):
            pass

    monkeypatch.setattr(second_process.subprocess, "Popen", Process)
    monkeypatch.setattr(second_process, "available_threads", lambda: 2)
    monkeypatch.setattr(before_training, "is_compiled", lambda make: False)
    return log


def compile_parts(monkeypatch, parts):
    monkeypatch.setattr(before_training, "_parts_of", lambda *_: parts)
    subject = SimpleNamespace(loss_and_output=lambda: (None, None))
    network = SimpleNamespace(subject=lambda: subject, solver="adam")
    before_training.compile_ahead([network], lambda text: None)


def parts_into(log, raising=False):
    def make(name):
        log.append((name,))
        if raising:
            raise KeyboardInterrupt

    return [
        Part("training", lambda: make("training"), "float32"),
        Part("activation", lambda: make("activation")),
    ]


def test_what_takes_longest_is_begun_first_and_waited_for_last(monkeypatch, begun):
    compile_parts(monkeypatch, parts_into(begun))
    assert begun == [("begun", "float32"), ("activation",), ("training",), ("ended",)]


def test_no_process_is_left_behind(monkeypatch, begun):
    with pytest.raises(KeyboardInterrupt):
        compile_parts(monkeypatch, parts_into(begun, raising=True))
    assert begun[-1] == ("ended",)


def test_what_is_alone_is_compiled_here(monkeypatch, begun):
    compile_parts(monkeypatch, parts_into(begun)[:1])
    assert begun == [("training",)]


@pytest.mark.parametrize("lacking", ["processors", "cache", "program"])
def test_without_help_everything_is_compiled_here(monkeypatch, begun, lacking, tmp_path):
    if lacking == "processors":
        monkeypatch.setattr(second_process, "available_threads", lambda: 1)
    elif lacking == "cache":
        taken = tmp_path / "file"
        taken.write_text("")
        monkeypatch.setattr(cache, "folder", lambda: taken / "folder")
    else:
        monkeypatch.undo()
        monkeypatch.setattr(second_process, "available_threads", lambda: 2)
        monkeypatch.setattr(before_training, "is_compiled", lambda make: False)
        monkeypatch.setattr(sys, "executable", "")
    compile_parts(monkeypatch, parts_into(begun))
    assert begun == [("activation",), ("training",)]
