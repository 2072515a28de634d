"""The journal of a search: a line a training, appended and never changed.

Each line has a checksum (`progress.log`), so a line that was cut when the process was killed is
known, and left out; the next one begins on a line of its own.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import IO, Any

from neurona.progress.log import opened, sealed

Line = dict[str, Any]


class Journal:
    """An append-only file of lines, safe to write from several threads.

    Attributes
    ----------
    lines : list of dict
        Those that were whole when it was opened.
    damaged : int
        How many were not.
    """

    def __init__(self, path: Path) -> None:
        content = path.read_bytes() if path.exists() else b""
        raw = content.splitlines(keepends=True)
        whole = [opened(line) for line in raw]
        self.lines = [line for line in whole if line is not None]
        self.damaged = len(whole) - len(self.lines)
        self._file: IO[bytes] = open(path, "ab")  # noqa: SIM115 - close does
        self._lock = threading.Lock()
        if raw and not raw[-1].endswith(b"\n"):
            self._file.write(b"~\n")  # a line that was cut just before its end stays damaged

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, line: Line) -> None:
        """Write a line, and hand it to the system."""
        with self._lock:
            self._file.write(sealed(line))
            self._file.flush()

    def sync(self) -> None:
        """Have all lines on the disk."""
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let the file go, on the disk."""
        self.sync()
        self._file.close()
