"""A training that was cut anywhere and taken up again ends with the bits of one that was not."""

from __future__ import annotations

import os
import pathlib
import random
import signal
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest

from neurona import (
    Checkpoint,
    DivergenceError,
    FormatError,
    IncompatibleError,
    MLPClassifier,
    MLPRegressor,
)
from neurona.errors import CheckpointWarning
from neurona.estimators.choices import solver_of
from neurona.optimizers.solver import SOLVERS
from tests.files.forge import mutate_document, put_together, take_apart

ROOT = pathlib.Path(__file__).parents[2]
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(90, 4))
Y = np.sin(X[:, :2]) + X[:, 2:]
EPOCHS = 12
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

TRAININGS: dict[str, dict[str, Any]] = {
    "sgd adaptive": {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.1,
                     "n_iter_no_change": 1},
    "sgd invscaling": {"solver": "sgd", "learning_rate": "invscaling"},
    "nesterov": {"solver": "nesterov"},
    "adam, dropout": {"solver": "adam", "dropout": 0.3},
    "adam, early stopping": {"solver": "adam", "early_stopping": True, "n_iter_no_change": 2,
                             "learning_rate_init": 0.1},
    "best of the loss": {"solver": "adam", "restore_best": True, "learning_rate_init": 0.5},
    "nadam, cosine": {"solver": "nadam", "schedule": "cosine"},
    "rprop": {"solver": "rprop"},
    "amsgrad, float32": {"solver": "amsgrad"},
    "reduce on plateau": {"solver": "rmsprop", "schedule": "reduce_on_plateau"},
    "no shuffling, large": {"solver": "adamw", "shuffle": False, "hidden_layer_sizes": (120, 60)},
    **{name: {"solver": name} for name in SOLVERS},
    "lm, early stopping": {"solver": "lm", "early_stopping": True, "n_iter_no_change": 2},
    "lm, converged": {"solver": "lm", "hidden_layer_sizes": ()},
}  # fmt: skip


def model_of(options, epochs=EPOCHS, **more):
    usual = {"hidden_layer_sizes": (7, 5), "random_state": 3, "batch_size": "auto"}
    if options["solver"] != "rprop" and options["solver"] not in SOLVERS:
        usual["batch_size"] = 20
    return MLPRegressor(**{**usual, **options, "max_iter": epochs, **more})


def stop_after(epochs):
    return lambda training, record: "cut" if record.epoch >= epochs else None


def timeless(history):
    return [repr(record._replace(seconds=0)) for record in history]


def assert_same_end(straight, resumed, inputs):
    for name in ("coefs_", "intercepts_"):
        for a, b in zip(getattr(straight, name), getattr(resumed, name), strict=True):
            assert a.tobytes() == b.tobytes()
    assert straight.predict(inputs).tobytes() == resumed.predict(inputs).tobytes()
    assert timeless(straight.history_) == timeless(resumed.history_)
    names = ("n_iter_", "t_", "loss_", "best_loss_", "best_validation_score_", "stop_reason_")
    for name in names:
        assert getattr(straight, name) == getattr(resumed, name), name
    ours, theirs = straight.standing(), resumed.standing()
    assert (ours.best_result, ours.flat_epochs) == (theirs.best_result, theirs.flat_epochs)
    if solver_of(straight.solver) is None:
        assert_same_optimizer(straight, resumed)


def assert_same_optimizer(straight, resumed):
    ours, theirs = straight.standing().optimizer, resumed.standing().optimizer
    assert ours.steps == theirs.steps and ours.memory.tobytes() == theirs.memory.tobytes()
    assert straight.standing().learning_rate == resumed.standing().learning_rate


@pytest.mark.parametrize("name", TRAININGS)
def test_cut_at_every_epoch(name, tmp_path):
    options = TRAININGS[name]
    inputs = X.astype(np.float32) if "float32" in name else X
    straight = model_of(options).fit(inputs, Y)
    for cut in range(1, straight.n_iter_ + 1):
        path = tmp_path / f"{cut}"
        model_of(options, callbacks=[Checkpoint(path), stop_after(cut)]).fit(inputs, Y)
        assert path.exists()
        resumed = model_of(options, callbacks=Checkpoint(path, resume=True)).fit(inputs, Y)
        assert_same_end(straight, resumed, inputs)


def test_cut_again_and_again_with_a_validation_set(tmp_path):
    y = np.array(["a", "b", "c"])[np.digitize(Y[:, 0], [-0.5, 0.5])]
    options = {"random_state": 1, "batch_size": 16, "max_iter": 20, "monitor": "val_loss"}
    straight = MLPClassifier(**options).fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    for cut in (3, 4, 9, 15, 99):
        keep = Checkpoint(tmp_path / "run", resume=True)
        resumed = MLPClassifier(callbacks=[keep, stop_after(cut)], **options)
        resumed.fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    assert_same_end(straight, resumed, X)


def test_a_finished_training_can_be_made_longer(tmp_path):
    options = TRAININGS["adam, dropout"]
    straight = model_of(options, 20).fit(X, Y)
    keep = Checkpoint(tmp_path / "run", every=4, resume=True)
    model_of(options, 12, callbacks=keep).fit(X, Y)
    assert_same_end(straight, model_of(options, 20, callbacks=keep).fit(X, Y), X)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"solver": "sgd"}, "differs in optimizer"),
        ({"hidden_layer_sizes": (6, 5)}, "differs in network"),
        ({"random_state": 4}, "differs in penalties and dropout"),
        ({"alpha": 0.5}, "differs in penalties"),
        ({"batch_size": 10}, "differs in batch"),
        ({"rows": X + 1}, "differs in rows"),
    ],
)
def test_another_training_does_not_take_it_up(change, message, tmp_path):
    options, change = TRAININGS["adam, dropout"], dict(change)
    keep = Checkpoint(tmp_path / "run", resume=True)
    model_of(options, callbacks=[keep, stop_after(2)]).fit(X, Y)
    rows = change.pop("rows", X)
    with pytest.raises(IncompatibleError, match=message):
        model_of({**options, **change}, callbacks=keep).fit(rows, Y)


def test_every_and_pause_make_checkpoints_rarer(tmp_path):
    options = TRAININGS["adam, dropout"]
    for more, last in (({}, 12), ({"every": 5}, 10), ({"pause": 1e9}, 1)):
        model_of(options, callbacks=Checkpoint(tmp_path / "run", **more)).fit(X, Y)
        assert epochs_in(tmp_path / "run") == last


def test_damaged_checkpoints_are_refused(tmp_path):
    options, path = TRAININGS["adam, early stopping"], tmp_path / "run"
    model_of(options, callbacks=[Checkpoint(path), stop_after(3)]).fit(X, Y)
    content = path.read_bytes()
    resume = Checkpoint(path, resume=True)
    for mutant in (content[:-1], content[:1000], b"", content.replace(b"Adam", b"Adax", 1)):
        path.write_bytes(mutant)
        with pytest.raises(FormatError):
            model_of(options, callbacks=resume).fit(X, Y)
    # with a right checksum, rows that are not there must not reach the kernels
    header, document, data = take_apart(content)
    begin, end = header["order"]["data_offsets"]
    far = np.frombuffer(data[begin:end], np.int64) + 10**6
    path.write_bytes(put_together(header, document, data[:begin] + far.tobytes() + data[end:]))
    with pytest.raises(FormatError, match="contradicts itself"):
        model_of(options, callbacks=resume).fit(X, Y)


def test_forged_checkpoints_are_refused_or_train(tmp_path):
    options, path = TRAININGS["adam, early stopping"], tmp_path / "run"
    model_of(options, callbacks=[Checkpoint(path), stop_after(3)]).fit(X, Y)
    content, refused = path.read_bytes(), 0
    for seed in range(300):
        path.write_bytes(mutate_document(content, random.Random(seed)))
        callbacks = [Checkpoint(path, resume=True, every=1 << 70), stop_after(1)]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model_of(options, callbacks=callbacks).fit(X, Y)
        except (FormatError, IncompatibleError, DivergenceError):
            refused += 1
    assert refused > 200


def test_the_last_checkpoint_stays_when_the_next_cannot_be_written(tmp_path, monkeypatch):
    options, path = TRAININGS["adam, dropout"], tmp_path / "run"
    model_of(options, callbacks=[Checkpoint(path), stop_after(3)]).fit(X, Y)
    good = path.read_bytes()

    def full(*arguments):
        raise OSError(28, "No space left on device")

    model = model_of(options, callbacks=Checkpoint(path, resume=True))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.warns(CheckpointWarning, match="No space left"):
            assert model.fit(X, Y).n_iter_ == EPOCHS
    assert path.read_bytes() == good
    assert_same_end(model_of(options).fit(X, Y), model.fit(X, Y), X)


# -- killed at any moment

KILLS, LENGTH = 200 if "NEURONA_LONG" in os.environ else 50, 30


def killed_model(path=None, report=None, every=1):
    callbacks = []
    if path is not None:
        callbacks.append(Checkpoint(path, every=every, resume=True))
    if report is not None:
        callbacks.append(lambda training, record: report(record.epoch))
    return MLPRegressor(
        hidden_layer_sizes=(8,), random_state=0, max_iter=LENGTH, tol=0, n_iter_no_change=LENGTH,
        early_stopping=True, dropout=0.1, batch_size=10, callbacks=callbacks,
    )  # fmt: skip


def epochs_in(path) -> int:
    if not path.exists():
        return 0
    document = take_apart(path.read_bytes())[1]
    return int(document["counters"]["epochs_done"])


def train_until_killed(path, chance) -> int:
    """Train in a child that is killed at a random moment; returns the epochs that it reported."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        killed_model(path, lambda epoch: os.write(writer, b".") and None).fit(X, Y)
        os._exit(0)
    os.close(writer)
    reported = 0
    for _ in range(chance.randrange(LENGTH)):
        reported += len(os.read(reader, 1))
    for _ in range(chance.randrange(50_000)):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reader)
    return reported


def kill_and_resume(folder: str) -> None:
    """Kill trainings at random moments; go on after each, and compare with one that was not."""
    warnings.simplefilter("ignore")
    path, copy, chance = pathlib.Path(folder) / "run", pathlib.Path(folder) / "c", random.Random(0)
    straight = killed_model().fit(X, Y)
    reached = set()
    for _ in range(KILLS):
        if chance.random() < 0.5 or epochs_in(path) == LENGTH:
            path.unlink(missing_ok=True)  # begin anew; else one that was killed is killed again
        before = epochs_in(path)
        reported = train_until_killed(path, chance)
        # no older than what had been reported
        done = epochs_in(path)
        assert done >= before + reported, (done, before, reported)
        reached.add(done)
        if path.exists():
            copy.write_bytes(path.read_bytes())
        assert_same_end(straight, killed_model(copy, every=LENGTH + 1).fit(X, Y), X)
        copy.unlink(missing_ok=True)
    killed_model(path).fit(X, Y)
    assert [entry.name for entry in path.parent.iterdir()] == ["run"]
    print("killed", KILLS, "times, after", len(reached), "different epochs")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "tests.files.test_checkpoint", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert f"killed {KILLS} times" in result.stdout


if __name__ == "__main__":
    kill_and_resume(sys.argv[1])
