"""What a stream can show: whether it is a terminal, how wide it is, whether it has colours."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from typing import IO

from neurona.progress.surface import BOLD, DIM, broken, labelled, printable

CODES = {BOLD: "\x1b[1m", DIM: "\x1b[2m"}
PLAIN = "\x1b[0m"


class Terminal:
    """Writes labelled lines to a stream: wrapped on a terminal, whole off it."""

    def __init__(
        self, stream: IO[str], no_color: bool = False, environment: Mapping[str, str] = os.environ
    ) -> None:
        self.stream = stream
        is_terminal = bool(getattr(stream, "isatty", lambda: False)())
        self.moves = is_terminal and environment.get("TERM") != "dumb"
        self.wraps = is_terminal
        self.color = not no_color and _wants_color(environment, self.moves)

    @property
    def width(self) -> int:
        """The columns that may be written to."""
        return max(20, self.size.columns - 1)

    @property
    def size(self) -> os.terminal_size:
        """Columns and rows."""
        try:
            found = os.get_terminal_size(self.stream.fileno())
        except (OSError, ValueError, AttributeError):
            found = os.terminal_size((0, 0))
        return found if found.columns else shutil.get_terminal_size()

    def line(self, label: str, parts: Sequence[str], style: str = BOLD) -> None:
        """Write a label and the parts of a line; a terminal's lines are broken between parts."""
        text = [printable(part) for part in parts if part]
        lines = broken(text, self.width) if self.wraps else ["   ".join(text)]
        shown = labelled(label, lines)
        if self.color:
            shown = f"{CODES[style]}{label}{PLAIN}{shown[len(label) :]}"
        self._write(shown + "\n")

    def plain(self, text: str) -> None:
        """Write lines as they are."""
        self._write("\n".join(map(printable, text.split("\n"))) + "\n")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def _wants_color(environment: Mapping[str, str], moves: bool) -> bool:
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR", "")
    return forced not in ("", "0") or moves
