"""The table estimator that settings describe, its names checked against the registries."""

from __future__ import annotations

import inspect
from typing import Any

from neurona.cli.failures import Code, Failure
from neurona.cli.settings import AUTO, Settings, nearest
from neurona.data.targets import Task

PARAMETERS = {
    "model.hidden": "hidden_layer_sizes",
    "model.activation": "activation",
    "model.loss": "loss",
    "model.dropout": "dropout",
    "training.solver": "solver",
    "training.starts": "n_starts",
    "training.combine": "combine",
    "training.rate": "learning_rate_init",
    "training.schedule": "schedule",
    "training.batch": "batch_size",
    "training.epochs": "epochs",
    "training.steps": "steps",
    "training.patience": "patience",
    "training.alpha": "alpha",
    "training.threads": "n_threads",
    "data.missing": "missing",
    "data.max_levels": "max_levels",
}


def check_names(settings: Settings) -> None:
    """Fail, with the nearest name, if an activation, solver, schedule or loss is unknown."""
    from neurona.numerics.activations import ACTIVATIONS
    from neurona.numerics.losses import LOSSES
    from neurona.numerics.schedules import SCHEDULES
    from neurona.optimizers import OPTIMIZERS, SOLVERS

    for key, known in (
        ("model.activation", {*ACTIVATIONS}),
        ("training.solver", {*OPTIMIZERS, *SOLVERS}),
        ("training.schedule", {*SCHEDULES}),
        ("model.loss", {*LOSSES}),
    ):
        value, origin = settings[key], settings.origins[key]
        if value != AUTO and value not in known:
            what = key.partition(".")[2]
            hint = nearest(value, known)
            hint = f"; known are {', '.join(sorted(known))}." if hint == "." else hint
            code = Code.USAGE if origin.startswith("--") else Code.INVALID
            raise Failure(f"{origin}: there is no {what} {value!r}{hint}", code)


def make_estimator(settings: Settings, task: Task, split: str, **others: Any) -> Any:
    """Return an estimator for a task; settings that are "auto" become its own defaults."""
    from neurona.estimators.tables.classifier import TableClassifier
    from neurona.estimators.tables.regressor import TableRegressor

    cls: Any = TableRegressor if task is Task.REGRESSION else TableClassifier
    defaults = {name: one.default for name, one in inspect.signature(cls).parameters.items()}
    chosen: dict[str, Any] = {}
    for key, name in PARAMETERS.items():
        value = settings[key]
        if name not in defaults:
            if value != AUTO:
                raise Failure(f"{key} is for a regression; this is a classification.")
        elif value != AUTO:
            chosen[name] = tuple(value) if isinstance(value, list) else value
        elif defaults[name] is not None:
            default = defaults[name]
            settings.values[key] = list(default) if isinstance(default, tuple) else default
    if settings["training.epochs"] != AUTO:
        settings.values["training.steps"] = AUTO  # epochs stand instead
        chosen.pop("steps", None)
    share = settings["data.validation_share"] / (1 - settings["data.test_share"])
    if share >= 1:
        raise Failure(
            "data.validation_share and data.test_share are together all rows; lower one of them."
        )
    seed = settings["training.seed"] % 2**32
    return cls(split=split, validation_fraction=share, random_state=seed, **chosen, **others)
