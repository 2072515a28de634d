"""Nothing is lost where files cannot be written: training goes on, and the model is somewhere."""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import shutil
import subprocess
import tempfile
import warnings

import numpy as np
import pytest

import neurona
from neurona.cli.main import main
from neurona.errors import CheckpointWarning
from neurona.files import Checkpoint, atomic
from neurona.progress.log import read_events
from tests.cli.tables import write_regression

CODES = (errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS)
WORDS = ["train", "t.csv", "--hidden", "4", "--epochs", "6", "--out", "run"]
X = np.linspace(-1, 1, 60).reshape(-1, 1)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a table, and a state folder and a temporary folder for what is saved there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    write_regression(tmp_path / "t.csv", 80)
    return tmp_path


class FailingWriter:
    """`write_atomically`, except that some of its calls fail: those that `fails(k, path)` names."""

    def __init__(self, monkeypatch, fails, code=errno.ENOSPC):
        self.calls, self.fails, self.code = 0, fails, code
        self.usual = atomic.write_atomically
        for home in ("files.checkpoint", "files.models", "files.atomic"):
            monkeypatch.setattr(f"neurona.{home}.write_atomically", self)

    def __call__(self, path, pieces, verify=None):
        self.calls += 1
        if self.fails(self.calls, pathlib.Path(path)):
            raise OSError(self.code, f"{os.strerror(self.code)} (while saving)", str(path))
        self.usual(path, pieces, verify)


def saved_models(folder):
    return [path for path in folder.rglob("model.neurona")]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("every", [1, 3])
def test_every_write_but_the_first_may_fail(folder, monkeypatch, capsys, code, every):
    # 1 is config.toml; then checkpoints, the model, the history, the summary
    writer = FailingWriter(monkeypatch, lambda k, path: k > 1 and "run" in path.parts, code)
    assert main([*WORDS, "--checkpoint-every", str(every)]) == 3
    assert writer.calls > 4
    said = " ".join(capsys.readouterr().err.split())
    assert os.strerror(code) in said and "training goes on, and the next one is tried" in said
    (model,) = saved_models(folder)
    assert model.parent.parent == folder / "state/neurona/rescued"
    assert str(model) in said and f"neurona predict {model} NEW.csv" in said
    assert neurona.load(model).n_iter_ == 6
    # the log that was open goes on
    events, damaged = read_events((folder / "run/events.jsonl").read_bytes())
    assert events[-1]["event"] == "done" and events[-1]["exit_code"] == 3 and not damaged
    assert events[-1]["model"] == str(model)


def test_the_kth_write_may_fail(folder, monkeypatch, capsys):
    k, outcomes = 0, []
    while True:
        k += 1
        with monkeypatch.context() as patch:
            writer = FailingWriter(patch, lambda call, path, k=k: call == k)
            code = main([*WORDS, "--checkpoint-every", "2"])
        outcomes.append(code)
        models = saved_models(folder)
        # before the first epoch nothing is left; later nothing is lost
        assert (k == 1 and not models and not (folder / "run").exists()) or len(models) == 1
        assert not list(folder.rglob("*.tmp"))
        capsys.readouterr()
        for name in ("run", "state"):
            shutil.rmtree(folder / name, ignore_errors=True)
        if writer.calls < k:
            break
    # config.toml, three checkpoints, the model, history.csv, summary.md, and none
    assert outcomes == [3, 0, 0, 0, 3, 0, 0, 0]


def test_a_folder_that_vanishes(folder, monkeypatch, capsys):
    from neurona.progress.watcher import Watcher

    usual = Watcher.on_epoch

    def vanish(self, training, record):
        if record.epoch == 3:
            shutil.rmtree(folder / "run")
        return usual(self, training, record)

    monkeypatch.setattr(Watcher, "on_epoch", vanish)
    assert main([*WORDS, "--checkpoint-every", "1"]) == 3
    (model,) = saved_models(folder)
    assert neurona.load(model).n_iter_ == 6 and str(model) in capsys.readouterr().err


def test_where_nothing_can_be_written_it_is_said(folder, monkeypatch, capsys):
    FailingWriter(monkeypatch, lambda k, path: k > 1)
    assert main(WORDS) == 3
    said = capsys.readouterr().err
    assert "The model could not be saved" in said and "nor in any other place" in said


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("fails", "told"),
    [
        (lambda k, path: k == 2, 1),  # the next one is written
        (lambda k, path: k % 2 == 0, 3),  # every second one; the last, too
        (lambda k, path: path.parent.name == "there", 2),  # all: told once, and where it is
    ],
    ids=["one", "every second", "all"],
)
def test_a_checkpoint_in_python(folder, monkeypatch, code, fails, told):
    (folder / "there").mkdir()
    path = folder / "there/run.checkpoint"
    straight = neurona.MLPRegressor(random_state=0, max_iter=6, n_iter_no_change=9)
    resumed = neurona.MLPRegressor(random_state=0, max_iter=6, n_iter_no_change=9)
    with warnings.catch_warnings(record=True) as caught, monkeypatch.context() as patch:
        warnings.simplefilter("always")
        FailingWriter(patch, fails, code)
        straight.set_params(callbacks=Checkpoint(path)).fit(X, X[:, 0])
    said = [str(one.message) for one in caught if one.category is CheckpointWarning]
    assert len(said) == told and os.strerror(code) in said[0]
    assert straight.n_iter_ == 6
    if not path.exists():
        (path,) = (folder / "state").rglob("*.checkpoint")
        assert str(path) in said[-1]
    # it is the last epoch's: nothing is left to do
    epochs = []
    counting = [Checkpoint(path, resume=True), lambda training, record: epochs.append(record)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        resumed.set_params(callbacks=counting).fit(X, X[:, 0])
    assert not epochs and resumed.coefs_[0].tobytes() == straight.coefs_[0].tobytes()


def test_a_full_disk(folder):
    """A file system of 200 kB, where there may be one."""
    small = folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(small)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("no file system can be mounted here")
    try:
        words = [word.replace("run", "small/run") for word in WORDS]
        # a network whose checkpoint fits once, and not twice
        words[words.index("4")] = "60,60"
        code = main([*words, "--checkpoint-every", "1", "-q"])
        models = saved_models(folder)
        assert code in (0, 3) and len(models) == 1 and neurona.load(models[0]).n_iter_ == 6
        assert not list(small.rglob("*.tmp"))
        with contextlib.suppress(OSError):
            assert not read_events((small / "run/events.jsonl").read_bytes())[1][:-1]
    finally:
        subprocess.run(["umount", str(small)])


@pytest.mark.parametrize("out", ["locked", "locked/inside/run", "file", "full", ""])
def test_a_folder_that_cannot_be_is_said_before_the_table_is_read(folder, monkeypatch, capsys, out):
    (folder / "locked").mkdir()
    (folder / "full").mkdir()
    for name in ("file", "full/something"):
        (folder / name).touch()
    usual = os.access  # who runs this may write anywhere
    locked = os.path.abspath("locked" if out else ".")
    monkeypatch.setattr(os, "access", lambda at, m: os.path.abspath(at) != locked and usual(at, m))
    monkeypatch.setattr("neurona.runs.run.gather_for_training", lambda _: 1 / 0)
    assert main([*WORDS[:-2], *(["--out", out] if out else [])]) == 3
    said = capsys.readouterr().err
    assert any(word in said for word in ("nothing can be written", "is a file", "is not empty"))
