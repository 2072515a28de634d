"""One process compiles, the others wait and load what it has compiled: a lock beside the code.

Twenty workers that begin with an empty cache would otherwise all compile the same, and be slower
together than one. The lock is the system's, so that it goes with a process that is killed; where
there is none (some network drives), or a process has waited long, everyone compiles as before.
"""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path
from typing import IO

PATIENCE = 120.0
"""Seconds after which a process compiles by itself: several times as long as any function takes."""
PAUSE = 0.02


class Turn:
    """The right to compile one function."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self, patience: float = PATIENCE) -> bool:
        """Wait until nobody else has it, and return whether it was had in time."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = open(self._path, "ab")  # noqa: SIM115 - give closes it
            ends_at = time.monotonic() + patience
            while not _locked(self._file):
                if time.monotonic() >= ends_at:
                    raise TimeoutError
                time.sleep(PAUSE)
        except OSError:  # of which a TimeoutError is one
            self.give()
            return False
        return True

    def give(self) -> None:
        """Let others have it."""
        file, self._file = self._file, None
        if file is not None:
            with contextlib.suppress(OSError):
                _unlock(file)
            file.close()


if sys.platform == "win32":
    import msvcrt

    def _locked(file: IO[bytes]) -> bool:
        """Lock a file, if nobody else has."""
        with contextlib.suppress(PermissionError):
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            return True
        return False

    def _unlock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _locked(file: IO[bytes]) -> bool:
        """Lock a file, if nobody else has."""
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _unlock(file: IO[bytes]) -> None:
        # said, not left to closing: a child that was forked meanwhile has the file open as well
        fcntl.flock(file, fcntl.LOCK_UN)
