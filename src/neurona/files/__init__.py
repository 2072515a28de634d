"""Models and checkpoints as files that are safe to read and never half written.

The public names are imported when they are first used: reading a file to predict needs no
estimator.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurona.files.checkpoint import Checkpoint
    from neurona.files.models import load, register, save

_HOME = {
    "Checkpoint": "neurona.files.checkpoint",
    "load": "neurona.files.models",
    "register": "neurona.files.models",
    "save": "neurona.files.models",
}
__all__ = ["Checkpoint", "load", "register", "save"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'neurona.files' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
