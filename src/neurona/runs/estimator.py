"""The table estimator that settings describe."""

from __future__ import annotations

import inspect
from typing import Any

from neurona.data.targets import Task
from neurona.runs.failures import Failure
from neurona.runs.setting import SETTINGS
from neurona.runs.settings import Settings
from neurona.runs.takers import AUTO


def make_estimator(settings: Settings, task: Task, split: str, **others: Any) -> Any:
    """Return an estimator for a task; settings that are "auto" become its own defaults."""
    from neurona.estimators.tables.classifier import TableClassifier
    from neurona.estimators.tables.regressor import TableRegressor

    cls: Any = TableRegressor if task is Task.REGRESSION else TableClassifier
    defaults = {name: one.default for name, one in inspect.signature(cls).parameters.items()}
    chosen: dict[str, Any] = {}
    for key, setting in SETTINGS.items():
        name, value = setting.parameter, settings[key]
        if not name:
            continue
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
    share = check_shares(settings)
    chosen["random_state"] = settings["training.seed"] % 2**32
    return cls(split=split, validation_fraction=share, **chosen, **others)


def check_shares(settings: Settings) -> float:
    """Return the share of the rows left by the test to validate on; Failure if all."""
    share: float = settings["data.validation_share"] / (1 - settings["data.test_share"])
    if share >= 1:
        raise Failure(
            "data.validation_share and data.test_share are together all rows; lower one of them."
        )
    return share
