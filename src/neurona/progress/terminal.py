"""What a stream can show: whether it is a terminal, how wide it is, whether it has colours."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import IO

INDENT = 8
BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
CLEAR = "\r\x1b[K"


class Terminal:
    """Writes labelled lines to a stream: wrapped on a terminal, whole off it.

    Nothing but `\\r` and "clear to the end of the line" is asked of a terminal, so that one that
    is resized, or a program that is killed, leaves no mess.
    """

    def __init__(
        self, stream: IO[str], no_color: bool = False, environment: Mapping[str, str] = os.environ
    ) -> None:
        self.stream = stream
        is_terminal = bool(getattr(stream, "isatty", lambda: False)())
        self.moves = is_terminal and environment.get("TERM") != "dumb"
        self.wraps = is_terminal
        self.color = not no_color and _wants_color(environment, self.moves)
        self._live = False

    @property
    def width(self) -> int:
        """The columns that may be written to."""
        try:
            columns = os.get_terminal_size(self.stream.fileno()).columns
        except (OSError, ValueError, AttributeError):
            columns = 0
        return max(20, (columns or shutil.get_terminal_size().columns) - 1)

    def line(self, label: str, parts: Sequence[str], style: str = BOLD) -> None:
        """Write a label and the parts of a line; a terminal's lines are broken between parts."""
        text = [printable(part) for part in parts if part]
        lines = broken(text, self.width) if self.wraps else ["   ".join(text)]
        shown = labelled(label, lines)
        if self.color:
            shown = f"{style}{label}{PLAIN}{shown[len(label) :]}"
        self._write(shown + "\n")

    def plain(self, text: str) -> None:
        """Write lines as they are."""
        self._write("\n".join(map(printable, text.split("\n"))) + "\n")

    def redraw(self, text: str) -> None:
        """Write the one line that changes, cut to the width."""
        self.stream.write(CLEAR + text[: self.width])
        self.stream.flush()
        self._live = True

    def clear(self) -> None:
        """Take the changing line away."""
        if self._live:
            self._live = False
            self.stream.write(CLEAR)
            self.stream.flush()

    def _write(self, text: str) -> None:
        start = CLEAR if self._live else ""
        self._live = False
        self.stream.write(start + text)
        self.stream.flush()


def broken(parts: Sequence[str], width: int) -> list[str]:
    """Return the parts of a line as lines that have room for a label: broken between parts, or
    within one that is too long.
    """
    room = max(12, width - INDENT)
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 3 + len(part) <= room:
            lines[-1] += "   " + part
        else:
            lines += textwrap.wrap(part, room, break_on_hyphens=False) or [""]
    return lines


def labelled(label: str, lines: Sequence[str]) -> str:
    """Return a label with lines under each other beside it."""
    return f"{label:<{INDENT}}" + ("\n" + " " * INDENT).join(lines)


def printable(text: str) -> str:
    """Return a text without control characters: a column's name must not steer the terminal."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _wants_color(environment: Mapping[str, str], moves: bool) -> bool:
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR", "")
    return forced not in ("", "0") or moves
