"""Epochs as lines that change: a bar and the time left; of several starts a line each."""

from __future__ import annotations

import time
from collections.abc import Iterator

from neurona.progress.curve import Curve
from neurona.progress.epochs import Pace, results, speed, time_left, way_of
from neurona.progress.events import Event
from neurona.progress.surface import LiveSurface, Part, Row

REDRAW = 0.1
REDRAW_CURVE = 0.5


class LiveEpochs:
    """Shows epochs on a surface, at most ten times a second; `plot` adds the curve as it grows."""

    def __init__(self, surface: LiveSurface, plot: bool = False) -> None:
        self._out = surface
        self._curve = Curve() if plot else None
        self._drawn = self._curve_drawn = -float("inf")
        self._pace = Pace()
        self._under_way: dict[int, Event] = {}
        self._over = 0

    def begin(self, event: Event) -> None:
        """Forget a training before; the first epoch draws."""
        self._under_way.clear()
        self._over = 0

    def show(self, event: Event) -> None:
        """Take an epoch, and draw if it is time."""
        self._under_way[event.get("start", 1)] = event
        way = way_of(event)
        pace = self._pace.of(way)
        if self._curve is not None:
            self._curve.add(event)
        now = time.perf_counter()
        if now - self._drawn < REDRAW and way.left:
            return
        self._drawn = now
        curve = self._curve
        if curve is not None and now - self._curve_drawn >= REDRAW_CURVE:
            self._curve_drawn = now
            curve.look()
        self._out.show(list(self._rows(event, pace)), curve)

    def _rows(self, event: Event, pace: float) -> Iterator[Row]:
        way = way_of(event)
        share = way.done / max(way.done + way.left, 1)
        rest = [speed(pace), time_left(way, pace)]
        if event.get("starts", 1) == 1:
            parts = [(0, _count(event)), _percent(share), *results(event)]
            yield Row("epoch", [*parts, *rest], share)
            return
        parts = [(0, f"{self._over} of {event['starts']} done"), _percent(share)]
        yield Row("starts", [*parts, *rest], share)
        for start, last in sorted(self._under_way.items()):
            own = last["epoch"] / max(last["epochs"], 1)
            tried = [(1, last["candidate"])] if last.get("candidate") else []
            parts = [(0, _count(last)), *tried, _percent(own), *results(last)]
            yield Row(f"start {start}", parts, own)

    def start_ended(self, event: Event) -> None:
        """Take the start's line away: it has one that stays."""
        self._over += 1
        self._under_way.pop(event["start"], None)

    def wait(self, text: str) -> None:
        """Show what is waited for in the line that changes."""
        self._out.show([Row("wait", [(0, text)])])

    def under_way(self, row: Row) -> bool:
        """Show it in the line that changes."""
        now = time.perf_counter()
        if now - self._drawn >= REDRAW:
            self._drawn = now
            self._out.show([row])
        return True

    def end(self) -> None:
        """Take away what changes; the curve stays."""
        self._out.clear()
        if self._curve is not None:
            self._curve.look()
            self._out.keep(self._curve)

    def close(self) -> None:
        """Take away what changes."""
        self._out.clear()


def _count(event: Event) -> str:
    epochs = str(event["epochs"])
    return f"{event['epoch']:>{len(epochs)}}/{epochs}"


def _percent(share: float) -> Part:
    return 1, f"{share:4.0%}"
