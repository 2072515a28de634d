"""The screen of a training, for people: data, model, epochs, notes, the end, what was saved."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from neurona.progress.events import Event
from neurona.progress.fold_lines import fold_parts, folds_text
from neurona.progress.numbers import TITLES, clock, count, in_words, several, short
from neurona.progress.search_lines import Rungs, search_parts
from neurona.progress.terminal import BOLD, DIM

REDRAW = 0.1
BETWEEN_LINES = 1.0
LONGEST_SILENCE = 60.0
SPACING = 1.25
MOST_NOTES = 8


class Surface(Protocol):
    """What a screen is drawn on: a terminal, a log, or a notebook's cell."""

    @property
    def width(self) -> int:
        """The columns that may be written to."""

    def line(self, label: str, parts: Sequence[str], style: str = BOLD) -> None:
        """Write a label and the parts of a line."""

    def plain(self, text: str) -> None:
        """Write lines as they are."""

    def redraw(self, text: str) -> None:
        """Write the one line that changes."""

    def clear(self) -> None:
        """Take the changing line away."""


class Screen:
    """Shows events on a terminal, in a notebook or in a log.

    `mode` says how epochs are shown: "live" (one line that changes, at most 10 times a second),
    "lines" (a line each, at most one a second, further apart as training goes on), "epochs" (the
    form of Keras), "none".
    """

    def __init__(self, surface: Surface, mode: str, verbose: bool = False) -> None:
        self._out, self._mode, self._verbose = surface, mode, verbose
        self._drawn = self._printed = -float("inf")
        self._next_epoch = 1.0
        self._notes = 0
        self._ended = False
        self._has_baseline = False
        self._keras = KerasLines(surface)
        self._rungs = Rungs()
        self._began: tuple[float, float] | None = None

    def take(self, event: Event) -> None:
        """Show an event."""
        show = {
            "start": self._start,
            "epoch": self._epoch,
            "note": self._note,
            "fold": self._fold,
            "search": self._search,
            "rung": self._search,
            "done": self._done,
        }
        show[event["event"]](event)

    def close(self) -> None:
        """Take the changing line away."""
        self._out.clear()

    def _start(self, event: Event) -> None:
        self._out.line("data", data_parts(event))
        self._out.line("model", model_parts(event))
        self._keras.steps = event["steps_per_epoch"]
        self._has_baseline = "baseline" in event

    def _note(self, event: Event) -> None:
        if event["kind"] == "compiling":
            self._compiling(event["text"])
            return
        self._notes += 1
        if self._verbose or self._notes <= MOST_NOTES or event["kind"] == "warning":
            self._out.line("note", [event["text"]])
        elif self._notes == MOST_NOTES + 1:
            self._out.line("note", ["... (-v shows all notes)"])

    def _compiling(self, text: str) -> None:
        """Show what is waited for: in the line that changes, or in one of its own."""
        if self._mode == "live":
            self._out.redraw(text)
        else:
            self._out.line("wait", [text], DIM)

    def _epoch(self, event: Event) -> None:
        way = _way(event)
        if self._began is None:
            self._began = way.done, way.seconds
        now = time.perf_counter()
        last = way.left == 0 and not self._ended
        self._ended = self._ended or last
        if self._mode == "epochs":
            self._keras.show(event)
        elif self._mode == "live" and (now - self._drawn >= REDRAW or last):
            self._drawn = now
            self._out.redraw("epoch   " + self._epoch_text(event, live=True))
        elif self._mode == "lines" and self._is_line_due(way.done, now, last):
            self._printed = now
            self._next_epoch = max(way.done + 1, way.done * SPACING)
            self._out.line("epoch", [self._epoch_text(event, live=False)], DIM)

    def _is_line_due(self, epoch: int, now: float, last: bool) -> bool:
        silence = now - self._printed
        return last or (
            silence >= BETWEEN_LINES and (epoch >= self._next_epoch or silence >= LONGEST_SILENCE)
        )

    def _epoch_text(self, event: Event, live: bool) -> str:
        """Return an epoch's line; on a terminal what matters least is left out until it fits."""
        epoch, epochs, way = event["epoch"], event["epochs"], _way(event)
        share = way.done / max(way.done + way.left, 1)
        pace = self._pace(way)
        several = event.get("starts", 1) > 1
        validated = event["val_loss"] is not None
        damping = event.get("damping")
        filled = int(share * 10)
        # in the order in which they are shown; the number says what goes first
        parts = [
            (1, f"start {event['start']}/{event['starts']}" if several else ""),
            (0, f"{epoch}/{epochs}"),
            (7, "#" * filled + "-" * (10 - filled) if live else ""),
            (1, f"{share:.0%}" if live else ""),
            (4 if validated else 1, f"loss {short(event['loss'])}"),
            (2, f"val {short(event['val_loss'])}" if validated else ""),
            (5, f"best @{event['best_epoch']}" if event["best_epoch"] else ""),
            (8, f"grad {event['gradient_norm']:.0e}"),
            (7, f"damping {damping:.0e}" if damping is not None else ""),
            (6, f"{short(pace)} epochs/s" if pace else ""),
            (3, f"ETA {clock(way.left / pace)}" if pace and way.left else ""),
        ]
        parts = [part for part in parts if part[1]]
        while live and sum(2 + len(text) for _, text in parts) + 6 > self._out.width:
            if len(parts) == 1:
                break
            parts.remove(max(parts))
        return "  ".join(text for _, text in parts)

    def _pace(self, way: Way) -> float:
        """Return the epochs a second, since this process began."""
        if self._began is None or way.done == self._began[0]:
            return 1 / way.seconds if way.done == 1 and way.seconds else 0.0
        seconds = way.seconds - self._began[1]
        return (way.done - self._began[0]) / seconds if seconds > 0 else 0.0

    def _fold(self, event: Event) -> None:
        self._out.line("fold", fold_parts(event))

    def _search(self, event: Event) -> None:
        if self._rungs.is_due(event):
            self._out.line("search", search_parts(event))

    def _done(self, event: Event) -> None:
        self._out.line("done", done_parts(event, self._has_baseline))
        if event.get("model"):
            self._out.line("saved", [f"{event['run']}/", f"next: {event['next']}"])


class Way(NamedTuple):
    """Epochs done and left, and seconds so far: of all starts together."""

    done: int
    left: int
    seconds: float


def _way(event: Event) -> Way:
    if "epochs_of_all" in event:
        return Way(event["epochs_of_all"], event["epochs_left"], event["seconds_of_all"])
    return Way(event["epoch"], event["epochs"] - event["epoch"], event["seconds"])


class KerasLines:
    """Epochs in the form that every course shows."""

    def __init__(self, surface: Surface) -> None:
        self._out = surface
        self.steps = 1
        self._last: dict[int, tuple[int, float]] = {}

    def show(self, event: Event) -> None:
        """Print two lines."""
        epoch, seconds = event["epoch"], event["seconds"]
        start, starts = event.get("start", 1), event.get("starts", 1)
        before = self._last.get(start, (0, 0.0))
        took = (seconds - before[1]) / max(1, epoch - before[0])
        self._last[start] = epoch, seconds
        parts = [
            f"{self.steps}/{self.steps} [{'=' * 30}]",
            f"{took:.0f}s {_step_time(took / self.steps)}/step",
            f"loss: {event['loss']:.4f}",
        ]
        if event["val_loss"] is not None:
            parts.append(f"val_loss: {event['val_loss']:.4f}")
        head = f"Start {start}/{starts} - " if starts > 1 else ""
        self._out.plain(f"{head}Epoch {epoch}/{event['epochs']}\n" + " - ".join(parts))


def _step_time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.0f}{unit}"
    return f"{max(seconds, 0) / 1e-6:.0f}us"


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
    shapes = event.get("shapes") or [event["layers"]]
    layers = " and ".join("-".join(map(str, shape)) for shape in shapes)
    starts = event.get("starts", 1)
    rate = "" if event["rate"] is None else f" rate {event['rate']:g}"
    baseline = event.get("baseline")
    return [
        f"{layers} {event['activation']}",
        " and ".join(f"{_parameters(shape):,}" for shape in shapes) + " parameters",
        f"{event['solver']}{rate}" + (f", {starts} starts" if starts > 1 else ""),
        f"batch {event['batch']}" if event["rate"] is not None else "",
        f"at most {count(event['epochs'], 'epoch')}" + (" each" if starts > 1 else ""),
        _time_at_most(event),
        "" if baseline is None else f"baseline ({baseline['what']}) {metrics(baseline['metrics'])}",
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


def done_parts(event: Event, baseline_was_shown: bool = True) -> list[str]:
    """Return how training ended."""
    best = f", best {event['best_epoch']}" if event["best_epoch"] else ""
    at = f" @ {event['epochs_done']}" if event["epochs_done"] else ""
    parts = [f"{event['why']}{at}{best}"]
    for name, key in (("val", "validation"), ("train", "train"), ("test", "test")):
        if event.get(key):
            parts.append(f"{name} {metrics(event[key])}")
    if event.get("folds"):
        parts.append(folds_text(event["folds"]))
    if not baseline_was_shown and event.get("validation_baseline"):
        parts.append(f"baseline {metrics(event['validation_baseline'])}")
    if event.get("members", 1) > 1:
        parts.append(f"mean of {event['members']} networks")
    if event.get("effective_parameters") is not None:
        parts.append(f"{event['effective_parameters']:.0f} effective parameters")
    if event.get("noise") is not None:
        parts.append(f"noise {several(event['noise'])}")
    return [*parts, f"{event['seconds']:.1f} s"]


def metrics(values: dict[str, Any]) -> str:
    """Return scores by name as text."""
    return "  ".join(
        f"{TITLES.get(name, name)} {several(value) if isinstance(value, list) else short(value)}"
        for name, value in values.items()
        if value is not None
    )
