"""Diagnosis: what is wrong with a training, with evidence in numbers, and what to do about it.

| name | what it is |
|---|---|
| `diagnose` | looks at a model and its rows, and returns a `Diagnosis` |
| `Diagnosis` | the findings, worst first; text, a notebook's page, plain data |
| `Finding` | one thing: what, why, what to do; `apply()` and `try_it()` |
| `Remedy`, `Trial` | a change of parameters, or of the data; what it came to |
| `Check`, `FINDINGS` | what looks for one finding, and the registry of them |
| `Evidence` | what checks look at: model, rows, history, measures made at most once |
| `Notes` | the callback that says during training what the losses alone can tell |

A training is followed by `Notes` without the rest, so names are imported when they are first used.
"""

from typing import TYPE_CHECKING

from neurona.on_demand import on_demand

if TYPE_CHECKING:
    from neurona.diagnosis.check import FINDINGS, Check
    from neurona.diagnosis.diagnosis import Diagnosis, diagnose
    from neurona.diagnosis.evidence import Evidence
    from neurona.diagnosis.finding import Finding, Remedy, Trial
    from neurona.diagnosis.notes import Notes

_HOME = {
    "FINDINGS": "neurona.diagnosis.check",
    "Check": "neurona.diagnosis.check",
    "Diagnosis": "neurona.diagnosis.diagnosis",
    "Evidence": "neurona.diagnosis.evidence",
    "Finding": "neurona.diagnosis.finding",
    "Notes": "neurona.diagnosis.notes",
    "Remedy": "neurona.diagnosis.finding",
    "Trial": "neurona.diagnosis.finding",
    "diagnose": "neurona.diagnosis.diagnosis",
}

__all__ = [
    "FINDINGS",
    "Check",
    "Diagnosis",
    "Evidence",
    "Finding",
    "Notes",
    "Remedy",
    "Trial",
    "diagnose",
]


__getattr__ = on_demand(__name__, _HOME)
