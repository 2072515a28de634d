"""The events of a search: what it is judged by, how far a batch is, what came of it."""

from __future__ import annotations

from typing import Any

from neurona.choosing.rounds import Batch, Rounds
from neurona.progress.events import Event, Stream
from neurona.progress.search_lines import said
from neurona.runs.searching.judge import Judge
from neurona.spelling import parameter


def begin_event(judge: Judge, budget: float | None, trials: int | None, begun: int) -> Event:
    """Return what a search begins with; so many candidates as have `begun` are named beforehand."""
    return {
        "event": "search",
        "metric": judge.metric,
        "folds": len(judge.folds),
        "held": len(judge.folds[0].held),
        "rows": judge.facts.rows,
        "baseline": judge.baseline() * judge.unit,
        "budget": budget,
        "trials": trials,
        "named": begun,
    }


def rung_event(batch: Batch, rounds: Rounds, judge: Judge, seconds: float) -> Event:
    """Return what came of a batch."""
    rung = rounds.rungs[batch.rung]
    return {
        "event": "rung",
        "metric": judge.metric,
        "count": len(batch.candidates),
        "folds": rung.folds,
        "effort": rung.effort,
        "tried": tried(rounds),
        "best": _best(rounds, judge),
        "seconds": round(seconds, 1),
    }


def trying_event(done: int, of: int, rounds: Rounds, judge: Judge, seconds: float) -> Event:
    """Return how many of a batch's trainings are done."""
    return {
        "event": "trying",
        "metric": judge.metric,
        "done": done,
        "of": of,
        "tried": tried(rounds),
        "best": _best(rounds, judge),
        "seconds": round(seconds, 1),
    }


def tell_why(stream: Stream, in_time: object) -> None:
    """Say why nothing was tried but what is named beforehand: for want of time, or of choices."""
    if in_time:
        stream.note(
            "The time was over before others than the default could be tried; give "
            f"{parameter('budget')} more of it.",
            "warning",
        )
    else:
        stream.note("All that a search chooses is fixed: there is nothing else to try.")


def tried(rounds: Rounds) -> int:
    """Return how many candidates have been trained, be it a little."""
    return sum(bool(one.losses) for one in rounds.candidates)


def _best(rounds: Rounds, judge: Judge) -> dict[str, Any] | None:
    best = rounds.best()
    if best is None:
        return None
    return {
        "number": best.number,
        "origin": best.origin,
        "said": said(best.parameters),
        "loss": best.losses[rounds.last] * judge.unit,
    }
