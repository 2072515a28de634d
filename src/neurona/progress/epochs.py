"""How epochs are shown: lines that change, a line each now and then, two lines each, not at all."""

from __future__ import annotations

import time
from typing import NamedTuple, Protocol

from neurona.progress.events import Event
from neurona.progress.numbers import clock, short
from neurona.progress.surface import DIM, Part, Row, Surface

BETWEEN_LINES = 1.0
LONGEST_SILENCE = 60.0
SPACING = 1.25
BETWEEN_STARTS = 10.0
"""Seconds without a line of a start after which an epoch has one."""


class Epochs(Protocol):
    """What shows epochs, and what is waited for before the first one."""

    def begin(self, event: Event) -> None:
        """Take a start event."""

    def show(self, event: Event) -> None:
        """Take an epoch."""

    def start_ended(self, event: Event) -> None:
        """Take the end of one of several starts; it gets a line."""

    def wait(self, text: str) -> None:
        """Show what is waited for."""

    def under_way(self, row: Row) -> bool:
        """Show how far something else than epochs is; returns False where no line changes."""

    def end(self) -> None:
        """No epoch comes any more."""

    def close(self) -> None:
        """Take away what changes."""


class Way(NamedTuple):
    """Epochs done and left, and seconds so far: of all starts together; and the seconds that are
    left, where these are known.
    """

    done: int
    left: int
    seconds: float
    seconds_left: float | None = None


def way_of(event: Event) -> Way:
    """Return how far an epoch's event says that training is."""
    if "epochs_of_all" in event:
        done, left = event["epochs_of_all"], event["epochs_left"]
        return Way(done, left, event["seconds_of_all"], event.get("seconds_left"))
    return Way(event["epoch"], event["epochs"] - event["epoch"], event["seconds"])


class Pace:
    """The epochs a second, since this process began."""

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None

    def of(self, way: Way) -> float:
        """Return it; 0 if it is not known yet."""
        if self._began is None:
            self._began = way.done, way.seconds
        if way.done == self._began[0]:
            return 1 / way.seconds if way.done == 1 and way.seconds else 0.0
        seconds = way.seconds - self._began[1]
        return (way.done - self._began[0]) / seconds if seconds > 0 else 0.0


def results(event: Event) -> list[Part]:
    """Return what an epoch came to, in parts."""
    validated = event["val_loss"] is not None
    damping = event.get("damping")
    return [
        (4 if validated else 1, f"loss {short(event['loss'])}"),
        (2, f"val {short(event['val_loss'])}" if validated else ""),
        (5, f"best @{event['best_epoch']}" if event["best_epoch"] else ""),
        (8, f"grad {event['gradient_norm']:.0e}"),
        (7, f"damping {damping:.0e}" if damping is not None else ""),
    ]


def speed(pace: float) -> Part:
    """Return the epochs a second as a part."""
    return 6, f"{short(pace)} epochs/s" if pace else ""


def time_left(way: Way, pace: float) -> Part:
    """Return the time that is left as a part."""
    if way.seconds_left is not None and way.left:
        return 3, f"at most {clock(way.seconds_left)}"
    return 3, f"ETA {clock(way.left / pace)}" if pace and way.left else ""


class Lines:
    """A line for an epoch, at most one a second, further apart as training goes on; or none."""

    def __init__(self, surface: Surface, shows: bool = True) -> None:
        self._out, self._shows = surface, shows
        self._printed = -float("inf")
        self._next_epoch = 1.0
        self._ended = False
        self._said = ("", "")
        self._pace = Pace()

    def begin(self, event: Event) -> None:
        """Do nothing."""

    def show(self, event: Event) -> None:
        """Print a line, if it is time."""
        if not self._shows:
            return
        way = way_of(event)
        pace = self._pace.of(way)
        now = time.perf_counter()
        last = way.left == 0 and not self._ended
        self._ended = self._ended or last
        if not self._is_due(event, way.done, now, last):
            return
        said = short(event["loss"]), short(event["val_loss"])
        if said == self._said and not last and now - self._printed < LONGEST_SILENCE:
            return
        self._said = said
        self._printed = now
        self._next_epoch = max(way.done + 1, way.done * SPACING)
        several = event.get("starts", 1) > 1
        parts = [
            f"start {event['start']}/{event['starts']}" if several else "",
            event.get("candidate") or "",
            f"{event['epoch']}/{event['epochs']}",
            *(text for _, text in [*results(event), speed(pace), time_left(way, pace)]),
        ]
        self._out.line("epoch", ["  ".join(filter(None, parts))], DIM)

    def _is_due(self, event: Event, epoch: int, now: float, last: bool) -> bool:
        silence = now - self._printed
        if event.get("starts", 1) > 1:
            # each start has a line at its end
            return silence >= BETWEEN_STARTS
        return last or (
            silence >= BETWEEN_LINES and (epoch >= self._next_epoch or silence >= LONGEST_SILENCE)
        )

    def start_ended(self, event: Event) -> None:
        """Be silent for a while."""
        self._printed = time.perf_counter()

    def wait(self, text: str) -> None:
        """Print it."""
        self._out.line("wait", [text], DIM)

    def under_way(self, row: Row) -> bool:
        """Return False: no line changes."""
        return False

    def end(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class KerasLines:
    """Epochs in the form that every course shows."""

    def __init__(self, surface: Surface) -> None:
        self._out = surface
        self._steps = 1
        self._last: dict[int, tuple[int, float]] = {}

    def begin(self, event: Event) -> None:
        """Keep the steps of an epoch."""
        self._steps = event["steps_per_epoch"]

    def show(self, event: Event) -> None:
        """Print two lines."""
        epoch, seconds = event["epoch"], event["seconds"]
        start, starts = event.get("start", 1), event.get("starts", 1)
        before = self._last.get(start, (0, 0.0))
        took = (seconds - before[1]) / max(1, epoch - before[0])
        self._last[start] = epoch, seconds
        parts = [
            f"{self._steps}/{self._steps} [{'=' * 30}]",
            f"{took:.0f}s {_step_time(took / self._steps)}/step",
            f"loss: {event['loss']:.4f}",
        ]
        if event["val_loss"] is not None:
            parts.append(f"val_loss: {event['val_loss']:.4f}")
        head = f"Start {start}/{starts} - " if starts > 1 else ""
        self._out.plain(f"{head}Epoch {epoch}/{event['epochs']}\n" + " - ".join(parts))

    def start_ended(self, event: Event) -> None:
        """Do nothing."""

    def wait(self, text: str) -> None:
        """Print it."""
        self._out.line("wait", [text], DIM)

    def under_way(self, row: Row) -> bool:
        """Return False: no line changes."""
        return False

    def end(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def _step_time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.0f}{unit}"
    return f"{max(seconds, 0) / 1e-6:.0f}us"
