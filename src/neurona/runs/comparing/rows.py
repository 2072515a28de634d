"""The test rows of a run, read again, with what its model says of them: a loss a row."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.table import Column, Table, is_missing
from neurona.data.task import Task
from neurona.errors import NeuronaError
from neurona.runs.comparing.relatives import Apart, apart_by
from neurona.runs.failures import Failure
from neurona.runs.larger import gather_for_training
from neurona.runs.record import Record
from neurona.runs.scores import Array, answers, row_losses, score_answers
from neurona.runs.settings import Settings
from neurona.runs.training_data import TrainingData

SAME = 1e-6
"""Relative difference of two scores that rounding explains."""


class Tested(NamedTuple):
    """Test rows and the losses of a model on them.

    `losses` are by score: rows, or rows x targets; `as_told` says whether the scores are those that
    the run told when it was trained; `apart` how rows were held out.
    """

    task: Task
    targets: list[str]
    table: Table
    losses: dict[str, Array]
    as_told: bool
    apart: Apart


class Reader:
    """Reads the test rows of runs again; of runs on the same data once."""

    def __init__(self) -> None:
        self._known: dict[str, TrainingData] = {}

    def read(self, run: Record) -> Tested | str:
        """Return the test rows of a run with its losses, or why there are none, in a sentence."""
        from neurona.runs.model import open_model

        told = (run.done or {}).get("test")
        if not (run.done or {}).get("model"):
            return "it has no model"
        if told is None:
            return "it kept no test rows back"
        try:
            data = self._data(run.settings)
            model = open_model(str(run.path)).estimator
            if data.test is None or data.test_values is None:
                return "its table has no test rows any more"
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # training told them
                said = answers(model, data.test)
        except (Failure, NeuronaError, OSError, ValueError) as error:
            return f"its test rows cannot be read: {error}"
        found = score_answers(model, said, data.test_values)
        losses = _losses(model, said, data.test_values, data.task)
        apart = apart_by(run.settings["data.split"])
        return Tested(data.task, data.targets, data.test, losses, _agree(found, told), apart)

    def _data(self, settings: Settings) -> TrainingData:
        ours = Settings(dict(settings.values), dict(settings.origins))
        ours.values["data.folds"] = 0
        ours.values["data.validation"] = ""
        words = {key: ours[key] for key in ours.values if key.startswith("data.")}
        key = repr((sorted(words.items()), ours["training.seed"]))
        if key not in self._known:
            self._known[key] = gather_for_training(ours)
        return self._known[key]


def _losses(model: Any, said: Array, values: Array, task: Task) -> dict[str, Array]:
    losses = row_losses(model, said, values)
    if task is Task.REGRESSION:
        return {"rmse": losses}
    if task is Task.MULTILABEL:
        right = ((said > 0.5) == values).all(axis=1)
    else:
        right = model.classes_[said.argmax(axis=1)] == values
    return {"accuracy": right.astype(np.float64), "log_loss": losses}


def _agree(found: dict[str, Any], told: dict[str, Any]) -> bool:
    """Whether scores are the same, rounding aside."""
    for name, value in found.items():
        if value is None or told.get(name) is None:
            continue
        pair = np.atleast_1d(value), np.atleast_1d(told[name])
        if pair[0].shape != pair[1].shape or not np.allclose(*pair, rtol=SAME, atol=SAME):
            return False
    return True


def keys(table: Table, names: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return for each row what it is told by: its cells in these columns, and which of the equal
    rows it is.
    """
    cells = list(zip(*(_plain(table[name]) for name in names), strict=True))
    seen: dict[tuple[Any, ...], int] = {}
    found = []
    for row in cells:
        seen[row] = seen.get(row, -1) + 1
        found.append((*row, seen[row]))
    return found


def _plain(column: Column) -> list[Any]:
    """Return cells as values that can be compared: a missing one is None."""
    cells: list[Any] = column.tolist() if column.dtype.kind != "M" else list(column)
    return [None if gone else cell for cell, gone in zip(cells, is_missing(column), strict=True)]


def fingerprint(rows: Sequence[tuple[Any, ...]]) -> str:
    """Return eight digits that tell sets of rows apart, whatever their order."""
    texts = sorted(map(repr, rows))
    return hashlib.blake2b("\n".join(texts).encode(errors="replace"), digest_size=4).hexdigest()
