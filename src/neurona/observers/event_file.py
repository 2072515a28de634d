"""TensorBoard's event files: one that is appended to, and what those of a folder hold.

A file is a run of records (TFRecord): the length as eight bytes, a checksum of it as four, a
serialized `Event`, a checksum of that as four. A record that was cut ends the file for every
reader. tensorboardX makes both; here is decided when, and under which name.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BETWEEN_FLUSHES = 2.0
"""Seconds; a killed process loses no more."""
MOST_OF_THE_TIME = 100
"""Flushing waits for so many times what the last one took."""
NAME = "events.out.tfevents.{:010d}.neurona"


def numbered(folder: Path) -> list[Path]:
    """Return the event files of a folder in their order."""
    return sorted(folder.glob(NAME.format(0).replace("0" * 10, "[0-9]" * 10)))


def claim(folder: Path, number: int) -> Path | None:
    """Make an empty event file that nobody else has; None if there is one of this number."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME.format(number)
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return None
    return path


class EventFile:
    """One file that is written to its end. It is flushed now and then, at a cost below a hundredth.

    Parameters
    ----------
    path : Path
        As `claim` made it.
    """

    def __init__(self, path: Path) -> None:
        from tensorboardX import RecordWriter
        from tensorboardX.proto import event_pb2

        self._event: Any = event_pb2.Event
        self._session: Any = event_pb2.SessionLog
        self._records: Any = RecordWriter(os.fspath(path))
        self._next = 0.0
        self._write(self._event(wall_time=time.time(), file_version="brain.Event:2"))

    def forget_from(self, step: int) -> None:
        """Tell readers that what earlier files have of this step and later ones is void."""
        status = self._session(status=self._session.START)
        self._write(self._event(wall_time=time.time(), step=step, session_log=status))

    def add(self, summary: Any, step: int = 0) -> None:
        """Append a summary; now and then all goes to the disk."""
        now = time.time()
        self._write(self._event(wall_time=now, step=step, summary=summary))
        if now >= self._next:
            self.flush()

    def add_graph(self, graph: Any) -> None:
        """Append a graph."""
        self._write(self._event(wall_time=time.time(), graph_def=graph.SerializeToString()))

    def flush(self) -> None:
        """Let all that was written be on the disk."""
        began = time.perf_counter()
        self._records.flush()
        took = time.perf_counter() - began
        self._next = time.time() + max(BETWEEN_FLUSHES, MOST_OF_THE_TIME * took)

    def close(self) -> None:
        """Write what is left, and let the file go."""
        self._records.flush()
        self._records.close()

    def _write(self, event: Any) -> None:
        self._records.write(event.SerializeToString())


def last_step(paths: list[Path], tag: str) -> int:
    """Return the last step for which these files, one after the other, have a value of a tag; 0 if
    they have none.
    """
    last = 0
    for path in paths:
        for event in events_of(path):
            if event.HasField("session_log"):
                last = min(last, event.step - 1)
            elif any(value.tag == tag for value in event.summary.value):
                last = event.step
    return last


def events_of(path: Path) -> Iterator[Any]:
    """Yield the whole records of a file; what was cut, or is none, ends it."""
    from google.protobuf.message import DecodeError
    from tensorboardX.proto import event_pb2

    with open(path, "rb") as file:
        while len(head := file.read(12)) == 12:
            (length,) = struct.unpack("<Q", head[:8])
            record = file.read(length + 4) if length < 2**31 else b""
            if len(record) < length + 4:
                return
            try:
                yield event_pb2.Event.FromString(record[:-4])
            except DecodeError:
                return
