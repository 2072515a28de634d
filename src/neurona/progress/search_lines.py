"""A search as a person reads it: what is judged by what, then a line for each rung."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurona.progress.events import Event
from neurona.progress.numbers import TITLES, clock, count, in_words, short
from neurona.progress.surface import Row

SOLVER = "training.solver"
SILENCE, LONG_SILENCE, LATER = 5.0, 15.0, 1.1
"""Seconds between two lines that tell nothing new, the same within a round, and how these grow."""


class Rungs:
    """Tells which events of a search have a line: those with a better candidate, and one now and
    then.
    """

    def __init__(self) -> None:
        self._best: Any = None
        self._shown = 0.0

    def is_due(self, event: Event) -> bool:
        """Whether to show an event of a search."""
        if event["event"] == "search":
            return True
        if event["event"] == "trying" and not event["done"]:
            return False
        best = event["best"] and event["best"]["number"]
        silence = SILENCE if event["event"] == "rung" else LONG_SILENCE
        if best == self._best and event["seconds"] < self._shown * LATER + silence:
            return False
        self._best, self._shown = best, event["seconds"]
        return True


def trying_row(event: Event, begun: Event) -> Row:
    """Return how far a search is as a line that changes; `begun` is its first event."""
    best, seconds = event["best"], event["seconds"]
    budget, trials = begun["budget"], begun["trials"]
    most = _most(begun)
    shares = [seconds / budget if budget else 0.0, event["tried"] / most if trials else 0.0]
    left = f"{clock(max(0.0, budget - seconds))} left" if budget else f"{clock(seconds)} so far"
    parts = [
        (0, f"{count(event['tried'], 'candidate')}"),
        (1, left),
        (2, f"best {_metric(event)} {short(best['loss'])}" if best else ""),
        (3, f"{event['done']} of {event['of']} trainings of this round"),
    ]
    return Row("search", parts, min(1.0, max(shares)))


def search_parts(event: Event) -> list[str]:
    """Return what there is to say of a search's first event, or of a rung."""
    if event["event"] == "search":
        return _begin_parts(event)
    best = event["best"]
    now = (
        f"{event['count']} just now{_effort(event)}"
        if event["event"] == "rung"
        else f"{event['done']} of {event['of']} trainings of this round"
    )
    parts = [f"{count(event['tried'], 'candidate')} tried", now]
    if best is not None:
        said = best["said"] or "as the table decides"
        parts.append(f"best {_metric(event)} {short(best['loss'])} ({best['origin']}: {said})")
    parts.append(f"{event['seconds']:.0f} s")
    return parts


def _begin_parts(event: Event) -> list[str]:
    folds = event["folds"]
    held = f"{count(event['held'], 'row')} held out" if folds == 1 else f"{folds} folds"
    budget = "" if event["budget"] is None else f"for {_length(event['budget'])}"
    trials = ""
    if event["trials"] is not None:
        most = count(_most(event), "candidate")
        trials = f"at most {most} ({event['named']} of them named beforehand)"
    return [
        f"judged by {_metric(event)} on {held} of {count(event['rows'], 'row')}",
        f"baseline {short(event['baseline'])}",
        " or ".join(filter(None, [budget, trials])),
    ]


def _most(begun: Event) -> int:
    """Return how many candidates there are at most: those that are named beforehand, and the others
    that were asked for.
    """
    return int(begun["named"]) + int(begun["trials"] or 0)


def _length(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 60 else in_words(seconds)


def _metric(event: Event) -> str:
    name: str = event["metric"]
    return TITLES.get(name, name)


def _effort(event: Event) -> str:
    effort = event["effort"]
    return "" if effort >= 1 else f" to {effort:.0%}"


def said(parameters: Mapping[str, Any]) -> str:
    """Return settings in a few words: adam, hidden 64,64, rate 0.003.

    >>> said({"training.solver": "adam", "model.hidden": [64, 64], "training.rate": 0.003})
    'adam, hidden 64,64, rate 0.003'
    >>> said({"training.also": ["leaves()", "relu(width=64)"]})
    'with leaves() and relu(width=64)'
    """
    parts = []
    for key, value in sorted(parameters.items(), key=lambda pair: (pair[0] != SOLVER, pair[0])):
        name = key.partition(".")[2]
        if key == "model.hidden":
            shown = value if isinstance(value, str) else ",".join(map(str, value)) or "none"
            parts.append(f"hidden {shown}")
        elif key == "training.also":
            parts.append(f"with {' and '.join(value)}")
        elif key in (SOLVER, "model.activation", "training.combine"):
            parts.append(str(value))
        else:
            parts.append(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}")
    return ", ".join(parts)
