"""Scores on test rows, and of the trivial baseline: the mean, or the most frequent class."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.table import Column, Table
from neurona.data.targets import Task

Scores = dict[str, Any]


def baseline(task: Task, train: Column, test: Column) -> Scores:
    """Return what always saying the same scores on `test`: as the start event has it."""
    if task is Task.REGRESSION:
        errors = _matrix(test) - _matrix(train).mean(axis=0)
        return {"what": "mean", "metrics": {"rmse": _rmse(errors)}}
    if task is Task.MULTILABEL:
        usual = (train.mean(axis=0) > 0.5).astype(test.dtype)
        return {
            "what": "most frequent labels",
            "metrics": {"accuracy": float((test == usual).all(axis=1).mean())},
        }
    classes, counts = np.unique(train, return_counts=True)
    right = float((test == classes[counts.argmax()]).mean())
    return {"what": "most frequent class", "metrics": {"accuracy": right}}


def score(model: Any, table: Table, values: Column) -> Scores:
    """Return the scores of a fitted table estimator on rows whose targets are `values`."""
    if model.task_ is Task.REGRESSION:
        truth = _matrix(values)
        errors = truth - _matrix(model.predict(table))
        spread = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
        explained = 1 - (errors**2).sum(axis=0) / np.where(spread > 0, spread, np.nan)
        r2 = float(explained.mean())
        return {"rmse": _rmse(errors), "r2": r2 if np.isfinite(r2) else None}
    probabilities = np.asarray(model.predict_proba(table), np.float64)
    if model.task_ is Task.MULTILABEL:
        right = ((probabilities > 0.5) == values).all(axis=1)
        said = np.where(values, probabilities, 1 - probabilities)
        loss = -np.log(np.clip(said, 1e-7, None)).sum(axis=1)
    else:
        classes = model.classes_
        right = classes[probabilities.argmax(axis=1)] == values
        on = values[:, None] == classes
        # a class that training never saw had no chance
        said = np.where(on, probabilities, 0).sum(axis=1)
        loss = -np.log(np.clip(said, 1e-7, None))
    return {"accuracy": float(np.mean(right)), "log_loss": float(loss.mean())}


def _matrix(values: Column) -> Column:
    return values.reshape(len(values), -1)


def _rmse(errors: Column) -> list[float]:
    found: list[float] = np.sqrt((errors**2).mean(axis=0)).tolist()
    return found
