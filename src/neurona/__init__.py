"""neurona: feed-forward neural networks for tables, trained fast.

Public names are imported when they are first used, so that `import neurona` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurona.errors import (
        DivergenceError,
        DivergenceWarning,
        IncompatibleError,
        NeuronaError,
        UnknownNameError,
    )
    from neurona.estimators.classifier import MLPClassifier
    from neurona.estimators.regressor import MLPRegressor
    from neurona.training.callbacks import Callback
    from neurona.training.history import EpochRecord, History

__version__ = "0.1.0"

_HOME = {
    "Callback": "neurona.training.callbacks",
    "DivergenceError": "neurona.errors",
    "DivergenceWarning": "neurona.errors",
    "EpochRecord": "neurona.training.history",
    "History": "neurona.training.history",
    "IncompatibleError": "neurona.errors",
    "MLPClassifier": "neurona.estimators.classifier",
    "MLPRegressor": "neurona.estimators.regressor",
    "NeuronaError": "neurona.errors",
    "UnknownNameError": "neurona.errors",
}

__all__ = [
    "Callback",
    "DivergenceError",
    "DivergenceWarning",
    "EpochRecord",
    "History",
    "IncompatibleError",
    "MLPClassifier",
    "MLPRegressor",
    "NeuronaError",
    "UnknownNameError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neurona' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})
