"""The line that a search's journal has of a training, whoever did it: a thread here, or a job."""

from __future__ import annotations

import math
from typing import Any

from neurona.choosing.journal import Journal
from neurona.choosing.rounds import Candidate
from neurona.choosing.space import key_of
from neurona.runs.searching.judge import Loss

Key = tuple[str, int, float]
"""A candidate's key, the fold, and the part of its work."""
NAMED = ("number", "origin", "key", "fold", "effort")


def named(one: Candidate, fold: int, effort: float) -> dict[str, Any]:
    """Return what a training is of."""
    values = one.number, one.origin, key_of(one.parameters), fold, effort
    return dict(zip(NAMED, values, strict=True))


def trained_line(of: dict[str, Any], found: Loss, seconds: float, elapsed: float) -> dict[str, Any]:
    """Return the line of a training that came to a loss, and to those of parts of the rows."""
    loss, parts, log = found
    return {
        "event": "trained",
        **{name: of[name] for name in NAMED},
        "loss": loss if loss < math.inf else None,
        "parts": [float(f"{part:.6g}") for part in parts],
        "log": None if log is None else round(log, 6),
        "seconds": round(seconds, 3),
        "elapsed": round(elapsed, 3),
    }


def known_in(journal: Journal) -> dict[Key, dict[str, Any]]:
    """Return the journal's lines of trainings by what they are of."""
    return {key_in(line): line for line in journal.lines if line["event"] == "trained"}


def key_in(line: dict[str, Any]) -> Key:
    """Return what a line is known by."""
    return line["key"], line["fold"], line["effort"]


def loss_in(line: dict[str, Any]) -> float:
    """Return a line's loss, infinite where training failed."""
    return math.inf if line["loss"] is None else float(line["loss"])


def tell(one: Candidate, known: dict[Key, dict[str, Any]], folds: int, effort: float) -> None:
    """Tell a candidate what it came to on so many folds."""
    key = key_of(one.parameters)
    lines = [known[key, fold, effort] for fold in range(folds)]
    one.folds, one.parts = [loss_in(line) for line in lines], lines[0].get("parts", [])
    one.logs = [line["log"] for line in lines if line.get("log") is not None]
