"""What is wrong with the training of a run: its model, and its data read and split again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from neurona import value_text
from neurona.runs import run_folder as folders
from neurona.runs.estimator import check_shares, make_estimator
from neurona.runs.failures import Failure
from neurona.runs.setting import SETTINGS
from neurona.runs.settings import Settings, in_table, read_toml
from neurona.runs.training_data import TrainingData, gather

if TYPE_CHECKING:
    from neurona.diagnosis import Diagnosis, Finding, Trial

ELSEWHERE = {"split": "data.split"}
"""Parameters that settings make in another way than by their name."""


class RunDiagnosis(NamedTuple):
    """A run, what is found in its training, and what training itself said of it.

    `commands` trains again with a finding's remedy: one for each finding, nothing where no flag
    says it. `said` are the notes of its training that were findings; `source` names the data.
    """

    run: Path
    source: str
    diagnosis: Diagnosis
    commands: list[str]
    said: list[str]

    def trials(self, count: int) -> Iterator[tuple[Finding, Trial]]:
        """Yield the first findings that have a remedy, and what it comes to; each one trains."""
        tried = [one for one in self.diagnosis if one.remedy.is_change][:count]
        for finding in tried:
            yield finding, finding.try_it()


def diagnose_run(given: str) -> RunDiagnosis:
    """Return the diagnosis of the run in a folder.

    Failure if it is no run's folder, or its training has not come to anything yet.
    """
    run = Path(given)
    config = run / folders.CONFIG
    if not config.is_file():
        raise Failure(f"{given!r} is not the folder of a run; name one that `neurona train` wrote.")
    settings = Settings.defaults()
    settings.put_all(in_table(read_toml(config), f"config {config.name}"))
    check_shares(settings)
    events = list(_events(run / folders.EVENTS))
    data = gather(settings)
    model = _model(run, settings, data, events)
    from neurona.diagnosis import diagnose

    found = diagnose(model, data.train, list(data.targets), X_val=data.validation)
    said = [e["text"] for e in events if e.get("event") == "note" and e.get("kind") == "finding"]
    commands = [_command(run, config, settings, one) for one in found]
    return RunDiagnosis(run, data.source.table.source, found, commands, said)


def _model(run: Path, settings: Settings, data: TrainingData, events: list[Any]) -> Any:
    """Return the run's model; an unfitted one where training diverged before there was any."""
    path = run / folders.MODEL
    if path.is_file():
        from neurona.files.models import load

        return load(path)
    if not any(event.get("event") == "done" for event in events):
        raise Failure(f"The run {str(run)!r} has no model yet; its training has not ended.")
    return make_estimator(
        settings, data.task, data.split, split_column=data.split_column, kinds=data.kinds
    )


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


def _command(run: Path, config: Path, settings: Settings, finding: Finding) -> str:
    """Return the command that trains again with a finding's remedy; nothing if no flags say it."""
    keys = {one.parameter: key for key, one in SETTINGS.items() if one.parameter} | ELSEWHERE
    words = []
    for name, value in finding.remedy.parameters.items():
        if name not in keys:
            return ""
        words += _flag(keys[name], value)
    for column in finding.remedy.without_columns:
        words += ["--ignore", column]
    if not words:
        return ""
    if settings["run.out"]:
        words += ["--out", f"{run}-again"]
    return shlex.join(["neurona", "train", "--config", str(config), *words])


def _flag(key: str, value: Any) -> list[str]:
    setting = SETTINGS[key]
    text = value_text.write(value) if is_dataclass(value) else str(value)
    if isinstance(value, list | tuple):
        text = ",".join(map(str, value)) or "none"
    if setting.flag:
        return [setting.option, text]
    return ["--set", f"{key}={text}"]
