"""The callback that keeps, or takes up, where a run's training stands."""

from __future__ import annotations

import sys
from pathlib import Path

from neurona.files.checkpoint import Checkpoint
from neurona.progress.events import Stream

NEVER = sys.maxsize


class RunCheckpoint(Checkpoint):
    """Tells the run's listeners what could not be written."""

    stream: Stream

    def tell(self, text: str) -> None:
        """Hand a sentence to the run's listeners."""
        self.stream.note(text, "warning")


class CheckpointAtStop(RunCheckpoint):
    """Written only when a training is stopped, and it is the only one."""

    needs_one_start = False


def checkpoint_of(every: int, resumed: Path | None, stream: Stream) -> RunCheckpoint:
    """Return the callback for a checkpoint every so many epochs (0: when stopped).

    `resumed` is the checkpoint to go on from; otherwise the path is set when the folder is known,
    before the first epoch. What cannot be written is told to `stream`.
    """
    if resumed is not None:
        made = RunCheckpoint(resumed, every=every or NEVER, resume=True)
    else:
        made = RunCheckpoint("", every) if every else CheckpointAtStop("", NEVER)
    made.stream = stream
    return made
