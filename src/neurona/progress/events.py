"""The events of a training: what the screen, the NDJSON and the run's files are made of.

An event is a dict of plain values. `event` says which one it is:

start   the data, the split, the model, the plan, the baseline: the first event, but for notes of
        the kind "compiling", which tell what a first training on a machine waits for
epoch   the record of one epoch, and of how many epochs; thinned, so that no reader drowns
start_end  how one of several starts ended, and the best so far
note    a sentence that a person should know
fold    the scores of one fold of a cross-validation, on the rows that it held out
search  what a search tries, judged by what: before the first start event, as are
trying  how many trainings of a round are done; told while it lasts, and not written down
rung    what came of the candidates that were just trained side by side
done    why training ended, the best epoch, scores, and where the model is
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Protocol

SCHEMA = "neurona.events/1"
Event = dict[str, Any]


class Listener(Protocol):
    """What takes events, in order."""

    def take(self, event: Event) -> None:
        """Take one event."""

    def close(self) -> None:
        """Nothing comes any more."""


class Stream:
    """Hands events to listeners. A file that cannot be written ends its listener, not training."""

    def __init__(self, listeners: Sequence[Listener] = ()) -> None:
        self._listeners = list(listeners)

    def add(self, listener: Listener) -> None:
        """Add a listener; it sees what comes from now on."""
        self._listeners.append(listener)

    def put(self, event: Event) -> None:
        """Hand an event to all."""
        for listener in tuple(self._listeners):
            try:
                listener.take(event)
            except OSError as error:
                self._listeners.remove(listener)
                if not isinstance(error, BrokenPipeError):
                    self.note(f"Progress could not be written any more: {error}.", "warning")

    def note(self, text: str, kind: str = "note") -> None:
        """Hand on a sentence."""
        self.put({"event": "note", "kind": kind, "text": text})

    def close(self) -> None:
        """End all listeners."""
        for listener in self._listeners:
            listener.close()
        self._listeners.clear()


class JsonLines:
    """Writes events as NDJSON: an object a line, no nan or infinity (they are null)."""

    def __init__(
        self, write: Callable[[bytes], object], line: Callable[[Event], bytes] | None = None
    ) -> None:
        self._write, self._line = write, line_of if line is None else line

    def take(self, event: Event) -> None:
        """Write a line."""
        self._write(self._line(event))

    def close(self) -> None:
        """Nothing to do."""


def standard_output() -> JsonLines:
    """Return a listener that writes to stdout; a reader that leaves ends it quietly."""

    def write(line: bytes) -> None:
        try:
            sys.stdout.write(line.decode())
            sys.stdout.flush()
        except BrokenPipeError:
            # Python flushes stdout once more at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise

    return JsonLines(write)


def line_of(event: Event) -> bytes:
    """Return an event as a line of JSON."""
    try:
        text = json.dumps(event, allow_nan=False, ensure_ascii=False)
    except ValueError:
        text = json.dumps(finite(event), allow_nan=False, ensure_ascii=False)
    return text.encode("utf-8", "replace") + b"\n"


def finite(value: Any) -> Any:
    """Return plain values with None for numbers that JSON has not: nan, infinity."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    return [finite(one) for one in value] if isinstance(value, list | tuple) else value
