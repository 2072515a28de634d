"""What besides the events of a run watches its training: TensorBoard's files."""

from __future__ import annotations

from typing import Any

from neurona.observers.tensorboard import TensorBoard
from neurona.runs.failures import Failure
from neurona.runs.run_folder import RunFolder
from neurona.runs.settings import Settings
from neurona.runs.takers import AUTO
from neurona.runs.training_data import TrainingData

FOLDER = "tensorboard"


def tensorboard_of(settings: Settings, data: TrainingData) -> TensorBoard | None:
    """Return the callback that settings ask for, None if they do not.

    "auto" is a folder inside the run's, to be set when that is known; Failure if a library is
    missing.
    """
    folder: str = settings["run.tensorboard"]
    if not folder:
        return None
    said: dict[str, Any] = {"source": data.source.name, "target": ", ".join(data.targets)}
    try:
        return TensorBoard("" if folder == AUTO else folder, params=said)
    except ImportError as error:
        raise Failure(f"{error}.") from None


def place_in(board: TensorBoard | None, folder: RunFolder) -> None:
    """Give a callback without a folder the one inside the run's."""
    if board is not None and not board.folder:
        board.folder = folder.file(FOLDER)
