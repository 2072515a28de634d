"""What a search tries because it is named beforehand, not drawn: the default, a line, more work."""

from __future__ import annotations

from typing import Any

from neurona.choosing.answer import DEFAULT, THOROUGH
from neurona.choosing.space import HIDDEN, Parameters
from neurona.runs.searching.judge import EFFORT, FEW, Judge
from neurona.runs.searching.pace import Pace

MORE = 2.5
"""About how much longer the default takes that does more."""


def named_first(given: dict[str, Any]) -> list[tuple[str, Parameters]]:
    """Return what is tried in any case: the default, and a network without hidden layers."""
    first: list[tuple[str, Parameters]] = [(DEFAULT, {})]
    if HIDDEN not in given:
        first.append(("linear", {HIDDEN: []}))
    return first


def named_then(
    judge: Judge, given: dict[str, Any], pace: Pace | None, budget: float | None
) -> list[list[tuple[str, Parameters]]]:
    """Return what is tried after the default: the same with more work, if there is time."""
    if not judge.facts.contest or EFFORT in given:
        return []
    if pace is None or budget is None:
        fits = judge.facts.rows <= FEW
    else:
        fits = MORE * pace.seconds <= budget / 3
    return [[(THOROUGH, {EFFORT: THOROUGH})]] if fits else []
