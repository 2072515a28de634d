"""neurona: feed-forward neural networks for tables, trained fast.

Public names are imported when they are first used, so that `import neurona` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurona.data.preparation import Preparation
    from neurona.data.read import read_table
    from neurona.data.table import Table
    from neurona.errors import (
        CollapsedWarning,
        DivergenceError,
        DivergenceWarning,
        IncompatibleError,
        NeuronaError,
        TableError,
        TableWarning,
        UnknownNameError,
    )
    from neurona.estimators.classifier import MLPClassifier
    from neurona.estimators.regressor import MLPRegressor
    from neurona.estimators.table_classifier import TableClassifier
    from neurona.estimators.table_regressor import TableRegressor
    from neurona.training.callbacks import Callback
    from neurona.training.history import EpochRecord, History

__version__ = "0.1.0"

_HOME = {
    "Callback": "neurona.training.callbacks",
    "CollapsedWarning": "neurona.errors",
    "DivergenceError": "neurona.errors",
    "DivergenceWarning": "neurona.errors",
    "EpochRecord": "neurona.training.history",
    "History": "neurona.training.history",
    "IncompatibleError": "neurona.errors",
    "MLPClassifier": "neurona.estimators.classifier",
    "MLPRegressor": "neurona.estimators.regressor",
    "NeuronaError": "neurona.errors",
    "Preparation": "neurona.data.preparation",
    "Table": "neurona.data.table",
    "TableClassifier": "neurona.estimators.table_classifier",
    "TableError": "neurona.errors",
    "TableRegressor": "neurona.estimators.table_regressor",
    "TableWarning": "neurona.errors",
    "UnknownNameError": "neurona.errors",
    "read_table": "neurona.data.read",
}

__all__ = [
    "Callback",
    "CollapsedWarning",
    "DivergenceError",
    "DivergenceWarning",
    "EpochRecord",
    "History",
    "IncompatibleError",
    "MLPClassifier",
    "MLPRegressor",
    "NeuronaError",
    "Preparation",
    "Table",
    "TableClassifier",
    "TableError",
    "TableRegressor",
    "TableWarning",
    "UnknownNameError",
    "__version__",
    "read_table",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neurona' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
