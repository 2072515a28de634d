"""Models and checkpoints as files that are safe to read and never half written."""

from neurona.files.checkpoint import Checkpoint
from neurona.files.models import load, save

__all__ = ["Checkpoint", "load", "save"]
