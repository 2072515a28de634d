"""What a run leaves in its folder; where that cannot be written a note says so, and where else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from neurona.files.models import save
from neurona.files.rescue import FAILURES, reason_of, save_somewhere
from neurona.progress.events import Stream
from neurona.runs import run_folder as folders
from neurona.runs.failures import Failure
from neurona.runs.run_folder import RunFolder


def save_model(model: Any, folder: RunFolder, stream: Stream) -> tuple[Path, bool]:
    """Save a model in a run's folder, else elsewhere; returns the path, and whether it is there.

    Failure if it can be saved nowhere.
    """
    meant = folder.file(folders.MODEL)
    try:
        path, error = save_somewhere(partial(save, model), meant)
    except FAILURES as error:
        raise Failure(
            f"The model could not be saved ({meant}: {reason_of(error)}), nor in any other place: "
            "make room, and train again."
        ) from None
    if error is not None:
        stream.note(
            f"The model could not be saved in {meant} ({reason_of(error)}); it is in {path}.",
            "warning",
        )
    return path, error is None


def put(folder: RunFolder, name: str, pieces: Iterable[bytes], stream: Stream) -> None:
    """Write a file of a run that is no model: a note if that is not possible."""
    try:
        folder.write(name, pieces)
    except OSError as error:
        stream.note(f"{name} could not be written ({reason_of(error)}).", "warning")


def drop_checkpoint(folder: RunFolder) -> None:
    """Remove the checkpoint of an earlier interrupt, if there is one and that is possible."""
    with contextlib.suppress(OSError):
        folder.file(folders.CHECKPOINT).unlink(missing_ok=True)
