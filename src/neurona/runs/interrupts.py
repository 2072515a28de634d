"""Ctrl-C and SIGTERM: the first asks training to stop, the second leaves at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, ClassVar, NoReturn

from neurona.runs.failures import Code

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name))

UNKNOWN = "interrupted: no file is half written"


_WIRES: set[int] = set()
"""The ends that signals are told to, of this process."""


def _in_child() -> None:
    # Ctrl-C goes to a forked process, too, which must not tell it to its parent's wire
    if _WIRES:
        _WIRES.clear()
        with suppress(ValueError):
            signal.set_wakeup_fd(-1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


class Interrupts:
    """A context in which the first signal calls `ask` and a second one ends the process.

    `ask` returns whether the work will soon stop by itself. If not, the process leaves at once
    where it is neurona's own, and there is nothing that a KeyboardInterrupt would keep; elsewhere
    that is raised where the program stands. Handlers are put back at the end. A signal that is
    ignored, as SIGINT is by what a shell starts in the background, stays ignored. Off the main
    thread nothing is changed: only the main thread gets signals. `farewell` returns the last words
    of a process that leaves.
    """

    in_own_process: ClassVar[bool] = False
    """Whether the process does nothing but what the command line told it."""

    def __init__(self) -> None:
        self.asked = False
        self.ask: Callable[[], bool] = lambda: False
        self.keeps: Callable[[], bool] = lambda: False
        self.farewell: Callable[[], str] = lambda: UNKNOWN
        self._before: dict[Any, Any] = {}
        self._wire: int | None = None
        self._wire_before = -1

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._on_signal)
            if os.name == "posix":
                self._lay_wire()
        return self

    def __exit__(self, *_: object) -> None:
        if self._wire is not None:
            if self._wire in _WIRES:  # not in a forked process
                signal.set_wakeup_fd(self._wire_before)
                _WIRES.remove(self._wire)
            os.close(self._wire)
            self._wire = None
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _lay_wire(self) -> None:
        """Count signals in a thread, too: a handler waits for a call of a library to end, which may
        be a minute of linear algebra.
        """
        end, self._wire = os.pipe()
        os.set_blocking(self._wire, False)
        _WIRES.add(self._wire)
        self._wire_before = signal.set_wakeup_fd(self._wire, warn_on_full_buffer=False)
        threading.Thread(target=self._count, args=(end,), daemon=True).start()

    def _count(self, end: int) -> None:
        heard = 0
        while said := os.read(end, 64):
            heard += sum(number in SIGNALS for number in said)
            if heard > 1:
                leave(self.farewell())
        os.close(end)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            leave(self.farewell())
        self.asked = True
        if self.ask():
            return
        if self.in_own_process and not self.keeps():
            leave(self.farewell())
        raise KeyboardInterrupt


def leave(said: str = UNKNOWN) -> NoReturn:
    """End this process at once, with a sentence; files are whole, or as they were before."""
    atomic = sys.modules.get("neurona.files.atomic")
    if atomic is not None:
        atomic.remove_unfinished()
    # a line of a terminal may be half written
    start = "\n" if os.isatty(2) else ""
    os.write(2, f"{start}{said}\n".encode(errors="replace"))
    os._exit(Code.INTERRUPTED)
