"""The screen of a training, for people: data, model, epochs, notes, the end, what was saved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from neurona.progress.events import Event
from neurona.progress.fold_lines import fold_parts, folds_text
from neurona.progress.modes import shown_as
from neurona.progress.numbers import count, in_words, scores_text, several, short
from neurona.progress.search_lines import Rungs, search_parts, trying_row
from neurona.progress.surface import DIM, Surface

MOST_NOTES = 8
MOST_STARTS = 20
MEASURES = {"loss": "loss", "val_loss": "val", "log_evidence": "log evidence"}


class Screen:
    """Shows events on a terminal, in a notebook or in a log.

    `mode` says how epochs are shown: "live" (lines that change, at most 10 times a second; only on
    a surface that can), "lines" (a line each, at most one a second, further apart as training goes
    on), "epochs" (the form of Keras), "none". `plot` adds to live ones the curve as it grows.
    """

    def __init__(
        self, surface: Surface, mode: str, verbose: bool = False, plot: bool = False
    ) -> None:
        self._out, self._verbose = surface, verbose
        self._epochs = shown_as(mode, surface, plot)
        self._notes = 0
        self._has_baseline = False
        self._rungs = Rungs()
        self._begun: Event = {}

    def take(self, event: Event) -> None:
        """Show an event."""
        show = {
            "start": self._start,
            "epoch": self._epochs.show,
            "start_end": self._start_end,
            "note": self._note,
            "fold": self._fold,
            "search": self._search,
            "rung": self._search,
            "trying": self._trying,
            "done": self._done,
        }
        show[event["event"]](event)

    def close(self) -> None:
        """Take what changes away."""
        self._epochs.close()

    def _start(self, event: Event) -> None:
        self._epochs.close()
        self._out.line("data", data_parts(event))
        self._out.line("model", model_parts(event))
        self._epochs.begin(event)
        self._has_baseline = "baseline" in event

    def _note(self, event: Event) -> None:
        if event["kind"] == "compiling":
            self._epochs.wait(event["text"])
            return
        self._notes += 1
        if self._verbose or self._notes <= MOST_NOTES or event["kind"] == "warning":
            self._out.line("note", [event["text"]])
        elif self._notes == MOST_NOTES + 1:
            self._out.line("note", ["... (-v shows all notes)"])

    def _start_end(self, event: Event) -> None:
        """Show how one of several starts ended; of many those that are better, and the last."""
        self._epochs.start_ended(event)
        if event.get("candidate") and not self._verbose:
            return  # a line for each at the end tells more
        best = event["best_start"] == event["start"]
        if event["starts"] <= MOST_STARTS or best or event["start"] == event["starts"]:
            self._out.line("start", start_parts(event), DIM)

    def _fold(self, event: Event) -> None:
        self._out.line("fold", fold_parts(event))

    def _trying(self, event: Event) -> None:
        if not self._epochs.under_way(trying_row(event, self._begun)):
            self._search(event)

    def _search(self, event: Event) -> None:
        if event["event"] == "search":
            self._begun = event
        if self._rungs.is_due(event):
            self._out.line("search", search_parts(event))

    def _done(self, event: Event) -> None:
        self._epochs.end()
        if event.get("candidates"):
            self._out.line("tried", tried_parts(event["candidates"]))
        self._out.line("done", done_parts(event, self._has_baseline))
        if event.get("worth"):
            self._out.line("result", [event["worth"]])
        if event.get("model"):
            self._out.line("saved", [f"{event['run']}/", f"next: {event['next']}"])


def data_parts(event: Event) -> list[str]:
    """Return what there is to say of the data; a fit from Python knows less than a command."""
    dropped = event.get("dropped")
    return [
        event.get("source", ""),
        f"{count(event['rows'], 'row')} x {count(event['columns'], 'column')}",
        f"-> {_targets(event)} ({_task(event)})",
        _split(event),
        f"scaled: {event['scaled']}" if event.get("scaled") else "",
        "" if dropped is None else _dropped(dropped),
    ]


def _targets(event: Event) -> str:
    names = event.get("target")
    if names is None:
        return count(event["outputs"], "output")
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _task(event: Event) -> str:
    reason = event.get("task_reason")
    task: str = event["task"]
    return f"{task}: {reason}" if reason else task


def _split(event: Event) -> str:
    split = event["split"]
    if split is None:
        return ""
    sizes = "/".join(
        f"{split[part]:,}" for part in ("train", "validation", "test") if part in split
    )
    how = f" {split['how']}" if "how" in split else ""
    return f"split {sizes}{how}" + (f", seed {event['seed']}" if "seed" in event else "")


def _dropped(rows: int) -> str:
    return f"{count(rows, 'row')} dropped{' (missing target)' if rows else ''}"


def model_parts(event: Event) -> list[str]:
    """Return what there is to say of the model."""
    baseline = event.get("baseline")
    beside = (
        ""
        if baseline is None
        else f"baseline ({baseline['what']}) {scores_text(baseline['metrics'])}"
    )
    if event.get("candidates"):
        # how long one takes tells nothing of the others
        return [f"on folds: {', '.join(event['candidates'])}", beside]
    shapes = event.get("shapes") or [event["layers"]]
    layers = " and ".join("-".join(map(str, shape)) for shape in shapes)
    starts = event.get("starts", 1)
    rate = "" if event["rate"] is None else f" rate {event['rate']:g}"
    return [
        f"{layers} {event['activation']}",
        " and ".join(f"{_parameters(shape):,}" for shape in shapes) + " parameters",
        f"{event['solver']}{rate}" + (f", {starts} starts" if starts > 1 else ""),
        f"batch {event['batch']}" if event["rate"] is not None else "",
        f"at most {count(event['epochs'], 'epoch')}" + (" each" if starts > 1 else ""),
        _time_at_most(event),
        beside,
    ]


def _time_at_most(event: Event) -> str:
    """Return about how long the budget is: "about 20 s on 2 cores"."""
    seconds = event.get("seconds_at_most")
    if seconds is None:
        return ""
    on = f" on {count(event['cores'], 'core')}" if seconds > 2 else ""
    return f"about {in_words(seconds)}{on} if none stops early" if on else "about a second"


def _parameters(sizes: Sequence[int]) -> int:
    return sum((m + 1) * n for m, n in pairwise(sizes))


def start_parts(event: Event) -> list[str]:
    """Return how one of several starts ended."""
    measure = MEASURES[event["measure"]]
    value = "no result" if event["value"] is None else f"{measure} {short(event['value'])}"
    parts = [
        f"{event['start']} of {event['starts']}",
        event.get("candidate") or "",
        value,
        count(event["epochs_done"], "epoch"),
    ]
    if event.get("candidate"):
        return parts  # what one is measured by is not what another is
    parts.remove("")
    if event["best_start"] == event["start"]:
        return [*parts, "the best so far"]
    if event["best"] is not None:
        parts.append(f"best so far {short(event['best'])}, start {event['best_start']}")
    return parts


def tried_parts(candidates: Sequence[Event]) -> list[str]:
    """Return what became of the candidates of a contest: loss on rows not seen, and weight."""
    return [
        f"{one['name']} not judged"
        if one["loss"] is None or not math.isfinite(one["loss"])
        else f"{one['name']} {short(one['loss'])} ({one['weight']:.0%})"
        for one in candidates
    ]


def done_parts(event: Event, baseline_was_shown: bool = True) -> list[str]:
    """Return how training ended."""
    best = f", best {event['best_epoch']}" if event["best_epoch"] else ""
    at = f" @ {event['epochs_done']}" if event["epochs_done"] else ""
    parts = [f"{event['why']}{at}{best}"]
    for name, key in (("val", "validation"), ("train", "train"), ("test", "test")):
        if event.get(key):
            parts.append(f"{name} {scores_text(event[key])}")
    if event.get("folds"):
        parts.append(folds_text(event["folds"]))
    if not baseline_was_shown and event.get("validation_baseline"):
        parts.append(f"baseline {scores_text(event['validation_baseline'])}")
    if event.get("members", 1) > 1:
        parts.append(f"mean of {event['members']} networks")
    if event.get("effective_parameters") is not None:
        parts.append(f"{event['effective_parameters']:.0f} effective parameters")
    if event.get("noise") is not None:
        parts.append(f"noise {several(event['noise'])}")
    return [*parts, f"{event['seconds']:.1f} s"]
