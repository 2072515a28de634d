"""TensorBoard: the callback that writes a training as TensorBoard shows it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from neurona.observers.board import Board
from neurona.observers.event_file import claim, numbered
from neurona.observers.log import check_every
from neurona.observers.parameters import Plain, parameters_of
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

NEEDED = (
    "TensorBoard writes its files by tensorboardX and its pictures by pillow: "
    "pip install 'neurona[tensorboard]'"
)


class TensorBoard(Callback):
    """Writes what a training says into a folder that `tensorboard --logdir FOLDER` shows.

    Scalars under the names of a record's fields; histograms of the weights and gradients of each
    layer, and a picture of the predictions, after the epochs 1, 2, 5, 10, 20, 50 and so on, and at
    the end; the network as a graph; the parameters beside what they came to (the tab HPARAMS).

    Files are only appended to, and can be read up to their last whole record. A training that is
    taken up from a checkpoint goes on in its folder, and no step is there twice; one that begins
    anew where another one is takes FOLDER/fit-2, and so on. With several starts each has a folder
    of its own, start-1, start-2, ...; where several ways to learn compete its name says which.

    Parameters
    ----------
    folder : str or PathLike
        Made if need be.
    every : int, default=1
        Epochs between two that are written; the last one is always.
    histograms_every : int, default=None
        Epochs between two histograms, and two pictures; None is the epochs above, 0 never.
    params : dict, default=None
        More parameters for the tab HPARAMS: numbers, texts and booleans by name.

    Raises
    ------
    ImportError
        tensorboardX or pillow is missing: `pip install 'neurona[tensorboard]'`.
    ValueError
        A number of epochs is out of range.

    Examples
    --------
    >>> import pytest, tempfile
    >>> _ = pytest.importorskip("tensorboardX")
    >>> import neurona
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     watch = [neurona.TensorBoard(folder), neurona.Limit(epochs=20)]
    ...     model = neurona.MLPRegressor(random_state=0, callbacks=watch)
    ...     model = model.fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0])
    ...     os.listdir(folder)
    ['events.out.tfevents.0000000001.neurona']
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        every: int = 1,
        histograms_every: int | None = None,
        params: dict[str, Plain] | None = None,
    ) -> None:
        try:
            import PIL.Image  # noqa: F401 - tensorboardX's, where it draws
            import tensorboardX  # noqa: F401 - said now, not in the middle of a fit
        except ImportError as error:
            raise ImportError(NEEDED) from error
        check_every("TensorBoard", every)
        if histograms_every:
            check_every("TensorBoard", histograms_every, "histograms_every")
        self.folder, self.every, self.histograms_every = folder, every, histograms_every
        self.params = params
        self._boards: dict[int, Board] = {}
        self._place = Path()

    def on_start(self, training: Training) -> None:
        """Take a folder, and write what is known before the first epoch."""
        self._boards = {}
        self._boards[training.start] = self._first_board(training)

    def on_epoch(self, training: Training, record: EpochRecord) -> None:
        """Write the numbers of an epoch and, if it is their turn, histograms and a picture."""
        board = self._boards.get(training.start)
        if board is None:
            folder = self._place / _inside(training)
            path = claim(folder, len(numbered(folder)) + 1)
            board = self._boards[training.start] = self._board(path, None, training)
        step = training.history.appended
        if record.epoch % self.every == 0:
            board.scalars(record, step)
        if self._are_due(record.epoch):
            board.details(step)

    def on_end(self, training: Training, reason: str) -> None:
        """Write how it ended, and let the files go."""
        boards, self._boards = self._boards, {}
        for start, board in sorted(boards.items()):
            said = reason if start == training.start else "another start is the best one"
            board.close(said, self.histograms_every != 0)

    def _are_due(self, epoch: int) -> bool:
        if self.histograms_every is None:
            digits = str(epoch)
            return digits[0] in "125" and not digits[1:].strip("0")
        return bool(self.histograms_every) and epoch % self.histograms_every == 0

    def _board(self, path: Path | None, earlier: list[Path] | None, training: Training) -> Board:
        if path is None:
            raise OSError(f"{os.fspath(self.folder)!r} is being written to by another training.")
        parameters = {**parameters_of(training), **(self.params or {})}
        if training.starts > 1:
            parameters["start"] = training.start + 1
        return Board(path, earlier, training, parameters)

    def _first_board(self, training: Training) -> Board:
        """Return the board of the first start, in a folder that no other training has."""
        base, inside = Path(self.folder), _inside(training)
        if training.epochs_done:
            # one that was interrupted: in the last folder that there is
            self._place = _last(base)
            earlier = numbered(self._place / inside)
            path = claim(self._place / inside, len(earlier) + 1)
            return self._board(path, earlier, training)
        number = 1
        while True:
            self._place = _fit(base, number)
            path = None if _is_taken(self._place) else claim(self._place / inside, 1)
            if path is not None:
                return self._board(path, None, training)
            number += 1

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_boards": {}}


def _inside(training: Training) -> str:
    """Return the name of a start's folder inside that of its fit; nothing if there is but one."""
    if training.starts == 1:
        return ""
    way = re.sub(r"[^\w.=]+", "-", training.about.get("candidate", "")).strip("-")
    return f"start-{training.start + 1}" + (f"-{way}" if way else "")


def _is_taken(fit: Path) -> bool:
    return bool(numbered(fit)) or any(map(numbered, fit.glob("start-1*")))


def _fit(base: Path, number: int) -> Path:
    return base if number == 1 else base / f"fit-{number}"


def _last(base: Path) -> Path:
    """Return the folder of the last fit in a folder."""
    number = 1
    while _is_taken(_fit(base, number + 1)):
        number += 1
    return _fit(base, number)
