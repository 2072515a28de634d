"""The run folder: made for one run alone, and locked while that run goes on."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from neurona.cli.failures import Failure

MODEL = "model.neurona"
HISTORY = "history.csv"
EVENTS = "events.jsonl"
CONFIG = "config.toml"
SUMMARY = "summary.md"
CHECKPOINT = "checkpoint.neurona"


class RunFolder:
    """A folder that no other run writes to.

    Making a folder fails if it is there, so that of runs that start together each gets its own
    number. `events.jsonl` is opened exclusively (locked when a run is resumed): two runs in one
    folder are refused, and the system lets go of the lock of a process that died.
    """

    def __init__(self, path: Path, events: IO[bytes]) -> None:
        self.path, self.events = path, events

    @classmethod
    def create(cls, name: str, out: str = "", parent: Path = Path("runs")) -> RunFolder:
        """Make `parent`/NAME-0001, with the next free number, or the folder `out`."""
        if out:
            return cls._named(Path(out))
        parent.mkdir(parents=True, exist_ok=True)
        number = 1 + max(_numbers(name, (entry.name for entry in os.scandir(parent))), default=0)
        while True:
            path = parent / f"{name}-{number:04d}"
            try:
                path.mkdir()
            except FileExistsError:
                number += 1
                continue
            return cls(path, _open(path, "xb"))

    @classmethod
    def _named(cls, path: Path) -> RunFolder:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            path.mkdir()
        if not path.is_dir():
            raise Failure(f"--out: {str(path)!r} is a file; name a folder.")
        if any(path.iterdir()):
            raise Failure(
                f"--out: the folder {str(path)!r} is not empty; name another, or go on with its "
                f"run: --resume {path}."
            )
        try:
            return cls(path, _open(path, "xb"))
        except FileExistsError:
            raise Failure(f"--out: another run has just taken {str(path)!r}.") from None

    @classmethod
    def reopen(cls, path: Path) -> RunFolder:
        """Take up the folder of a run that has ended."""
        return cls(path, _open(path, "ab"))

    def file(self, name: str) -> Path:
        """Return the path of a file in the folder."""
        return self.path / name

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file as a whole."""
        from neurona.files.atomic import write_atomically

        write_atomically(self.file(name), pieces)

    def close(self) -> None:
        """Let the folder go."""
        with contextlib.suppress(OSError):
            self.events.close()


def _numbers(name: str, entries: Iterable[str]) -> list[int]:
    found = (re.fullmatch(re.escape(name) + r"-([0-9]{4,9})", entry) for entry in entries)
    return [int(match[1]) for match in found if match]


def _open(path: Path, mode: str) -> IO[bytes]:
    handle: IO[bytes] = open(path / EVENTS, mode)  # noqa: SIM115 - the folder closes it
    try:
        import fcntl
    except ImportError:  # Windows has no such locks
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        raise Failure(f"The run {str(path)!r} is being trained by another process.") from None
    except OSError:  # a file system without locks
        pass
    return handle
