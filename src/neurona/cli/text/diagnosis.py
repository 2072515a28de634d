"""What `neurona diagnose` says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurona.cli.text.layout import bold, entry

if TYPE_CHECKING:
    from neurona.diagnosis import Finding, Trial
    from neurona.runs.diagnosis import RunDiagnosis


def diagnosis_text(found: RunDiagnosis, no_color: bool = False) -> str:
    """Return the findings as text that fits the terminal."""
    diagnosis = found.diagnosis
    lines = [entry("run", f"{found.run}   {found.source}")]
    if not diagnosis:
        lines.append(entry("findings", f"none; {len(diagnosis.looked_for)} things were looked for"))
    for number, (one, command) in enumerate(zip(diagnosis, found.commands, strict=True), 1):
        lines += ["", bold(f"{number}. {_title(one)}   {one.word}", no_color)]
        lines += [entry("found", one.what), entry("why", one.why), entry("to do", one.advice)]
        if command:
            # a command is not broken: it is copied
            lines.append(f"{'command':<12}{command}")
    if diagnosis:
        lines.append("")
    lines += [entry("note", text) for text in diagnosis.notes]
    lines += [entry("in training", text) for text in found.said]
    return "\n".join(lines).rstrip()


def trial_text(finding: Finding, trial: Trial) -> str:
    """Return what a remedy came to."""
    return entry("tried", f"{_title(finding)}: {trial}")


def diagnosis_document(
    found: RunDiagnosis, trials: Sequence[tuple[Finding, Trial]]
) -> dict[str, Any]:
    """Return the findings as plain data."""
    document = found.diagnosis.as_dict()
    for one, command in zip(document["findings"], found.commands, strict=True):
        one["command"] = command or None
    tried = {
        finding.name: {
            "measure": trial.measure,
            "before": dict(trial.before),
            "after": dict(trial.after),
            "rows": trial.rows,
            "improved": trial.improved,
        }
        for finding, trial in trials
    }
    return {
        "schema": 1,
        "event": "diagnose",
        "run": str(found.run),
        "source": found.source,
        **document,
        "said_in_training": found.said,
        "tried": tried,
    }


def _title(finding: Finding) -> str:
    return finding.name.replace("_", " ")
