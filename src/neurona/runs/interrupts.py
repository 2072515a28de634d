"""Ctrl-C and SIGTERM: the first asks training to stop, the second leaves at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from neurona.runs.failures import Code

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name))


class Interrupts:
    """A context in which the first signal calls `ask` and a second one ends the process.

    `ask` returns whether training will soon stop by itself; if not, KeyboardInterrupt is raised
    where the program stands. Handlers are put back at the end. Off the main thread nothing is
    changed: only the main thread gets signals. `farewell` returns the last words of a process that
    leaves.
    """

    def __init__(self) -> None:
        self.asked = False
        self.ask: Callable[[], bool] = lambda: False
        self.farewell: Callable[[], bytes] = lambda: b""
        self._before: dict[Any, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            # nothing is put in order here; the files are whole at any moment
            os.write(2, self.farewell())
            os._exit(Code.INTERRUPTED)
        self.asked = True
        if not self.ask():
            raise KeyboardInterrupt
