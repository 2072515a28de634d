"""The run folder: made for one run alone, and locked while that run goes on."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from neurona.runs.failures import Code, Failure
from neurona.runs.settings import Settings
from neurona.spelling import parameter

MODEL = "model.neurona"
HISTORY = "history.csv"
EVENTS = "events.jsonl"
CONFIG = "config.toml"
SUMMARY = "summary.md"
FOLDS = "folds.csv"
CHECKPOINT = "checkpoint.neurona"


class RunFolder:
    """A folder that no other run writes to.

    Making a folder fails if it is there, so that of runs that start together each gets its own
    number. The folder is locked, too, so that a run is not resumed twice at a time; the system lets
    go of the lock of a process that died.
    """

    def __init__(self, path: Path, events: IO[bytes], lock: int | None) -> None:
        self.path, self.events, self._lock = path, events, lock

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
            return cls(path, *_open(path, "xb"))

    @classmethod
    def _named(cls, path: Path) -> RunFolder:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            path.mkdir()
        if not path.is_dir():
            raise Failure(f"{parameter('run.out')}: {str(path)!r} is a file; name a folder.")
        if any(path.iterdir()):
            raise Failure(
                f"{parameter('run.out')}: the folder {str(path)!r} is not empty; name another, or "
                f"go on with its run: {parameter('resume')} {path}."
            )
        try:
            return cls(path, *_open(path, "xb"))
        except FileExistsError:
            raise Failure(
                f"{parameter('run.out')}: another run has just taken {str(path)!r}."
            ) from None

    @classmethod
    def reopen(cls, path: Path, epochs: int) -> RunFolder:
        """Take up the folder of a run that has ended; events of later epochs are left out."""
        folder = cls(path, *_open(path, "ab"))
        old = folder.file(EVENTS).read_bytes().splitlines(keepends=True)
        folder.events.close()
        folder.write(EVENTS, [line for line in old if _is_kept(line, epochs)])
        folder.events = open(folder.file(EVENTS), "ab")  # noqa: SIM115 - the folder closes it
        return folder

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
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def config_of(run: Path) -> Path:
    """Return the settings file in the folder of a run; Failure if there is none."""
    if not (run / CONFIG).is_file():
        raise Failure(f"{parameter('resume')}: {str(run)!r} is not the folder of a run.")
    return run / CONFIG


def check_resumed(settings: Settings) -> None:
    """Fail if a run that is resumed was told another folder than its own."""
    origin = settings.origins["run.out"]
    if origin != "default" and not origin.startswith("config "):
        raise Failure(
            f"{parameter('run.out')}: a run that is resumed stays in its folder.", Code.USAGE
        )


def _numbers(name: str, entries: Iterable[str]) -> list[int]:
    found = (re.fullmatch(re.escape(name) + r"-([0-9]{4,9})", entry) for entry in entries)
    return [int(match[1]) for match in found if match]


def _is_kept(line: bytes, epochs: int) -> bool:
    """Whether a line is whole, and not of an epoch that will be trained again."""
    try:
        event = json.loads(line)
    except ValueError:
        return False
    return line.endswith(b"\n") and not (
        isinstance(event, dict) and event.get("event") == "epoch" and event["epoch"] > epochs
    )


def _open(path: Path, mode: str) -> tuple[IO[bytes], int | None]:
    """Lock a folder and open its events; returns the file and the lock."""
    lock = _lock(path)
    try:
        return open(path / EVENTS, mode), lock
    except BaseException:
        if lock is not None:
            os.close(lock)
        raise


def _lock(path: Path) -> int | None:
    try:
        import fcntl
    except ImportError:  # Windows has no such locks
        return None
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Failure(f"The run {str(path)!r} is being trained by another process.") from None
    except OSError:  # a file system without locks
        pass
    return handle
