"""The run folder: made for one run alone, and locked while that run goes on."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from neurona.progress.events import Event
from neurona.runs.failures import Code, Failure
from neurona.runs.settings import Settings
from neurona.spelling import parameter

MODEL = "model.neurona"
HISTORY = "history.csv"
EVENTS = "events.jsonl"
CONFIG = "config.toml"
SUMMARY = "summary.md"
FOLDS = "folds.csv"
FOUND = "search-found.json"
CHECKPOINT = "checkpoint.neurona"


class RunFolder:
    """A folder that no other run writes to.

    Making a folder fails if it is there, so that of runs that start together each gets its own
    number. The folder is locked, too, so that a run is not resumed twice at a time; the system lets
    go of the lock of a process that died.
    """

    def __init__(self, path: Path, events: IO[bytes], lock: int | None) -> None:
        self.path, self.events, self._lock = path, events, lock
        self.damaged: list[int] = []
        self._made: list[Path] = []

    @classmethod
    def create(cls, name: str, out: str = "", parent: Path = Path("runs")) -> RunFolder:
        """Make `parent`/NAME-0001, with the next free number, or the folder `out`."""
        if out:
            return cls._named(Path(out))
        made = _make(parent)
        number = 1 + max(_numbers(name, (entry.name for entry in os.scandir(parent))), default=0)
        while True:
            path = parent / f"{name}-{number:04d}"
            try:
                path.mkdir()
            except FileExistsError:
                number += 1
                continue
            return cls._new(path, made)

    @classmethod
    def _named(cls, path: Path) -> RunFolder:
        made = _make(path.parent)
        with contextlib.suppress(FileExistsError):
            path.mkdir()
        _check_empty(path)
        try:
            return cls._new(path, made)
        except FileExistsError:
            raise Failure(
                f"{parameter('run.out')}: another run has just taken {str(path)!r}."
            ) from None

    @classmethod
    def _new(cls, path: Path, made: list[Path]) -> RunFolder:
        """Open a folder that has just been made; if that fails nothing of it stays."""
        try:
            folder = cls(path, *_open(path, "xb"))
        except OSError:
            _remove([path, *made])
            raise
        folder._made = made
        return folder

    @classmethod
    def reopen(cls, path: Path, epochs: int) -> RunFolder:
        """Take up the folder of a run that has ended.

        Events of later epochs are left out, since these will be trained again; so are lines that
        are not whole, which `damaged` lists.
        """
        from neurona.progress.log import read_events, sealed

        folder = cls(path, *_open(path, "ab"))
        old, folder.damaged = read_events(folder.file(EVENTS).read_bytes())
        folder.events.close()
        folder.write(EVENTS, [sealed(event) for event in old if _is_kept(event, epochs)])
        folder.events = open(folder.file(EVENTS), "ab")  # noqa: SIM115 - the folder closes it
        return folder

    @classmethod
    def again(cls, path: Path) -> RunFolder:
        """Take up the folder of what tells its events anew, but for those of a run whose model is
        there.
        """
        from neurona.progress.log import read_events, sealed

        folder = cls(path, *_open(path, "ab"))
        told = (
            read_events(folder.file(EVENTS).read_bytes())[0] if folder.file(MODEL).exists() else []
        )
        folder.events.truncate(0)
        folder.events.writelines(sealed(event) for event in _of_run(told))
        folder.events.flush()
        return folder

    def file(self, name: str) -> Path:
        """Return the path of a file in the folder."""
        return self.path / name

    def write(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file as a whole."""
        from neurona.files.atomic import write_atomically

        write_atomically(self.file(name), pieces)

    def abandon(self) -> None:
        """Remove a folder that was made for a run of which nothing is left, and let it go."""
        for name in (CONFIG, EVENTS):
            with contextlib.suppress(OSError):
                self.file(name).unlink()
        self.close()
        _remove([self.path, *self._made])

    def close(self) -> None:
        """Let the folder go."""
        with contextlib.suppress(OSError):
            self.events.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def check_out(out: str) -> None:
    """Fail if no folder can be made, before anything is read or compiled for it."""
    path = Path(out or "runs")
    if out and path.exists():
        _check_empty(path)
    place = next(one for one in (path, *path.absolute().parents) if one.exists())
    if not os.access(place, os.W_OK):
        raise Failure(
            f"{parameter('run.out')}: nothing can be written in {str(place)!r}; name another."
        )


def _check_empty(path: Path) -> None:
    if not path.is_dir():
        raise Failure(f"{parameter('run.out')}: {str(path)!r} is a file; name a folder.")
    if any(path.iterdir()):
        raise Failure(
            f"{parameter('run.out')}: the folder {str(path)!r} is not empty; name another, or "
            f"go on with its run: {parameter('resume')} {path}."
        )


def config_of(run: Path) -> Path:
    """Return the settings file in the folder of a run; Failure if there is none."""
    if not (run / CONFIG).is_file():
        raise Failure(f"{parameter('resume')}: {str(run)!r} is not the folder of a run.")
    return run / CONFIG


def checkpoint_in(run: Path) -> Path:
    """Return the checkpoint of a run to go on from; a Failure if there is none."""
    path = run / CHECKPOINT
    if not path.is_file():
        raise Failure(
            f"The run {str(run)!r} has no checkpoint to go on from; train with "
            f"{parameter('run.checkpoint_every')} N."
        )
    return path


def check_resumed(settings: Settings) -> None:
    """Fail if a run that is resumed was told another folder than its own."""
    origin = settings.origins["run.out"]
    if origin != "default" and not origin.startswith("config "):
        raise Failure(
            f"{parameter('run.out')}: a run that is resumed stays in its folder.", Code.USAGE
        )


def what_is_left(run: Path | None, saved: Path | None) -> str:
    """Return what an interrupted run leaves, in a sentence; `saved` is its model, if it has one."""
    if saved is not None:
        return f"interrupted: the model is in {saved}"
    if run is None:
        return "interrupted before the first epoch: nothing was written"
    if (run / CHECKPOINT).exists():
        return (
            f"interrupted: no model was saved; go on with: neurona train {parameter('resume')} "
            f"{shlex.quote(str(run))}"
        )
    return f"interrupted: no model was saved in {run}"


def _make(folder: Path) -> list[Path]:
    """Make a folder and those around it; returns those that were not there, the inmost first."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing


def _remove(paths: Iterable[Path]) -> None:
    """Remove folders, as far as they are empty."""
    with contextlib.suppress(OSError):
        for path in paths:
            path.rmdir()


def _numbers(name: str, entries: Iterable[str]) -> list[int]:
    found = (re.fullmatch(re.escape(name) + r"-([0-9]{4,9})", entry) for entry in entries)
    return [int(match[1]) for match in found if match]


def _of_run(events: Sequence[Event]) -> Sequence[Event]:
    """Return the events of the last run that ended, from its start on."""
    names = [event.get("event") for event in events]
    if "done" not in names:
        return []
    end = len(names) - names[::-1].index("done")
    begins = [k for k, name in enumerate(names[:end]) if name == "start"]
    return events[begins[-1] : end] if begins else []


def _is_kept(event: Event, epochs: int) -> bool:
    """Whether an event is not of an epoch that will be trained again."""
    return event.get("event") != "epoch" or event["epoch"] <= epochs


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
