"""A model and its rows as a plan for an engine: a state document, and a table in a file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from neurona import value_text
from neurona.data.table import Table
from neurona.estimators.choices import hidden_sizes
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.mlp.regressor import MLPRegressor
from neurona.estimators.tables import inputs
from neurona.estimators.tables.classifier import TableClassifier
from neurona.estimators.tables.regressor import TableRegressor
from neurona.network import numbered

FILE = "rows.csv"
BATCH = 32


def plan_of_model(model: Any, X: Any, y: Any, folder: Path) -> dict[str, Any]:
    """Return what an engine is told of a model and rows, which are written into a folder."""
    document: dict[str, Any] = {}
    task = "auto"
    if model is not None:
        task = _task(model)
        document = {"net": net_of(model), "method": method_of(model)}
    if X is None:
        return {"document": document}
    targets = write_rows(X, y, folder / FILE)
    source = str(folder / FILE)
    return {
        "document": document, "source": source, "file": True, "targets": targets, "task": task,
    }  # fmt: skip


def _task(model: Any) -> str:
    if isinstance(model, MLPRegressor | TableRegressor):
        return "regression"
    if isinstance(model, MLPClassifier | TableClassifier):
        return "classification"
    raise TypeError(
        f"The Lab takes an MLPRegressor, MLPClassifier, TableRegressor or TableClassifier. Got a "
        f"{type(model).__name__}."
    )


def net_of(model: Any) -> dict[str, Any]:
    """Return the network's part of a state document."""
    given = model.hidden_layer_sizes
    hidden = [8, 8] if isinstance(given, str) else hidden_sizes(given)
    activation = "tanh" if model.activation == "auto" else model.activation
    each = activation if isinstance(activation, list | tuple) else [activation] * len(hidden)
    loss = model.loss if isinstance(model, MLPRegressor | TableRegressor) else None
    seed = model.random_state
    return {
        "hidden": hidden,
        "activation": [_text(one) for one in each],
        "loss": None if loss in (None, "squared_error") else _text(loss),
        "seed": int(seed) if isinstance(seed, int | np.integer) else 0,
    }


def method_of(model: Any) -> dict[str, Any]:
    """Return the method's part of a state document."""
    rate, batch, schedule = model.learning_rate_init, model.batch_size, model.schedule
    dropout = model.dropout
    return {
        "solver": "adam" if model.solver == "auto" else _text(model.solver),
        "rate": 0.01 if rate == "find" else float(rate),
        "batch": BATCH if batch == "auto" else int(batch),
        "schedule": "constant" if schedule is None else _text(schedule),
        "l2": float(model.alpha),
        "dropout": float(dropout) if isinstance(dropout, int | float) else 0.0,
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else value_text.write(value)


def write_rows(X: Any, y: Any, path: Path) -> list[str]:
    """Write inputs and targets as a table; returns the targets' names.

    Numbers are written so that they are read again to the last bit.
    """
    table, named = inputs.inputs_of(None, X)
    if y is not None and (targets := inputs.target_names(table, y)) is not None:
        _write(table, path)
        return targets
    columns = dict(table.columns)
    if not named:
        columns = dict(zip(numbered("x", len(columns)), columns.values(), strict=True))
    values = np.asarray(y)
    inputs.check_lengths(table, values)
    matrix = values.reshape(len(values), -1)
    names = inputs.values_names(y, matrix.shape[1])
    names = [f"{name} (target)" if name in columns else name for name in names]
    columns |= dict(zip(names, matrix.T, strict=True))
    _write(Table({name: np.asarray(one) for name, one in columns.items()}, "rows"), path)
    return names


def _write(table: Table, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.names)
        writer.writerows(zip(*(map(_cell, table[name]) for name in table.names), strict=True))


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    return repr(float(value)) if isinstance(value, float | np.floating) else str(value)
