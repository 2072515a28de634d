"""A run looked at again: its settings, what it said, its data read and split again, its model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from neurona.runs import run_folder as folders
from neurona.runs.estimator import check_shares, make_estimator
from neurona.runs.failures import Failure
from neurona.runs.settings import Settings, in_table, read_toml
from neurona.runs.training_data import TrainingData, gather


@dataclass(eq=False)
class RunAgain:
    """A run's folder, settings and events; data and model are read when they are asked for."""

    path: Path
    settings: Settings
    events: list[dict[str, Any]]

    @property
    def config(self) -> Path:
        """The file of its settings."""
        return self.path / folders.CONFIG

    @cached_property
    def data(self) -> TrainingData:
        """Its data, read and split again; settings that are "auto" stay so."""
        ours = Settings(dict(self.settings.values), dict(self.settings.origins))
        return gather(ours)

    @cached_property
    def model(self) -> Any:
        """Its model; an unfitted one where training diverged before there was any.

        Failure if its training has not ended.
        """
        path = self.path / folders.MODEL
        if path.is_file():
            from neurona.files.models import load

            return load(path)
        if not any(event.get("event") == "done" for event in self.events):
            raise Failure(f"The run {str(self.path)!r} has no model yet; its training has not "
                          "ended.")  # fmt: skip
        data = self.data
        return make_estimator(
            self.settings, data.task, data.split, split_column=data.split_column, kinds=data.kinds
        )


def is_run(given: str) -> bool:
    """Whether a path is the folder of a run."""
    return (Path(given) / folders.CONFIG).is_file()


def read_run(given: str) -> RunAgain:
    """Return the run in a folder; Failure if it is not that of a run."""
    run = Path(given)
    if not is_run(given):
        raise Failure(f"{given!r} is not the folder of a run; name one that `neurona train` wrote.")
    config = run / folders.CONFIG
    settings = Settings.defaults()
    settings.put_all(in_table(read_toml(config), f"config {config.name}"))
    check_shares(settings)
    return RunAgain(run, settings, list(_events(run / folders.EVENTS)))


def _events(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the events that a run has logged; a line that was cut is left out."""
    if not path.is_file():
        return
    with path.open("rb") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event
