"""What is wrong with the training of a run: its model, and its data read and split again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from neurona.runs.run_again import RunAgain, read_run
from neurona.runs.setting import SETTINGS
from neurona.runs.spelled import flag_of

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
    run = read_run(given)
    data, model = run.data, run.model
    from neurona.diagnosis import diagnose

    found = diagnose(model, data.train, list(data.targets), X_val=data.validation)
    found.notes += [data.sampled] if data.sampled else []
    commands = [command_for(run, one) for one in found]
    return RunDiagnosis(run.path, data.source.table.source, found, commands, run.findings)


def command_for(run: RunAgain, finding: Finding) -> str:
    """Return the command that trains again with a finding's remedy; nothing if no flags say it."""
    keys = {one.parameter: key for key, one in SETTINGS.items() if one.parameter} | ELSEWHERE
    words = []
    for name, value in finding.remedy.parameters.items():
        if name not in keys:
            return ""
        words += flag_of(keys[name], value)
    for column in finding.remedy.without_columns:
        words += ["--ignore", column]
    if not words:
        return ""
    if run.settings["run.out"]:
        words += ["--out", f"{run.path}-again"]
    return shlex.join(["neurona", "train", "--config", str(run.config), *words])
