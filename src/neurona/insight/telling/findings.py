"""What the diagnosis found, as items of a document."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from neurona.diagnosis import Diagnosis
from neurona.diagnosis.diagnosis import diagnosis_of
from neurona.insight.exhibit import Exhibit
from neurona.progress.numbers import short
from neurona.reports.page.document import Block, Item, Text

LEVELS = {"serious": 2, "worth mending": 1}


def diagnosis_made(exhibit: Exhibit) -> Diagnosis | None:
    """Return the diagnosis of a model; None of one that it does not know."""
    if exhibit.case is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return diagnosis_of(exhibit.case)


def findings_of(diagnosis: Diagnosis, commands: list[str] | None = None) -> list[Block]:
    """Return findings as blocks; `commands` train with the remedy of each."""
    found: list[Block] = []
    if not diagnosis:
        found.append(Text(f"Nothing found; {len(diagnosis.looked_for)} things were looked for."))
    for one, command in zip(diagnosis, commands or [""] * len(diagnosis), strict=True):
        known = {name: value for name, value in one.evidence.items() if np.isfinite(value)}
        small = ", ".join(f"{name} {_number(value)}" for name, value in known.items())
        remedy = command or (f"remedy: {one.remedy}" if one.remedy else "")
        found.append(
            Item(
                one.name.replace("_", " ").capitalize(),
                one.word,
                LEVELS.get(one.word, 0),
                [f"{one.what} {one.why}", one.advice],
                remedy,
                small,
            )
        )
    notes = [text[:1].upper() + text[1:].rstrip(".") + "." for text in diagnosis.notes]
    return [*found, *(Text(text, small=True) for text in notes)]


def _number(value: Any) -> str:
    return short(float(value)) if isinstance(value, float) else f"{value}"
