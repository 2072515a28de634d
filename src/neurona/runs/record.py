"""What the folder of a run says of it: settings, events, history. Lines that are not whole are left
out, so that a run that was killed, or still goes on, can be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from neurona.progress.events import Event
from neurona.progress.log import read_events
from neurona.runs import run_folder as folders
from neurona.runs.failures import Failure
from neurona.runs.history_csv import FIELDS, read_history
from neurona.runs.settings import Settings, read_toml


@dataclass(frozen=True, eq=False)
class Record:
    """A run as its folder has it.

    Attributes
    ----------
    path : Path
    settings : Settings
        As they were when it was trained.
    start, done : dict or None
        Its first and its last event; None if it did not come so far.
    folds : list of dict
        The events of its folds.
    findings : list of str
        The notes of its training, or of its trainings where it was resumed, that say what is wrong.
    history : dict of lists
        Columns by name, None where an epoch has no such number.
    """

    path: Path
    settings: Settings
    start: Event | None
    done: Event | None
    folds: list[Event]
    findings: list[str]
    history: dict[str, list[float | None]]

    @classmethod
    def read(cls, given: str | Path) -> Self:
        """Return what a folder says; a Failure if it is not that of a run."""
        path = Path(given)
        if not is_run(path):
            raise Failure(
                f"{str(given)!r} is not the folder of a run; name one that `neurona train` wrote."
            )
        settings = Settings.defaults()
        settings.put_table(read_toml(path / folders.CONFIG), f"config {folders.CONFIG}")
        start: Event | None = None
        done: Event | None = None
        folds: list[Event] = []
        findings: list[str] = []
        for event in events_of(path / folders.EVENTS):
            kind = event.get("event")
            if kind == "start":
                start, done, folds = event, None, []
            elif kind == "fold":
                folds.append(event)
            elif kind == "note" and event.get("kind") == "finding":
                findings.append(str(event["text"]))
            elif kind == "done":
                done = event
        history = history_of(path / folders.HISTORY)
        return cls(path, settings, start, done, folds, list(dict.fromkeys(findings)), history)

    @property
    def config(self) -> Path:
        """The file of its settings."""
        return self.path / folders.CONFIG

    @property
    def metrics(self) -> dict[str, dict[str, Any]]:
        """The scores that training told, by the rows that they are of: test, validation, train."""
        done = self.done or {}
        return {part: done[part] for part in ("test", "validation", "train") if done.get(part)}


def is_run(given: str | Path) -> bool:
    """Whether a path is the folder of a run."""
    return (Path(given) / folders.CONFIG).is_file()


def events_of(path: Path) -> list[Event]:
    """Return the whole lines of a log of events; none if there is no such file."""
    return read_events(path.read_bytes())[0] if path.is_file() else []


def history_of(path: Path) -> dict[str, list[float | None]]:
    """Return the columns of a history's file; empty ones if there is none."""
    rows = read_history(path.read_bytes())[0] if path.is_file() else []
    return {name: [row[name] for row in rows] for name in FIELDS}
