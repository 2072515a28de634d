"""What kind of answer a model gives."""

from __future__ import annotations

from enum import StrEnum


class Task(StrEnum):
    """What kind of answer a model gives."""

    REGRESSION = "regression"
    BINARY = "binary"
    MULTICLASS = "multiclass"
    MULTILABEL = "multilabel"
