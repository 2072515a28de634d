"""Models and checkpoints as files that are safe to read and never half written.

The public names are imported when they are first used: reading a file to predict needs no
estimator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.on_demand import on_demand

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


__getattr__ = on_demand(__name__, _HOME)
