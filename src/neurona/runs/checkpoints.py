"""The callback that keeps, or takes up, where a run's training stands."""

from __future__ import annotations

import sys
from pathlib import Path

from neurona.files.checkpoint import Checkpoint

NEVER = sys.maxsize


class CheckpointAtStop(Checkpoint):
    """Written only when a training is stopped, and it is the only one."""

    needs_one_start = False


def checkpoint_of(every: int, resumed: Path | None) -> Checkpoint:
    """Return the callback for a checkpoint every so many epochs (0: when stopped).

    `resumed` is the checkpoint to go on from; otherwise the path is set when the folder is known,
    before the first epoch.
    """
    if resumed is not None:
        return Checkpoint(resumed, every=every or NEVER, resume=True)
    return Checkpoint("", every) if every else CheckpointAtStop("", NEVER)
