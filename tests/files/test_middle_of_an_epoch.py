"""A training that ends in the middle of an epoch goes on from the last whole one, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from neurona import Checkpoint, begin
from tests.files.test_checkpoint import EPOCHS, TRAININGS, X, Y, assert_same_end, model_of

STEPPED = ("sgd invscaling", "adam, dropout", "nadam, cosine", "lm", "lbfgs")
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("name", STEPPED)
def test_left_after_any_piece(name, tmp_path):
    """Each piece is one step; a solver's iteration is a piece, and is left between two."""
    options = TRAININGS[name]
    straight = model_of(options).fit(X, Y)
    pieces = 0
    for epoch in (1, 4, EPOCHS - 1):
        for left_after in (1, 2, 4):
            path = tmp_path / f"{epoch}-{left_after}"
            keep = Checkpoint(path)
            training = begin(model_of(options), X, Y)
            keep.on_start(training)
            steps = training.advance(steps_at_once=1)
            done = 0
            for record in steps:
                if record is not None:
                    keep.on_epoch(training, record)
                done += record is None and training.epochs_done == epoch
                if done == left_after or training.epochs_done > epoch:
                    break
            pieces += done
            steps.close()
            assert path.exists()
            resumed = model_of(options, callbacks=Checkpoint(path, resume=True)).fit(X, Y)
            assert_same_end(straight, resumed, X)
    assert pieces == (0 if name in ("lm", "lbfgs") else 3 * (1 + 2 + 4))


@pytest.mark.parametrize("name", ["adam, dropout", "lm"])
def test_ctrl_c_inside_an_epoch(name, tmp_path, monkeypatch):
    """KeyboardInterrupt out of the middle of an epoch's arithmetic."""
    from neurona.training.problem import Problem
    from neurona.training.solving import Solving

    options, path = TRAININGS[name], tmp_path / "run"
    straight = model_of(options).fit(X, Y)
    home, method = (Solving, "iterate") if name == "lm" else (Problem, "train_pieces")
    usual, calls = getattr(home, method), []

    def broken(self, *arguments):
        calls.append(None)
        result = usual(self, *arguments)
        if len(calls) == 5:
            if name != "lm":
                next(result, None)
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patch, pytest.warns(UserWarning, match="interrupted by user"):
        patch.setattr(home, method, broken)
        cut = model_of(options, callbacks=Checkpoint(path)).fit(X, Y)
    assert cut.n_iter_ == 4 and np.isfinite(cut.predict(X)).all()
    resumed = model_of(options, callbacks=Checkpoint(path, resume=True)).fit(X, Y)
    assert_same_end(straight, resumed, X)
