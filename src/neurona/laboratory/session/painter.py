"""The painter: one frame of a moment, made of what the page looks at, beside the training."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import COARSER, PAUSED, Frame, Section
from neurona.laboratory.session.snapshot import Snapshot
from neurona.laboratory.session.views.answering import Answering
from neurona.laboratory.session.views.base import View
from neurona.laboratory.session.views.field import Field
from neurona.laboratory.session.views.gradient import Gradient
from neurona.laboratory.session.views.layers import Layers
from neurona.laboratory.session.views.plane import Planes
from neurona.laboratory.session.views.points import Points
from neurona.laboratory.session.views.units import Units
from neurona.laboratory.session.views.weights import Weights
from neurona.laboratory.session.world import World

SHARE = 0.3
"""How much of a core painting may take while training runs."""
LEAST_GRID = 16
PAUSE = 1.0
"""Seconds until it tries again after a picture that failed."""


class Painter(threading.Thread):
    """Paints the moments that it is fed, one at a time, and only when the last was drawn.

    `wants` tells the training thread that a moment would be taken now; `feed` takes one. Frames
    come at the rate of the fastest view, or as much slower as keeps painting within its share of a
    core: of the time that it takes there, however long others keep it waiting.
    """

    def __init__(self, send: Callable[[bytes], None], rows_of: Callable[[World], Any]) -> None:
        super().__init__(name="painter", daemon=True)
        self._send, self._rows_of = send, rows_of
        self._condition = threading.Condition()
        self._moment: Snapshot | None = None
        self._wishes: dict[str, ViewWish] = {}
        self._free, self._busy, self._over = False, False, False
        self._sequence, self._began = 0, time.perf_counter()
        self._next, self._hurries = 0.0, 0
        self._due: dict[str, float] = {}
        self._scale = 1.0
        self._world: World | None = None
        self._views: dict[str, View] = {}
        self._gradient: Gradient | None = None
        self._planes = Planes()

    def wants(self, now: float) -> bool:
        """Whether a moment would be painted now."""
        return self._free and not self._busy and bool(self._wishes) and now >= self._next

    @property
    def waits_for_page(self) -> bool:
        """Whether the last frame was not drawn yet."""
        return not self._free

    def seconds_left(self, now: float) -> float:
        """Return after how long it would paint again."""
        return max(0.0, self._next - now)

    def hurry(self) -> None:
        """Paint the next moment as soon as the page has drawn the last."""
        self._next = 0.0
        self._hurries += 1

    def feed(self, moment: Snapshot) -> None:
        """Paint a moment."""
        with self._condition:
            self._busy, self._moment = True, moment
            self._condition.notify()

    def look(self, wishes: dict[str, ViewWish]) -> None:
        """Paint these views from now on."""
        with self._condition:
            self._wishes = dict(wishes)
            self._due = {}

    def drawn(self, sequence: int | None = None) -> None:
        """The page has drawn a frame, or has just come: the next may be painted."""
        if sequence is None or sequence == self._sequence:
            self._free = True

    def leave(self) -> None:
        """Nobody looks any more."""
        self._free = False

    def end(self) -> None:
        """Paint no more."""
        with self._condition:
            self._over = True
            self._condition.notify()

    def run(self) -> None:
        """Paint until the end."""
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._moment is not None or self._over)
                if self._over:
                    return
                moment, wishes = self._moment, self._wishes
                self._moment = None
            assert moment is not None
            try:
                self._one(moment, wishes)
            except Exception:  # one picture fails: the next may not
                traceback.print_exc()
                self._next = time.perf_counter() + PAUSE
                self._busy = False

    def _one(self, moment: Snapshot, wishes: dict[str, ViewWish]) -> None:
        began, worked, planned = time.perf_counter(), time.thread_time(), self._next
        hurries = self._hurries
        frame = self.frame(moment, wishes, began)
        spent = time.thread_time() - worked
        fastest = max((wish.rate for wish in wishes.values()), default=1.0)
        if hurries == self._hurries:  # else something has changed meanwhile: at once
            pause = 0.0 if moment.flags & PAUSED else spent / SHARE
            self._next = following(planned, began, 1 / fastest, pause)
        if not moment.flags & PAUSED:
            # coarser when it takes too long, finer again when there is room
            if spent > 2 * SHARE / fastest:
                self._scale = max(0.25, self._scale * 0.85)
            elif spent < SHARE / fastest:
                self._scale = min(1.0, self._scale * 1.05)
        self._free = self._busy = False
        self._send(frame)

    def frame(self, moment: Snapshot, wishes: dict[str, ViewWish], now: float) -> bytes:
        """Return the frame of a moment."""
        if moment.world is not self._world:
            self._move_to(moment.world)
        self._answering.set(moment.weights)
        sections: list[Section] = []
        flags, paused = moment.flags, bool(moment.flags & PAUSED)
        if moment.curve is not None and "curve" in wishes:
            sections.append(Section("curve", int(moment.whole), moment.curve))
        for name, wish in wishes.items():
            if name == "curve":
                continue
            view = self._view(name)
            if not paused and now < self._due.get(name, 0.0):
                continue
            self._due[name] = now + 0.8 / min(view.most, wish.rate)
            grid = wish.grid if paused else max(LEAST_GRID, int(wish.grid * self._scale))
            if name == "field" and grid < wish.grid:
                flags |= COARSER
            sections += view.paint(moment, wish, grid)
        self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        made = Frame(
            self._sequence, moment.branch, moment.epoch, moment.step, moment.live,
            int((now - self._began) * 1000), flags, tuple(sections),
        )  # fmt: skip
        return made.packed()

    def _move_to(self, world: World) -> None:
        self._world = world
        self._answering = Answering(world.network)
        if self._gradient is not None:
            self._gradient.close()
        self._gradient = None
        self._views = {}

    def _view(self, name: str) -> View:
        if name not in self._views:
            self._views[name] = self._made(name)
        return self._views[name]

    def _made(self, name: str) -> View:
        world = self._world
        assert world is not None
        if name == "field":
            return Field(self._planes, self._answering)
        if name == "units":
            return Units(self._planes, self._answering)
        if name == "points":
            return Points(world, self._answering)
        if name == "layers":
            table, loss, l2 = self._rows_of(world)
            self._gradient = Gradient(world, table, loss, l2)
            return Layers(self._gradient, self._answering)
        return Weights()


def following(planned: float, began: float, interval: float, pause: float) -> float:
    """Return when the next frame is due: in step with the one that was planned, so that a frame
    that came a little late does not delay all that follow.

    >>> following(10.0, 10.01, 0.25, 0.0), following(0.0, 10.0, 0.25, 0.0)
    (10.25, 10.25)
    >>> following(10.0, 10.0, 0.25, 0.5)
    10.5
    """
    late = began - planned
    return max((planned if 0 <= late < interval else began) + interval, began + pause)
