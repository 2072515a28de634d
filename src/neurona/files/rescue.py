"""Saving something where there is room, when the place that was meant for it cannot be written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs

from neurona.errors import FormatError

FAILURES = (OSError, FormatError)
"""How writing and reading back can fail."""


def save_somewhere(write: Callable[[Path], object], path: Path) -> tuple[Path, Exception | None]:
    """Call `write(path)`, or with a path elsewhere if that fails.

    Elsewhere is a new folder in the user's folder for the state of programs, else in the folder for
    temporary files, else in the home folder.

    Returns
    -------
    path : Path
        What was written.
    error : Exception or None
        Why it is not the path that was given, None if it is.

    Raises
    ------
    OSError
        Nothing can be written anywhere; of the path that was given.

    >>> def write(path):
    ...     if path.parent.name == "full":
    ...         raise OSError(28, "No space left on device")
    >>> path, error = save_somewhere(write, Path("full/model.neurona"))
    >>> path.name, path.parent.name.startswith("full-"), str(error)
    ('model.neurona', True, '[Errno 28] No space left on device')
    >>> path.parent.rmdir()
    """
    try:
        write(path)
        return path, None
    except FAILURES as error:
        first = error
    for place in _places(path.resolve().parent.name):
        try:
            write(place / path.name)
        except FAILURES:
            _remove(place)
            continue
        return place / path.name, first
    raise first


def reason_of(error: Exception) -> str:
    """Return why something could not be written, without the path."""
    return str(getattr(error, "strerror", None) or error).removesuffix(" (while saving)")


def _places(name: str) -> Iterator[Path]:
    """Make one new folder after the other, each elsewhere."""
    for root in (_state_folder, _temporary_folder, Path.home):
        try:
            folder = root()
            folder.mkdir(parents=True, exist_ok=True)
            yield Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
        except (OSError, RuntimeError):  # RuntimeError: nobody's home
            continue


def _state_folder() -> Path:
    return Path(platformdirs.user_state_dir("neurona", False)) / "rescued"


def _temporary_folder() -> Path:
    return Path(tempfile.gettempdir())


def _remove(folder: Path) -> None:
    with contextlib.suppress(OSError):
        os.rmdir(folder)
