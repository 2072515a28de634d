"""The table estimator that settings describe."""

from __future__ import annotations

import inspect
from typing import Any

from neurona.data.task import Task
from neurona.runs.failures import Failure
from neurona.runs.setting import SETTINGS
from neurona.runs.settings import Settings
from neurona.runs.takers import AUTO
from neurona.runs.training_data import TrainingData
from neurona.spelling import parameter


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
        if name in defaults and (value != AUTO or setting.default != AUTO):
            chosen[name] = tuple(value) if isinstance(value, list) else value
        elif name in defaults and defaults[name] is not None:
            default = defaults[name]
            settings.values[key] = list(default) if isinstance(default, tuple) else default
    if settings["training.epochs"] != AUTO:
        settings.values["training.steps"] = AUTO  # epochs stand instead
        chosen.pop("steps", None)
    share = check_shares(settings)
    chosen["random_state"] = settings["training.seed"] % 2**32
    return cls(split=split, validation_fraction=share, **chosen, **others)


def check_loss(settings: Settings, data: TrainingData) -> None:
    """Raise a Failure for a loss that cannot be that of the task, or of these targets; and for a
    transform of classes.
    """
    given, turned = settings["model.loss"], settings["model.target_transform"]
    if turned not in (AUTO, "none") and data.task is not Task.REGRESSION:
        raise Failure(
            f"{parameter('model.target_transform')} is for a regression; this is a classification "
            f"({data.task_reason}). Leave it out, or pass "
            f"{parameter('data.task', 'regression')}."
        )
    if given == AUTO:
        return
    how, targets = parameter("model.loss"), ", ".join(map(repr, data.targets[:4]))
    if data.task is not Task.REGRESSION:
        raise Failure(
            f"{how} is for a regression; this is a classification ({data.task_reason}), whose loss "
            f"is the cross-entropy. Leave it out, or pass {parameter('data.task', 'regression')}."
        )
    from neurona.numerics.losses import LOSSES

    loss, values = LOSSES.find(given), data.train_values
    low, high = float(values.min()), float(values.max())
    if low < loss.target_low or high > loss.target_high:
        raise Failure(
            f"The loss {loss.name!r} needs targets in [{loss.target_low:g}, {loss.target_high:g}], "
            f"and those of {targets} lie between {low:g} and {high:g}; leave {how} out, or name "
            "another."
        )


def check_shares(settings: Settings) -> float:
    """Return the share of the rows left by the test to validate on; Failure if all."""
    share: float = settings["data.validation_share"] / (1 - settings["data.test_share"])
    if share >= 1:
        raise Failure(
            "data.validation_share and data.test_share are together all rows; lower one of them."
        )
    return share
