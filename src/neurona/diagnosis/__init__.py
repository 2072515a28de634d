"""Diagnosis: what is wrong with a training, with evidence in numbers, and what to do about it.

| name | what it is |
|---|---|
| `diagnose` | looks at a model and its rows, and returns a `Diagnosis` |
| `Diagnosis` | the findings, worst first; text, a notebook's page, plain data |
| `Finding` | one thing: what, why, what to do; `apply()` and `try_it()` |
| `Remedy` | a change of parameters, or of the data |
| `Check`, `FINDINGS` | what looks for one finding, and the registry of them |
| `Evidence` | what checks look at: model, rows, history, measures made at most once |
| `Notes` | the callback that says during training what training alone can tell |
"""

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.diagnosis import Diagnosis, diagnose
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy, Trial

__all__ = [
    "FINDINGS",
    "Check",
    "Diagnosis",
    "Evidence",
    "Finding",
    "Remedy",
    "Trial",
    "diagnose",
]
