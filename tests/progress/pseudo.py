"""A real process in a pseudo-terminal, and what a person sees of it: pyte plays the terminal."""

from __future__ import annotations

import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.signals import hear

MOST_REDRAWS = 300
"""Redraws after which what was waited for is not to be seen."""
CLEAR_NAMES = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")


@dataclass
class Seen:
    """What a process showed: the screens that differ, its bytes, and its exit code."""

    screens: list[list[str]] = field(default_factory=list)
    raw: bytes = b""
    code: int = 0
    cursor_hidden: bool = False
    took: float = 0.0

    @property
    def last(self) -> list[str]:
        return self.screens[-1]

    def rows(self, label: str) -> list[str]:
        """The lines with a label, over all screens, each once."""
        found = [line for screen in self.screens for line in screen if line.startswith(label)]
        return list(dict.fromkeys(found))


def seen_by_a_person(
    words: list[str],
    folder: Any,
    columns: int,
    lines: int = 30,
    stop_after: int = 10,
    environment: dict[str, str] | None = None,
    resize: int | None = None,
    until: Callable[[Seen], bool] = lambda seen: True,
) -> Seen:
    """Run a command of ours, Ctrl-C after so many redraws (0: never) and once what is waited for is
    seen; after half of them the terminal gets other columns.

    Beside much other work a thread may begin late: how many redraws that takes nobody knows.
    """
    import fcntl
    import pty
    import termios

    pyte = pytest.importorskip("pyte", reason="pyte, which plays a terminal, is not installed")

    def set_size(width: int) -> None:
        fcntl.ioctl(main, termios.TIOCSWINSZ, struct.pack("HHHH", lines, width, 0, 0))

    def begin() -> None:
        hear()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    began, seen = time.monotonic(), Seen()
    main, side = pty.openpty()
    set_size(columns)
    env = {name: value for name, value in os.environ.items() if name not in CLEAR_NAMES}
    process = subprocess.Popen(
        [sys.executable, "-m", "neurona", *words],
        cwd=folder, stdin=side, stdout=side, stderr=side, start_new_session=True,
        env={**env, "TERM": "xterm", **(environment or {})},
        preexec_fn=begin,
    )  # fmt: skip
    os.close(side)  # so that its end is seen here
    screen = pyte.Screen(columns, lines)
    stream = pyte.ByteStream(screen)
    redraws, asked = 0, False
    while select.select([main], [], [], 600)[0]:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        seen.raw += piece
        stream.feed(piece)
        shown = [line.rstrip() for line in screen.display]
        if not seen.screens or shown != seen.screens[-1]:
            seen.screens.append(shown)
        redraws = len({*seen.rows("epoch"), *seen.rows("starts")})
        if resize is not None and redraws >= stop_after / 2:
            set_size(resize)
            screen.resize(lines, resize)
            resize = None
        enough = redraws >= stop_after and (until(seen) or redraws >= MOST_REDRAWS)
        if stop_after and enough and not asked:
            os.write(main, b"\x03")
            asked = True
    os.close(main)
    seen.code = process.wait()
    seen.cursor_hidden, seen.took = screen.cursor.hidden, time.monotonic() - began
    return seen
