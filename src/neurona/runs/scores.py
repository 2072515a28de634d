"""Scores of a model and of the trivial baseline, by target, and over all targets in a few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona import metrics
from neurona.data.table import Table
from neurona.data.task import Task

Array = np.ndarray[Any, Any]
Scores = dict[str, float | None]
SET_COVERAGE = 0.9
"""What sets of classes are scored at."""


class Pair(NamedTuple):
    """The scores of the model and of the baseline."""

    model: Scores
    baseline: Scores


def _quantity(truth: Array, said: Array) -> Scores:
    errors = truth - said
    # a constant target has no spread to explain
    constant = (truth == truth[0]).all() or not metrics.squares(truth, said).total.all()
    return {
        "rmse": float(metrics.rmse(errors)),
        "mae": float(metrics.mae(errors)),
        "r2": None if constant else metrics.r2(truth, said),
    }


def means(pairs: Sequence[Pair]) -> Pair:
    """Return the mean of each score over targets; None where one has none."""
    return Pair(_mean([pair.model for pair in pairs]), _mean([pair.baseline for pair in pairs]))


def _mean(scores: Sequence[Scores]) -> Scores:
    out: Scores = {}
    for name in scores[0]:
        values = [one[name] for one in scores]
        present = [value for value in values if value is not None]
        out[name] = sum(present) / len(present) if len(present) == len(values) else None
    return out


def baseline(task: Task, train: Array, test: Array) -> dict[str, Any]:
    """Return what always saying the same scores on `test`: as the start event has it."""
    if task is Task.REGRESSION:
        errors = _matrix(test) - _matrix(train).mean(axis=0)
        return {"what": "mean", "metrics": {"rmse": metrics.rmse(errors).tolist()}}
    if task is Task.MULTILABEL:
        usual = (train.mean(axis=0) > 0.5).astype(test.dtype)
        return {
            "what": "most frequent labels",
            "metrics": {"accuracy": float((test == usual).all(axis=1).mean())},
        }
    classes, counts = np.unique(train, return_counts=True)
    right = float((test == classes[counts.argmax()]).mean())
    return {"what": "most frequent class", "metrics": {"accuracy": right}}


def score(model: Any, table: Table, values: Array) -> dict[str, Any]:
    """Return the scores of a fitted table estimator on rows whose targets are `values`."""
    return score_answers(model, answers(model, table), values)


def answers(model: Any, table: Table) -> Array:
    """Return what a fitted table estimator says of rows, rows x targets: quantities, or the
    probabilities of classes or labels.
    """
    if model.task_ is Task.REGRESSION:
        return _matrix(model.predict(table))
    return np.asarray(model.predict_proba(table), np.float64)


def score_answers(model: Any, said: Array, values: Array) -> dict[str, Any]:
    """Return the scores of `answers` beside the truth."""
    if model.task_ is Task.REGRESSION:
        pairs = zip(_matrix(values).T, said.T, strict=True)
        scores = [_quantity(truth, one) for truth, one in pairs]
        return {"rmse": [one["rmse"] for one in scores], "r2": _mean(scores)["r2"]}
    losses = row_losses(model, said, values)
    if model.task_ is Task.MULTILABEL:
        right = ((said > 0.5) == values).all(axis=1)
    else:
        right = model.classes_[said.argmax(axis=1)] == values
    return {"accuracy": float(np.mean(right)), "log_loss": float(losses.mean())}


def row_losses(model: Any, said: Array, values: Array) -> Array:
    """Return what each row costs by `answers`: the square of the error (rows x targets), or the log
    loss (rows).
    """
    if model.task_ is Task.REGRESSION:
        squares: Array = (_matrix(values) - said) ** 2
        return squares
    if model.task_ is Task.MULTILABEL:
        given = np.where(values, said, 1 - said)
        sums: Array = metrics.surprise(given, None).sum(axis=1)
        return sums
    on = values[:, None] == model.classes_
    # a class that training never saw had no chance
    given = np.where(on, said, 0).sum(axis=1)
    return metrics.surprise(given, None)


def _matrix(values: Array) -> Array:
    return values.reshape(len(values), -1)
