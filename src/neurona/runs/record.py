"""What the folder of a run says of it: settings, events, history. Lines that are not whole are left
out, so that a run that was killed, or still goes on, can be looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurona.progress.events import Event
from neurona.progress.log import read_events
from neurona.runs import run_folder as folders
from neurona.runs.failures import Failure
from neurona.runs.history_csv import FIELDS, read_history
from neurona.runs.settings import Settings, read_toml


@dataclass(frozen=True)
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
    history : dict of lists
        Columns by name, None where an epoch has no such number.
    """

    path: Path
    settings: Settings
    start: Event | None
    done: Event | None
    folds: list[Event]
    history: dict[str, list[float | None]]

    @classmethod
    def read(cls, given: str | Path) -> Record:
        """Return what a folder says; a Failure if it is not that of a run."""
        path = Path(given)
        config = path / folders.CONFIG
        if not config.is_file():
            raise Failure(
                f"{str(given)!r} is not the folder of a run: it has no {folders.CONFIG}; name a "
                "folder that `neurona train` wrote."
            )
        settings = Settings.defaults()
        settings.put_table(read_toml(config), f"config {config.name}")
        start: Event | None = None
        done: Event | None = None
        folds: list[Event] = []
        for event in events_of(path / folders.EVENTS):
            kind = event.get("event")
            if kind == "start":
                start, done, folds = event, None, []
            elif kind == "fold":
                folds.append(event)
            elif kind == "done":
                done = event
        return cls(path, settings, start, done, folds, history_of(path / folders.HISTORY))

    @property
    def metrics(self) -> dict[str, dict[str, Any]]:
        """The scores that training told, by the rows that they are of: test, validation, train."""
        done = self.done or {}
        return {part: done[part] for part in ("test", "validation", "train") if done.get(part)}


def events_of(path: Path) -> list[Event]:
    """Return the whole lines of a log of events; none if there is no such file."""
    return read_events(path.read_bytes())[0] if path.is_file() else []


def history_of(path: Path) -> dict[str, list[float | None]]:
    """Return the columns of a history's file; empty ones if there is none."""
    rows = read_history(path.read_bytes())[0] if path.is_file() else []
    return {name: [row[name] for row in rows] for name in FIELDS}
